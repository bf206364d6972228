"""The debugger's place in the tab: keys, margin, and which script a session is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from goop_console.tabs.scripts.debugging.breakpoints_presenter import BreakpointsPresenter
from goop_console.tabs.scripts.debugging.panel import COMMANDS, DebugPanel
from goop_console.tabs.scripts.debugging.presenter import DebugPresenter, line_values, not_run
from goop_console.tabs.scripts.debugging.start_key import START, StartKey
from goop_console.tabs.scripts.documents import ScriptDocuments
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor.editor import CodeEditor
from lua_engine import Caller, Margin, Request


class ScriptShows(Protocol):
    """What the part asks of the tab's presenter."""

    def go_to(self, key: str, line: int) -> None:
        """Bring a script into the editor, at a line (0: where it was)."""

    def go_to_calls(self) -> None:
        """The Call Tester with the script in view."""

    def current_key(self) -> str: ...

    def current_editor(self) -> CodeEditor | None: ...


class DebuggingPart(QObject):
    """``show_script(key)`` brings a script into the editor, ``current()`` is its key."""

    def __init__(
        self,
        context: TabContext,
        tab: QWidget,
        panel: DebugPanel,
        documents: ScriptDocuments,
        shows: ScriptShows,
    ) -> None:
        super().__init__(tab)
        self._panel = panel
        self._documents = documents
        self._shows = shows
        self.debug = DebugPresenter(context, panel, self)
        self.debug.cursor = self._cursor_line
        self.breakpoints = BreakpointsPresenter(context, panel, self._editors, self)
        self.debug.opened.connect(panel.show)
        self.debug.shown.connect(self._on_shown)
        self.debug.margin_changed.connect(self._on_margin)
        self.breakpoints.opened.connect(shows.go_to)
        panel.closed.connect(self.close_panel)
        self._start_key = StartKey(self)
        self._start_key.watch(panel)
        self._start_key.pressed.connect(partial(self._command, "resume"))
        documents.opened.connect(self._on_document_opened)
        for document in documents.all():
            self._on_document_opened(document.key)
        self._add_keys(tab)

    def _add_keys(self, tab: QWidget) -> None:
        slots: list[tuple[str, Callable[[], None]]] = [("F9", self.toggle_at_cursor)]
        slots += [(one.keys, partial(self._command, one.name)) for one in COMMANDS if one.keys != START]
        for keys, slot in slots:
            shortcut = QShortcut(QKeySequence(keys), tab, slot)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _command(self, name: str) -> None:
        """F5 without a session: the call that was debugged last, or the Call Tester with this script."""
        if name == "resume" and not self.debug.is_paused:
            self._panel.show()
            if self.debug.session is not None:
                self.debug.restart()
            else:
                self._shows.go_to_calls()
            return
        self.debug.command(name)

    def open_target(self, target: Mapping[str, Any]) -> bool:
        """``debug``: a Request, with its ``caller`` and ``is_dry``; whether the target was one."""
        request, caller = target.get("debug"), target.get("caller")
        if not isinstance(request, Request) or not isinstance(caller, Caller):
            return False
        self.debug.start(request, caller, is_dry=bool(target.get("is_dry", True)))
        return True

    def toggle_at_cursor(self) -> None:
        """F9."""
        key, editor = self._shows.current_key(), self._shows.current_editor()
        if key and editor is not None:
            self._toggle(key, editor, editor.place()[0])

    def close_panel(self) -> None:
        """The session ends with the panel."""
        self.debug.stop()
        self._panel.hide()
        for _key, editor in self._editors():
            editor.set_pointer(0)
            editor.set_line_values({})

    def _toggle(self, key: str, editor: CodeEditor, line: int) -> None:
        self._panel.show()
        self.breakpoints.toggle(key, line, editor.document().findBlockByNumber(line - 1).text())

    def _editors(self) -> list[tuple[str, CodeEditor]]:
        return [(one.key, one.editor) for one in self._documents.all()]

    def _cursor_line(self) -> int:
        editor = self._shows.current_editor()
        return editor.place()[0] if editor is not None else 0

    def _on_document_opened(self, key: str) -> None:
        document = self._documents.get(key)
        if document is not None:
            editor = document.editor
            self._start_key.watch(editor)
            editor.gutter.breakpoint_clicked.connect(lambda line: self._toggle(key, editor, line))
            self.breakpoints.show_in(key, editor)

    def _on_shown(self, key: str, line: int, is_past: bool, text: str) -> None:
        """Point at the line that stands; say it when the file is not what runs."""
        for other, editor in self._editors():
            if other != key:
                editor.set_pointer(0)
        if line:
            self._shows.go_to(key, 0)
        document = self._documents.get(key)
        if document is None:
            return
        document.editor.set_pointer(line, is_past=is_past)
        if line:
            document.editor.go_to_line(line)
            if document.disk is not None and document.editor.text() != text.replace("\r\n", "\n"):
                self._panel.say("This text was edited since: what runs is the version of when the call began")
        if self.debug.session is not None:
            self.breakpoints.set_hits(self.debug.session.hits)

    def _on_margin(self, key: str, margin: Margin | None) -> None:
        document = self._documents.get(key)
        if document is not None:
            document.editor.set_line_values(line_values(margin), not_run(margin))
