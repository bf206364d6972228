"""The time of a debugged call: it stands while the call does, and no script pays for its recording."""

from __future__ import annotations

from typing import Final

from lua_engine.base.deadline import Deadline
from lua_engine.debugger.messages import Stopped, StopReason

RECORDING_SECONDS: Final = 10.0
"""That a recording may take before it ends itself, on a busy machine."""

STOP_SECONDS: Final = 2.0
"""That a call may come late to its limit, on a busy machine: it stops there, for somebody who looks."""


class CallClock:
    """Over the call's one deadline; used on the call's thread."""

    def __init__(self, deadline: Deadline, *, records: bool) -> None:
        self._deadline = deadline
        self._records = records

    def begin(self) -> None:
        """The script begins."""
        if self._records:
            self._grant_recording()

    def halt(self) -> None:
        """The call begins to stop."""
        self._deadline.pause()

    def go_on(self, stopped: Stopped | None) -> None:
        """It goes on from there; None: it is to end."""
        if stopped is not None and stopped.recorded.ended_by == "time":  # the recording begins anew
            self._grant_recording()
        elif stopped is not None and stopped.reason is StopReason.LIMIT:
            self._deadline.grant()
        self._deadline.resume()

    def recording_ended(self) -> None:
        """From here on the script runs at its own speed, and has its own time."""
        self._deadline.grant()

    def _grant_recording(self) -> None:
        self._deadline.grant(self._deadline.limit + RECORDING_SECONDS)
