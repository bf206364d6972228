"""Breakpoints of the scripts that are open: in the margin, in the panel's list, and kept by the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from goop_console.services.work import Work
from goop_console.tabs.scripts.debugging.panel import DebugPanel
from goop_console.tabs.scripts.debugging.words import breakpoint_words
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor.editor import CodeEditor
from goop_console.widgets.code_editor.gutter import BreakpointKind, BreakpointMark
from lua_engine import Binding, Breakpoint, BreakpointsChanged, Event

Editors = Callable[[], Iterable[tuple[str, CodeEditor]]]


class BreakpointsPresenter(QObject):
    """``editors`` gives the open scripts by key (``function/todo``) with their editors."""

    opened = Signal(str, int)  # script key, line
    _event_received = Signal()

    def __init__(self, context: TabContext, panel: DebugPanel, editors: Editors, parent: QObject) -> None:
        super().__init__(parent)
        self._debugger = context.session.engine.debugger
        self._panel = panel
        self._editors = editors
        self._work = Work(context.operations, context.notify, self)
        self._all: dict[str, Breakpoint] = {}
        self._bindings: dict[str, Binding] = {}
        self._hits: Mapping[str, int] = {}
        self._has_run = False
        self._event_received.connect(self.read, Qt.ConnectionType.QueuedConnection)
        unsubscribe = context.session.engine.bus.subscribe(self._on_event, BreakpointsChanged)
        context.session.closing.connect(unsubscribe)
        panel.breakpoint_opened.connect(self._on_opened)
        panel.breakpoint_removed.connect(self.remove)
        panel.breakpoint_toggled.connect(self._on_toggled)
        panel.breakpoints.currentItemChanged.connect(lambda *_: self._show_form())
        panel.form.changed.connect(self._put)
        self.read()

    def toggle(self, key: str, line: int, text: str) -> None:
        """Set a breakpoint at a line, or take away the one that is there."""
        found = [one.id for one in self._all.values() if one.script == key and self._line(one) == line]
        if found:
            self._work.run(lambda: self._debugger.remove_breakpoints(*found), failed=self._panel.say)
        else:
            self._put(Breakpoint(key, line, text))

    def remove(self, breakpoint_id: str) -> None:
        """Take one away."""
        self._work.run(lambda: self._debugger.remove_breakpoints(breakpoint_id), failed=self._panel.say)

    def set_hits(self, hits: Mapping[str, int]) -> None:
        """How often each was reached in the run that is in view."""
        self._hits, self._has_run = hits, True
        self._show()

    def read(self) -> None:
        """Read them all again, with where each is bound."""

        def read() -> list[tuple[Breakpoint, Binding]]:
            return [(one, self._debugger.binding(one)) for one in self._debugger.breakpoints()]

        self._work.run(read, done=self._on_read, failed=self._panel.say)

    def _on_event(self, _event: Event) -> None:
        self._event_received.emit()

    def _on_read(self, found: list[tuple[Breakpoint, Binding]]) -> None:
        self._all = {one.id: one for one, _binding in found}
        self._bindings = {one.id: binding for one, binding in found}
        self._panel.say(self._debugger.breakpoints_problem)
        self._show()

    def _put(self, one: Breakpoint) -> None:
        put: Callable[[], Breakpoint] = partial(self._debugger.put_breakpoint, one)
        self._work.run(put, done=self._say_where, failed=self._panel.say)

    def _say_where(self, one: Breakpoint) -> None:
        """A breakpoint that could not stand where it was wanted says why."""
        self._work.run(
            lambda: self._debugger.binding(one),
            done=lambda binding: self._panel.say(binding.reason),
            failed=self._panel.say,
        )

    def _on_toggled(self, breakpoint_id: str, is_on: bool) -> None:
        one = self._all.get(breakpoint_id)
        if one is not None and one.is_enabled != is_on:
            self._put(replace(one, is_enabled=is_on))

    def _on_opened(self, breakpoint_id: str) -> None:
        one = self._all.get(breakpoint_id)
        if one is not None:
            self.opened.emit(one.script, self._line(one) or one.line)

    # What is shown

    def show_in(self, key: str, editor: CodeEditor) -> None:
        """The marks in the margin of one script."""
        marks: dict[int, BreakpointMark] = {}
        for one in self._all.values():
            if one.script == key:
                marks[self._line(one) or one.line] = BreakpointMark(self._kind(one), self._words(one))
        editor.gutter.set_breakpoints(marks)

    def _show(self) -> None:
        for key, editor in self._editors():
            self.show_in(key, editor)
        ordered = sorted(self._all.values(), key=lambda one: (one.script, one.line))
        chosen = self._panel.chosen_breakpoint()
        self._panel.set_breakpoints(
            [(one.id, f"{one.script}.lua:{one.line}\n{self._words(one)}", one.is_enabled) for one in ordered],
            chosen,
        )
        self._show_form()

    def _show_form(self) -> None:
        self._panel.form.set_breakpoint(self._all.get(self._panel.chosen_breakpoint()))

    def _line(self, one: Breakpoint) -> int:
        binding = self._bindings.get(one.id)
        return binding.line if binding is not None else one.line

    def _kind(self, one: Breakpoint) -> BreakpointKind:
        if not one.is_enabled:
            return "disabled"
        if self._line(one) == 0:
            return "unbound"
        if one.message:
            return "message"
        return "condition" if one.condition or one.hit_test or one.caller else "plain"

    def _words(self, one: Breakpoint) -> str:
        binding = self._bindings.get(one.id)
        hits = self._hits.get(one.id, 0) if self._has_run else None
        return breakpoint_words(one, hits, binding.reason if binding is not None else "")
