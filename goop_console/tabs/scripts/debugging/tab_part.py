"""The debugger's place in the tab: keys, margin, and which script a session is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from goop_console.tabs.scripts.debugging import hover
from goop_console.tabs.scripts.debugging.breakpoints_presenter import BreakpointsPresenter
from goop_console.tabs.scripts.debugging.margin import coverage_words
from goop_console.tabs.scripts.debugging.margin_part import MarginPart
from goop_console.tabs.scripts.debugging.menu import ARM, REACH, SHOW, DebugMenu
from goop_console.tabs.scripts.debugging.panel import COMMANDS, DebugPanel
from goop_console.tabs.scripts.debugging.presenter import DebugPresenter
from goop_console.tabs.scripts.debugging.reach import Reached, ReachPresenter
from goop_console.tabs.scripts.debugging.running_text import WORDS, RunningText
from goop_console.tabs.scripts.debugging.start_key import START, StartKey
from goop_console.tabs.scripts.debugging.trap import TrapPresenter
from goop_console.tabs.scripts.debugging.variable_menu import WATCH, WRITER
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.text.line_ends import without_returns
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor import EditorPane
from goop_console.widgets.code_editor.editor import CodeEditor
from lua_engine import Caller, Margin, Request


class ScriptShows(Protocol):
    """What the part asks of the tab's presenter."""

    def go_to(self, key: str, line: int) -> None:
        """Bring a script into the editor, at a line (0: where it was)."""

    def keep(self, key: str) -> None:
        """The next script that is looked at does not take its place."""

    def go_to_calls(self) -> None:
        """The Call Tester with the script in view."""

    def current_key(self) -> str: ...

    def current_editor(self) -> CodeEditor | None: ...


class DebugWidgets(Protocol):
    """Where it is seen: the tab's view."""

    @property
    def debug(self) -> DebugPanel: ...

    @property
    def debug_menu(self) -> DebugMenu: ...

    @property
    def pane(self) -> EditorPane: ...


