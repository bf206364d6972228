"""What scripts give to the data functions, checked: options of a query, data of a row, ids, arguments.

Everything here raises :class:`ScriptError` (misuse), with the name that the script's author knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lua_engine.base.errors import ScriptError
from lua_engine.schema.types import lua_type
from lua_engine.store.script.rows import Changes
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import bound

_PLAIN = (str, float)  # most are: bound as they are
_KEYS = ("where", "args", "fields", "order", "limit", "offset", "group_by")


def query_of(shown: str, opts: Any) -> Query:
    """The options table of a reading function; nil and an empty table are no options."""
    if opts is None or opts == []:
        return Query()
    if not isinstance(opts, dict):
        raise ScriptError(f"{shown}: opts must be a table of options ({', '.join(_KEYS)}), got a list")
    for key in opts:
        if key not in _KEYS:
            raise ScriptError(f'{shown}: unknown option "{key}" (there are {", ".join(_KEYS)})')
    return Query(
        where=_text(shown, "where", opts.get("where")),
        args=args_of(shown, opts.get("args")),
        fields=_fields(shown, opts.get("fields")),
        order=_text(shown, "order", opts.get("order")),
        limit=_count(shown, "limit", opts.get("limit")),
        offset=_count(shown, "offset", opts.get("offset")),
        group_by=_text(shown, "group_by", opts.get("group_by")),
    )


def args_of(shown: str, args: Any) -> tuple[Any, ...]:
    """Values to bind: a Lua array, with holes as NULL."""
    if args is None:
        return ()
    if isinstance(args, dict):
        raise ScriptError(f"{shown}: args must be an array of values")
    if not isinstance(args, list):
        raise ScriptError(f"{shown}: args must be a table, got {lua_type(args)}")
    return tuple(
        [
            value if value.__class__ in _PLAIN else bound(value, f"{shown}: args[{at}]")
            for at, value in enumerate(args, 1)
        ]
    )


def values_of(shown: str, name: str, data: Any) -> dict[str, Any]:
    """A row's data: a table of column = value."""
    if data == []:
        return {}
    if not isinstance(data, dict):
        raise ScriptError(f"{shown}: {name} must be a table of column = value, got {_described(data)}")
    return data


def changes_of(shown: str, triples: Any) -> Changes:
    """The data of an update, as the glue sends it: an array of (column, is it an expression?, value or SQL
    text).

    The glue knows expressions by identity, so nothing that a visitor sent can be one.
    """
    values: dict[str, Any] = {}
    expressions: dict[str, str] = {}
    for column, is_expression, value in triples:
        if is_expression:
            expressions[column] = _text(shown, f"goop.expr of {column}", value)
        else:
            values[column] = value
    return Changes(values, expressions)


def id_of(shown: str, value: Any) -> int | float:
    """An ``_id``: a number, or a text that is one (JSON from a page often has those)."""
    if isinstance(value, str) and value.strip().lstrip("-").isascii() and value.strip().lstrip("-").isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScriptError(f"{shown}: id must be a number, got {lua_type(value)}")
    number: int | float = bound(value, "id")
    return number


def _text(shown: str, key: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ScriptError(f"{shown}: {key} must be a string, got {lua_type(value)}")
    return value


def _count(shown: str, key: str, value: Any) -> int:
    """A whole number; negative ones count as 0, which means no limit."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScriptError(f"{shown}: {key} must be a number, got {lua_type(value)}")
    if value != int(value):
        raise ScriptError(f"{shown}: {key} must be a whole number, got {value}")
    return max(0, min(int(value), 2**62))


def _fields(shown: str, value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(field, str) and field for field in value):
        raise ScriptError(f"{shown}: fields must be a string or an array of strings")
    return tuple(value)


def _described(value: Any) -> str:
    return (
        "a list" if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else lua_type(value)
    )
