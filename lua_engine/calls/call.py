"""One call under way: what is known of it before it runs, and its clock."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import ErrorKind
from lua_engine.base.records import Origin
from lua_engine.calls.beginning import Beginning
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallError, CallResult, RateState, Timings

_ids = random.Random()  # a system call for each id would give the GIL away each time


class Call:
    """``deadline`` is the only end of it. ``counts``: against the rate limit, as a visitor's. ``keeps_diff``:
    the rows that it changes are wanted in the result. A dry run with a ``beginning`` begins with that
    instead of the data of now.

    ``cancel`` is for any thread, at any time: also before it began and after it ended.
    """

    def __init__(
        self,
        request: Request,
        caller: Caller,
        seconds: float,
        *,
        call_id: str = "",
        origin: Origin = Origin.PROGRAM,
        is_dry: bool = False,
        counts: bool = False,
        keeps_diff: bool = False,
        parent: Deadline | None = None,
    ) -> None:
        self.id = call_id or f"{_ids.getrandbits(48):012x}"
        self.request = request
        self.caller = caller
        self.origin = origin
        self.is_dry = is_dry
        self.counts = counts
        self.keeps_diff = keeps_diff or is_dry
        self.beginning: Beginning | None = None
        self.deadline = Deadline(seconds, parent)
        self.script = request.target
        self.rate: RateState | None = None
        self.started_at = time.time()
        self._clock = time.perf_counter()
        self._part: Call | None = None
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        """End it."""
        self._is_cancelled = True
        self.deadline.revoke(ErrorKind.CANCELLED)
        part = self._part
        if part is not None:
            part.cancel()

    @contextmanager
    def part(self, script: str, seconds: float) -> Iterator[Call]:
        """The call of one of the scripts that hear an event, with time of its own; it is cancelled with this
        one, and what holds it up holds up this one.
        """
        part = Call(
            self.request,
            self.caller,
            seconds,
            call_id=self.id,
            origin=self.origin,
            is_dry=self.is_dry,
            parent=self.deadline,
        )
        part.script = script
        self._part = part
        try:
            if self._is_cancelled:  # in this very moment
                part.cancel()
            yield part
        finally:
            self._part = None

    def seconds(self) -> float:
        """Since it was made, without the time that it was paused."""
        return time.perf_counter() - self._clock - self.deadline.paused_seconds

    def failed(self, kind: ErrorKind, message: str, **more: Any) -> CallResult:
        """The result of a call that never ran."""
        error = CallError(kind, message, self.script, detail=more.pop("detail", ""))
        return self.result(ok=False, error=error, **more)

    def cancelled(self) -> CallResult:
        """The result of a call that was cancelled before it ran."""
        return self.failed(ErrorKind.CANCELLED, "the call was cancelled")

    def result(self, **fields: Any) -> CallResult:
        """A result with what is known already."""
        fields.setdefault("timings", Timings(total=self.seconds()))
        fields.setdefault("rate", self.rate)
        return CallResult(
            self.id,
            self.request,
            self.caller,
            script=self.script,
            started_at=self.started_at,
            is_dry=self.is_dry,
            origin=self.origin,
            **fields,
        )
