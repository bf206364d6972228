"""Find and replace under the editor."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from goop_console.widgets.code_editor.editor import CodeEditor
from goop_console.widgets.code_editor.search import (
    MOST_MATCHES,
    Match,
    Query,
    find_all,
    next_match,
    replace_matches,
)
from goop_console.widgets.polish import set_look
from goop_console.widgets.switch import switch

_PAUSE_MS: Final = 80


class FindBar(QFrame):
    """Works on whichever editor it was given last. Enter and F3 find the next place, with Shift the one
    before; Esc closes.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: CodeEditor | None = None
        self._matches: list[Match] = []
        self._found_for: tuple[Query, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._refresh)
        self._build()
        self._connect()
        self.setVisible(False)

    # building

    def _build(self) -> None:
        self.setProperty("role", "bar")
        self.field = self._field("Find", "Find")
        self.replace_field = self._field("Replace with", "Replace with")
        self.case = switch("Aa", "Match case")
        self.word = switch("Word", "Whole words only")
        self.pattern = switch(".*", "Regular expression")
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.count.setAccessibleName("Matches")
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance("0,000 of 10,000+ "))
        self.previous = self._button("Previous", "Find the previous place (Shift+F3)")
        self.next = self._button("Next", "Find the next place (F3)")
        self.close_button = self._button("Close", "Close the find bar (Esc)")
        self.replace_one = self._button("Replace", "Replace this place and go to the next")
        self.replace_every = self._button("Replace all", "Replace every place")
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.field, 0, 0)
        grid.addLayout(
            self._row(self.case, self.word, self.pattern, self.previous, self.next, self.count), 0, 1
        )
        grid.addWidget(self.close_button, 0, 2)
        self._replace_row = QWidget()
        self._replace_row.setLayout(self._row(self.replace_one, self.replace_every))
        grid.addWidget(self.replace_field, 1, 0)
        grid.addWidget(self._replace_row, 1, 1)
        grid.setColumnStretch(0, 1)

    def _row(self, *widgets: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _field(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setMinimumWidth(120)
        field.installEventFilter(self)
        return field

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self.field.textChanged.connect(lambda: self._timer.start())
        for one in (self.case, self.word, self.pattern):
            one.toggled.connect(lambda: self._timer.start())
        self.previous.clicked.connect(self.find_previous)
        self.next.clicked.connect(self.find_next)
        self.close_button.clicked.connect(self.close_bar)
        self.replace_one.clicked.connect(self.replace_current)
        self.replace_every.clicked.connect(self.replace_all)

    # the public side

    def set_editor(self, editor: CodeEditor | None) -> None:
        """Work on ``editor`` from now on; the search text stays."""
        if self._editor is editor:
            return
        if self._editor is not None:
            self._editor.set_matches(())
            self._editor.edited.disconnect(self._on_edited)
        self._editor, self._found_for = editor, None
        if editor is not None:
            editor.edited.connect(self._on_edited)
            if not self.isHidden():
                self._refresh()

    def open(self, *, with_replace: bool = False) -> None:
        """Show the bar with what is selected in the editor, ready to type."""
        editor = self._editor
        if editor is None:
            return
        can_replace = with_replace and not editor.isReadOnly()
        for widget in (self.replace_field, self._replace_row):
            widget.setVisible(can_replace)
        selected = editor.selected_in_line()
        if selected:
            self.field.setText(selected)
        self.setVisible(True)
        self._refresh()
        (self.replace_field if can_replace and selected else self.field).setFocus()
        self.field.selectAll()

    def close_bar(self) -> None:
        """Hide the bar and give the keyboard back to the text."""
        self.setVisible(False)
        if self._editor is not None:
            self._editor.set_matches(())
            self._editor.setFocus()
        self.closed.emit()

    def query(self) -> Query:
        """What is looked for now."""
        return Query(
            self.field.text(), self.case.isChecked(), self.word.isChecked(), self.pattern.isChecked()
        )

    def find_next(self) -> None:
        self._find(forward=True)

    def find_previous(self) -> None:
        self._find(forward=False)

    def replace_current(self) -> None:
        """Replace the selected match; without one, find the next."""
        editor = self._editor
        if editor is None or editor.isReadOnly():
            return
        self._refresh()
        cursor = editor.textCursor()
        here = Match(cursor.selectionStart(), cursor.selectionEnd())
        if here in self._matches:
            replace_matches(editor.document(), self.query(), [here], self.replace_field.text())
        self._find(forward=True)

    def replace_all(self) -> None:
        """Replace every match, as one step for Ctrl+Z."""
        editor = self._editor
        if editor is None or editor.isReadOnly():
            return
        self._refresh()
        count = len(self._matches)
        replace_matches(editor.document(), self.query(), self._matches, self.replace_field.text())
        self._refresh()
        self.count.setText(f"{count:,} replaced")

    # inner workings

    def _find(self, *, forward: bool) -> None:
        editor = self._editor
        if editor is None:
            return None
        if not self.field.text():
            return self.open()
        self._refresh()
        index = next_match(self._matches, editor.textCursor(), forward=forward)
        if index is not None:
            editor.select(self._matches[index])
            self._show_count()
        return None

    def _refresh(self) -> None:
        """Find anew when the query or the text changed."""
        self._timer.stop()
        editor = self._editor
        if editor is None:
            return
        now = (self.query(), editor.revision)
        if now != self._found_for:
            self._found_for = now
            self._matches = find_all(editor.document(), self.query())
        editor.set_matches(self._matches if not self.isHidden() else ())
        self._show_count()

    def _show_count(self) -> None:
        query, editor = self.query(), self._editor
        has_problem = bool(query.text) and not self._matches
        if not query.text or editor is None:
            words = ""
        elif not query.expression().isValid():
            words = f"Pattern: {query.expression().errorString()}"
        elif not self._matches:
            words = "No match"
        else:
            words = self._position_words(editor)
        self.count.setText(words)
        set_look(self.count, "role", "error-text" if has_problem else "muted")

    def _position_words(self, editor: CodeEditor) -> str:
        cursor = editor.textCursor()
        here = Match(cursor.selectionStart(), cursor.selectionEnd())
        total = f"{len(self._matches):,}" + ("+" if len(self._matches) == MOST_MATCHES else "")
        if here in self._matches:
            return f"{self._matches.index(here) + 1:,} of {total}"
        return f"{total} match" + ("" if len(self._matches) == 1 else "es")

    def _on_edited(self) -> None:
        if self.isVisible():
            self._timer.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            if watched is self.replace_field:
                self.replace_current()
            else:
                self._find(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return True
        return super().eventFilter(watched, event)
