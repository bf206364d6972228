"""The data browser's ground over a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lua_engine.base.caller import Caller
from lua_engine.base.events import Event, EventBus
from lua_engine.schema.model import parse_schema
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.changes.undo import UndoLog
from lua_engine.store.tables.catalog import TableCatalog
from lua_engine.store.tables.edit import RowEditor
from lua_engine.store.tables.reading import RowReader

CARDS = """{"name": "cards", "system_key": true, "columns": [
  {"name": "title", "type": "text", "required": true},
  {"name": "n", "type": "integer"},
  {"name": "weight", "type": "real"},
  {"name": "data", "type": "blob"},
  {"name": "state", "type": "enum", "default": "open", "values": [{"key": "open"}, {"key": "done",
    "label": "Done"}]},
  {"name": "slug", "type": "guid", "auto": true},
  {"name": "place", "type": "integer", "auto": true}
]}"""


class Ground:
    """One data.db, and another program that has it open too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events: list[Event] = []
        bus = EventBus()
        bus.subscribe(self.events.append)
        self.database = RecordingDatabase(path, bus=bus)
        self.tables = TableCatalog(self.database)
        self.reader = RowReader(self.database)
        self.undo = UndoLog(self.database)
        self.edit = RowEditor(self.database, self.tables, self.undo)

    def outside(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(sql, args).fetchall()

    def close(self) -> None:
        self.undo.close()
        self.database.close()


def ground_of_cards(path: Path) -> Ground:
    """With four cards that have empty titles."""
    made = Ground(path)
    made.tables.create_table(parse_schema(CARDS, "cards.json"))
    made.edit.insert("cards", [{"title": ""}] * 4, Caller("me"))
    return made


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path / "data.db")
    made.tables.create_table(parse_schema(CARDS, "cards.json"))
    made.outside("CREATE TABLE plain (a TEXT, b INTEGER NOT NULL, c)")
    made.outside("CREATE TABLE keyed (k TEXT, j INTEGER, v, PRIMARY KEY (k, j)) WITHOUT ROWID")
    made.outside(
        "CREATE TABLE sums (a INTEGER, twice INTEGER GENERATED ALWAYS AS (a * 2) STORED, thrice AS (a * 3))"
    )
    made.outside("CREATE VIEW seen AS SELECT a, b FROM plain")
    made.events.clear()
    yield made
    made.close()
