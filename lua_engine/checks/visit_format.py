"""The text of a recorded visit (docs/checks.md): JSON with a fixed order of keys, one change on one line."""

from __future__ import annotations

from typing import Any

from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
from lua_engine.calls.request import Request
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
from lua_engine.checks.model import CheckError
from lua_engine.checks.visit import Visit, VisitStep
from lua_engine.pages.direct.result import DirectRequest

ROWS = "rows"
"""The kind of a step that asks for rows without a script."""


def visit_text(visit: Visit) -> bytes:
    """The file of a visit. Raises :class:`CheckError` for params that are no JSON."""
    body: dict[str, Any] = {"version": VERSION}
    body |= {"description": visit.description} if visit.description else {}
    body["caller"] = str(visit.caller)
    body["steps"] = [_step_json(step) for step in visit.steps]
    return encoded(body, visit.name)


def parse_visit(text: str, name: str) -> Visit:
    """A visit. Raises :class:`CheckError` that names the key."""
    body = versioned_object(text)
    refuse_unknown(body, {"version", "description", "caller", "steps"}, "")
    with naming_the_key():
        caller = text_at(body, "caller", default=OWNER_REF)
        description = text_at(body, "description", default="")
    if not caller:
        raise CheckError("caller is empty: owner, stranger, role:NAME, or a peer's id or label")
    steps = body.get("steps")
    if not isinstance(steps, list) or not steps:
        raise CheckError("steps must be a list with a call in it")
    parsed = tuple(_parse_step(one, f"steps[{place}]") for place, one in enumerate(steps))
    return Visit(name, parsed, CallerRef(caller), description)


def _step_json(step: VisitStep) -> dict[str, Any]:
    body: dict[str, Any]
    if isinstance(step.request, DirectRequest):
        body = {"kind": ROWS, "operation": step.request.operation, "params": step.request.body}
    else:
        body = request_to_json(step.request)
    body["expect"] = [expectation_json(one) for one in step.expect]
    return body | ({"added": {table: list(keys) for table, keys in step.added.items()}} if step.added else {})


def _parse_step(given: Any, place: str) -> VisitStep:
    body = json_object(given, place)
    with naming_the_key():
        request = _parse_request(body, f"{place}.")
    entries = body.get("expect", [])
    if not isinstance(entries, list):
        raise CheckError(f"{place}.expect must be a list")
    expect = tuple(parse_expectation(one, f"{place}.expect[{at}]") for at, one in enumerate(entries))
    return VisitStep(request, expect, _parse_added(body.get("added", {}), f"{place}.added"))


def _parse_request(body: dict[str, Any], place: str) -> Request | DirectRequest:
    more = {"kind", "expect", "added"}
    if body.get("kind") == ROWS:
        refuse_unknown(body, {"operation", "params"} | more, place)
        operation = text_at(body, "operation", place)
        return DirectRequest(operation, json_object(body.get("params", {}), f"{place}params"))
    if body.get("kind", "call") != "call":
        raise CheckError(f"{place}kind must be call or {ROWS}: that is what pages ask")
    kind = kind_of(body, place)
    refuse_unknown(body, KEYS[kind] | more, place)
    return request_from_json(body, kind, place)


def _parse_added(given: Any, place: str) -> dict[str, tuple[int, ...]]:
    found = {}
    for table, keys in json_object(given, place).items():
        is_list = isinstance(keys, list) and all(
            isinstance(key, int) and not isinstance(key, bool) for key in keys
        )
        if not is_list:
            raise CheckError(f"{place}.{table} must be a list of row ids")
        found[table] = tuple(keys)
    return found
