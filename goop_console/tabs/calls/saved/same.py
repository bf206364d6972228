"""Whether two saved calls are one, to the letter: ``==`` takes ``1``, ``1.0`` and ``true`` for the same."""

from __future__ import annotations

import json
from typing import Any

from lua_engine import Expectation, SavedCall


def exact(value: Any) -> str:
    """``value`` as text."""
    try:
        return json.dumps(value, ensure_ascii=False, default=repr)
    except RecursionError:
        return f"deep {id(value)}"  # nested as no person writes it: the same only while it was not read again


def same_request(one: SavedCall, other: SavedCall) -> bool:
    """They ask the same thing as the same caller."""
    return one is other or _request(one) == _request(other)


def same_question(one: SavedCall, other: SavedCall) -> bool:
    """They ask the same thing as the same caller and expect the same of it."""
    return one is other or (same_request(one, other) and same_expectations(one.expect, other.expect))


def same_file(one: SavedCall, other: SavedCall) -> bool:
    """Their files have the same name and text."""
    return (one.name, one.description) == (other.name, other.description) and same_question(one, other)


def same_expectations(one: tuple[Expectation, ...], other: tuple[Expectation, ...]) -> bool:
    """The same things are expected, in the same order."""
    return one is other or _expected(one) == _expected(other)


def _request(one: SavedCall) -> tuple[str, str, str, str]:
    request = one.request
    return request.kind, request.target, one.caller, exact(request.argument)


def _expected(expect: tuple[Expectation, ...]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.path, exact(one.value)) for one in expect]
