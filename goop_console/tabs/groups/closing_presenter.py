"""Closing the group that is shown: the question, the act, and what scripts did about it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from goop_console.services.work import Work
from goop_console.tabs.groups.closing_view import Closing
from goop_console.tabs.groups.groups_view import GroupsView
from goop_console.tabs.groups.snapshot import WINDOW, Details, Snapshot
from goop_console.tabs.groups.words import closing_effects
from goop_console.tabs.tab import TabContext
from lua_engine import CallResult


class ClosingPresenter(QObject):
    """``closed`` comes when the group is gone; the calls of ``on_group_close`` come after it, as they end."""

    closed = Signal()

    def __init__(self, context: TabContext, work: Work, view: GroupsView) -> None:
        super().__init__(view)
        self._engine = context.session.engine
        self._work = work
        self._view = view
        self._snapshot = Snapshot()
        self._pending: Details | None = None
        self._early: dict[
            str, list[CallResult]
        ] = {}  # by group id: calls may end before the act's answer is here
        self.closing: Closing | None = None
        details = view.details
        details.facts.close_requested.connect(self.ask)
        details.closing.confirmed.connect(self._close)
        view.closed.call_opened.connect(lambda call_id: context.navigate("logs", call_id=call_id))
        context.session.call_finished.connect(self._on_call_finished)

    @property
    def is_settled(self) -> bool:
        """Every call that is to come has come."""
        return (
            self.closing is None
            or bool(self.closing.note)
            or len(self.closing.results) >= self.closing.expected
        )

    def show_details(self, snapshot: Snapshot, details: Details, *, is_other: bool) -> None:
        panel = self._view.details.closing
        self._snapshot = snapshot
        if is_other:
            panel.hide()
        elif not panel.isHidden():
            self._pending = details
            panel.say(details.group.row.name, self._effects(details))

    def ask(self) -> None:
        """Name what closing will do."""
        details = self._snapshot.details
        if details is not None:
            self._pending = details
            self._view.details.closing.ask(details.group.row.name, self._effects(details))

    def _effects(self, details: Details) -> str:
        return closing_effects(
            details.group, self._snapshot, len(details.room.messages) if details.room is not None else 0
        )

    def _close(self) -> None:
        if self._pending is None:
            return
        group, closers = self._pending.group.row, self._snapshot.closers
        note = ""
        if not closers and self._snapshot.is_lua_on:
            note = "No function defines on_group_close."
        elif not closers:
            note = "Lua is off: on_group_close did not run."
        self._early[group.id] = []

        def done(_: None) -> None:
            results = tuple(self._early.pop(group.id, ()))
            self.closing = Closing(group.id, group.name, len(closers), note, results)
            self._view.details.closing.hide()
            self._show()
            self.closed.emit()

        def failed(reason: str) -> None:
            self._early.pop(group.id, None)
            self._view.details.closing.fail(reason)

        self._work.run(lambda: self._engine.groups.close(group.id, WINDOW), done=done, failed=failed)

    def _on_call_finished(self, result: CallResult) -> None:
        if result.kind != "event":
            return
        group_id = result.request.argument
        if group_id in self._early:
            self._early[group_id].append(result)
        elif self.closing is not None and group_id == self.closing.group_id:
            self.closing = self.closing.with_result(result)
            self._show()

    def _show(self) -> None:
        if self.closing is not None:
            self._view.closed.show_closing(self.closing)

    def forget(self) -> None:
        """The log of the last closing is not wanted any more."""
        self.closing = None
