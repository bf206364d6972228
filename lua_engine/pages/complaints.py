"""Lines about pages in the log: what was refused and why, and errors in the page's own script."""

from __future__ import annotations

import threading
import time

from lua_engine.base.caller import Caller
from lua_engine.base.events import EventBus, LogRecorded
from lua_engine.base.records import LogLine
from lua_engine.pages.errors import PageError

QUIET = 10.0
"""Seconds in which the same line is not written again: a page that polls asks the same every three seconds.
"""

MAX_MESSAGE = 4_000  # characters of a page's own words
_MAX_REMEMBERED = 500


class Complaints:
    """Publishes :class:`LogRecorded`. Thread-safe."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], float] = {}

    def refused(self, what: str, error: PageError, caller: Caller) -> None:
        """``what`` was asked for and not answered."""
        advice = f" ({error.advice})" if error.advice else ""
        self._say("warn", f"page: {what}: {error}{advice}", caller)

    def note(self, text: str, caller: Caller | None = None) -> None:
        """Something that the site's owner should know."""
        self._say("warn", f"page: {text}", caller)

    def page_error(self, message: str, file: str, line: int, caller: Caller, *, level: str = "error") -> None:
        """An uncaught exception, or what the page wrote to its console."""
        place = f"{file}:{line}" if file and line else file
        self._say(level, f"page: {place}{': ' if file else ''}{message[:MAX_MESSAGE]}", caller)

    def _say(self, level: str, text: str, caller: Caller | None) -> None:
        key = (caller.id if caller else "", text)
        now = time.monotonic()
        with self._lock:
            if now - self._last.get(key, -QUIET) < QUIET:
                return
            self._last.pop(key, None)
            self._last[key] = now
            if len(self._last) > _MAX_REMEMBERED:
                del self._last[next(iter(self._last))]
        self._bus.publish(LogRecorded(LogLine(time.time(), level, text, caller=caller)))
