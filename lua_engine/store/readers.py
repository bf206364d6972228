"""Connections for reading: leased for one statement or question, kept for the next when it is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from lua_engine.base.errors import CallKilled, ErrorKind

_IDLE = 8
_CLOSE_SECONDS = 2.0


class _Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Closable)


class Readers(Generic[C]):
    """Thread-safe. ``make`` opens a connection."""

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._lock = threading.RLock()  # a stream that is dropped gives back wherever it is collected
        self._state = threading.Condition(self._lock)
        self._idle: list[C] = []
        self._leased = 0
        self._is_closed = False

    def lease(self) -> C:
        """A connection to be given back. Raises what ``make`` raises; after :meth:`close` it is the end of
        the call that asks.
        """
        with self._lock:
            if self._is_closed:
                raise CallKilled(ErrorKind.CANCELLED)
            self._leased += 1
            if self._idle:
                return self._idle.pop()
        try:
            return self._make()
        except BaseException:
            self._forget()
            raise

    def give_back(self, connection: C) -> None:
        with self._lock:
            if not self._is_closed and len(self._idle) < _IDLE:
                self._idle.append(connection)
                self._leased -= 1
                return
        connection.close()
        self._forget()

    def close(self, interrupt: Callable[[], None]) -> None:
        """Close those that are not leased, and ``interrupt`` the others until they come back, for a while."""
        with self._state:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        end = time.monotonic() + _CLOSE_SECONDS
        with self._state:
            while self._leased and time.monotonic() < end:
                interrupt()
                self._state.wait(0.02)

    def _forget(self) -> None:
        with self._state:
            self._leased -= 1
            self._state.notify_all()
