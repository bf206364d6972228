"""A :class:`Request` as JSON data: in files of saved calls and checks, in the history, in lines of a batch.

``{"kind": "call", "function": "todo", "params": {...}}``, ``{"kind": "chat", "text": "!hello"}``,
``{"kind": "event", "event": "on_group_close", "argument": "g1"}``. Who reads it may know the kind already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lua_engine.base.errors import BugError, KnownError
from lua_engine.calls.request import KINDS, Request, RequestKind

KEYS: Mapping[str, frozenset[str]] = {
    "call": frozenset({"function", "params"}),
    "chat": frozenset({"text"}),
    "event": frozenset({"event", "argument"}),
}


class RequestError(KnownError):
    """The data are no request; the message names the key."""


def request_to_json(request: Request) -> dict[str, Any]:
    """``request`` as plain data, its kind first."""
    if request.kind == "call":
        return {"kind": "call", "function": request.target, "params": request.argument}
    if request.kind == "chat":
        return {"kind": "chat", "text": request.argument}
    if request.kind == "event":
        return {"kind": "event", "event": request.target, "argument": request.argument}
    raise BugError(f"a request is of kind {', '.join(KINDS)}, not {request.kind!r}")


def kind_of(body: Mapping[str, Any], place: str = "") -> RequestKind:
    """The kind that ``body`` names; a call when it names none. Raises :class:`RequestError`."""
    named = body.get("kind", "call")
    kind = next((one for one in KINDS if one == named), None)
    if kind is None:
        raise RequestError(f"{place}kind must be one of {', '.join(KINDS)}")
    return kind


def request_from_json(body: Mapping[str, Any], kind: RequestKind, place: str = "") -> Request:
    """The request of that kind in ``body``. ``place`` goes before a key in messages (``calls.add.``). Raises
    :class:`RequestError`.
    """
    if kind == "call":
        function = text_at(body, "function", place)
        if not function:
            raise RequestError(f"{place}function is empty")
        return Request.call(function, body.get("params"))
    if kind == "chat":
        return Request.chat(text_at(body, "text", place))
    return Request.event(text_at(body, "event", place), text_at(body, "argument", place, default=""))


def text_at(body: Mapping[str, Any], key: str, place: str = "", default: str | None = None) -> str:
    """The text under ``key``. Raises :class:`RequestError` when it is missing, without ``default``, or no
    text.
    """
    value = body.get(key, default)
    if not isinstance(value, str):
        raise RequestError(f"{place}{key} must be a text" if key in body else f"{place}{key} is missing")
    return value
