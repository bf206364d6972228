"""What takes long in the Data tab: in a thread of its own, said below the grid, with a button to end it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.services.operations import Operations
from goop_console.tabs.data.view import DataView
from lua_engine import Deadline, ReadCancelled

T = TypeVar("T")
Tell = Callable[[int], None]
SECONDS = 24 * 3600.0
SHOWN_AFTER_MS = 300  # what is over sooner is not worth a word
_TELL_SECONDS = 0.1


@dataclass(slots=True)
class _Task:
    """``words`` say how far it is, from the rows that are done; ``ending_words`` while it is being ended."""

    words: Callable[[int], str]
    ending_words: str
    deadline: Deadline
    began_at: float
    rows: int = 0
    is_shown: bool = False


class LongWork(QObject):
    """For the Qt thread; any number of tasks side by side, the newest is the one that is said and ended."""

    _reported = Signal(object, int)  # _Task, rows

    def __init__(self, operations: Operations, view: DataView) -> None:
        super().__init__(view)
        self._operations = operations
        self._view = view
        self._tasks: list[_Task] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        self._reported.connect(self._on_progress)
        view.cancel.clicked.connect(self.cancel)

    def __bool__(self) -> bool:
        """Something is under way."""
        return bool(self._tasks)

    def run(
        self,
        work: Callable[[Deadline, Tell], T],
        *,
        words: Callable[[int], str],
        ending_words: str = "Cancelling…",
        done: Callable[[T], object],
        failed: Callable[[Exception], object],
        cancelled: Callable[[], object],
        seconds: float = SECONDS,
    ) -> Deadline:
        """Do ``work``, then one of ``done``, ``failed`` and ``cancelled``; revoking the answer ends it."""
        task = _Task(words, ending_words, Deadline(seconds), time.monotonic())
        self._tasks.append(task)
        self._timer.start(SHOWN_AFTER_MS)
        reported_at = 0.0

        def tell(rows: int) -> None:  # in the thread that works
            nonlocal reported_at
            now = time.monotonic()
            if now - reported_at >= _TELL_SECONDS:
                reported_at = now
                self._reported.emit(task, rows)

        def finished(value: T) -> None:
            self._end(task)
            done(value)

        def refused(error: Exception) -> None:
            self._end(task)
            if isinstance(error, ReadCancelled) or task.deadline.is_over:
                cancelled()
            else:
                failed(error)

        self._operations.run_long(
            lambda: work(task.deadline, tell), owner=self, done=finished, failed=refused
        )
        return task.deadline

    def cancel(self) -> None:
        """End the newest that is not being ended yet."""
        going = [one for one in self._tasks if not one.deadline.is_over]
        if going:
            going[-1].deadline.revoke()
            self._show()

    def _on_time(self) -> None:
        now = time.monotonic()
        for task in self._tasks:
            task.is_shown = task.is_shown or now - task.began_at >= SHOWN_AFTER_MS / 1_000 - 0.02
        self._show()

    def _on_progress(self, task: Any, rows: int) -> None:
        task.rows = rows
        self._show()

    def _end(self, task: _Task) -> None:
        self._tasks.remove(task)
        if not self._tasks:
            self._timer.stop()
        self._show()

    def _show(self) -> None:
        shown = [one for one in self._tasks if one.is_shown]
        if not shown:
            self._view.set_progress("", can_cancel=False)
            return
        last = shown[-1]
        is_ending = last.deadline.is_over
        text = last.ending_words if is_ending else last.words(last.rows)
        self._view.set_progress(text, can_cancel=not is_ending)
