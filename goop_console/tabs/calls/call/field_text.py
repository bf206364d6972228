"""One value of the params as a person types it into a field."""

from __future__ import annotations

import json
from typing import Any

from lua_engine import JsonProblem, parse_json

ABSENT = object()  # an empty field is not sent
_WORDS = {"true": True, "false": False, "null": None}
_KINDS = {
    bool: "yes/no",
    int: "number",
    float: "number",
    str: "text",
    list: "list",
    dict: "object",
    type(None): "null",
}


def field_value(text: str) -> Any:
    """What ``text`` means: a number, true, false, null, or JSON that begins with ``"``, ``[`` or ``{``; any
    other text is itself.

    :data:`ABSENT` when nothing stands there.
    """
    stripped = text.strip()
    if not stripped:
        return ABSENT
    if stripped in _WORDS:
        return _WORDS[stripped]
    if stripped[0] in '"[{-0123456789':
        try:
            return parse_json(stripped)
        except JsonProblem:
            return text  # it only looks like one: 0123, -, 3 apples
    return text


def field_text(value: Any) -> str:
    """What to type for ``value``: ``field_value(field_text(value)) == value``."""
    if not isinstance(value, str):
        return "" if value is ABSENT else json.dumps(value, ensure_ascii=False)
    is_plain = value.isprintable() and isinstance(field_value(value), str) and field_value(value) == value
    return value if is_plain else json.dumps(value)


def kind_words(value: Any) -> str:
    """``text``, ``number``, ``yes/no``, ``list``, ``object``, ``null``, or ``not sent``."""
    return "not sent" if value is ABSENT else _KINDS[type(value)]
