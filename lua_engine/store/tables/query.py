"""Which rows of a table are wanted, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, literal_column, select

from lua_engine.base.errors import StoreError
from lua_engine.store.tables.filters import Filter, condition, contains_anywhere
from lua_engine.store.tables.source import Source, stored

MAX_WHERE = 16_000  # characters


@dataclass(frozen=True, slots=True)
class Order:
    """Sorted by one column."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RowQuery:
    """One view of one table.

    ``filters`` hold all at once, ``where`` is a condition in SQL, ``contains`` a text that any column may
    have.
    ``fields`` are the columns to read (none: all). ``only_owner``: rows whose ``_owner`` is that peer.
    """

    table: str
    filters: tuple[Filter, ...] = ()
    where: str = ""
    contains: str = ""
    order: tuple[Order, ...] = ()
    fields: tuple[str, ...] = ()
    only_owner: str | None = None

    @property
    def is_narrowed(self) -> bool:
        """May there be rows of the table that are not shown?"""
        return bool(
            self.where.strip()
            or self.contains
            or self.only_owner is not None
            or any(one.text.strip() for one in self.filters)
        )


def narrowed(statement: Select[Any], source: Source, query: RowQuery) -> Select[Any]:
    """``statement`` with the conditions of ``query``; :class:`StoreError` for one that is none."""
    for one in _conditions(source, query):
        statement = statement.where(one)
    return statement


def ordered(statement: Select[Any], source: Source, query: RowQuery) -> Select[Any]:
    """``statement`` in the order of ``query``; rows that are equal in it are in the order of their key."""
    parts = []
    for one in query.order:
        source.column(one.column)
        field = source.table.c[one.column]
        parts.append(field.desc() if one.descending else field.asc())
    is_reversed = bool(query.order) and query.order[-1].descending
    taken = {one.column for one in query.order}
    ties = [field for field in source.key_columns if field.key not in taken]
    return statement.order_by(*parts, *(field.desc() if is_reversed else field.asc() for field in ties))


def keys_of(source: Source, query: RowQuery) -> Select[Any]:
    """The keys of the rows of ``query``, in order."""
    return ordered(narrowed(select(*source.key_columns), source, query), source, query)


def _conditions(source: Source, query: RowQuery) -> list[ColumnElement[bool]]:
    found = [part for one in query.filters if (part := condition(source, one)) is not None]
    if query.contains:
        found.append(contains_anywhere(source, query.contains))
    if query.only_owner is not None:
        source.column("_owner")
        found.append(source.table.c["_owner"] == stored(query.only_owner))
    if query.where.strip():
        check_condition(query.where)
        found.append(literal_column(f"({query.where}\n)", Boolean()))  # the line break ends a comment
    return found


def check_condition(where: str) -> None:
    """Raise :class:`StoreError` unless ``where`` is one condition that ends where it ends: its brackets,
    quotes and
    comments are closed, and there is no second statement. (Whether it compiles, SQLite says.)

    ``1=1) OR (1=1`` is none: put in brackets it would end them.
    """
    if len(where) > MAX_WHERE:
        raise StoreError(f"the condition is too long: {len(where):,} characters of {MAX_WHERE:,}")
    depth, place = 0, 0
    while place < len(where):
        letter = where[place]
        if letter in "'\"`[":
            place = _end_of(where, place + 1, "]" if letter == "[" else letter)
        elif where.startswith("--", place):
            place = where.find("\n", place) if "\n" in where[place:] else len(where)
        elif where.startswith("/*", place):
            place = _end_of(where, place + 2, "*/") + 1
        elif letter == ";":
            raise StoreError("a condition is one expression: there is a ; in it")
        else:
            depth += (letter == "(") - (letter == ")")
            if depth < 0:
                raise StoreError("the condition has a ) without its (")
        place += 1
    if depth:
        raise StoreError("the condition has a ( without its )")


def _end_of(where: str, start: int, end: str) -> int:
    place = where.find(end, start)
    if place < 0:
        raise StoreError(f"the condition has no closing {end}")
    return place
