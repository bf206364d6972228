"""Keeps the outline that of the script in view: read again as one types, marked where the cursor stands."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer

from goop_console.services.work import Work
from goop_console.tabs.scripts.outline_panel import OutlinePanel
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor import EditorPane
from goop_console.widgets.code_editor.editor import CodeEditor
from lua_engine import Symbol

AGAIN_MS: Final = 150  # after the last key


class Outline(QObject):
    """Reads nothing while the panel is away."""

    def __init__(self, context: TabContext, pane: EditorPane, panel: OutlinePanel) -> None:
        super().__init__(panel)
        self._engine = context.session.engine
        self._work = Work(context.operations, context.notify, self)
        self._pane, self._panel = pane, panel
        self._shown: tuple[CodeEditor | None, int] = (None, -1)  # the text that is listed
        self._watched = set[CodeEditor]()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self._read)
        pane.editor_shown.connect(self._on_editor)
        pane.place_changed.connect(lambda line, _column: self._follow(line))
        panel.place_wanted.connect(self._go)
        panel.left.connect(pane.focus_editor)
        panel.closed.connect(lambda: self.show_panel(is_shown=False))
        panel.hide()

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled and not self._timer.isActive()

    def toggle(self) -> None:
        """Show the outline and go into it, or take it away."""
        self.show_panel(is_shown=self._panel.isHidden())
        if not self._panel.isHidden():
            self._panel.focus_list()

    def show_panel(self, *, is_shown: bool) -> None:
        had_keyboard = self._panel.isAncestorOf(self._panel.focusWidget() or self._pane)
        self._panel.setVisible(is_shown)
        if is_shown:
            self._read()
        elif had_keyboard:
            self._pane.focus_editor()

    def _on_editor(self) -> None:
        editor = self._pane.current
        if editor is not None and editor not in self._watched:
            self._watched.add(editor)
            editor.edited.connect(self._timer.start)
            editor.destroyed.connect(lambda: self._watched.discard(editor))
        self._read()

    def _read(self) -> None:
        editor = self._pane.current
        if self._panel.isHidden() or editor is None or self._shown == (editor, editor.revision):
            return
        if self._shown[0] is not editor:
            self._panel.show_symbols(())
        revision, text, language = editor.revision, editor.text(), self._engine.language

        def show(found: tuple[Symbol, ...]) -> None:
            if self._pane.current is editor and editor.revision == revision:
                self._shown = editor, revision
                self._panel.show_symbols(found)
                self._panel.follow(editor.place()[0])

        self._work.run(lambda: language.symbols(text), done=show)

    def _follow(self, line: int) -> None:
        if not self._panel.isHidden():
            self._panel.follow(line)

    def _go(self, line: int, column: int, with_keyboard: bool) -> None:
        editor = self._pane.current
        if editor is not None:
            editor.go_to_line(line, column)
            if with_keyboard:
                editor.setFocus()
