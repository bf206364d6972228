"""Firing one request many times, several at once; never on the Qt thread."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

from goop_console.tabs.calls.fire.shots import Shot
from goop_console.tabs.calls.model.request import CallRequest
from lua_engine import Caller, CallResult, Engine, ErrorKind, outcome_of, reason_of

MAX_COUNT, MAX_AT_ONCE = 10_000, 8
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class FirePlan:
    """``request`` says as whom, whether dry, and whether calls count against the rate limit."""

    request: CallRequest
    count: int
    at_once: int


class Firing:
    """``run`` takes a worker thread and as many more as calls go at once.

    ``cancel`` takes one too: it ends the calls under way and begins no other. ``on_shot`` is called in the
    threads of the calls.
    """

    def __init__(self, engine: Engine, plan: FirePlan, on_shot: Callable[[Shot], None]) -> None:
        self.plan = plan
        self._engine = engine
        self._on_shot = on_shot
        self._caller = Caller(plan.request.caller.id, plan.request.caller.name, plan.request.caller.email)
        self._numbers = count(1)
        self._changed = threading.Condition()
        self._under_way: set[str] = set()
        self._cancelled = threading.Event()
        self._began = 0.0

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def run(self) -> None:
        """Fire to the end, or to where it is cancelled. Raises what the engine raises, :class:`KnownError`
        when no copy for a dry run can be made.
        """
        self._began = time.monotonic()
        with ThreadPoolExecutor(self.plan.at_once, thread_name_prefix="goop-fire") as pool:
            lanes = [pool.submit(self._lane) for _ in range(min(self.plan.at_once, self.plan.count))]
            for lane in lanes:
                lane.result()

    def cancel(self) -> None:
        """Begin no other call, and ask those under way to end until they have: the engine may not have
        registered one of them yet.
        """
        with self._changed:
            self._cancelled.set()
            while self._under_way:
                for call_id in tuple(self._under_way):
                    self._engine.cancel(call_id)
                self._changed.wait(_POLL_SECONDS)

    def _lane(self) -> None:
        try:
            while not self.is_cancelled:
                number = next(self._numbers)
                if number > self.plan.count:
                    return
                self._fire(number)
        except BaseException:
            self._cancelled.set()  # the others stop too; the error is told by run
            raise

    def _fire(self, number: int) -> None:
        call_id = uuid.uuid4().hex[:12]
        with self._changed:
            if self._cancelled.is_set():
                return
            self._under_way.add(call_id)
        at = time.monotonic() - self._began
        try:
            result = self._call(call_id)
        finally:
            with self._changed:
                self._under_way.discard(call_id)
                self._changed.notify_all()
        error = result.error
        if error is not None and error.kind is ErrorKind.CANCELLED and self.is_cancelled:
            return
        is_limited = error is not None and error.kind is ErrorKind.RATE_LIMIT
        self._on_shot(
            Shot(number, at, result.timings.total, outcome_of(result), is_limited, reason_of(result))
        )

    def _call(self, call_id: str) -> CallResult:
        """A dry run is timed without the copy that it needs: what a visitor would wait for."""
        request, caller = self.plan.request, self._caller
        if request.is_dry:
            return self._engine.rehearse(
                request.kind, request.target, request.payload, caller=caller, call_id=call_id
            ).result
        if request.kind == "chat":
            return self._engine.chat(request.text, caller=caller, count_rate=request.counts, call_id=call_id)
        if request.kind == "event":
            return self._engine.run_recorded(
                "event", request.target, request.payload, caller=caller, call_id=call_id
            ).result
        return self._engine.call(
            request.target, request.payload, caller=caller, count_rate=request.counts, call_id=call_id
        )
