"""What the engine tells of calls."""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine.base.events import Event
from lua_engine.calls.result import CallResult


@dataclass(frozen=True, slots=True)
class CallFinished(Event):
    """A call came to its end, whatever it is; ``result`` says whether it was a dry run, and from where."""

    result: CallResult
