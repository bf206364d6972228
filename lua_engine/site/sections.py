"""Sections of goop.json as dataclasses: each key has the type of its default, and bounds where it names some.

Strict: true is no number and "5" neither, as in Goop2's Go. Unknown keys are Goop2's own business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import Field, field, fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")
_SHOWN_VALUE = 80  # characters of a wrong value in a message
_WORDS: Mapping[type, str] = {bool: "true or false", int: "a whole number", str: "a string"}


def bounded(usual: T, low: int, high: int | None = None) -> T:
    """A key whose number, or number of characters, is from ``low`` to ``high``."""
    found: T = field(default=usual, metadata={"low": low, "high": high})
    return found


def bounds_of(key: Field[Any]) -> tuple[int, int | None]:
    """The least and the largest value; 0 and None where nobody named any."""
    return key.metadata.get("low", 0), key.metadata.get("high")


def read_section(kind: type[T], tree: Mapping[str, Any], place: str = "") -> tuple[T, list[str]]:
    """``tree`` as a ``kind``, and everything that is wrong with it: ``lua.timeout_seconds is 90, must be
    between 1 and 60``. A wrong value has its default.
    """
    values: dict[str, Any] = {}
    flaws: list[str] = []
    for key in fields(kind):  # type: ignore[arg-type]  # a dataclass
        if key.name not in tree:
            continue
        value, where = tree[key.name], f"{place}{key.name}"
        if is_dataclass(key.default) and isinstance(value, dict):
            values[key.name], inner = read_section(type(key.default), value, f"{where}.")
            flaws += inner
            continue
        wrong = [f"{where} is {shown(value)}, must be {expected}" for expected in _wanted(key, value)]
        flaws += wrong
        if not wrong:
            values[key.name] = value
    return kind(**values), flaws


def _wanted(key: Field[Any], value: Any) -> Iterator[str]:
    """What ``value`` should be, when it is not."""
    if is_dataclass(key.default):
        yield "an object ({...})"
        return
    usual: object = key.default
    kind = type(usual)
    if type(value) is not kind:
        yield _WORDS[kind]
        return
    low, high = bounds_of(key)
    if isinstance(value, str) and len(value) < low:
        yield "a name, not an empty string"
    if isinstance(value, int) and kind is int and (value < low or (high is not None and value > high)):
        yield f"at least {low}" if high is None else f"between {low} and {high}"


def shown(value: Any) -> str:
    """A value for a message, as JSON; a long one is cut."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN_VALUE else text[:_SHOWN_VALUE] + "..."
