"""Records as rows of ``log.db``, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from lua_engine.base.caller import Caller
from lua_engine.base.records import Origin
from lua_engine.logs.record import CallSummary, LogRecord
from lua_engine.store.own_database import storable

VERSION: Final = 2
_SEARCH: Final = """
CREATE INDEX entries_script ON entries (script) WHERE script <> '';
CREATE INDEX entries_caller ON entries (caller_id) WHERE caller_id <> '';
CREATE TABLE names (kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, id, name))
  WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5 (message, action, content='entries', content_rowid='id',
  tokenize='trigram');
CREATE TRIGGER entries_added AFTER INSERT ON entries WHEN new.message <> '' OR new.action <> '' BEGIN
  INSERT INTO texts (rowid, message, action) VALUES (new.id, new.message, new.action);
END;
CREATE TRIGGER entries_dropped AFTER DELETE ON entries WHEN old.message <> '' OR old.action <> '' BEGIN
  INSERT INTO texts (texts, rowid, message, action) VALUES ('delete', old.id, old.message, old.action);
END;
"""
DDL: Final = f"""
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, time REAL NOT NULL, level TEXT NOT NULL, is_call INTEGER NOT NULL,
  script TEXT NOT NULL, caller_id TEXT NOT NULL, caller_label TEXT NOT NULL, call_id TEXT NOT NULL,
  is_dry INTEGER NOT NULL, origin TEXT NOT NULL, message TEXT NOT NULL, action TEXT NOT NULL,
  outcome TEXT NOT NULL, seconds REAL NOT NULL, statements INTEGER NOT NULL, result_bytes INTEGER NOT NULL,
  lines INTEGER NOT NULL DEFAULT 0, role TEXT NOT NULL DEFAULT '');
CREATE INDEX entries_time ON entries (time, level);
CREATE INDEX entries_call ON entries (call_id) WHERE call_id <> '';
CREATE INDEX entries_trouble ON entries (level) WHERE level <> 'info';
{_SEARCH}"""
UPGRADES: Final = {
    1: f"""
ALTER TABLE entries ADD COLUMN lines INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN role TEXT NOT NULL DEFAULT '';
DROP TRIGGER entries_added;
DROP TRIGGER entries_dropped;
DROP TABLE texts;
DROP INDEX entries_time;
CREATE INDEX entries_time ON entries (time, level);
{_SEARCH}
INSERT INTO texts (rowid, message, action) SELECT id, message, action FROM entries
  WHERE message <> '' OR action <> '';
INSERT OR IGNORE INTO names SELECT DISTINCT 'script', script, script FROM entries WHERE script <> '';
INSERT OR IGNORE INTO names SELECT DISTINCT 'caller', caller_id, caller_label FROM entries
  WHERE caller_id <> '';
"""
}
COLUMNS: Final = (
    "time, level, is_call, script, caller_id, caller_label, call_id, is_dry, origin, message, action,"
    " outcome, seconds, statements, result_bytes, lines, role"
)
INSERT: Final = f"INSERT INTO entries ({COLUMNS}) VALUES ({', '.join('?' * 17)})"
INSERT_NAME: Final = "INSERT OR IGNORE INTO names (kind, id, name) VALUES (?, ?, ?)"
Name = tuple[str, str, str]  # "script" or "caller", its id, its name
_NO_CALL: Final = CallSummary("", "", 0.0, 0, 0)


def row_of(record: LogRecord) -> tuple[Any, ...]:
    """The values of :data:`INSERT`."""
    caller, call = record.caller, record.call or _NO_CALL
    return (
        record.time,
        record.level,
        record.call is not None,
        storable(record.script),
        storable(caller.id) if caller is not None else "",
        storable(caller.label) if caller is not None else "",
        record.call_id,
        record.is_dry,
        record.origin.value if record.origin is not None else "",
        storable(record.message),
        storable(call.action),
        call.outcome,
        call.seconds,
        call.statements,
        call.result_bytes,
        call.lines,
        call.role,
    )


def names_of(record: LogRecord) -> Iterator[Name]:
    """The values of :data:`INSERT_NAME`."""
    if record.script:
        name = storable(record.script)
        yield "script", name, name
    if record.caller is not None:
        yield "caller", storable(record.caller.id), storable(record.caller.label)


def record_of(row: sqlite3.Row) -> LogRecord:
    call = (
        CallSummary(
            row["action"],
            row["outcome"],
            row["seconds"],
            row["statements"],
            row["result_bytes"],
            row["lines"],
            row["role"],
        )
        if row["is_call"]
        else None
    )
    return LogRecord(
        row["id"],
        row["time"],
        row["level"],
        row["message"],
        row["script"],
        Caller(row["caller_id"], row["caller_label"]) if row["caller_id"] else None,
        row["call_id"],
        bool(row["is_dry"]),
        Origin(row["origin"]) if row["origin"] else None,
        call,
    )
