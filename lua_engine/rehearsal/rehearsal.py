"""What comes of a rehearsal, and what it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import BugError, ErrorKind
from lua_engine.base.results import CallResult, Effect, Timings
from lua_engine.calls.dispatcher import Dispatcher
from lua_engine.calls.runner import Call
from lua_engine.store.changes.diff import DataDiff


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A call with what it changed in the tables; ``is_live``: it really did. The effects of scripts that
    follow from it come last in ``result``.
    """

    result: CallResult
    diff: DataDiff
    is_live: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """``kind``: ``call`` (``argument`` are the params), ``chat`` (the whole line) or ``event`` (``name``,
    with its text; the owner runs it).
    """

    kind: str
    name: str
    argument: Any
    caller: Caller
    call_id: str


def ask(dispatcher: Dispatcher, asked: Asked, owner: Caller, *, count_rate: bool) -> CallResult:
    """Have it done."""
    if asked.kind == "call":
        return dispatcher.call(
            asked.name, asked.argument, asked.caller, count_rate=count_rate, call_id=asked.call_id
        )
    if asked.kind == "chat":
        return dispatcher.chat(
            str(asked.argument), asked.caller, count_rate=count_rate, call_id=asked.call_id
        )
    if asked.kind == "event":
        return _joined(
            dispatcher.emit(asked.name, str(asked.argument or ""), owner, call_id=asked.call_id), asked, owner
        )
    raise BugError(f"a call is of kind call, chat or event, not {asked.kind!r}")


class Aftermath:
    """The scripts that were told of groups that one call closed."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []

    def add(self, group_id: str, result: CallResult) -> None:
        """``result`` is that of ``on_group_close``."""
        answer = "done" if result.error is None else result.error.message
        detail = {"group": group_id, "script": result.script, "ok": result.ok, "answer": answer}
        self._effects += [
            Effect("closed", f"{result.script}: on_group_close({group_id}): {answer}", detail),
            *result.effects,
        ]

    def added_to(self, result: CallResult) -> CallResult:
        return replace(result, effects=(*result.effects, *self._effects)) if self._effects else result


def _joined(results: Sequence[CallResult], asked: Asked, owner: Caller) -> CallResult:
    """One result for the scripts that an event ran, in their order."""
    if len(results) == 1:
        return results[0]
    names = ", ".join(one.script for one in results)
    call = Call("event", names, owner, asked.argument, asked.call_id, deadline=Deadline(0.0))
    if not results:
        return call.failed(ErrorKind.NOT_FOUND, f"no data function has a global function {asked.name}")
    return call.result(
        ok=all(one.ok for one in results),
        error=next((one.error for one in results if one.error is not None), None),
        logs=tuple(line for one in results for line in one.logs),
        sql=tuple(statement for one in results for statement in one.sql),
        effects=tuple(effect for one in results for effect in one.effects),
        peak_memory=max(one.peak_memory for one in results),
        timings=_sum([one.timings for one in results]),
    )


def _sum(parts: Sequence[Timings]) -> Timings:
    names = ("total", "wait", "load", "lua", "sql", "host")
    return Timings(*(sum(getattr(one, name) for one in parts) for name in names))
