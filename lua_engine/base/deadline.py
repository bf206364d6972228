"""The time that one call has: one clock, and the only end of a call.

Whoever waits for a call (its caller, the closed groups, a dry run that settles) waits by this clock too, with
:meth:`Deadline.wait`, and so needs to know nothing of pauses. A worked example, with a limit of 5 seconds::

    0.0  made                          5.0 left
    2.0  pause()                       3.0 left, however long it takes
    60.0 resume()                      3.0 left
    61.0 revoke(CANCELLED)             over, and everybody who waits looks again within 0.03 s
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lua_engine.base.errors import CallKilled, ErrorKind

_SLICE = 0.025
"""Seconds between two looks of somebody who waits: a pause, a revocation and more time are seen within it."""


class Deadline:
    """A point on the monotonic clock, ``seconds`` after it was made; it moves away while the call is paused.

    ``revoke`` ends it at once: that is how a call is cancelled, and how an abandoned VM is refused every host
    call. Reading takes no lock, since hooks and SQL ask it all the time. A pause of a deadline is one of its
    ``parent`` too: of the call that waits for what this one does.
    """

    __slots__ = (
        "_end",
        "_is_revoked",
        "_kind",
        "_lock",
        "_paused_at",
        "_paused_seconds",
        "_pauses",
        "limit",
        "parent",
    )

    def __init__(self, seconds: float, parent: Deadline | None = None) -> None:
        self.limit = seconds
        self.parent = parent
        self._end = time.monotonic() + seconds
        self._kind = ErrorKind.TIMEOUT
        self._is_revoked = False
        self._lock = threading.Lock()
        self._pauses = 0
        self._paused_at: float | None = None
        self._paused_seconds = 0.0

    def remaining(self) -> float:
        """Seconds left, never below zero; they stay while it is paused."""
        return max(0.0, self._left())

    @property
    def is_over(self) -> bool:
        since = self._paused_at  # as in _left: every statement asks this several times
        return self._end <= (time.monotonic() if since is None else since)

    @property
    def is_paused(self) -> bool:
        return self._paused_at is not None

    @property
    def paused_seconds(self) -> float:
        """How long it was paused so far, all pauses together."""
        since = self._paused_at
        return self._paused_seconds + (0.0 if since is None else time.monotonic() - since)

    @property
    def kind(self) -> ErrorKind:
        """What a call ended by this deadline is reported as."""
        return self._kind

    def revoke(self, kind: ErrorKind = ErrorKind.CANCELLED) -> None:
        """End it now, for good, paused or not."""
        with self._lock:
            if self._is_revoked:
                return
            self._is_revoked = True
            self._kind = kind
            now = time.monotonic()
            self._end = min(self._end, now)
            self._end_pause(now)

    def pause(self) -> None:
        """Stop the clock until :meth:`resume`; pauses may be nested. One that was revoked is not paused any
        more.
        """
        with self._lock:
            self._pauses += 1
            if self._paused_at is None and not self._is_revoked:
                self._paused_at = time.monotonic()
        if self.parent is not None:
            self.parent.pause()

    def resume(self) -> None:
        """Let the clock run again, once for every :meth:`pause`."""
        if self.parent is not None:
            self.parent.resume()
        with self._lock:
            self._pauses -= 1
            if not self._pauses and self._paused_at is not None:
                now = time.monotonic()
                # The end goes first: in between it has more time than it should, never less.
                self._end += now - self._paused_at
                self._end_pause(now)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The clock stands inside the block."""
        self.pause()
        try:
            yield
        finally:
            self.resume()

    def grant(self, seconds: float | None = None) -> None:
        """Give ``seconds``, or the whole limit once more, from now on; nothing happens to one that was
        revoked.
        """
        with self._lock:
            if not self._is_revoked:
                more = self.limit if seconds is None else seconds
                self._end = (self._paused_at or time.monotonic()) + more

    def extend(self, seconds: float) -> None:
        """Give ``seconds`` more; nothing happens to one that was revoked."""
        with self._lock:
            if not self._is_revoked:
                self._end += seconds

    def check(self) -> None:
        """Raise :class:`CallKilled` once the time is over."""
        since = self._paused_at  # as in is_over
        if self._end <= (time.monotonic() if since is None else since):
            raise CallKilled(self._kind)

    def wait(
        self, ready: Callable[[float], bool], grace: float = 0.0, cancelled_grace: float | None = None
    ) -> bool:
        """Whether ``ready(seconds)``, which waits at most so long, was true before this was over by ``grace``
        seconds, or by ``cancelled_grace`` once it was revoked.
        """
        while not ready(max(0.0, min(self._left() + grace, _SLICE))):
            more = grace
            if self._is_revoked and cancelled_grace is not None:
                more = cancelled_grace
            if self._left() + more <= 0.0 and not self.is_paused:
                return ready(0.0)
        return True

    def _end_pause(self, now: float) -> None:
        if self._paused_at is not None:
            self._paused_seconds += now - self._paused_at
            self._paused_at = None

    def _left(self) -> float:
        """Seconds left; below zero: since when it is over."""
        since = self._paused_at  # read once: another thread may resume it here
        return self._end - (time.monotonic() if since is None else since)
