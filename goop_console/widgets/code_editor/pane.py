"""The editors of several texts, one in view, with the bars they share."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from goop_console.widgets.code_editor.diagnostics import ProblemBar
from goop_console.widgets.code_editor.editor import CodeEditor
from goop_console.widgets.code_editor.find_bar import FindBar
from goop_console.widgets.code_editor.line_bar import LineBar
from goop_console.widgets.code_editor.places_bar import PlacesBar


class EditorPane(QWidget):
    """A stack of editors over one problem bar, find bar and line bar.

    Each text keeps an editor of its own, so undo, cursor and scroll position survive switching.
    """

    place_changed = Signal(int, int)
    editor_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stack = QStackedWidget()
        self.problem_bar = ProblemBar()
        self.find_bar = FindBar()
        self.line_bar = LineBar()
        self.places_bar = PlacesBar()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for widget in (self.stack, self.problem_bar, self.line_bar, self.places_bar, self.find_bar):
            box.addWidget(widget)
        box.setStretch(0, 1)
        self.problem_bar.line_requested.connect(self.go_to_line)
        self.line_bar.line_requested.connect(self.go_to_line)
        self.line_bar.closed.connect(self.focus_editor)
        self.places_bar.place_requested.connect(self._show_place)
        self.places_bar.closed.connect(self.focus_editor)
        self._add_keys()

    def _add_keys(self) -> None:
        for keys, slot in (
            ("Ctrl+H", self.open_replace),
            ("Ctrl+G", self.ask_line),
            ("F3", self.find_bar.find_next),
            ("Shift+F3", self.find_bar.find_previous),
        ):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @property
    def current(self) -> CodeEditor | None:
        """The editor in view."""
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, CodeEditor) else None

    def new_editor(self) -> CodeEditor:
        """Another editor, not yet in view."""
        editor = CodeEditor()
        editor.place_changed.connect(lambda line, column: self._on_place_changed(editor, line, column))
        editor.escape_pressed.connect(self._close_bars)
        self.stack.addWidget(editor)
        return editor

    def show_editor(self, editor: CodeEditor) -> None:
        """Bring ``editor`` into view."""
        self.places_bar.setVisible(False)
        self.stack.setCurrentWidget(editor)
        self.find_bar.set_editor(editor)
        self.problem_bar.set_problems(editor.problems)
        self.place_changed.emit(*editor.place())
        self.editor_shown.emit()

    def drop_editor(self, editor: CodeEditor) -> None:
        """Forget ``editor`` and its text."""
        if self.current is editor:
            self.find_bar.set_editor(None)
            self.problem_bar.set_problems(())
        self.stack.removeWidget(editor)
        editor.deleteLater()

    def show_problems(self, editor: CodeEditor) -> None:
        """Take over the problems of ``editor`` when it is in view."""
        if self.current is editor:
            self.problem_bar.set_problems(editor.problems)

    def open_find(self) -> None:
        self.find_bar.open()

    def open_replace(self) -> None:
        self.find_bar.open(with_replace=True)

    def ask_line(self) -> None:
        """Open the bar that asks for a line."""
        editor = self.current
        if editor is not None:
            self.line_bar.open(editor.place()[0], editor.blockCount())

    def go_to_line(self, line: int) -> None:
        """Show ``line`` of the text in view and give it the keyboard."""
        editor = self.current
        if editor is not None:
            editor.go_to_line(line)
            editor.setFocus()

    def _show_place(self, line: int, column: int) -> None:
        """Show a place; the keyboard stays in the list."""
        if self.current is not None:
            self.current.go_to_line(line, column)

    def focus_editor(self) -> None:
        if self.current is not None:
            self.current.setFocus()

    def _close_bars(self) -> None:
        if self.find_bar.isVisible():
            self.find_bar.close_bar()
        if self.line_bar.isVisible():
            self.line_bar.close_bar()

    def _on_place_changed(self, editor: CodeEditor, line: int, column: int) -> None:
        if editor is self.current:
            self.place_changed.emit(line, column)
