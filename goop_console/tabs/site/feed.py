"""What visitors do, handed to the Qt thread a few times a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from goop_console.preview.activity import PageRequest

if TYPE_CHECKING:
    from goop_console.preview.preview import Preview

BATCH_MS = 200


class ActivityFeed(QObject):
    """``changed`` comes on the Qt thread after requests, at most every ``BATCH_MS``."""

    changed = Signal()
    _woken = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._end: Callable[[], None] = lambda: None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MS)
        self._timer.timeout.connect(self.changed)
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def follow(self, preview: Preview) -> None:
        """Hear of the requests of ``preview``, and of no other any more."""
        self.stop()
        self._end = preview.activity.listen(self._on_request)

    def stop(self) -> None:
        self._end()
        self._end = lambda: None
        self._timer.stop()

    def _on_request(self, _request: PageRequest) -> None:
        """Runs in the server's threads."""
        self._woken.emit()

    def _on_woken(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
