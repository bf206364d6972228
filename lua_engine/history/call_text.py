"""A call with all its parts as JSON texts, and back: what the history keeps."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

from lua_engine.base.caller import Caller
from lua_engine.base.errors import ErrorKind
from lua_engine.base.records import Effect, LogLine, Origin, PortabilityNote, SqlStatement
from lua_engine.calls.request import EVENTS, Request, RequestKind
from lua_engine.calls.request_json import request_from_json, request_to_json
from lua_engine.calls.result import CallError, CallResult, RateState, Timings
from lua_engine.store.changes.diff import ChangedRow, DataDiff, TableDiff

_Item = TypeVar("_Item")
MAX_BODY = 256 * 1024  # bytes of one call, all parts together
_BYTES = "$bytes"
# In the order in which they are let go when there is too much.
_PARTS = ("value", "diff", "sql", "logs", "effects", "request")


class Head(Protocol):
    """What is kept beside the body."""

    @property
    def call_id(self) -> str: ...

    @property
    def started_at(self) -> float: ...

    @property
    def kind(self) -> RequestKind: ...

    @property
    def script(self) -> str: ...

    @property
    def caller(self) -> Caller: ...

    @property
    def is_dry(self) -> bool: ...

    @property
    def origin(self) -> Origin: ...


def encode(result: CallResult) -> tuple[str, str]:
    """The body, at most about :data:`MAX_BODY` bytes, and a note that says what was left out of it. What is
    too large by itself goes first.
    """
    is_value_kept = result.value_bytes <= MAX_BODY
    parts = {
        "value": _written(result.value) if is_value_kept else ("null", result.value_bytes),
        "request": _written(request_to_json(result.request)),
        "sql": _listed(result.sql, asdict),
        "logs": _listed(result.logs, _line_to_json),
        "effects": _listed(result.effects, asdict),
        "diff": _listed(result.diff.tables, asdict),
    }
    texts = {name: text for name, (text, _) in parts.items()}
    sizes = {name: size for name, (_, size) in parts.items()}
    dropped = []
    for name in sorted(_PARTS, key=lambda name: sizes[name] <= MAX_BODY):
        if sum(sizes.values()) <= MAX_BODY:
            break
        if sizes[name] > MAX_BODY // 64:  # a small part makes no room
            dropped.append(_dropped(name, sizes[name]))
            texts[name], sizes[name] = "null", 4
    head = {
        "error": None if result.error is None else asdict(result.error),
        "timings": asdict(result.timings),
        "rate": None if result.rate is None else asdict(result.rate),
        "peak_memory": result.peak_memory,
        "value_bytes": result.value_bytes,
        "email": result.caller.email,
        "warnings": list(result.warnings),
        "notes": [asdict(one) for one in result.notes],
        "about_caller": result.about_caller,
    }
    texts |= {name: json.dumps(part) for name, part in head.items()}
    body = "{" + ",".join(f'"{name}":{text}' for name, text in texts.items()) + "}"
    return body, f"too large to be kept: {', '.join(dropped)}" if dropped else ""


def _written(part: Any) -> tuple[str, int]:
    text = json.dumps(part, default=_plain)
    return text, len(text)


def _listed(items: Sequence[_Item], to_json: Callable[[_Item], Any]) -> tuple[str, int]:
    """A list as JSON text, and how long that is. What is longer than :data:`MAX_BODY` would be written only
    to be let go, by eight callers at once: it is written piece by piece, and counted.
    """
    size, pieces = 0, list[str]()
    for item in items:
        text, length = _written(to_json(item))
        size += length + 2
        if size <= MAX_BODY:
            pieces.append(text)
    return (f"[{', '.join(pieces)}]", max(2, size)) if size <= MAX_BODY else ("null", size)


def decode(body: str, head: Head, *, is_ok: bool) -> CallResult:
    """The call again."""
    parts = json.loads(body, object_hook=_restored)
    caller = Caller(head.caller.id, head.caller.label, parts["email"])
    error = parts["error"]
    return CallResult(
        head.call_id,
        _request(parts, head),
        caller,
        is_ok,
        script=head.script,
        value=parts["value"],
        error=None if error is None else CallError(**{**error, "kind": ErrorKind(error["kind"])}),
        logs=tuple(_line(one, head, caller) for one in parts["logs"] or ()),
        sql=tuple(SqlStatement(**{**one, "args": tuple(one["args"])}) for one in parts["sql"] or ()),
        timings=Timings(**parts["timings"]),
        peak_memory=parts["peak_memory"],
        value_bytes=parts.get("value_bytes", 0),  # entries of before it was kept have none
        started_at=head.started_at,
        effects=tuple(Effect(**one) for one in parts["effects"] or ()),
        rate=None if parts["rate"] is None else RateState(**parts["rate"]),
        warnings=tuple(parts.get("warnings", ())),  # entries of an older build have neither
        notes=tuple(PortabilityNote(**one) for one in parts.get("notes", ())),
        is_dry=head.is_dry,
        origin=head.origin,
        diff=DataDiff(tuple(map(_table, parts["diff"] or ()))),
        about_caller=bool(parts.get("about_caller", parts.get("asked_role"))),
    )


def _request(parts: Mapping[str, Any], head: Head) -> Request:
    """What was asked for. Bodies of version 1 have the params of a call, what follows the name in a chat
    line, or an event's text; one that was too large to be kept is there without its argument.
    """
    kept = parts.get("request")
    if kept is not None:
        return request_from_json(kept, head.kind)
    params = parts.get("params")
    if head.kind == "call":
        return Request.call(head.script, params)
    text = str(params or "")
    if head.kind == "event":
        return Request.event(EVENTS[0], text)
    return Request.chat(f"!{head.script} {text}".rstrip() if head.script else text)


def _line_to_json(line: LogLine) -> dict[str, Any]:
    return {"time": line.time, "level": line.level, "message": line.message, "script": line.script}


def _line(stored: Mapping[str, Any], head: Head, caller: Caller) -> LogLine:
    return LogLine(**stored, caller=caller, call_id=head.call_id, is_dry=head.is_dry, origin=head.origin)


def _dropped(name: str, size: int) -> str:
    shown = "params" if name == "request" else name
    return f"{shown} ({size / 1024:.0f} KB)"


def _table(stored: Mapping[str, Any]) -> TableDiff:
    changed = tuple(
        ChangedRow(one["key"], tuple(one["before"]), tuple(one["after"]), tuple(one["columns"]))
        for one in stored["changed"]
    )
    return TableDiff(
        stored["table"],
        stored["key"],
        tuple(stored["columns"]),
        tuple(map(tuple, stored["added"])),
        changed,
        tuple(map(tuple, stored["removed"])),
        stored["left_out"],
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    return str(value)


def _restored(found: dict[str, Any]) -> Any:
    return (
        base64.b64decode(found[_BYTES])
        if found.keys() == {_BYTES} and isinstance(found[_BYTES], str)
        else found
    )
