"""One expectation as JSON data: see docs/checks.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lua_engine.checks.file_text import json_object, refuse_unknown, text_under
from lua_engine.checks.model import (
    EXPECTATION_KINDS,
    ROW_KINDS,
    TEXT_KINDS,
    VALUE_KINDS,
    CheckError,
    Expectation,
)


def expectation_json(one: Expectation) -> dict[str, Any]:
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


def parse_expectation(given: Any, place: str) -> Expectation:
    body = json_object(given, place)
    kind = body.get("kind")
    if kind in ROW_KINDS:
        refuse_unknown(body, {"kind", "table", "count"}, f"{place}.")
        count = body.get("count")
        if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
            raise CheckError(f"{place}.count must be a whole number, 0 or more")
        return Expectation(kind, text_under(body, "table", f"{place}."), count)
    if kind == "no_rows_changed":
        refuse_unknown(body, {"kind", "table"}, f"{place}.")
        return Expectation(kind, text_under(body, "table", f"{place}.", default=""))
    if kind in VALUE_KINDS:
        refuse_unknown(body, {"kind", "path", "value"}, f"{place}.")
        if "value" not in body:
            raise CheckError(f"{place}.value is missing")
        return Expectation(kind, _pointer(body, place), body["value"])
    if kind in TEXT_KINDS:
        refuse_unknown(body, {"kind", "text"}, f"{place}.")
        return Expectation(kind, "", text_under(body, "text", f"{place}.", default="") or None)
    if kind != "ok":
        raise CheckError(f"{place}.kind must be one of {', '.join(EXPECTATION_KINDS)}")
    refuse_unknown(body, {"kind"}, f"{place}.")
    return Expectation("ok")


def _pointer(body: Mapping[str, Any], place: str) -> str:
    path = text_under(body, "path", f"{place}.", default="")
    if path and not path.startswith("/"):
        raise CheckError(f"{place}.path must begin with a slash, like /rows/0/title")
    return path
