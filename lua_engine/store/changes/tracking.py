"""Notes the rows that a transaction touches: temporary triggers on its connection keep each row as it was
before.

The same code serves two readers: people, who see what a call changed (``PEOPLE``: cut to what can be shown),
and undo, which needs every value as it was (``EXACT``).

Triggers see what the statement's author did not write too: cascades, the triggers of a table, rows that a
REPLACE puts aside. They live in the connection's own temporary tables, so no other connection and no file
sees them. Names that nobody can guess, and the authorizer, keep scripts out.

A worked example. ``tasks (_id INTEGER PRIMARY KEY, text UNIQUE)`` holds ``(3, 'milk')`` and ``(7, 'bread')``.
It has a temporary table of its own, whose ``k`` is the row's key and ``c0, c1`` its values before::

    REPLACE INTO tasks VALUES (7, 'milk')
        BEFORE INSERT  keeps the rows that share a key with NEW, since REPLACE deletes them without a word
        AFTER INSERT   finds that 7 is kept already                      n  k  existed  c0  c1
                                                                         1  7     1      7  'bread'
                                                                         2  3     1      3  'milk'
    INSERT INTO tasks VALUES (8, 'jam')
        AFTER INSERT   a key that was not there: kept without values     3  8     0

At the end of the transaction the kept rows are joined with ``tasks`` as it is by then: 7 was and is there, so
it was changed; 3 is gone, so it was removed; 8 did not exist, so it was added. A row that came and went is no
change. A row is kept once, whatever happens to it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lua_engine.store.changes.diff import MAX_ROWS, Row, TouchedRow, TouchedTable, kept
from lua_engine.store.changes.identifiers import quoted, rowid_name
from lua_engine.store.changes.tracked import TrackedConnection
from lua_engine.store.script.policy import TRACKING

# Of a table: triggers are SQL texts with bounds too (policy.py); columns further right are not compared.
MAX_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept of one table in one transaction: ``rows``, and ``bytes`` of them. ``shorten``: long
    values are cut when they are read.
    """

    rows: int
    bytes: int
    shorten: bool


PEOPLE = Bounds(MAX_ROWS, 4 * 1024 * 1024, shorten=True)
EXACT = Bounds(200_000, 256 * 1024 * 1024, shorten=False)

_STATE = f"{TRACKING}state"


@dataclass(frozen=True, slots=True)
class _Watched:
    """One table. ``alias`` is a name of its rowid (empty: it has none, and ``keys`` count); ``unique`` are
    its unique indexes, with collations.
    """

    number: int
    table: str
    key: str
    columns: tuple[str, ...]
    alias: str
    keys: tuple[str, ...]
    unique: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def store(self) -> str:
        return f"{TRACKING}{self.number}"

    @property
    def key_parts(self) -> tuple[str, ...]:
        """Where the values of a key of columns are kept, by which the row is found again."""
        return () if self.alias else tuple(f"p{place}" for place in range(len(self.keys)))

    def has_key_of(self, place: str, names: Sequence[str]) -> str:
        """SQL: is the row at ``place`` the one whose key stands in ``names``? An index finds it."""
        if self.alias:
            return f"{place}.{self.alias} = {names[0]}"
        pairs = zip(self.keys, names, strict=True)
        return " AND ".join(f"{place}.{quoted(one)} = {name}" for one, name in pairs)

    @property
    def affinity(self) -> str:
        """Of the key where rows are kept: without it SQLite looks through all of them."""
        return "INTEGER" if self.alias else "TEXT"

    def row(self, place: str) -> str:
        """SQL for the key of the row at ``place`` (OLD, NEW, a table). Keys of several columns are one only
        as text.
        """
        return (
            f"{place}.{self.alias}"
            if self.alias
            else " || ', ' || ".join(f"quote({place}.{quoted(one)})" for one in self.keys)
        )


