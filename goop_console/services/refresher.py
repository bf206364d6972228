"""Reads again what a page shows when something changed: one reading at a time, one for a burst of changes.

Example::

    self.refresher = Refresher(context.operations, lambda: read_tables(engine), parent=self)
    self.refresher.read.connect(self._show)
    self.refresher.failed.connect(self._show_error)
    session.data_changed.connect(self.refresher.read_soon)
    self.refresher.read_now()
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.services.operations import Operations

DELAY_MS = 120


class Refresher(QObject):
    """``work`` runs in a thread; its answer comes with ``read``, its error with ``failed``.

    A change during a reading starts another one after it; what was read meanwhile is handed over as well.
    """

    read = Signal(object)  # what ``work`` answers
    failed = Signal(object)  # Exception

    def __init__(
        self,
        operations: Operations,
        work: Callable[[], object],
        *,
        delay_ms: int = DELAY_MS,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._work = work
        self._is_reading = self._is_dirty = self._is_stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self.read_now)

    @property
    def is_settled(self) -> bool:
        """What was handed over last is what there is."""
        return not self._is_reading and not self._timer.isActive()

    @property
    def is_reading(self) -> bool:
        return self._is_reading

    def read_now(self) -> None:
        """Read; when a reading is under way, once more after it."""
        self._timer.stop()
        if self._is_stopped:
            return
        if self._is_reading:
            self._is_dirty = True
            return
        self._is_reading, self._is_dirty = True, False
        self._operations.run(self._work, owner=self, done=self._on_read, failed=self._on_failed)

    def read_soon(self, *_: object) -> None:
        """Something changed. The first change starts the clock,
        so that a steady stream does not put the reading off.
        """
        if not self._timer.isActive() and not self._is_stopped:
            self._timer.start()

    def stop(self) -> None:
        """Read no more: the site is being closed."""
        self._is_stopped = True
        self._timer.stop()

    def _on_read(self, found: object) -> None:
        self._end()
        self.read.emit(found)

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        self._is_reading = False
        if self._is_dirty:
            self.read_now()
