"""A call's result as the batch protocol writes it (docs/batch-protocol.md)."""

from __future__ import annotations

import json
from typing import Any

from lua_engine import CallError, CallResult, LogLine, PortabilityNote


def error_object(error: CallError) -> dict[str, Any]:
    """``kind`` and ``message`` are for programs; the rest helps a person."""
    return {
        "kind": error.kind.value,
        "message": error.message,
        "script": error.script,
        "line": error.line or None,
        "detail": error.detail,
        "traceback": error.traceback,
    }


def note_object(note: PortabilityNote) -> dict[str, Any]:
    """Where Goop2 would do otherwise."""
    return {
        "id": note.id,
        "line": note.line or None,
        "what": note.what,
        "text": str(note),
        "instead": note.instead,
    }


def answer_object(request_id: Any, result: CallResult) -> dict[str, Any]:
    """The answer to a ``call`` or a ``chat``; ``warnings`` only where there are any."""
    answer = {
        "id": request_id,
        "ok": result.ok,
        "value": result.value,
        "error": error_object(result.error) if result.error else None,
        "logs": [{"level": line.level, "message": line.message} for line in result.logs],
        "call_id": result.call_id,
        "duration_ms": round(result.timings.total * 1000, 3),
    }
    if result.warnings:
        answer["warnings"] = list(result.warnings)
    return answer


def answer_line(answer: dict[str, Any]) -> str:
    """The answer as one line of ASCII, with its end."""
    return json.dumps(answer, ensure_ascii=True, allow_nan=False) + "\n"


def log_text(line: LogLine) -> str:
    """A log line for a terminal. What follows a line break in it stands to the right, so that it does not
    look like a line of its own.
    """
    begin = f"{line.level}: "
    return begin + line.message.replace("\n", "\n" + " " * len(begin))
