"""Waiting for another program that has data.db for itself, and telling a person when it takes long."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import TypeVar

from lua_engine.base.deadline import Deadline
from lua_engine.base.events import StoreWaiting
from lua_engine.store.connections import retry_busy
from lua_engine.store.failures import WAITING, is_busy

T = TypeVar("T")


class Waiting:
    """However many wait, ``tell`` hears once that somebody does, and once that nobody does any more.
    Thread-safe.
    """

    def __init__(self, publish: Callable[[StoreWaiting], None]) -> None:
        self._publish = publish
        self._lock = threading.RLock()  # held while telling, so that the last word is the last to be heard
        self._waiting = 0

    def until_free(self, action: Callable[[], T], deadline: Deadline) -> T:
        """The answer of ``action``, as soon as nobody keeps it from the file; see
        :func:`~lua_engine.store.connections.retry_busy`.
        """
        try:
            return action()  # nearly always
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        return self._wait(action, deadline)

    def _wait(self, action: Callable[[], T], deadline: Deadline) -> T:
        is_counted = False

        def begin() -> None:
            nonlocal is_counted
            is_counted = True
            self._count(1)

        try:
            return retry_busy(action, deadline, begin)
        finally:
            if is_counted:
                self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._waiting += change
            if change > 0 and self._waiting == 1:
                self._publish(StoreWaiting(True, WAITING))
            elif self._waiting == 0:
                self._publish(StoreWaiting(False, ""))
