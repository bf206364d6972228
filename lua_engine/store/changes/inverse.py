"""Taking a change back: every row becomes what it was before, unless somebody has changed it since.

A row of the change and what taking it back does; ``now`` is the row as it stands in the file::

    before   after   now      taken back
    none     5       5        deleted
    none     5       7        conflict: both are shown
    5        6       6        becomes 5
    5        6       7        conflict
    5        none    none     inserted again
    5        none    8        conflict

Only the cells that the change touched count and are written: what somebody else wrote in other columns stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from lua_engine.store.changes.diff import Row, TouchedRow, TouchedTable
from lua_engine.store.changes.identifiers import quoted, rowid_name
from lua_engine.store.changes.silent import without_triggers
from lua_engine.store.connections import RawText
from lua_engine.store.system_connections import raw_connection

_MOMENT = "_updated_at"  # a conflict in it alone is none: every write of the row changes it


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that is not as the change left it. ``expected`` is how the change left it, ``now`` how it is,
    ``wanted``
    what taking it back would make of it; None: no row.
    """

    table: str
    key: Any
    columns: tuple[str, ...]
    expected: Row | None
    now: Row | None
    wanted: Row | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """How rows of one table are found and written."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[int, ...]  # places of the key in ``columns``
    names: tuple[str, ...]  # SQL names of the key
    writable: frozenset[str]
    has_head: bool
    """The first of ``columns`` is the rowid, which is no column of the table."""

    def column(self, place: int) -> str:
        """SQL for the column at ``place``. (A table may have one of its own that is called rowid.)"""
        return self.names[0] if self.has_head and place == 0 else quoted(self.columns[place])

    def is_writable(self, place: int) -> bool:
        return (self.has_head and place == 0) or self.columns[place] in self.writable


def conflicts(connection: Connection, table: TouchedTable) -> Iterator[Conflict]:
    """The rows of ``table`` that somebody has changed since."""
    shape = _shape(connection, table)
    for row in table.rows:
        now = _now(connection, shape, row)
        if not _is_as_left(shape, row, now):
            yield Conflict(table.table, row.key, table.columns, row.after, now, row.before)


def take_back(connection: Connection, table: TouchedTable) -> None:
    """Make the rows of ``table`` what they were, whatever they are now. In a write transaction."""
    shape = _shape(connection, table)
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    with without_triggers(raw_connection(connection)):
        _write(connection, shape, table)


def _write(connection: Connection, shape: _Shape, table: TouchedTable) -> None:
    for row in table.rows:
        if row.before is None and row.after is not None:
            _delete(connection, shape, row.after)
    for row in table.rows:
        if row.before is not None and row.after is not None:
            _restore(connection, shape, row)
    for row in table.rows:
        if row.before is not None and row.after is None:
            _insert(connection, shape, row.before)


def _shape(connection: Connection, table: TouchedTable) -> _Shape:
    described = connection.exec_driver_sql(f"PRAGMA main.table_xinfo({quoted(table.table)})").all()
    names = [row.name for row in described]
    writable = frozenset(row.name for row in described if row.hidden == 0)
    if table.key == "rowid":
        alias = rowid_name(names) or "rowid"
        return _Shape(table.table, table.columns, (0,), (alias,), writable, has_head=True)
    keys = (
        ["_id"]
        if table.key == "_id"
        else [row.name for row in sorted(described, key=lambda r: r.pk) if row.pk]
    )
    places = tuple(table.columns.index(one) for one in keys)
    sql_names = tuple(quoted(one) for one in keys)
    return _Shape(table.table, table.columns, places, sql_names, writable, has_head=False)


def _now(connection: Connection, shape: _Shape, row: TouchedRow) -> Row | None:
    known = row.after if row.after is not None else row.before
    if known is None:
        return None
    columns = ", ".join(map(shape.column, range(len(shape.columns))))
    where, values = _where(shape, known)
    found = connection.exec_driver_sql(
        f"SELECT {columns} FROM main.{quoted(shape.table)} WHERE {where}", values
    ).first()
    return None if found is None else tuple(found)


def _is_as_left(shape: _Shape, row: TouchedRow, now: Row | None) -> bool:
    if row.after is None or now is None:
        return row.after is None and now is None
    for name, before, after, current in zip(
        shape.columns, row.before or row.after, row.after, now, strict=True
    ):
        is_touched = row.before is None or not is_same(before, after)
        if is_touched and name != _MOMENT and not is_same(after, current):
            return False
    return True


def is_same(left: Any, right: Any) -> bool:
    """Are two stored values one value? 5, 5.0 and "5" are three."""
    return type(left) is type(right) and bool(left == right)


def _restore(connection: Connection, shape: _Shape, row: TouchedRow) -> None:
    if row.before is None or row.after is None:
        return
    pairs = [
        (shape.column(place), before)
        for place, (before, after) in enumerate(zip(row.before, row.after, strict=True))
        if not is_same(before, after) and shape.is_writable(place)
    ]
    if not pairs:
        return
    sets = ", ".join(f"{name} = {_place(value)}" for name, value in pairs)
    where, values = _where(shape, row.after)
    connection.exec_driver_sql(
        f"UPDATE main.{quoted(shape.table)} SET {sets} WHERE {where}",
        (*(_bound(value) for _name, value in pairs), *values),
    )


def _delete(connection: Connection, shape: _Shape, row: Row) -> None:
    where, values = _where(shape, row)
    connection.exec_driver_sql(f"DELETE FROM main.{quoted(shape.table)} WHERE {where}", values)


def _insert(connection: Connection, shape: _Shape, row: Row) -> None:
    pairs = [(shape.column(place), value) for place, value in enumerate(row) if shape.is_writable(place)]
    names = ", ".join(name for name, _value in pairs)
    places = ", ".join(_place(value) for _name, value in pairs)
    connection.exec_driver_sql(
        f"INSERT INTO main.{quoted(shape.table)} ({names}) VALUES ({places})",
        tuple(_bound(value) for _name, value in pairs),
    )


def _where(shape: _Shape, row: Row) -> tuple[str, tuple[Any, ...]]:
    """The index finds what the key takes for equal ("anna" and "Anna", say); it is one of them."""
    pairs = [(name, row[place]) for name, place in zip(shape.names, shape.keys, strict=True)]
    found = [f"{name} IS {_place(value)}" for name, value in pairs]
    exact = [f"{name} IS {_place(value)} COLLATE BINARY" for name, value in pairs]
    return " AND ".join([*found, *exact]), tuple(_bound(value) for _name, value in [*pairs, *pairs])


def _place(value: Any) -> str:
    """Text that is not UTF-8 travels as bytes."""
    return "CAST(? AS TEXT)" if isinstance(value, RawText) else "?"


def _bound(value: Any) -> Any:
    return bytes(value) if isinstance(value, RawText) else value
