"""The text of saved calls and checks (docs/checks.md): JSON with a fixed order of keys, one change on one
line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lua_engine.base.strict_json import JsonProblem, parse_json
from lua_engine.checks.model import (
    CALL_KINDS,
    EXPECTATION_KINDS,
    OUTCOMES,
    ROW_KINDS,
    TEXT_KINDS,
    VALUE_KINDS,
    AccessCheck,
    CheckError,
    Expectation,
    SavedCall,
)

MAX_BYTES = 8 * 1024 * 1024  # of one file

_CALL_KEYS = {
    "call": {"kind", "function", "params"},
    "chat": {"kind", "text"},
    "event": {"kind", "event", "argument"},
}


def call_text(call: SavedCall) -> bytes:
    """The file of a saved call. Raises :class:`CheckError` for params that are no JSON."""
    body: dict[str, Any] = {"description": call.description} if call.description else {}
    body |= _request(call)
    body["caller"] = call.caller
    body["expect"] = [_expectation(one) for one in call.expect]
    return _encoded(body, call.name)


def check_text(check: AccessCheck) -> bytes:
    """The file of an access check."""
    body: dict[str, Any] = {"description": check.description} if check.description else {}
    body["calls"] = {call.name: _request(call) for call in check.calls}
    expected: dict[str, dict[str, str]] = {call.name: {} for call in check.calls}
    for (call, caller), outcome in check.expected.items():
        if call not in expected:
            raise CheckError(f"{check.name}: something is expected of {call!r}, which is none of its calls")
        expected[call][caller] = outcome
    body["expected"] = expected
    return _encoded(body, check.name)


def parse_call(text: str, name: str) -> SavedCall:
    """A saved call. Raises :class:`CheckError` that names the key."""
    body = _object(_decoded(text), "the file")
    kind = _kind(body)
    _refuse_unknown(body, _CALL_KEYS[kind] | {"description", "caller", "expect"}, "")
    entries = body.get("expect", [])
    if not isinstance(entries, list):
        raise CheckError("expect must be a list")
    expect = tuple(_parse_expectation(one, f"expect[{place}]") for place, one in enumerate(entries))
    caller = _text(body, "caller", "", default="owner")
    if not caller:
        raise CheckError("caller is empty: owner, stranger, role:NAME, or a peer's id or label")
    return _parsed_request(
        body,
        kind,
        name,
        "",
        caller=caller,
        expect=expect,
        description=_text(body, "description", "", default=""),
    )


def parse_check(text: str, name: str) -> AccessCheck:
    """An access check. Raises :class:`CheckError` that names the key."""
    body = _object(_decoded(text), "the file")
    _refuse_unknown(body, {"description", "calls", "expected"}, "")
    calls = []
    for call, request in _object(body.get("calls"), "calls").items():
        place = f"calls.{call}."
        kind = _kind(_object(request, f"calls.{call}"), place)
        _refuse_unknown(request, _CALL_KEYS[kind], place)
        calls.append(_parsed_request(request, kind, call, place))
    expected: dict[tuple[str, str], str] = {}
    names = {call.name for call in calls}
    for call, row in _object(body.get("expected"), "expected").items():
        if call not in names:
            raise CheckError(f"expected.{call}: there is no such call under calls")
        for caller, outcome in _object(row, f"expected.{call}").items():
            if outcome not in OUTCOMES:
                raise CheckError(f"expected.{call}.{caller} must be one of {', '.join(OUTCOMES)}")
            expected[call, caller] = outcome
    return AccessCheck(name, tuple(calls), expected, description=_text(body, "description", "", default=""))


def _request(call: SavedCall) -> dict[str, Any]:
    if call.kind == "call":
        return {
            "kind": "call",
            "function": call.target,
            "params": {} if call.argument is None else call.argument,
        }
    if call.kind == "chat":
        return {"kind": "chat", "text": call.argument}
    if call.kind == "event":
        return {"kind": "event", "event": call.target, "argument": call.argument}
    raise CheckError(f"{call.name}: kind must be one of {', '.join(CALL_KINDS)}, not {call.kind!r}")


def _parsed_request(body: Mapping[str, Any], kind: str, name: str, place: str, **more: Any) -> SavedCall:
    if kind == "call":
        target = _text(body, "function", place)
        if not target:
            raise CheckError(f"{place}function is empty")
        return SavedCall(name, kind, target, body.get("params", {}), **more)
    if kind == "chat":
        return SavedCall(name, kind, "", _text(body, "text", place), **more)
    return SavedCall(
        name, kind, _text(body, "event", place), _text(body, "argument", place, default=""), **more
    )


def _expectation(one: Expectation) -> dict[str, Any]:
    body: dict[str, Any] = {"kind": one.kind}
    if one.kind in (*ROW_KINDS, "no_rows_changed"):
        body |= {"table": one.path} if one.path else {}
        return body | ({"count": one.value} if one.value is not None and one.kind in ROW_KINDS else {})
    if one.kind in VALUE_KINDS:
        return body | ({"path": one.path} if one.path else {}) | {"value": one.value}
    if one.kind in TEXT_KINDS:
        return body | ({"text": one.value} if one.value else {})
    if one.kind not in EXPECTATION_KINDS:
        raise CheckError(
            f"an expectation's kind must be one of {', '.join(EXPECTATION_KINDS)}, not {one.kind!r}"
        )
    return body


def _parse_expectation(given: Any, place: str) -> Expectation:
    body = _object(given, place)
    kind = body.get("kind")
    if kind in ROW_KINDS:
        _refuse_unknown(body, {"kind", "table", "count"}, f"{place}.")
        count = body.get("count")
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
            raise CheckError(f"{place}.count must be a whole number, 0 or more")
        return Expectation(kind, _text(body, "table", f"{place}."), count)
    if kind == "no_rows_changed":
        _refuse_unknown(body, {"kind", "table"}, f"{place}.")
        return Expectation(kind, _text(body, "table", f"{place}.", default=""))
    if kind in VALUE_KINDS:
        _refuse_unknown(body, {"kind", "path", "value"}, f"{place}.")
        if "value" not in body:
            raise CheckError(f"{place}.value is missing")
        return Expectation(kind, _pointer(body, place), body["value"])
    if kind in TEXT_KINDS:
        _refuse_unknown(body, {"kind", "text"}, f"{place}.")
        return Expectation(kind, "", _text(body, "text", f"{place}.", default="") or None)
    if kind != "ok":
        raise CheckError(f"{place}.kind must be one of {', '.join(EXPECTATION_KINDS)}")
    _refuse_unknown(body, {"kind"}, f"{place}.")
    return Expectation("ok")


def _pointer(body: Mapping[str, Any], place: str) -> str:
    path = _text(body, "path", f"{place}.", default="")
    if path and not path.startswith("/"):
        raise CheckError(f"{place}.path must begin with a slash, like /rows/0/title")
    return path


def _kind(body: Mapping[str, Any], place: str = "") -> str:
    kind = body.get("kind", "call")
    if kind not in CALL_KINDS:
        raise CheckError(f"{place}kind must be one of {', '.join(CALL_KINDS)}")
    return str(kind)


def _text(body: Mapping[str, Any], key: str, place: str, default: str | None = None) -> str:
    value = body.get(key, default)
    if not isinstance(value, str):
        raise CheckError(f"{place}{key} must be a text" if key in body else f"{place}{key} is missing")
    return value


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CheckError(f"{place} must be an object: {{ … }}")
    return value


def _refuse_unknown(body: Mapping[str, Any], known: set[str], place: str) -> None:
    unknown = sorted(body.keys() - known)
    if unknown:
        raise CheckError(f"{place}{unknown[0]} is no key of it; there are {', '.join(sorted(known))}")


def _decoded(text: str) -> Any:
    try:
        return parse_json(text, max_bytes=MAX_BYTES)
    except JsonProblem as problem:
        raise CheckError(f"not JSON: {problem}") from None


def _encoded(body: Mapping[str, Any], name: str) -> bytes:
    try:
        return (json.dumps(body, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()
    except (TypeError, ValueError, RecursionError) as error:  # a surrogate half, bytes, NaN
        raise CheckError(f"{name}: cannot be written as JSON: {error}") from None
