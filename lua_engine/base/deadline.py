"""The time that one call has."""

from __future__ import annotations

import time

from lua_engine.base.errors import CallKilled, ErrorKind


class Deadline:
    """A point on the monotonic clock, ``seconds`` after it was made.

    ``revoke`` ends it at once: that is how a call is cancelled, and how an abandoned VM is refused every host
    call.
    """

    __slots__ = ("_end", "_kind", "limit")

    def __init__(self, seconds: float) -> None:
        self.limit = seconds
        self._end = time.monotonic() + seconds
        self._kind = ErrorKind.TIMEOUT

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    @property
    def kind(self) -> ErrorKind:
        """What a call ended by this deadline is reported as."""
        return self._kind

    def revoke(self, kind: ErrorKind = ErrorKind.CANCELLED) -> None:
        """End it now."""
        self._kind = kind
        self._end = 0.0

    def check(self) -> None:
        """Raise :class:`CallKilled` once the time is over."""
        if self.is_over:
            raise CallKilled(self._kind)
