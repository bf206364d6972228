"""The scripts that heard of groups which one call closed: a part of that call's story."""

from __future__ import annotations

from dataclasses import replace

from lua_engine.base.records import Effect
from lua_engine.calls.result import CallResult


class FollowUps:
    """Of one call."""

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
        """``result`` with what followed from it."""
        return replace(result, effects=(*result.effects, *self._effects)) if self._effects else result
