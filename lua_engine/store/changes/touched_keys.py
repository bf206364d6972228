"""Which rows a script's transaction touches: their keys only, cheap enough to be always on.

Temporary triggers on the script's connection note table, rowid and what was done. For a table ``cards`` with
number 3 they read (the prefix is a secret, so that no script can name it)::

    CREATE TEMP TRIGGER p_3_u AFTER UPDATE ON main.cards
      WHEN (SELECT coalesce(max(n), 0) FROM p_keys) < 1000
      BEGIN INSERT INTO p_keys (t, k, o) VALUES (3, OLD.rowid, 'u'); END

They see cascades and the triggers of a table too. There is none for INSERT: with one, SQLite gathers what
``INSERT ... SELECT`` reads in memory first. A statement that adds one row says its rowid itself.

"Many" is the answer past ``MAX_KEYS`` rows, for statements that add several rows, and where a REPLACE may
have put rows aside without telling any trigger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lua_engine.base.events import RowChange
from lua_engine.store.changes.identifiers import quoted, rowid_name
from lua_engine.store.connections import ScriptConnection
from lua_engine.store.script.policy import TRACKING

MAX_KEYS = 1_000  # of one transaction

_KEYS = f"{TRACKING}keys"
_FORGET = f"DELETE FROM temp.{_KEYS}"
_NEW = f"SELECT n, t, k, o FROM temp.{_KEYS} WHERE n > ? ORDER BY n"
_PUTS_ASIDE = re.compile(r"\b(?:OR\s+REPLACE|REPLACE\s+INTO|ON\s+CONFLICT\s+REPLACE)\b", re.IGNORECASE)
_SHORT = 4_096  # characters of a statement that is remembered
_OPERATIONS = {"u": "update", "d": "delete"}

Rows = dict[int, RowChange]


class TouchedKeys:
    """The triggers of one connection. Every method is called inside a write transaction."""

    def __init__(self) -> None:
        self._tables: dict[int, str] = {}
        self._noted: frozenset[str] = frozenset()  # the same tables
        self._installed: tuple[ScriptConnection, int] | None = None  # with the version of the file's schema
        self._seen: tuple[ScriptConnection, int] | None = None  # with its data_version, when they were there
        self._is_committed = False  # else the triggers may have gone with the transaction that made them
        self._found: dict[str, Rows] = {}
        self._many: set[str] = set()
        self._last = 0
        self._changes = -1  # of the connection, when the notes were read

    def begin(self, connection: ScriptConnection, data_version: int) -> None:
        """Make the triggers unless they are there, and forget what they noted. ``data_version`` is the
        connection's now: as long as nobody else commits, and scripts change no schema, it is the same.
        """
        self._found, self._many, self._last, self._changes = {}, set(), 0, -1
        with connection.trusted():
            if self._seen != (connection, data_version) and not self._are_there(connection):
                self._seen = None
                self._remove(connection)
                self._install(connection)
                return
            self._seen = connection, data_version
            connection.raw.execute(_FORGET)

    def add(self, connection: ScriptConnection, sql: str, rows: int, last: int) -> None:
        """The statement ``sql`` wrote ``rows`` rows; ``last`` is the rowid of the last one that it added."""
        if _puts_aside(sql):
            self._many |= connection.tables_written(sql)
        notes = self._notes(connection)
        for _number, table, key, operation in notes:
            self._join(self._tables[table], key, _OPERATIONS[operation], sql)
        inserted = connection.tables_inserted(sql)
        if not inserted or (rows == 1 and len(inserted) == 1 and notes):  # an upsert that found its row
            return
        if rows == 1 and len(inserted) == 1 and inserted <= self._noted:
            self._join(next(iter(inserted)), last, "insert", sql)
        else:
            self._many |= inserted

    def touched(self, connection: ScriptConnection) -> Mapping[str, Mapping[int, RowChange]]:
        """By table and rowid what was done to the rows; a table with too many is not among them."""
        if self._last >= MAX_KEYS:
            return {}
        if connection.raw.total_changes != self._changes:  # written outside a statement of a script
            self._many |= {
                self._tables[table] for _number, table, _key, _operation in self._notes(connection)
            }
        return {
            table: {key: change for key, change in rows.items() if change.operation}
            for table, rows in self._found.items()
            if table not in self._many
        }

    def _notes(self, connection: ScriptConnection) -> list[tuple[int, int, int, str]]:
        """What was noted since the last question."""
        with connection.trusted():
            found: list[tuple[int, int, int, str]] = connection.raw.execute(_NEW, (self._last,)).fetchall()
        self._last = found[-1][0] if found else self._last
        self._changes = connection.raw.total_changes
        return found

    def _join(self, table: str, key: int, operation: str, sql: str) -> None:
        rows = self._found.setdefault(table, {})
        rows[key] = _joined(rows.get(key), operation, sql)

    def _are_there(self, connection: ScriptConnection) -> bool:
        if self._installed != (connection, _schema_version(connection)):
            return False
        if not self._is_committed:
            found = connection.raw.execute("SELECT 1 FROM sqlite_temp_master WHERE name = ?", (_KEYS,))
            self._is_committed = found.fetchone() is not None
        return self._is_committed

    def _install(self, connection: ScriptConnection) -> None:
        self._installed, self._is_committed = None, False
        run = connection.raw.execute
        run(f"CREATE TEMP TABLE {_KEYS} (n INTEGER PRIMARY KEY, t INTEGER, k INTEGER, o TEXT)")
        self._tables = {}
        for number, table in enumerate(_tables(connection)):
            columns = [row[0] for row in run("SELECT name FROM pragma_table_xinfo(?)", (table,)).fetchall()]
            alias = rowid_name(columns)
            if alias is not None:
                self._tables[number] = table
                for statement in _triggers(number, table, alias):
                    run(statement)
        self._noted = frozenset(self._tables.values())
        self._installed = connection, _schema_version(connection)

    def _remove(self, connection: ScriptConnection) -> None:
        names = connection.raw.execute("SELECT type, name FROM sqlite_temp_master").fetchall()
        for kind, name in sorted(names, reverse=True):  # triggers before the table
            if name.startswith(f"{TRACKING}k"):
                connection.raw.execute(f"DROP {kind} temp.{name}")


def _puts_aside(sql: str) -> bool:
    return _is_found(sql) if len(sql) <= _SHORT else _look(sql)


def _look(sql: str) -> bool:
    return _PUTS_ASIDE.search(sql) is not None


_is_found = lru_cache(maxsize=256)(_look)


def _triggers(number: int, table: str, alias: str) -> tuple[str, str]:
    room = f"(SELECT coalesce(max(n), 0) FROM {_KEYS}) < {MAX_KEYS}"
    note = f"INSERT INTO {_KEYS} (t, k, o)"
    moved = f"{note} SELECT {number}, NEW.{alias}, 'u' WHERE NEW.{alias} IS NOT OLD.{alias};"
    begin = f"CREATE TEMP TRIGGER {TRACKING}k{number}_"
    place = f"ON main.{quoted(table)} WHEN {room} BEGIN {note}"
    return (
        f"{begin}u AFTER UPDATE {place} VALUES ({number}, OLD.{alias}, 'u'); {moved} END",
        f"{begin}d AFTER DELETE {place} VALUES ({number}, OLD.{alias}, 'd'); END",
    )


def _joined(before: RowChange | None, operation: str, sql: str) -> RowChange:
    """What two changes of one row in one transaction come to; no ``operation``: it is as it was."""
    if before is not None and before.operation == "insert":
        return RowChange("" if operation == "delete" else "insert", sql)
    if before is not None and before.operation == "delete" and operation == "insert":
        return RowChange("update", sql)
    return RowChange(operation, sql)


def _schema_version(connection: ScriptConnection) -> int:
    return int(connection.raw.execute("PRAGMA main.schema_version").fetchone()[0])


def _tables(connection: ScriptConnection) -> list[str]:
    """The tables that scripts may write and whose rows have a rowid."""
    rows = connection.raw.execute(
        "SELECT l.name, m.sql FROM pragma_table_list AS l JOIN main.sqlite_master AS m ON m.name = l.name "
        "WHERE l.schema = 'main' AND l.type = 'table' AND NOT l.wr ORDER BY l.name"
    ).fetchall()
    return [
        table for table, sql in rows if not table.startswith(("_", "sqlite_")) and not _puts_aside(sql or "")
    ]
