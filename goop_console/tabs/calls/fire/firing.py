"""Firing one call many times, several at once; never on the Qt thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from goop_console.tabs.calls.fire.shots import Shot
from goop_console.tabs.calls.model.callers import caller_of
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from lua_engine import CallHandle, CallResult, Engine, ErrorKind, Origin, outcome_of, reason_of

MAX_COUNT, MAX_AT_ONCE = 10_000, 8


@dataclass(frozen=True, slots=True)
class FirePlan:
    """``call`` says as whom, whether dry, and whether calls count against the rate limit."""

    call: PreparedCall
    count: int
    at_once: int


class Firing:
    """``run`` takes a thread of its own; the calls have the engine's. ``on_shot`` is called in those."""

    def __init__(self, engine: Engine, plan: FirePlan, on_shot: Callable[[Shot], None]) -> None:
        self.plan = plan
        self._engine = engine
        self._on_shot = on_shot
        self._caller = caller_of(plan.call.caller)
        self._free = threading.Semaphore(plan.at_once)
        self._lock = threading.Lock()
        self._under_way: set[CallHandle] = set()
        self._is_cancelled = False
        self._error: Exception | None = None
        self._began = 0.0

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def run(self) -> None:
        """Fire to the end, or to where it is cancelled. Raises what the engine raises, :class:`KnownError`
        when no copy for a dry run can be made.
        """
        self._began = time.monotonic()
        for number in range(1, self.plan.count + 1):
            self._free.acquire()
            if self._is_cancelled or self._error is not None:
                self._free.release()
                break
            self._fire(number)
        for _ in range(self.plan.at_once):
            self._free.acquire()
        if self._error is not None:
            raise self._error

    def cancel(self) -> None:
        """End the calls under way and begin no other; answers at once."""
        with self._lock:
            self._is_cancelled = True
            handles = tuple(self._under_way)
        for handle in handles:
            handle.cancel()

    def _fire(self, number: int) -> None:
        call, at = self.plan.call, time.monotonic() - self._began
        handle = self._engine.calls.start(
            call.request, self._caller, is_dry=call.is_dry, counts=call.counts, origin=Origin.WINDOW
        )
        with self._lock:
            self._under_way.add(handle)
            if self._is_cancelled:  # in this very moment
                handle.cancel()
        handle.on_done(lambda ended: self._on_done(ended, number, at))

    def _on_done(self, handle: CallHandle, number: int, at: float) -> None:
        with self._lock:
            self._under_way.discard(handle)
        try:
            self._note(handle.result(), number, at)
        except Exception as error:  # noqa: BLE001  # ``run`` raises it again
            self._error = self._error or error
        finally:
            self._free.release()

    def _note(self, result: CallResult, number: int, at: float) -> None:
        """Count it, by the time that a visitor would wait: without the copy that a dry run needs."""
        kind = result.error.kind if result.error is not None else None
        if kind is ErrorKind.CANCELLED and self._is_cancelled:
            return
        is_limited = kind is ErrorKind.RATE_LIMIT
        self._on_shot(
            Shot(number, at, result.timings.total, outcome_of(result), is_limited, reason_of(result))
        )
