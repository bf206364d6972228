"""Which fields of ``request.params`` real calls brought, for each data function: names alone, no values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from lua_engine.base.events import Event
from lua_engine.calls.events import CallFinished
from lua_engine.calls.request import Request

_MOST_FUNCTIONS: Final = 500
_MOST_FIELDS: Final = 60  # of one function
_LONGEST: Final = 64


class SeenFields:
    """Thread-safe. ``past`` are requests of earlier starts, asked for once, with the first question."""

    def __init__(self, past: Callable[[], Iterable[Request]]) -> None:
        self._past: Callable[[], Iterable[Request]] | None = past
        self._fields: dict[str, dict[str, None]] = {}
        self._lock = threading.Lock()

    def on_event(self, event: Event) -> None:
        """A subscriber of the bus."""
        if isinstance(event, CallFinished) and event.result.is_real:
            self._note(event.result.request)

    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """By function, in the order in which they came."""
        with self._lock:
            past, self._past = self._past, None
        for request in past() if past is not None else ():
            self._note(request)
        with self._lock:
            return {name: tuple(found) for name, found in self._fields.items()}

    def _note(self, request: Request) -> None:
        """What comes from a visitor is bounded: their names may be anything."""
        if request.kind != "call" or not isinstance(request.argument, dict):
            return
        with self._lock:
            if request.target not in self._fields and len(self._fields) >= _MOST_FUNCTIONS:
                return
            found = self._fields.setdefault(request.target, {})
            for name in request.argument:
                is_name = isinstance(name, str) and name.isidentifier() and name.isascii()
                if is_name and len(name) <= _LONGEST and len(found) < _MOST_FIELDS and name != "action":
                    found[name] = None
