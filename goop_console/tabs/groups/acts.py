"""What a person does to the site: off the Qt thread, and an error goes back to where it was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from goop_console.tabs.groups.reader import Reader
from goop_console.tabs.tab import TabContext
from lua_engine import KnownError

T = TypeVar("T")


class Acts(QObject):
    """Counts what is under way, and reads the site again after each."""

    def __init__(self, context: TabContext, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._reader = reader
        self._running = 0

    @property
    def is_settled(self) -> bool:
        return self._running == 0

    def run(
        self,
        work: Callable[[], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[str], object],
        button: QWidget | None = None,
    ) -> None:
        """Do ``work``; then ``done`` with its answer, or ``failed`` with the reason. ``button`` cannot be
        pressed meanwhile.

        An error of our own goes to the window with its traceback too.
        """
        self._running += 1
        if button is not None:
            button.setEnabled(False)

        def finish() -> None:
            self._running -= 1
            if button is not None:
                button.setEnabled(True)

        def on_done(value: T) -> None:
            finish()
            if done is not None:
                done(value)
            self._reader.refresh()

        def on_failed(error: Exception) -> None:
            finish()
            failed(str(error) or type(error).__name__)
            if not isinstance(error, KnownError):
                self._context.notify.exception(error)
            self._reader.refresh()

        self._context.operations.run(work, owner=self, done=on_done, failed=on_failed)
