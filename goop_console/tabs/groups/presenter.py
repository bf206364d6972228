"""Connects the session to the two pages."""

from __future__ import annotations

from PySide6.QtCore import QObject

from goop_console.services.intents import Intents
from goop_console.services.work import Work
from goop_console.tabs.groups.groups_presenter import GroupsPresenter
from goop_console.tabs.groups.peers_presenter import PeersPresenter
from goop_console.tabs.groups.reader import Reader
from goop_console.tabs.groups.snapshot import Snapshot
from goop_console.tabs.groups.view import CommunityView
from goop_console.tabs.tab import TabContext
from lua_engine import KnownError


class CommunityPresenter(QObject):
    """One reading for both pages."""

    def __init__(self, context: TabContext, view: CommunityView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._has_read = False
        self.reader = Reader(context, self)
        self.work = Work(context.operations, context.notify, self)
        self.work.finished.connect(self.reader.refresh)
        self.intents = Intents(self.work)
        self.groups = GroupsPresenter(context, self.reader, self.work, self.intents, view.groups)
        self.peers = PeersPresenter(context, self.reader, self.intents, view.peers)
        view.undo_requested.connect(self.undo)
        self.reader.read.connect(self._on_read)
        self.reader.failed.connect(self._on_failed)
        view.read_only.setVisible(context.session.engine.is_read_only)
        self.reader.refresh()

    @property
    def is_settled(self) -> bool:
        """Nothing is read, done or waited for."""
        view = self._view
        return (
            self.reader.is_settled
            and self.work.is_settled
            and self.groups.closing.is_settled
            and all(
                one.is_settled
                for one in (view.groups.list.filter, view.groups.details.members.filter, view.peers.filter)
            )
        )

    def undo(self) -> None:
        """Ctrl+Z: take back what was done last on either page."""
        if self.intents.last is None:
            self._context.notify.info("There is nothing to undo.")
            return
        self.intents.undo(lambda reason: self._context.notify.error("It cannot be undone", reason))

    def _on_read(self, snapshot: Snapshot) -> None:
        self._has_read = True
        self.groups.show_snapshot(snapshot)
        self.peers.show_snapshot(snapshot)

    def _on_failed(self, error: Exception) -> None:
        self.groups.show_error(error)
        self.peers.show_error(error)
        if isinstance(error, KnownError) and self._has_read:
            self._context.notify.error("Groups and peers cannot be read", str(error))
        elif not isinstance(error, KnownError):
            self._context.notify.exception(error)
