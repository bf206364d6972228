"""Names to addresses, within a call's deadline.

``getaddrinfo`` can block for half a minute and cannot be interrupted, so it runs in a small daemon thread
that is left behind when the deadline comes first. At most ``MAX_PENDING`` lookups are under way at once: a
dead name server cannot pile up threads.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from lua_engine.base.deadline import Deadline
from lua_engine.net.errors import HttpError
from lua_engine.net.policy import IPAddress

Lookup = Callable[[str], Sequence[str]]

MAX_PENDING = 16
POLL_SECONDS = 0.05  # how soon a cancelled call notices


def system_lookup(host: str) -> list[str]:
    """All addresses of ``host``, in the system's order of preference.
    Raises ``OSError`` when there is none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Resolver:
    """Thread-safe. ``lookup`` is the blocking function underneath."""

    def __init__(self, lookup: Lookup = system_lookup, max_pending: int = MAX_PENDING) -> None:
        self._lookup = lookup
        self._places = threading.BoundedSemaphore(max_pending)

    def resolve(self, host: str, deadline: Deadline) -> tuple[IPAddress, ...]:
        """Every address of ``host``; raises :class:`HttpError` when there is none, ``CallKilled`` when the
        time is over.
        """
        deadline.check()
        if not self._places.acquire(blocking=False):
            raise HttpError("name resolution is busy; try again later")
        answer = _Answer()
        threading.Thread(target=self._run, args=(host, answer), name="goop-resolve", daemon=True).start()
        while not answer.done.wait(min(POLL_SECONDS, deadline.remaining())):
            deadline.check()
        if not answer.addresses:
            raise HttpError(f"host not found: {host}")
        return tuple(answer.addresses)

    def _run(self, host: str, answer: _Answer) -> None:
        try:
            answer.addresses = [ip_address(text) for text in self._lookup(host)]
        except (OSError, UnicodeError, ValueError):
            answer.addresses = []  # resolve() says that there is none
        finally:
            self._places.release()
            answer.done.set()


class _Answer:
    """Where the helper thread leaves what it found."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.addresses: list[IPAddress] = []
