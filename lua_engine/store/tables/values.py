"""Values as a person types them, or as a file holds them, for a column of a table. Pure."""

from __future__ import annotations

import re
from typing import Any

from lua_engine.base.errors import SchemaError
from lua_engine.store.tables.info import ColumnInfo

_INTEGER = re.compile(r"[+-]?\d{1,30}\Z")
_INT64 = 2**63
_INTEGERS = ("integer", "int", "bigint", "smallint", "tinyint", "mediumint")
_REALS = ("real", "double", "double precision", "float")


def parse_value(column: ColumnInfo, text: str) -> Any:
    """The value that ``text`` means in ``column``; :class:`SchemaError` in the engine's words when it means
    none.

    Numbers keep every digit: an integer past 2^53 stays what it is. A blob is written in hexadecimal digits.
    """
    kind = column.type
    if kind in _INTEGERS:
        return _integer(column, text)
    if kind in _REALS:
        return _real(column, text)
    if kind == "blob":
        return _blob(column, text)
    if kind in ("numeric", "any", "") or kind.startswith(("decimal", "numeric")):
        return _number_or_text(text)
    return text


def _integer(column: ColumnInfo, text: str) -> int | float:
    stripped = text.strip()
    if _INTEGER.match(stripped):
        number = int(stripped)
        if not -_INT64 <= number < _INT64:
            raise SchemaError(f'column "{column.name}": {stripped} is out of the range of 64-bit integers')
        return number
    try:
        real = float(stripped)
    except ValueError:
        raise SchemaError(f'column "{column.name}" expects {column.type}, got string') from None
    if not real.is_integer():
        raise SchemaError(f'column "{column.name}" expects {column.type}, got {stripped}')
    return real if abs(real) >= _INT64 else int(real)


def _real(column: ColumnInfo, text: str) -> float | int:
    stripped = text.strip()
    try:
        number = float(stripped)
    except ValueError:
        raise SchemaError(f'column "{column.name}" expects {column.type}, got string') from None
    if number != number:
        raise SchemaError(f'column "{column.name}": NaN cannot be stored')
    return number


def _blob(column: ColumnInfo, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise SchemaError(f'column "{column.name}" expects hexadecimal digits, two a byte') from None


def _number_or_text(text: str) -> Any:
    stripped = text.strip()
    if _INTEGER.match(stripped) and -_INT64 <= int(stripped) < _INT64:
        return int(stripped)
    try:
        return float(stripped) if stripped and stripped[-1].isdigit() else text
    except ValueError:
        return text
