"""Chat messages: what is a command, and what the visitor reads (contract section 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lua_engine.calls.result import CallResult

MAX_REPLY_BYTES = 4096
_CUT = "... (truncated)"


@dataclass(frozen=True, slots=True)
class Command:
    """``!name rest``: the name lower-cased, the rest trimmed."""

    name: str
    rest: str


def parse_command(text: str) -> Command | None:
    """The command in a message; None for ordinary chat and for a bare ``!``."""
    stripped = text.strip()
    if not stripped.startswith("!"):
        return None
    words = stripped[1:].split(None, 1)
    if not words or stripped[1].isspace():
        return None
    return Command(words[0].lower(), words[1].strip() if len(words) > 1 else "")


def truncate(reply: str) -> str:
    """At most 4,096 bytes, never cut inside a character."""
    encoded = reply.encode("utf-8", "replace")
    if len(encoded) <= MAX_REPLY_BYTES:
        return reply
    return encoded[:MAX_REPLY_BYTES].decode("utf-8", "ignore") + _CUT


def reply_of(result: CallResult) -> CallResult:
    """The result with the reply as the visitor reads it."""
    error = result.error
    reply = result.value if error is None else f"Script error: {error.message}"
    shown = truncate(reply) if reply else None
    return replace(result, value=shown, value_bytes=len(shown.encode("utf-8", "replace")) if shown else 0)
