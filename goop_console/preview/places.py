"""How many connections a preview holds, and which one goes when there are too many."""

from __future__ import annotations

import contextlib
import socket
import threading

MAX_CONNECTIONS = 64
MAX_LEAVING = 16
"""Connections that were cut and whose thread has not ended yet: with more, new ones are refused."""


class Places:
    """The connections that are open, over all sockets of a preview. Thread-safe.

    When all places are taken, the connection that has waited longest without asking anything makes room.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[socket.socket, None] = {}  # in the order in which they began to wait
        self._busy: set[socket.socket] = set()
        self._leaving: set[socket.socket] = set()
        self._is_shut = False

    def take(self, connection: socket.socket) -> bool:
        with self._lock:
            if self._is_shut or (self._is_full() and not self._make_room()):
                return False
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

    def close(self) -> None:
        """Cut every connection; none comes any more."""
        with self._lock:
            self._is_shut = True
            connections = (*self._waiting, *self._busy)
        for connection in connections:
            _cut(connection)

    def _is_full(self) -> bool:
        return len(self._waiting) + len(self._busy) >= MAX_CONNECTIONS

    def _make_room(self) -> bool:
        oldest = next(iter(self._waiting), None)
        if oldest is None or len(self._leaving) >= MAX_LEAVING:
            return False
        del self._waiting[oldest]
        self._leaving.add(oldest)
        _cut(oldest)
        return True


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
