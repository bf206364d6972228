"""Looking into a value and comparing it."""

from __future__ import annotations

import json
from typing import Any

_MAX_SHOWN = 200  # characters


class Missing(Exception):
    """The pointer leads nowhere."""


def at(value: Any, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901). Raises :class:`Missing`."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif (
            isinstance(value, list)
            and key.isdecimal()
            and key.isascii()
            and len(key) < 12
            and int(key) < len(value)
        ):
            value = value[int(key)]
        else:
            raise Missing(pointer)
    return value


def equal(expected: Any, value: Any) -> bool:
    """Numbers by value: 5 and 5.0 are one, true and 1 are not. Lua has one empty table: ``[]`` and ``{}`` are
    one too.
    """
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    if isinstance(expected, (dict, list)) and isinstance(value, (dict, list)) and not expected and not value:
        return True
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and expected.keys() == value.keys()
            and all(equal(expected[key], value[key]) for key in expected)
        )
    if isinstance(expected, list):
        return isinstance(value, list) and len(expected) == len(value) and all(map(equal, expected, value))
    return bool(expected == value)


def contains(part: Any, value: Any) -> bool:
    """A text in a text, an element in a list, an object whose keys are all in the
    other (and contain theirs).
    """
    if isinstance(part, str) and isinstance(value, str):
        return part in value
    if isinstance(part, dict) and isinstance(value, dict):
        return all(
            key in value and (equal(part[key], value[key]) or contains(part[key], value[key])) for key in part
        )
    if isinstance(value, list):
        wanted = part if isinstance(part, list) else [part]
        return all(
            any(equal(one, item) or (isinstance(one, dict) and contains(one, item)) for item in value)
            for one in wanted
        )
    return equal(part, value)


def shown(value: Any) -> str:
    """``value`` on one line, for people."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}… ({len(text)} characters)"