class DebuggingPart(QObject):
    """What ties the debugger to the tab."""

    def __init__(
        self,
        context: TabContext,
        tab: QWidget,
        view: DebugWidgets,
        documents: ScriptDocuments,
        shows: ScriptShows,
    ) -> None:
        super().__init__(tab)
        self._panel = panel = view.debug
        self._menu = view.debug_menu
        self._documents = documents
        self._shows = shows
        self.debug = DebugPresenter(context, panel, self)
        self.debug.cursor = self._cursor_line
        self.breakpoints = BreakpointsPresenter(context, panel, self._editors, self)
        self.debug.opened.connect(panel.show)
        self.debug.shown.connect(self._on_shown)
        self.running = RunningText(view.pane, self)
        self.margin = MarginPart(documents, self.running, panel.values, shows.current_key, self)
        self.debug.margin_changed.connect(self._on_margin)
        self.reach = ReachPresenter(context, panel.say, self)
        self.reach.reached.connect(self._on_reached)
        self._hover = hover.ValueHover(self.debug.looking, self)
        self.breakpoints.opened.connect(shows.go_to)
        panel.closed.connect(self.close_panel)
        self.debug.sprang.connect(partial(_call_the_person, context, tab))
        self.trap = TrapPresenter(context, panel, self)
        self.trap.changed.connect(lambda _key: self._show_states())
        self._menu.chosen.connect(self._on_menu)
        self._menu.menu().aboutToShow.connect(self._show_states)
        self._start_key = StartKey(self)
        self._start_key.watch(panel)
        self.running.created.connect(self._hover.watch)
        self.running.created.connect(self._start_key.watch)
        self._start_key.pressed.connect(partial(self._command, "resume"))
        documents.opened.connect(self._on_document_opened)
        documents.dropped.connect(self.debug.end_of)
        for document in documents.all():
            self._on_document_opened(document.key)
        self._add_keys(tab)

    def _add_keys(self, tab: QWidget) -> None:
        slots: list[tuple[str, Callable[[], None]]] = [("F9", self.toggle_at_cursor), (ARM.keys, self.arm)]
        slots += [(hover.KEYS, self.show_value), (WRITER.keys, self.find_write), (WATCH.keys, self.watch)]
        slots += [(REACH.keys, self.show_reach), (SHOW.keys, self.show)]
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
        """The targets of :class:`ScriptsTab` that are for the debugger; whether the target was one."""
        request, caller = target.get("debug"), target.get("caller")
        if isinstance(request, Request) and isinstance(caller, Caller):
            self.debug.start(request, caller, is_dry=bool(target.get("is_dry", True)))
        elif target.get("debug_call"):
            self.debug.start_call(str(target["debug_call"]))
        elif target.get("arm"):
            self._panel.show()
            self._shows.go_to(str(target["arm"]), 0)
            self.trap.arm(str(target["arm"]))
        elif target.get("held"):
            self.debug.show_held()
        else:
            return False
        return True

    def arm(self) -> None:
        """Stop in the next real call of the script in view; once more: do not."""
        key = self._shows.current_key()
        if key:
            self._panel.show()
            self.trap.toggle(key)

    def show_reach(self) -> None:
        """Say in the margins what the saved calls reach; once more: do not."""
        self._panel.show()
        if self.margin.has_coverage:
            self.margin.clear()
            self._panel.say("")
        else:
            self.reach.run()

    def _on_reached(self, found: Reached) -> None:
        self.margin.set_coverage(found.scripts)
        here = next((one for one in found.scripts if one.script == self._shows.current_key()), None)
        words = f"; they reach {coverage_words(here)} of this script" if here is not None else ""
        self._panel.say(f"{found.words}{words}")

    def show_value(self) -> None:
        """Of what the cursor is in."""
        editor = self._editor_in_view()
        if editor is not None:
            self._hover.show_at_cursor(editor)

    def find_write(self) -> None:
        """Who set the chosen variable, or what the cursor is in?"""
        path = self._path_at_cursor()
        if path:
            self.debug.find_write_of(path)
        else:
            self._panel.variables.want_write()

    def watch(self) -> None:
        """The chosen variable, or what the cursor is in."""
        path = self._path_at_cursor()
        if path:
            self._panel.watch(path)
        else:
            self._panel.variables.want_watch()

    def _path_at_cursor(self) -> str:
        """While the keyboard is in the editor."""
        editor = self._editor_in_view()
        return hover.path_of(editor.textCursor()) if editor is not None and editor.hasFocus() else ""

    def show(self) -> None:
        """The panel, with the keyboard in it."""
        self._panel.show()
        self._panel.pages.setFocus()

    def _show_states(self) -> None:
        is_armed = self.trap.armed == self._shows.current_key() != ""
        self._menu.set_states(is_armed=is_armed, shows_reach=self.margin.has_coverage)

    def _on_menu(self, name: str) -> None:
        ways: dict[str, Callable[[], object]] = {
            "start": partial(self._command, "resume"),
            "toggle": self.toggle_at_cursor,
            ARM.name: self.arm,
            REACH.name: self.show_reach,
            SHOW.name: self.show,
        }
        ways[name]()

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
        self.running.leave(self._shows.current_editor())
        self.margin.clear()

    def _toggle(self, key: str, editor: CodeEditor, line: int) -> None:
        self._panel.show()
        self.breakpoints.toggle(key, line, editor.document().findBlockByNumber(line - 1).text())

    def _editors(self) -> list[tuple[str, CodeEditor]]:
        return [(one.key, one.editor) for one in self._documents.all()]

    def _cursor_line(self) -> int:
        editor = self._editor_in_view()
        return editor.place()[0] if editor is not None else 0

    def _editor_in_view(self) -> CodeEditor | None:
        return self.running.editor if self.running.is_in_view else self._shows.current_editor()

    def _on_document_opened(self, key: str) -> None:
        document = self._documents.get(key)
        if document is not None:
            editor = document.editor
            self._start_key.watch(editor)
            editor.gutter.breakpoint_clicked.connect(lambda line: self._toggle(key, editor, line))
            self._hover.watch(editor)
            self.margin.watch(key, editor)
            self.breakpoints.show_in(key, editor)

    def _on_margin(self, key: str, margin: Margin | None, is_over: bool) -> None:
        """Values belong to the lines of the text that ran."""
        document, session = self._documents.get(key), self.debug.session
        text = session.program.script.text if session is not None and session.program is not None else ""
        is_same = document is not None and document.editor.text() == without_returns(text)
        self.margin.set_run(key, margin if is_same or self.running.key == key else None, is_over)

    def _on_shown(self, key: str, line: int, is_past: bool, text: str) -> None:
        """Point at the line that stands, in the text that runs."""
        for other, editor in self._editors():
            if other != key:
                editor.set_pointer(0)
        if line:
            self._shows.go_to(key, 0)
        document = self._documents.get(key)
        if document is None:
            return
        self._shows.keep(key)
        editor, text = document.editor, without_returns(text)
        if line and document.disk is not None and editor.text() != text:
            editor.set_pointer(0)
            editor = self.running.show(key, text)
            self._panel.say(WORDS)
        else:
            self.running.leave(editor)
        editor.set_pointer(line, is_past=is_past)
        if line:
            editor.go_to_line(line)
        if self.debug.session is not None:
            self.breakpoints.set_hits(self.debug.session.hits)


def _call_the_person(context: TabContext, tab: QWidget) -> None:
    """Who armed the trap waits for it, perhaps in another tab or another program."""
    context.navigate("scripts")
    QApplication.alert(tab.window())
