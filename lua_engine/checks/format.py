"""The text of saved calls and checks (docs/checks.md): JSON with a fixed order of keys, one change on one
line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
from lua_engine.calls.outcome import OUTCOMES, Outcome
from lua_engine.calls.request_json import KEYS, kind_of, request_from_json, request_to_json, text_at
from lua_engine.checks.expectation_json import expectation_json, parse_expectation
from lua_engine.checks.file_text import (
    VERSION,
    encoded,
    json_object,
    naming_the_key,
    refuse_unknown,
    versioned_object,
)
from lua_engine.checks.model import AccessCheck, CheckError, SavedCall


def call_text(call: SavedCall) -> bytes:
    """The file of a saved call. Raises :class:`CheckError` for params that are no JSON."""
    body: dict[str, Any] = {"version": VERSION}
    body |= {"description": call.description} if call.description else {}
    body |= request_to_json(call.request)
    body["caller"] = str(call.caller)
    body["expect"] = [expectation_json(one) for one in call.expect]
    return encoded(body, call.name)


def check_text(check: AccessCheck) -> bytes:
    """The file of an access check."""
    body: dict[str, Any] = {"version": VERSION}
    body |= {"description": check.description} if check.description else {}
    body["calls"] = {call.name: request_to_json(call.request) for call in check.calls}
    expected: dict[str, dict[str, str]] = {call.name: {} for call in check.calls}
    for (call, caller), outcome in check.expected.items():
        if call not in expected:
            raise CheckError(f"{check.name}: {call!r} under expected is not one of its calls")
        expected[call][str(caller)] = outcome
    body["expected"] = expected
    return encoded(body, check.name)


def parse_call(text: str, name: str) -> SavedCall:
    """A saved call. Raises :class:`CheckError` that names the key."""
    body = versioned_object(text)
    with naming_the_key():
        kind = kind_of(body)
        refuse_unknown(body, KEYS[kind] | {"version", "kind", "description", "caller", "expect"}, "")
        request = request_from_json(body, kind)
        caller = text_at(body, "caller", default=OWNER_REF)
        description = text_at(body, "description", default="")
    if not caller:
        raise CheckError("caller is empty: owner, stranger, role:NAME, or a peer's id or label")
    entries = body.get("expect", [])
    if not isinstance(entries, list):
        raise CheckError("expect must be a list")
    expect = tuple(parse_expectation(one, f"expect[{place}]") for place, one in enumerate(entries))
    return SavedCall(name, request, CallerRef(caller), expect, description)


def parse_check(text: str, name: str) -> AccessCheck:
    """An access check. Raises :class:`CheckError` that names the key."""
    body = versioned_object(text)
    refuse_unknown(body, {"version", "description", "calls", "expected"}, "")
    calls = []
    for call, given in json_object(body.get("calls"), "calls").items():
        place = f"calls.{call}."
        request = json_object(given, f"calls.{call}")
        with naming_the_key():
            kind = kind_of(request, place)
            refuse_unknown(request, KEYS[kind] | {"kind"}, place)
            calls.append(SavedCall(call, request_from_json(request, kind, place)))
    with naming_the_key():
        description = text_at(body, "description", default="")
    return AccessCheck(name, tuple(calls), _parse_expected(body, calls), description=description)


def _parse_expected(
    body: Mapping[str, Any], calls: Sequence[SavedCall]
) -> dict[tuple[str, CallerRef], Outcome]:
    expected: dict[tuple[str, CallerRef], Outcome] = {}
    names = {call.name for call in calls}
    for call, row in json_object(body.get("expected"), "expected").items():
        if call not in names:
            raise CheckError(f"expected.{call}: there is no such call under calls")
        for caller, given in json_object(row, f"expected.{call}").items():
            outcome = next((one for one in OUTCOMES if one == given), None)
            if outcome is None:
                raise CheckError(f"expected.{call}.{caller} must be one of {', '.join(OUTCOMES)}")
            expected[call, CallerRef(caller)] = outcome
    return expected
