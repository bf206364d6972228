"""What SQL of a script may do, enforced by SQLite itself: its authorizer when a statement is compiled, its
limits always.

Scripts write ``where``, ``order`` and whole statements, and visitors choose the values in them. So: one
statement, tables and functions only, nothing that changes the schema, the connection or another file, no
writing to system tables, and bounds on what one statement may allocate.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from lua_engine.base.deadline import Deadline

MAX_LENGTH = 4_000_000
"""Bytes of one string, blob or row that SQL of a script may make or read."""

MAX_HEAP = 64 * 1024 * 1024
"""Bytes that SQLite may use in this process, all connections together."""

LIMITS: dict[int, int] = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_LENGTH,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 128 * 1024,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,  # also applies when the schema is read: a user's wide table must load
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 500,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 10_000,
    # LIKE is pattern x subject in one opcode: 0.5 s at these two limits
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 128,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 64,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

TRACKING = f"_goop_{secrets.token_hex(8)}_"
"""How the names of our own temporary tables and triggers begin (``tracking.py``)."""

_DENIED_FUNCTIONS = frozenset(
    {
        "load_extension",  # loads native code (also switched off in the connection)
        "fts3_tokenizer",  # takes and gives raw pointers
        "sqlite_log",  # writes to the error log of the host
    }
)
_DENIED_TABLES = frozenset(
    {
        "dbstat",  # walks the whole file in one step
        "sqlite_dbpage",  # raw pages of the file, writable
        "sqlite_stmt",  # statements of other calls on this connection
    }
)
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})
_WRITES = {sqlite3.SQLITE_INSERT: "insert", sqlite3.SQLITE_UPDATE: "update", sqlite3.SQLITE_DELETE: "delete"}
_MASTER = frozenset({"sqlite_master", "sqlite_schema"})


@dataclass(frozen=True, slots=True)
class Fence:
    """Keeps a statement to one table: its ``where`` is the text of somebody who may see that table only.

    ``through`` is a name that nobody can guess: then the table is read through the part of the statement
    (a CTE, a view) of that name alone, which shows some of its rows::

        WITH rows_5f3a AS (SELECT * FROM cards WHERE _owner = ?) SELECT ... FROM rows_5f3a AS cards WHERE
        (TEXT)

    Whatever TEXT is, ``1=1) UNION SELECT * FROM cards --`` or a subselect, it sees no other row.
    """

    table: str
    through: str = ""

    def allows(self, table: str, inside: str | None) -> bool:
        """May ``table`` be read from inside the CTE, view or trigger ``inside``?"""
        if table.lower() != self.table.lower():
            return False
        return not self.through or inside == self.through


class Authorizer:
    """SQLite's authorizer of one connection. It answers when a statement is compiled, once for each thing it
    touches.

    ``reason`` says why the last statement was refused; ``written`` collects the tables that the statement
    being compiled writes (``inserted``: adds rows to), by triggers and foreign keys too.
    """

    def __init__(self, *, may_write: bool) -> None:
        self._may_write = may_write
        self.is_trusted = False
        """While it is (for statements of our own) everything is allowed."""
        self.deadline: Deadline | None = None
        self._fence: Fence | None = None
        self.reason = ""
        self.written: set[str] = set()
        self.inserted: set[str] = set()

    @property
    def is_over(self) -> bool:
        """Whether the statement has no time left."""
        return self.deadline is not None and self.deadline.is_over

    def prepare(self, deadline: Deadline, fence: Fence | None = None) -> None:
        """A new statement of a script: ``deadline`` ends a compilation that takes too long (nested views,
        CTEs); ``fence`` narrows what it may read.
        """
        self.deadline = deadline
        self._fence = fence
        self.reason = ""
        if self.written:
            self.written = set()
            self.inserted = set()

    def __call__(self, action: int, first: str | None, second: str | None, *where: str | None) -> int:
        if self.is_trusted:
            return sqlite3.SQLITE_OK
        if self.is_over:
            return self._deny("the time of the call is over")
        if action == sqlite3.SQLITE_READ:
            return self._read(first or "", where[1] if len(where) > 1 else None)
        if action in _READS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            return self._function(second or "")
        if action in _WRITES:
            return self._write(action, first or "", where[1] if len(where) > 1 else None)
        return self._other(action, first or "")

    def _read(self, table: str, inside: str | None) -> int:
        if self._fence is not None and not self._fence.allows(table, inside):
            return self._deny(f"only rows of {self._fence.table} that the caller may see can be read here")
        if table.lower() in _DENIED_TABLES:
            return self._deny(f"table {table} cannot be read by scripts")
        return sqlite3.SQLITE_OK

    def _function(self, name: str) -> int:
        if name.lower() in _DENIED_FUNCTIONS:
            return self._deny(f"function {name} cannot be called by scripts")
        return sqlite3.SQLITE_OK

    def _write(self, action: int, table: str, trigger: str | None) -> int:
        # Declaring a virtual table (json_each, a full-text table when the schema loads) asks for UPDATE of
        # sqlite_master; a real one is refused by SQLite itself: "table sqlite_master may not be modified".
        if action == sqlite3.SQLITE_UPDATE and table.lower() in _MASTER:
            return sqlite3.SQLITE_OK
        if trigger is not None and trigger.startswith(TRACKING) and table.startswith(TRACKING):
            return sqlite3.SQLITE_OK  # our own notes of what the statement changes
        if not self._may_write:
            return self._deny(f"only reading is possible here, the statement would {_WRITES[action]} {table}")
        if table.startswith("_") or table.lower().startswith("sqlite_"):
            return self._deny(f"system table {table} cannot be written by scripts")
        self.written.add(table)
        if action == sqlite3.SQLITE_INSERT:
            self.inserted.add(table)
        return sqlite3.SQLITE_OK

    def _other(self, action: int, first: str) -> int:
        # Full-text tables ask for it whenever they are read; it answers one number.
        if action == sqlite3.SQLITE_PRAGMA and first.lower() == "data_version":
            return sqlite3.SQLITE_OK
        return self._deny(f"{_action_name(action)} is not possible in scripts")

    def _deny(self, reason: str) -> int:
        self.reason = self.reason or reason
        return sqlite3.SQLITE_DENY


def apply_limits(connection: sqlite3.Connection) -> None:
    """Set :data:`LIMITS` on a connection for scripts, and the bounds of temporary storage."""
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    # In memory, temporary tables and sorters count against the heap limit; in files nothing would bound them.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA hard_heap_limit = {MAX_HEAP}")


def _action_name(action: int) -> str:
    return _ACTIONS.get(action, "the statement")


_ACTIONS = {
    getattr(sqlite3, f"SQLITE_{name}"): name.replace("_", " ")
    for name in (
        "ALTER_TABLE", "ANALYZE", "ATTACH", "CREATE_INDEX", "CREATE_TABLE", "CREATE_TEMP_INDEX",
        "CREATE_TEMP_TABLE",
        "CREATE_TEMP_TRIGGER", "CREATE_TEMP_VIEW", "CREATE_TRIGGER", "CREATE_VIEW", "CREATE_VTABLE", "DETACH",
        "DROP_INDEX",
        "DROP_TABLE", "DROP_TEMP_INDEX", "DROP_TEMP_TABLE", "DROP_TEMP_TRIGGER", "DROP_TEMP_VIEW",
        "DROP_TRIGGER",
        "DROP_VIEW", "DROP_VTABLE", "PRAGMA", "REINDEX", "SAVEPOINT", "TRANSACTION",
    )
}  # fmt: skip
