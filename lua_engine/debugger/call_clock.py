"""The time of a debugged call: it stands while the call does, and no script pays for its recording.

A recorded line takes some 30 times its time. So what passes while it is recorded does not count, but for what
host functions take: a query has the time that it has without a debugger. The recording ends itself soon.
"""

from __future__ import annotations

import time
from typing import Final

from lua_engine.base.deadline import Deadline
from lua_engine.debugger.messages import Stopped, StopReason

STOP_SECONDS: Final = 2.0
"""That a call may come late to its limit, on a busy machine: it stops there, for somebody who looks."""


class CallClock:
    """Over the call's one deadline; used on the call's thread."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._since = 0.0  # on the monotonic clock: what passed before is settled
        self._host_seconds = 0.0

    def begin(self) -> None:
        """The script begins."""
        self._since = time.monotonic()

    def recorded(self, host_seconds: float) -> None:
        """The call was recorded since then; ``host_seconds`` are those of all its host functions so far."""
        now = time.monotonic()
        in_host = host_seconds - self._host_seconds
        self._deadline.extend(max(0.0, now - self._since - in_host))
        self._since, self._host_seconds = now, host_seconds

    def halt(self) -> None:
        """The call begins to stop."""
        self._deadline.pause()

    def go_on(self, stopped: Stopped | None) -> None:
        """It goes on from there; None: it is to end."""
        if stopped is not None and stopped.reason is StopReason.LIMIT:
            self._deadline.grant()
        self._deadline.resume()
        self._since = time.monotonic()
