"""Between the session and the Lua side (``runtime/lua/debug_*.lua``): messages in, texts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lua_engine.debugger.breakpoints import Breakpoint
from lua_engine.debugger.messages import (
    DebugValue,
    Evaluation,
    LineRound,
    LineValues,
    Recorded,
    StackFrame,
    Stopped,
    StopReason,
    SuspendedCoroutine,
    ValuePage,
)

_FIELD, _RECORD = "\x1f", "\x1e"


def breakpoint_text(bound: Iterable[tuple[int, Breakpoint]], hooked: frozenset[int]) -> str:
    """Breakpoints by the line that they bind to; ``hooked`` are lines that only the hook can stop at."""
    records = (
        (str(line), one.id, "1" if line in hooked else "0", one.hit_test, one.condition, one.message)
        for line, one in bound
    )
    return "".join("".join(_clean(part) + _FIELD for part in record) + _RECORD for record in records)


def _clean(text: str) -> str:
    return text.replace(_FIELD, " ").replace(_RECORD, " ")


def frame(message: Mapping[str, Any]) -> StackFrame:
    return StackFrame(
        message["id"],
        message["name"],
        message["line"],
        message["source"],
        message["coroutine"],
        message["tail"],
    )


def value(message: Mapping[str, Any]) -> DebugValue:
    return DebugValue(
        message["name"],
        message["type"],
        message["text"],
        message["ref"],
        message.get("number", 0),
        message.get("key", 0),
        message.get("is_given", False),
    )


def values(message: Mapping[str, Any]) -> tuple[DebugValue, ...]:
    return tuple(map(value, message["items"]))


def page(message: Mapping[str, Any]) -> ValuePage:
    total = message["total"]
    return ValuePage(values(message), None if total < 0 else total)


def evaluation(message: Mapping[str, Any]) -> Evaluation:
    return Evaluation(
        tuple(map(value, message.get("values", ()))),
        message.get("error", ""),
        message.get("not_kept", False),
    )


def coroutines(message: Mapping[str, Any]) -> tuple[SuspendedCoroutine, ...]:
    return tuple(
        SuspendedCoroutine(one["number"], tuple(map(frame, one["frames"]))) for one in message["coroutines"]
    )


def recorded(message: Mapping[str, Any]) -> Recorded:
    return Recorded(
        message["first"] if message["last"] >= message["first"] else 0,
        message["last"] if message["last"] >= message["first"] else 0,
        message["is_on"],
        message["dropped"],
        message.get("ended_by", ""),
    )


def stopped(message: Mapping[str, Any], before: Stopped | None = None) -> Stopped:
    """A stop, or (with the stop ``before``) another step that is looked at."""
    return Stopped(
        StopReason(message["reason"]) if before is None else before.reason,
        message["text"] if before is None else before.text,
        tuple(map(frame, message["frames"])),
        message["breakpoint"] if before is None else before.breakpoint,
        recorded(message["recording"]),
        message["step"],
        message.get("note", ""),
    )


def _round(message: Any) -> LineRound:
    return LineRound(message[0], tuple((name, text) for name, text in message[1]))


def line_values(messages: Iterable[Mapping[str, Any]]) -> tuple[LineValues, ...]:
    found = (
        LineValues(
            one["line"],
            one["count"],
            tuple(map(_round, one["rounds"])),
            _round(one["last"]) if "last" in one else None,
        )
        for one in messages
    )
    return tuple(sorted(found, key=lambda one: one.line))
