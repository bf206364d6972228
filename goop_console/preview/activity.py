"""What each visitor's page asked, as it happens."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from goop_console.preview.visitors import Visitor

KEEP = 1_000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request that was answered. ``what`` says it in words (``call kanban board``); ``seconds`` is
    how long it took, ``outcome`` how it went (``ok``, ``refused``, ``invalid input``, ``error``, ``not
    found``, ``not reached``), ``reason`` why it was refused or failed (empty: it was not); ``call_id``
    names the call behind it, ``script`` the data function that it called.
    """

    visitor: Visitor
    time: float
    method: str
    path: str
    what: str
    status: int
    seconds: float
    outcome: str = "ok"
    reason: str = ""
    call_id: str = ""
    script: str = ""


class Activity:
    """The last requests. Thread-safe; listeners are called in the thread that answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[PageRequest] = deque(maxlen=KEEP)
        self._listeners: tuple[Callable[[PageRequest], None], ...] = ()

    def add(self, request: PageRequest) -> None:
        with self._lock:
            self._requests.append(request)
            listeners = self._listeners
        for listener in listeners:
            listener(request)

    def listen(self, listener: Callable[[PageRequest], None]) -> Callable[[], None]:
        """Call ``listener`` with each request; the answer ends that."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return end

    def of(self, visitor: Visitor) -> tuple[PageRequest, ...]:
        """What ``visitor`` asked, oldest first; they are noted as they were answered."""
        with self._lock:
            found = [one for one in self._requests if one.visitor is visitor]
        return tuple(sorted(found, key=lambda one: one.time))

    def last_minute(self, visitor: Visitor) -> tuple[PageRequest, ...]:
        """What ``visitor``'s page asked the API in the last minute: a page that polls shows here."""
        since = time.time() - 60
        requests = self.of(visitor)
        return tuple(one for one in requests if one.time >= since and one.path.startswith("/api/"))

    def per_minute(self, visitor: Visitor) -> int:
        """How often that was."""
        return len(self.last_minute(visitor))
