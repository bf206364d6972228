"""Answers, before they are written to a connection."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from lua_engine import PageError, PageErrorKind

_STATUS = {
    PageErrorKind.BAD_REQUEST: 400,
    PageErrorKind.REFUSED: 500,  # as Goop2: a refusal of the site's is an answer of its own kind
    PageErrorKind.FAILED: 500,
    PageErrorKind.NOT_FOUND: 404,
    PageErrorKind.UNREACHABLE: 502,
}

_WORDS = {
    PageErrorKind.BAD_REQUEST: "invalid input",
    PageErrorKind.REFUSED: "refused",
    PageErrorKind.FAILED: "error",
    PageErrorKind.NOT_FOUND: "not found",
    PageErrorKind.UNREACHABLE: "not reached",
}


@dataclass(slots=True)
class Answer:
    """``body`` is sent as it is; ``stream`` (closed afterwards) is sent from ``start``, ``length`` bytes;
    ``follow`` writes an endless answer itself. ``reason`` says why something was refused, ``outcome`` how it
    went, in words (empty: as the status says); ``call_id`` which call answered, ``script`` which data
    function.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)
    stream: BinaryIO | None = None
    start: int = 0
    length: int = 0
    follow: Callable[[Callable[[bytes], bool]], None] | None = None
    reason: str = ""
    outcome: str = ""
    call_id: str = ""
    script: str = ""
    what: str = ""


def json_answer(value: Any) -> Answer:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    return Answer(body=text.encode("utf-8", "replace") + b"\n", content_type="application/json")


def text_answer(status: int, text: str) -> Answer:
    """An error as Goop2 sends it: the message as text, with a line end."""
    return Answer(status, text.encode("utf-8", "replace") + b"\n", reason=text)


def error_answer(error: PageError) -> Answer:
    """The page gets the message; the advice is for the site's owner."""
    reason = f"{error} ({error.advice})" if error.advice else str(error)
    return replace(text_answer(_STATUS[error.kind], str(error)), outcome=_WORDS[error.kind], reason=reason)


def redirect(place: str) -> Answer:
    return Answer(302, headers=[("Location", place)])


def _plain(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
