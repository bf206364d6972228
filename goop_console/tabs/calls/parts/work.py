"""Work of a page off the Qt thread, counted, so that the page knows when it is settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from lua_engine import KnownError

T = TypeVar("T")


class Work(QObject):
    """Runs things for one page. An error is handed back as a sentence; one of our own goes to the window with
    its traceback too.
    """

    def __init__(self, operations: Operations, notify: Notifier, parent: QObject) -> None:
        super().__init__(parent)
        self._operations = operations
        self._notify = notify
        self._running = 0

    @property
    def is_settled(self) -> bool:
        return self._running == 0

    def run(
        self, work: Callable[[], T], *, done: Callable[[T], object], failed: Callable[[str], object]
    ) -> None:
        """Do ``work``; then ``done`` with its answer, or ``failed`` with the reason."""
        self._running += 1

        def on_done(value: T) -> None:
            self._running -= 1
            done(value)

        def on_failed(error: Exception) -> None:
            self._running -= 1
            failed(str(error) or type(error).__name__)
            if not isinstance(error, KnownError):
                self._notify.exception(error)

        self._operations.run(work, owner=self, done=on_done, failed=on_failed)
