"""What is remembered of a call of this session, without its value: enough to make it again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from lua_engine import Caller, CallResult, Request

_MAX = 1_000  # calls


@dataclass(frozen=True, slots=True)
class CallNote:
    request: Request
    script: str
    caller: Caller
    ok: bool


class CallNotes:
    """The last thousand calls by id."""

    def __init__(self) -> None:
        self._notes: OrderedDict[str, CallNote] = OrderedDict()

    def add(self, result: CallResult) -> None:
        self._notes[result.call_id] = CallNote(result.request, result.script, result.caller, result.ok)
        if len(self._notes) > _MAX:
            self._notes.popitem(last=False)

    def get(self, call_id: str) -> CallNote | None:
        return self._notes.get(call_id)


def call_target(call_id: str, note: CallNote | None) -> dict[str, Any]:
    """What the Call Tester needs to show a call again, or to make it once more as the same caller."""
    target: dict[str, Any] = {"call_id": call_id}
    if note is not None and note.request.kind == "call":
        target |= {"function": note.script, "params": note.request.argument, "caller_id": note.caller.id}
    elif note is not None and note.request.kind == "chat":
        target |= {"text": str(note.request.argument), "caller_id": note.caller.id}
    return target


def debug_target(call_id: str, note: CallNote | None) -> dict[str, Any]:
    """What the Lua Scripts tab needs to debug a call again, as a dry run; an event is made by nobody."""
    if note is None or note.request.kind not in ("call", "chat"):
        return {"debug_call": call_id}
    return {"debug": note.request, "caller": note.caller}
