"""Reads the site's groups and peers when something changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from goop_console.services.refresher import Refresher
from goop_console.tabs.groups.snapshot import Snapshot, read_snapshot
from goop_console.tabs.tab import TabContext

_TABLES = frozenset({"_groups", "_group_members", "_chat_messages", "_peer_cache", "_favorites", "_meta"})


class Reader(QObject):
    """``wanted`` is the id of the group whose details are read along."""

    read = Signal(object)  # Snapshot
    failed = Signal(object)  # Exception

    def __init__(self, context: TabContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self.wanted = ""
        self._refresher = Refresher(context.operations, self._snapshot, parent=self)
        self._refresher.read.connect(self.read)
        self._refresher.failed.connect(self.failed)
        session = context.session
        session.data_changed.connect(self._on_data_changed)
        session.closing.connect(self._refresher.stop)
        for signal in (
            session.groups_changed,
            session.listen_changed,
            session.config_changed,
            session.scripts_changed,
            session.messages_sent,
            session.template_changed,
        ):
            signal.connect(self._refresher.read_soon)

    def _snapshot(self) -> Snapshot:
        return read_snapshot(self._engine, self.wanted)

    @property
    def is_settled(self) -> bool:
        """What is shown is what there is."""
        return self._refresher.is_settled

    def refresh(self) -> None:
        """Read now; when a reading is under way, once more after it."""
        self._refresher.read_now()

    def _on_data_changed(self, tables: Sequence[str], _origin: str) -> None:
        if not tables or not _TABLES.isdisjoint(tables):
            self._refresher.read_soon()
