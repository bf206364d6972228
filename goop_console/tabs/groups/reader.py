"""Reads the site's groups and peers when something changed: one reading at a time, never two for one burst of
changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.tabs.groups.snapshot import Snapshot, read_snapshot
from goop_console.tabs.tab import TabContext

_DELAY_MS = 120
_TABLES = frozenset({"_groups", "_group_members", "_chat_messages", "_peer_cache", "_favorites", "_meta"})


class Reader(QObject):
    """``wanted`` is the id of the group whose details are read along."""

    read = Signal(object)  # Snapshot
    failed = Signal(object)  # Exception

    def __init__(self, context: TabContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_reading = self._is_dirty = False
        self.wanted = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self.refresh)
        session = context.session
        session.data_changed.connect(self._on_data_changed)
        session.closing.connect(self._timer.stop)
        for signal in (
            session.groups_changed,
            session.listen_changed,
            session.config_changed,
            session.scripts_changed,
            session.messages_sent,
        ):
            signal.connect(self._later)
        session.template_changed.connect(self._later)

    @property
    def is_settled(self) -> bool:
        """What is shown is what there is."""
        return not self._is_reading and not self._timer.isActive()

    def refresh(self) -> None:
        """Read now; when a reading is under way, once more after it."""
        self._timer.stop()
        if self._is_reading:
            self._is_dirty = True
            return
        self._is_reading, self._is_dirty = True, False
        engine, wanted = self._context.session.engine, self.wanted
        self._context.operations.run(
            lambda: read_snapshot(engine, wanted), owner=self, done=self._on_read, failed=self._on_failed
        )

    def _on_read(self, snapshot: Snapshot) -> None:
        self._is_reading = False
        if self._is_dirty:
            self.refresh()
        self.read.emit(snapshot)

    def _on_failed(self, error: Exception) -> None:
        self._is_reading = False
        if self._is_dirty:
            self.refresh()
        self.failed.emit(error)

    def _on_data_changed(self, tables: Sequence[str], _origin: str) -> None:
        if not tables or not _TABLES.isdisjoint(tables):
            self._later()

    def _later(self, *_: object) -> None:
        """The first change starts the clock, so that a steady stream of them does not put the reading off."""
        if not self._timer.isActive():
            self._timer.start()
