"""SQL text of the ORM's statements.

What a script wrote (``where``, ``order``, ``fields``, ``group_by``) stays as it is, in brackets where it is a
condition; values are always bound. Limits are bound too, so that statements of one shape are one text,
compiled once by SQLite's statement cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# Those that SQLAlchemy knows (a test compares): to import it takes a call longer than all the rest.
_WORDS = """
add after all alter analyze and as asc attach autoincrement before begin between by cascade case cast
check collate column commit conflict constraint create cross current_date current_time current_timestamp
database default deferrable deferred delete desc detach distinct drop each else end escape except
exclusive exists explain fail false for foreign from full glob group having if ignore immediate in index
indexed initially inner insert instead intersect into is isnull join key left like limit match natural
not notnull null of offset on or order outer plan pragma primary query raise references reindex rename
replace restrict right rollback row select set table temp temporary then to transaction trigger true
union unique update using vacuum values view virtual when where
"""
_RESERVED = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Query:
    """The options of a reading function, checked; SQL texts are the script author's. ``limit`` 0 means all
    rows.
    """

    where: str = ""
    args: tuple[Any, ...] = ()
    fields: tuple[str, ...] = ()
    order: str = ""
    limit: int = 0
    offset: int = 0
    group_by: str = ""


@lru_cache(maxsize=4096)
def name(identifier: str) -> str:
    """``identifier`` (checked before) for SQL text. In brackets when needed: SQLite takes "x" for a text when
    x is no column.
    """
    return f"[{identifier}]" if identifier.lower() in _RESERVED else identifier


def select(table: str, fields: str, query: Query) -> tuple[str, tuple[Any, ...]]:
    """A SELECT and its arguments."""
    parts = [f"SELECT {fields} FROM {name(table)}"]
    args = query.args
    if query.where.strip():
        parts.append(f"WHERE {condition(query.where)}")
    if query.group_by.strip():
        parts.append(f"GROUP BY {query.group_by}")
    if query.order.strip():
        parts.append(f"ORDER BY {query.order}")
    if query.limit > 0 or query.offset > 0:
        parts.append(
            "\nLIMIT ? OFFSET ?"
        )  # on a line of its own: a comment at the end of ``order`` must not hide it
        args = (*args, query.limit if query.limit > 0 else -1, max(query.offset, 0))
    return " ".join(parts), args


@lru_cache(maxsize=512)
def select_by(table: str, columns: tuple[str, ...], column: str) -> str:
    """A SELECT of the first row whose ``column`` has a value: takes that value, a limit and an offset."""
    return select(table, listed(columns), Query(f"{name(column)} = ?", limit=1))[0]


def condition(where: str) -> str:
    """An author's condition as one operand; the line break ends a comment in it."""
    return f"({where})" if "--" not in where else f"({where}\n)"


@lru_cache(maxsize=512)
def listed(columns: tuple[str, ...]) -> str:
    return ", ".join(name(column) for column in columns)


@lru_cache(maxsize=512)
def insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {name(table)} ({listed(columns)}) VALUES ({', '.join('?' * len(columns))})"


def update(table: str, assignments: Sequence[str], where: str) -> str:
    return f"UPDATE {name(table)} SET {', '.join(assignments)} WHERE {where}"


def assignment_if_changed(column: str) -> str:
    """``column`` set to a value (bound twice) unless it is the integer that a script read as that value.

    A Lua number holds no 9007199254740993: a script that reads it and gives the row back hands over
    9007199254740992, and has not changed it.
    """
    field = name(column)
    same = f"typeof({field}) = 'integer' AND CAST({field} AS REAL) = CAST(? AS REAL)"
    return f"{field} = CASE WHEN {same} THEN {field} ELSE ? END"


def delete(table: str, where: str) -> str:
    return f"DELETE FROM {name(table)} WHERE {where}"
