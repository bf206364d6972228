"""Numbers, times and outcomes as a person reads them."""

from __future__ import annotations

from typing import Any

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from lua_engine import OUTCOME_WORDS, CallError, CallResult, ErrorKind, RateState, outcome_of

_KIND_WORDS = {
    ErrorKind.NOT_FOUND: "not found",
    ErrorKind.NO_ENTRY_POINT: "nothing to call in this script",
    ErrorKind.DISABLED: "Lua is disabled",
    ErrorKind.RATE_LIMIT: "refused by the rate limit",
    ErrorKind.TIMEOUT: "timed out",
    ErrorKind.MEMORY: "out of memory",
    ErrorKind.SCRIPT: "script error",
    ErrorKind.CONVERSION: "the result cannot be sent",
    ErrorKind.BAD_REQUEST: "bad request",
    ErrorKind.BUSY: "too busy",
    ErrorKind.CANCELLED: "cancelled",
}
_ADVICE = {
    ErrorKind.NOT_FOUND: "Look at the name: data functions are files in site/lua/functions/, "
    "chat commands files in site/lua/.",
    ErrorKind.NO_ENTRY_POINT: "A data function defines call(request), a chat command handle(args).",
    ErrorKind.DISABLED: "Scripts run once lua.enabled is true in goop.json; the Lua menu turns it on.",
    ErrorKind.RATE_LIMIT: "The script's @rate_limit, or the rate limits in goop.json's lua section, "
    "set how many calls a minute are answered.",
    ErrorKind.TIMEOUT: "A call may take lua.timeout_seconds of goop.json. "
    "The traceback shows where it was when the time ran out.",
    ErrorKind.MEMORY: "A call may use lua.max_memory_mb of goop.json.",
    ErrorKind.CONVERSION: "Only tables, strings, numbers, booleans and nil can be sent to a page.",
}


def error_words(kind: ErrorKind) -> str:
    return _KIND_WORDS.get(kind, str(kind))


def advice(error: CallError) -> str:
    """What to do about it; ``""`` where the message says it all."""
    return _ADVICE.get(error.kind, "")


def outcome_words(result: CallResult) -> str:
    """``ok``, ``refused: owner only``, ``invalid input``, or the kind of error in words."""
    outcome, error = outcome_of(result), result.error
    if outcome == "refused" and error is not None and error.raised_by == "owner":
        return "refused: owner only"
    if error is not None and not error.raised_by:
        return error_words(error.kind)
    return "refused by the script" if outcome == "refused" else OUTCOME_WORDS[outcome]


def outcome_sign(result: CallResult) -> str:
    """One sign for each outcome; words stand beside it."""
    return {"ok": "✓", "refused": "⊘", "invalid": "⚠"}.get(outcome_of(result), "✗")


def run_words(outcome: CallOutcome) -> str:
    """Whether anything was changed."""
    return "dry run" if outcome.is_dry else "for real"


def rate_words(rate: RateState | None) -> str:
    """``3 of 60 calls a minute used, this one not counted``; an empty text when the call never came to it."""
    if rate is None:
        return ""
    if not rate.limit:
        return "no rate limit"
    return (
        f"{rate.used:,} of {rate.limit:,} calls a minute used, this one "
        f"{'counted' if rate.counted else 'not counted'}"
    )


def milliseconds(seconds: float) -> str:
    """``0.8 ms``, ``120 ms``, ``3.2 s``."""
    value = seconds * 1000
    if value >= 1000:
        return f"{seconds:.1f} s"
    if value >= 100:
        return f"{value:.0f} ms"
    return f"{value:.1f} ms" if value >= 0.1 or value == 0 else f"{value:.2f} ms"


def byte_size(count: int) -> str:
    """``812 bytes``, ``1.2 KB``, ``20.1 MB``."""
    if count < 1024:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1024:.1f} KB" if count < 1024 * 1024 else f"{count / (1024 * 1024):.1f} MB"


def spoken(outcome: CallOutcome) -> str:
    """The outcome as one sentence, for screen readers and the status line's tool tip."""
    result = outcome.result
    who = f"{outcome.call.title} as {outcome.call.caller.title}"
    return f"{who}, {run_words(outcome)}: {outcome_words(result)}, {milliseconds(result.timings.total)}"


def one_line(value: Any, limit: int = 160) -> str:
    """A text on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