class Tracker:
    """The triggers of one connection. Every method is called inside a write transaction."""

    def __init__(self, bounds: Bounds = PEOPLE, tables: frozenset[str] | None = None) -> None:
        """``tables`` are those to watch, when not all that scripts may write."""
        self._bounds = bounds
        self._tables = tables
        self._watched: dict[str, _Watched] = {}

    def begin(self, connection: TrackedConnection) -> None:
        """Make the triggers, or, when they are there for the tables as they are now,
        forget what they noted.
        """
        with connection.trusted():
            version = connection.raw.execute("PRAGMA main.schema_version").fetchone()[0]
            if self._version(connection) != version:
                self._remove(connection)
                self._install(connection, version)
            for watched in self._watched.values():
                self._forget(connection, watched)

    def end(self, connection: TrackedConnection) -> None:
        """Take the triggers away."""
        with connection.trusted():
            self._remove(connection)

    def touched(
        self, connection: TrackedConnection, tables: Iterable[str] | None = None
    ) -> tuple[TouchedTable, ...]:
        """What was noted of ``tables`` (None: of all) since the beginning of the transaction."""
        with connection.trusted():
            names = self._watched if tables is None else tables
            watched = [self._watched[table] for table in sorted(names) if table in self._watched]
            return tuple(_read(connection, one, self._bounds) for one in watched)

    def _version(self, connection: TrackedConnection) -> int:
        present = connection.raw.execute(
            "SELECT 1 FROM sqlite_temp_master WHERE name = ?", (_STATE,)
        ).fetchone()
        return (
            connection.raw.execute(f"SELECT past FROM {_STATE} WHERE t = -1").fetchone()[0] if present else -1
        )

    def _install(self, connection: TrackedConnection, version: int) -> None:
        run = connection.raw.execute
        run(f"CREATE TEMP TABLE {_STATE} (t INTEGER PRIMARY KEY, past INTEGER, room INTEGER)")
        run(f"INSERT INTO {_STATE} VALUES (-1, ?, 0)", (version,))
        self._watched = {one.table: one for one in _find(connection, self._tables)}
        for watched in self._watched.values():
            run(f"INSERT INTO {_STATE} VALUES (?, 0, 0)", (watched.number,))
            for statement in _statements(watched, self._bounds):
                run(statement)

    def _remove(self, connection: TrackedConnection) -> None:
        names = connection.raw.execute(
            "SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', "
            "'trigger') ORDER BY type = 'table'"
        ).fetchall()
        for kind, name in names:
            if name.startswith(TRACKING) and not name.startswith(f"{TRACKING}k"):  # k: touched_keys.py
                connection.raw.execute(f"DROP {kind} temp.{name}")

    def _forget(self, connection: TrackedConnection, watched: _Watched) -> None:
        connection.raw.execute(f"DELETE FROM temp.{watched.store}")
        connection.raw.execute(
            f"UPDATE temp.{_STATE} SET past = 0, room = {self._bounds.bytes} WHERE t = {watched.number}"
        )


def _find(connection: TrackedConnection, tables: frozenset[str] | None) -> Iterator[_Watched]:
    """The tables that scripts may write, or those of them that are asked for."""
    rows = connection.raw.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    ).fetchall()
    for number, (table, without_rowid) in enumerate(rows):
        if not table.startswith(("_", "sqlite_")) and (tables is None or table in tables):
            watched = _describe(connection, number, table, has_rowid=not without_rowid)
            if watched is not None:
                yield watched


def _describe(connection: TrackedConnection, number: int, table: str, *, has_rowid: bool) -> _Watched | None:
    described = connection.raw.execute(
        "SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid", (table,)
    ).fetchall()
    columns = tuple(name for name, _pk in described)[:MAX_COLUMNS]
    keys = [name for _pk, name in sorted((pk, name) for name, pk in described if pk)]
    unique = tuple(_unique_keys(connection, table))
    if not has_rowid:
        return _Watched(number, table, ", ".join(keys), columns, "", tuple(keys), unique)
    alias = rowid_name(columns)
    if alias is None:
        return None
    key = "_id" if "_id" in keys and len(keys) == 1 else "rowid"
    return _Watched(number, table, key, columns, alias, tuple(keys), unique)


