"""A call that was started and is not waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from lua_engine.base.caller import Caller
from lua_engine.calls.call import Call
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult

Listener = Callable[["CallHandle"], object]


class CallHandle:
    """Thread-safe, and nothing but :meth:`result` waits: also for the thread of a window."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._result: CallResult | None = None
        self._error: Exception | None = None
        self._listeners: list[Listener] = []

    @property
    def call_id(self) -> str:
        return self._call.id

    @property
    def request(self) -> Request:
        return self._call.request

    @property
    def caller(self) -> Caller:
        return self._call.caller

    @property
    def started_at(self) -> float:
        """Seconds since the epoch."""
        return self._call.started_at

    @property
    def seconds(self) -> float:
        """Since it was started, without pauses."""
        return self._call.seconds()

    @property
    def is_paused(self) -> bool:
        return self._call.deadline.is_paused

    @property
    def is_cancelled(self) -> bool:
        """Somebody asked it to end."""
        return self._call.is_cancelled

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def cancel(self) -> None:
        """End it; its result says ``cancelled`` unless it was done before. Answers at once."""
        self._call.cancel()

    def result(self, timeout: float | None = None) -> CallResult:
        """What came of it. Raises TimeoutError when it is not done within ``timeout`` seconds, and a
        :class:`KnownError` when it could not be made at all: no copy for a dry run, a caller who exists in
        dry runs only.
        """
        if not self._done.wait(timeout):
            raise TimeoutError(f"the call {self.call_id} is still under way")
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def on_done(self, listener: Listener) -> None:
        """Have ``listener(handle)`` called once, in the call's thread; at once when it is done already."""
        with self._lock:
            if not self._done.is_set():
                self._listeners.append(listener)
                return
        listener(self)

    def finish(self, result: CallResult | None, error: Exception | None) -> None:
        """For who runs it: this is what came of it."""
        with self._lock:
            self._result, self._error = result, error
            self._done.set()
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(self)
