"""The text of saved calls and checks (docs/checks.md): JSON with a fixed order of keys, one change on one
line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from lua_engine.base.strict_json import JsonProblem, parse_json
from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
from lua_engine.calls.outcome import OUTCOMES, Outcome
from lua_engine.calls.request_json import (
    KEYS,
    RequestError,
    kind_of,
    request_from_json,
    request_to_json,
    text_at,
)
from lua_engine.checks.model import (
    EXPECTATION_KINDS,
    ROW_KINDS,
    TEXT_KINDS,
    VALUE_KINDS,
    AccessCheck,
    CheckError,
    Expectation,
    SavedCall,
)

MAX_BYTES = 8 * 1024 * 1024  # of one file
VERSION = 1
"""Of the files; one without a number is of version 1 too."""


def call_text(call: SavedCall) -> bytes:
    """The file of a saved call. Raises :class:`CheckError` for params that are no JSON."""
    body: dict[str, Any] = {"version": VERSION}
    body |= {"description": call.description} if call.description else {}
    body |= request_to_json(call.request)
    body["caller"] = str(call.caller)
    body["expect"] = [_expectation(one) for one in call.expect]
    return _encoded(body, call.name)


def check_text(check: AccessCheck) -> bytes:
    """The file of an access check."""
    body: dict[str, Any] = {"version": VERSION}
    body |= {"description": check.description} if check.description else {}
    body["calls"] = {call.name: request_to_json(call.request) for call in check.calls}
    expected: dict[str, dict[str, str]] = {call.name: {} for call in check.calls}
    for (call, caller), outcome in check.expected.items():
        if call not in expected:
            raise CheckError(f"{check.name}: something is expected of {call!r}, which is none of its calls")
        expected[call][str(caller)] = outcome
    body["expected"] = expected
    return _encoded(body, check.name)


def parse_call(text: str, name: str) -> SavedCall:
    """A saved call. Raises :class:`CheckError` that names the key."""
    body = _versioned(text)
    with _named():
        kind = kind_of(body)
        _refuse_unknown(body, KEYS[kind] | {"version", "kind", "description", "caller", "expect"}, "")
        request = request_from_json(body, kind)
        caller = text_at(body, "caller", default=OWNER_REF)
        description = text_at(body, "description", default="")
    if not caller:
        raise CheckError("caller is empty: owner, stranger, role:NAME, or a peer's id or label")
    entries = body.get("expect", [])
    if not isinstance(entries, list):
        raise CheckError("expect must be a list")
    expect = tuple(_parse_expectation(one, f"expect[{place}]") for place, one in enumerate(entries))
    return SavedCall(name, request, CallerRef(caller), expect, description)


def parse_check(text: str, name: str) -> AccessCheck:
    """An access check. Raises :class:`CheckError` that names the key."""
    body = _versioned(text)
    _refuse_unknown(body, {"version", "description", "calls", "expected"}, "")
    calls = []
    for call, given in _object(body.get("calls"), "calls").items():
        place = f"calls.{call}."
        request = _object(given, f"calls.{call}")
        with _named():
            kind = kind_of(request, place)
            _refuse_unknown(request, KEYS[kind] | {"kind"}, place)
            calls.append(SavedCall(call, request_from_json(request, kind, place)))
    with _named():
        description = text_at(body, "description", default="")
    return AccessCheck(name, tuple(calls), _parse_expected(body, calls), description=description)


def _parse_expected(
    body: Mapping[str, Any], calls: Sequence[SavedCall]
) -> dict[tuple[str, CallerRef], Outcome]:
    expected: dict[tuple[str, CallerRef], Outcome] = {}
    names = {call.name for call in calls}
    for call, row in _object(body.get("expected"), "expected").items():
        if call not in names:
            raise CheckError(f"expected.{call}: there is no such call under calls")
        for caller, given in _object(row, f"expected.{call}").items():
            outcome = next((one for one in OUTCOMES if one == given), None)
            if outcome is None:
                raise CheckError(f"expected.{call}.{caller} must be one of {', '.join(OUTCOMES)}")
            expected[call, CallerRef(caller)] = outcome
    return expected


def _versioned(text: str) -> dict[str, Any]:
    """The object in ``text``. Raises :class:`CheckError` when a newer program wrote it."""
    body = _object(_decoded(text), "the file")
    version = body.get("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise CheckError(f"version must be a whole number, {VERSION} in this program")
    if version > VERSION:
        raise CheckError(
            f"version {version} is of a newer Goop Console, which this one ({VERSION}) cannot read; "
            "open the site with that one, or write the call anew"
        )
    return body


@contextmanager
def _named() -> Iterator[None]:
    """What is wrong with a request, as an error of the file."""
    try:
        yield
    except RequestError as error:
        raise CheckError(str(error)) from None


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


def _text(body: Mapping[str, Any], key: str, place: str, default: str | None = None) -> str:
    with _named():
        return text_at(body, key, place, default)


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CheckError(f"{place} must be an object: {{ … }}")
    return value


def _refuse_unknown(body: Mapping[str, Any], known: AbstractSet[str], place: str) -> None:
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
