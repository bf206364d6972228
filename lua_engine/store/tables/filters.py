"""What a person types above a column, as a condition.

| text | rows whose value |
|---|---|
| ``anna`` | contains anna (ASCII letters in either case) |
| ``an*a`` | begins with an and ends with a |
| ``=anna`` ``<>anna`` | is, or is not, exactly anna; ``=`` alone: is the empty text |
| ``>5`` ``>=5`` ``<5`` ``<=5`` | is greater, less ... (numbers as numbers, except in a text column) |
| ``5..10`` ``5..`` ``..10`` | lies between, both ends included |
| ``null`` ``<>null`` | is NULL, is not NULL |
| ``"null"`` ``=">5"`` | text in double quotes stands for itself |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from lua_engine.base.errors import StoreError
from lua_engine.store.tables.source import Source, SourceColumn, stored

_OPERATOR = re.compile(r"\s*(<>|!=|>=|<=|=|>|<)(.*)\Z", re.DOTALL)
_RANGE = re.compile(r"(.*?)\.\.(.*)\Z", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d+\Z")
_INT64 = 2**63
MAX_TEXT = 4_000  # characters of one filter


@dataclass(frozen=True, slots=True)
class Filter:
    """What was typed above ``column``."""

    column: str
    text: str

    @classmethod
    def equal(cls, column: str, value: Any) -> Filter:
        """Exactly ``value`` (NULL, a number or a text)."""
        if value is None:
            return cls(column, "null")
        if isinstance(value, (int, float)):
            return cls(column, f"={value!r}")
        escaped = str(value).replace('"', '""')
        return cls(column, f'="{escaped}"')


def condition(source: Source, one: Filter) -> ColumnElement[bool] | None:
    """The condition; None when nothing is typed. Raises :class:`StoreError` that
    says what is wrong with it.
    """
    column, text = source.column(one.column), one.text.strip()
    if not text:
        return None
    if len(text) > MAX_TEXT:
        raise StoreError(f"the filter of {one.column} is too long: {len(text):,} characters of {MAX_TEXT:,}")
    field = source.table.c[one.column]
    quoted = _unquoted(text)
    if quoted is not None:
        return _contains(field, quoted)
    operator = _OPERATOR.match(text)
    if operator is not None:
        return _compared(column, field, operator[1], operator[2].strip())
    if text.lower() in ("null", "not null"):
        return field.is_(None) if text.lower() == "null" else field.is_not(None)
    between = _RANGE.match(text)
    if between is not None and (between[1].strip() or between[2].strip()):
        return _between(column, field, between[1].strip(), between[2].strip())
    if "*" in text:
        return _like(field, text)
    return _contains(field, text)


def contains_anywhere(source: Source, text: str) -> ColumnElement[bool]:
    """Has any column ``text`` in it?"""
    return or_(*(_contains(source.table.c[one], text) for one in source.names))


def _compared(
    column: SourceColumn, field: ColumnElement[Any], operator: str, text: str
) -> ColumnElement[bool]:
    if text.lower() == "null" and operator in ("=", "<>", "!="):
        return field.is_(None) if operator == "=" else field.is_not(None)
    quoted = _unquoted(text)
    if not text and operator not in ("=", "<>", "!="):
        raise StoreError(f"a value is missing after {operator}")
    value = stored(_typed(column, text) if quoted is None else quoted)
    match operator:
        case "=":
            return field == value
        case "<>" | "!=":
            return or_(field != value, field.is_(None))
        case ">":
            return field > value
        case ">=":
            return field >= value
        case "<":
            return field < value
        case _:
            return field <= value


def _between(column: SourceColumn, field: ColumnElement[Any], low: str, high: str) -> ColumnElement[bool]:
    ends = []
    if low:
        ends.append(field >= stored(_typed(column, low)))
    if high:
        ends.append(field <= stored(_typed(column, high)))
    return and_(*ends)


def _typed(column: SourceColumn, text: str) -> Any:
    """``text`` as the value that it is compared as."""
    if column.affinity == "text":
        return text
    if _INTEGER.match(text):
        number = int(text) if len(text) < 40 else float(text)
        return number if -_INT64 <= number < _INT64 else float(number)
    try:
        return float(text)
    except ValueError:
        return text


def _unquoted(text: str) -> str | None:
    """What stands in double quotes; None when ``text`` is not in quotes. Inside, two quotes are one."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    inner = text[1:-1]
    return inner.replace('""', '"') if '"' not in inner.replace('""', "") else None


def _contains(field: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    # instr has no limit on the length of its pattern, LIKE has; and the letter case of ASCII is folded as
    # LIKE does.
    return func.instr(func.lower(field), stored(_lowered(text))) > 0


def _like(field: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
    return field.like(stored(escaped), escape="\\")


def _lowered(text: str) -> str:
    """As SQLite's lower(): ASCII letters only."""
    return "".join(chr(ord(one) + 32) if "A" <= one <= "Z" else one for one in text)
