"""Records as rows of ``logs.db``, and back."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from lua_engine.base.caller import Caller
from lua_engine.base.records import Origin
from lua_engine.logs.record import CallSummary, LogRecord

VERSION: Final = 1
DDL: Final = """
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, time REAL NOT NULL, level TEXT NOT NULL, is_call INTEGER NOT NULL,
  script TEXT NOT NULL, caller_id TEXT NOT NULL, caller_label TEXT NOT NULL, call_id TEXT NOT NULL,
  is_dry INTEGER NOT NULL, origin TEXT NOT NULL, message TEXT NOT NULL, action TEXT NOT NULL,
  outcome TEXT NOT NULL, seconds REAL NOT NULL, statements INTEGER NOT NULL, result_bytes INTEGER NOT NULL);
CREATE INDEX entries_time ON entries (time);
CREATE INDEX entries_call ON entries (call_id) WHERE call_id <> '';
CREATE INDEX entries_trouble ON entries (level) WHERE level <> 'info';
CREATE VIRTUAL TABLE texts USING fts5 (message, content='entries', content_rowid='id',
  tokenize='trigram');
CREATE TRIGGER entries_added AFTER INSERT ON entries WHEN new.message <> '' BEGIN
  INSERT INTO texts (rowid, message) VALUES (new.id, new.message);
END;
CREATE TRIGGER entries_dropped AFTER DELETE ON entries WHEN old.message <> '' BEGIN
  INSERT INTO texts (texts, rowid, message) VALUES ('delete', old.id, old.message);
END;
"""
COLUMNS: Final = (
    "time, level, is_call, script, caller_id, caller_label, call_id, is_dry, origin, message, action,"
    " outcome, seconds, statements, result_bytes"
)
INSERT: Final = f"INSERT INTO entries ({COLUMNS}) VALUES ({', '.join('?' * 15)})"


def row_of(record: LogRecord) -> tuple[Any, ...]:
    """The values of :data:`INSERT`."""
    caller, call = record.caller, record.call
    return (
        record.time,
        record.level,
        call is not None,
        _storable(record.script),
        _storable(caller.id) if caller is not None else "",
        _storable(caller.label) if caller is not None else "",
        record.call_id,
        record.is_dry,
        record.origin.value if record.origin is not None else "",
        _storable(record.message),
        _storable(call.action) if call is not None else "",
        call.outcome if call is not None else "",
        call.seconds if call is not None else 0.0,
        call.statements if call is not None else 0,
        call.result_bytes if call is not None else 0,
    )


def record_of(row: sqlite3.Row) -> LogRecord:
    call = (
        CallSummary(row["action"], row["outcome"], row["seconds"], row["statements"], row["result_bytes"])
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


def _storable(text: str) -> str:
    """Half a surrogate pair, which JSON can say, is no text for SQLite."""
    return text.encode("utf-8", "replace").decode()
