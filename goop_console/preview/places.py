"""How many connections a preview holds, and which one goes when there are too many."""

from __future__ import annotations

import contextlib
import socket
import threading

MAX_CONNECTIONS = 64
MAX_LEAVING = 16
"""Connections that were cut and whose thread has not ended yet: with more, new ones wait for that."""
_PATIENCE = 5.0  # seconds that one waits, and all that come after it; then it is refused


class Places:
    """The connections that are open, over all sockets of a preview. Thread-safe.

    When all places are taken, the connection that has waited longest without asking anything makes room.
    """

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._waiting: dict[socket.socket, None] = {}  # in the order in which they began to wait
        self._busy: set[socket.socket] = set()
        self._leaving: set[socket.socket] = set()
        self._is_shut = False

    def take(self, connection: socket.socket) -> bool:
        with self._lock:
            is_said = self._lock.wait_for(self._can_say, _PATIENCE)
            if not is_said or self._is_shut or (self._is_full() and not self._waiting):
                return False
            if self._is_full():
                self._make_room()
            self._waiting[connection] = None
            return True

    def begin(self, connection: socket.socket) -> None:
        """A whole request is there."""
        with self._lock:
            if self._waiting.pop(connection, connection) is None:
                self._busy.add(connection)

    def end(self, connection: socket.socket) -> None:
        """It was answered; the connection waits for the next one."""
        with self._lock:
            if connection in self._busy:
                self._busy.remove(connection)
                self._waiting[connection] = None

    def give_back(self, connection: socket.socket) -> None:
        with self._lock:
            self._waiting.pop(connection, None)
            self._busy.discard(connection)
            self._leaving.discard(connection)
            self._lock.notify_all()

    def close(self) -> None:
        """Cut every connection; none comes any more."""
        with self._lock:
            self._is_shut = True
            self._lock.notify_all()
            connections = (*self._waiting, *self._busy)
        for connection in connections:
            _cut(connection)

    def _is_full(self) -> bool:
        return len(self._waiting) + len(self._busy) >= MAX_CONNECTIONS

    def _can_say(self) -> bool:
        """Whether it is known now if one more has a place: not while the threads of many are ending."""
        has_to_wait = self._is_full() and self._waiting and len(self._leaving) >= MAX_LEAVING
        return self._is_shut or not has_to_wait

    def _make_room(self) -> None:
        oldest = next(iter(self._waiting))
        del self._waiting[oldest]
        self._leaving.add(oldest)
        _cut(oldest)


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
