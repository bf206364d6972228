"""Readings of the rows of one table: off the Qt thread, ended when something else is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from goop_console.services.operations import Operation, Operations
from goop_console.tabs.data.rows.query import READ_SECONDS
from lua_engine import Deadline, ReadCancelled

T = TypeVar("T")


class Readings:
    """For the Qt thread. Unlike ``services/work.py`` a reading can be ended while SQLite is at it, and its
    error is the caller's to show as it is: a condition that is wrong stays beside what was typed.
    """

    def __init__(self, operations: Operations, owner: QObject) -> None:
        self._operations = operations
        self._owner = owner
        self._under_way: list[tuple[Deadline, Operation]] = []

    def __bool__(self) -> bool:
        """One is under way."""
        return bool(self._under_way)

    def run(
        self, work: Callable[[Deadline], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Read; then ``done`` or ``failed``, unless it was cancelled."""
        deadline = Deadline(READ_SECONDS)

        def finished() -> None:
            self._under_way[:] = [one for one in self._under_way if one[0] is not deadline]

        def deliver(found: T) -> None:
            finished()
            done(found)

        def refuse(error: Exception) -> None:
            finished()
            if not isinstance(error, ReadCancelled):
                failed(error)

        operation = self._operations.run(
            lambda: work(deadline), owner=self._owner, done=deliver, failed=refuse
        )
        self._under_way.append((deadline, operation))

    def cancel(self) -> None:
        """End all of them."""
        under_way, self._under_way = self._under_way, []
        for deadline, operation in under_way:
            deadline.revoke()
            operation.cancel()
