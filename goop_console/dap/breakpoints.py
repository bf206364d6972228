"""Breakpoints of the protocol into those of the engine, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lua_engine import Breakpoint, DebugError, Debugger


def breakpoints_from(script: str, wanted: Iterable[dict[str, Any]], first_line: int) -> list[Breakpoint]:
    """What an editor asks for in one source; ``first_line`` is the number of its first line."""
    return [
        Breakpoint(
            script,
            int(one["line"]) + 1 - first_line,
            condition=str(one.get("condition") or ""),
            hit_test=str(one.get("hitCondition") or ""),
            message=str(one.get("logMessage") or ""),
        )
        for one in wanted
    ]


def answers_of(debugger: Debugger, wanted: Iterable[Breakpoint]) -> list[dict[str, Any]]:
    """Set each; where it stops, or why it does not."""
    answers: list[dict[str, Any]] = []
    for one in wanted:
        try:
            binding = debugger.binding(debugger.put_breakpoint(one))
        except DebugError as error:
            answers.append({"verified": False, "message": str(error), "line": one.line})
            continue
        answer: dict[str, Any] = {"verified": binding.is_bound, "line": binding.line or one.line}
        if binding.reason:
            answer["message"] = binding.reason
        answers.append(answer)
    return answers
