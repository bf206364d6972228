"""The text of a recorded visit (docs/checks.md): JSON with a fixed order of keys, one change on one line."""

from __future__ import annotations

from typing import Any

from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
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
    body = request_to_json(step.request)
    body["expect"] = [expectation_json(one) for one in step.expect]
    return body | ({"added": {table: list(keys) for table, keys in step.added.items()}} if step.added else {})


def _parse_step(given: Any, place: str) -> VisitStep:
    body = json_object(given, place)
    with naming_the_key():
        kind = kind_of(body, f"{place}.")
        refuse_unknown(body, KEYS[kind] | {"kind", "expect", "added"}, f"{place}.")
        request = request_from_json(body, kind, f"{place}.")
    if kind != "call":
        raise CheckError(f"{place}.kind must be call: pages call data functions")
    entries = body.get("expect", [])
    if not isinstance(entries, list):
        raise CheckError(f"{place}.expect must be a list")
    expect = tuple(parse_expectation(one, f"{place}.expect[{at}]") for at, one in enumerate(entries))
    return VisitStep(request, expect, _parse_added(body.get("added", {}), f"{place}.added"))


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