def _unique_keys(connection: TrackedConnection, table: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """The columns and collations of each unique index that is made of columns only."""
    for (index,) in connection.raw.execute(
        'SELECT name FROM pragma_index_list(?) WHERE "unique"', (table,)
    ).fetchall():
        parts = connection.raw.execute(
            "SELECT name, coll FROM pragma_index_xinfo(?) WHERE key", (index,)
        ).fetchall()
        if parts and all(name is not None for name, _collation in parts):
            yield tuple((name, collation) for name, collation in parts)


def _statements(watched: _Watched, bounds: Bounds) -> Iterator[str]:
    """The table that keeps rows, and the triggers that fill it."""
    noting = _Noting(watched, bounds)
    old, new = watched.row("OLD"), watched.row("NEW")
    moved = f"{new} IS NOT {old}"
    yield (
        f"CREATE TEMP TABLE {watched.store} (n INTEGER PRIMARY KEY, k {watched.affinity} UNIQUE, "
        f"existed{noting.parts}{noting.cells})"
    )
    yield noting.trigger("AFTER INSERT", noting.new(new))
    yield noting.trigger("AFTER UPDATE", [*noting.old(old), *noting.new(new, moved)])
    yield noting.trigger("AFTER DELETE", noting.old(old))
    # What a REPLACE puts aside fires no trigger: rows with the same key are kept before.
    yield noting.trigger("BEFORE INSERT", noting.in_the_way())
    yield noting.trigger("BEFORE UPDATE", noting.in_the_way(f"{watched.row('t')} IS NOT {old}"))
    yield noting.counter("INSERT", new)
    yield noting.counter("UPDATE", old)
    yield noting.counter("DELETE", old)


class _Noting:
    """SQL that keeps one row. No conflict clauses: that of the script's statement would take their place.

    Every row that is kept takes its part of the room, so that there is none left after the ``rows`` or the
    ``bytes``
    of the bounds.
    """

    def __init__(self, watched: _Watched, bounds: Bounds) -> None:
        self._watched = watched
        self._share = bounds.bytes // bounds.rows
        self._room = f"(SELECT room FROM {_STATE} WHERE t = {watched.number})"
        self.parts = "".join(f", {one}" for one in watched.key_parts)
        self.cells = "".join(f", c{place}" for place in range(len(watched.columns)))

    def trigger(self, event: str, body: Sequence[str]) -> str:
        return self._trigger(event.replace(" ", "_").lower(), event, f"{self._room} > 0", body)

    def counter(self, event: str, key: str) -> str:
        """When there is no room: one more change that is not kept."""
        count = (
            f"UPDATE {_STATE} SET past = past + 1 WHERE t = {self._watched.number} "
            f"AND {self._is_unknown(key)}"
        )
        return self._trigger(f"past_{event.lower()}", f"AFTER {event}", f"{self._room} <= 0", [count])

    def _trigger(self, name: str, event: str, condition: str, body: Sequence[str]) -> str:
        statements = " ".join(f"{one};" for one in body)
        table = quoted(self._watched.table)
        return (
            f"CREATE TEMP TRIGGER {self._watched.store}_{name} {event} ON main.{table} "
            f"WHEN {condition} BEGIN {statements} END"
        )

    def new(self, key: str, condition: str = "1") -> list[str]:
        """The row was not there before."""
        insert = (
            f"INSERT INTO {self._watched.store} (k, existed{self.parts}) "
            f"SELECT {key}, 0{self._key_of('NEW')} WHERE {condition} AND {self._is_unknown(key)}"
        )
        return [insert, self._take_room()]

    def old(self, key: str) -> list[str]:
        """The row was there, with the values of OLD."""
        return [f"{self._insert(key, 'OLD')} WHERE {self._is_unknown(key)}", self._take_room()]

    def in_the_way(self, condition: str = "1") -> list[str]:
        """Rows that share a key with NEW."""
        key = self._watched.row("t")
        # of a key of columns there is a unique index
        same = [f"{key} = {self._watched.row('NEW')}"] if self._watched.alias else []
        for parts in self._watched.unique:
            same.append(
                "("
                + " AND ".join(
                    f"t.{quoted(one)} = NEW.{quoted(one)} COLLATE {quoted(collation)}"
                    for one, collation in parts
                )
                + ")"
            )
        rows = f"{self._insert(key, 't')} FROM main.{quoted(self._watched.table)} AS t"
        return [
            f"{rows} WHERE ({' OR '.join(same)}) AND {condition} AND {self._is_unknown(key)}",
            self._take_room(),
        ]

    def _insert(self, key: str, source: str) -> str:
        values = "".join(f", {source}.{quoted(one)}" for one in self._watched.columns)
        return (
            f"INSERT INTO {self._watched.store} (k, existed{self.parts}{self.cells}) "
            f"SELECT {key}, 1{self._key_of(source)}{values}"
        )

    def _key_of(self, source: str) -> str:
        return "".join(f", {source}.{quoted(one)}" for one in self._watched.keys if self.parts)

    def _take_room(self) -> str:
        size = _sum([f"coalesce(length(c{place}), 0)" for place in range(len(self._watched.columns))])
        last = f"(SELECT {self._share} + {size} FROM {self._watched.store} ORDER BY n DESC LIMIT 1)"
        return f"UPDATE {_STATE} SET room = room - {last} WHERE t = {self._watched.number} AND changes() > 0"

    def _is_unknown(self, key: str) -> str:
        return f"NOT EXISTS (SELECT 1 FROM {self._watched.store} WHERE k = {key})"


def _sum(parts: Sequence[str]) -> str:
    """In halves: SQLite bounds how deep an expression may be."""
    if len(parts) <= 1:
        return parts[0] if parts else "0"
    half = len(parts) // 2
    return f"({_sum(parts[:half])} + {_sum(parts[half:])})"


def _read(connection: TrackedConnection, watched: _Watched, bounds: Bounds) -> TouchedTable:
    """The noted rows as they were and as they are."""
    count = len(watched.columns)
    before = "".join(f", s.c{place}" for place in range(count))
    after = "".join(f", t.{quoted(one)}" for one in watched.columns)
    key = watched.row("t")
    exists = key if watched.alias else f"t.{quoted(watched.keys[0])}"  # such a key is never NULL
    found = watched.has_key_of("t", [f"s.{one}" for one in watched.key_parts or ("k",)])
    cursor = connection.raw.execute(
        f"SELECT s.k, s.existed, {exists} IS NOT NULL{before}{after} FROM temp.{watched.store} AS s "
        f"LEFT JOIN main.{quoted(watched.table)} AS t ON {found} AND {key} = s.k ORDER BY s.n"
    )
    has_own_key = watched.key == "rowid"
    rows = []
    for k, existed, exists, *cells in cursor:
        head: Row = (k,) if has_own_key else ()
        values = tuple(map(kept, cells)) if bounds.shorten else tuple(cells)
        rows.append(
            TouchedRow(
                k, (*head, *values[:count]) if existed else None, (*head, *values[count:]) if exists else None
            )
        )
    past = connection.raw.execute(f"SELECT past FROM temp.{_STATE} WHERE t = {watched.number}").fetchone()[0]
    columns = ("rowid", *watched.columns) if has_own_key else watched.columns
    return TouchedTable(watched.table, watched.key, columns, tuple(rows), past)
