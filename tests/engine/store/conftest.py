"""A database with two tables, a call's host, and a way to see what it left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from lua_engine.api.binding import REGISTRY, Host, Rows
from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.events import Event, EventBus
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.convert import Ready
from lua_engine.schema.model import TableSchema, parse_schema
from lua_engine.store.database import Database
from lua_engine.store.script.statements import Scope
from lua_engine.store.tables.catalog import TableCatalog

OWNER = Caller("owner-peer", "Olive", "olive@example.org")
VISITOR = Caller("visitor-peer", "Vic", "vic@example.org")

POSTS = """{
  "name": "posts", "system_key": true, "context": true,
  "columns": [
    {"name": "title", "type": "text", "required": true},
    {"name": "body", "type": "text"},
    {"name": "slug", "type": "text"},
    {"name": "score", "type": "integer", "default": 0},
    {"name": "weight", "type": "real"},
    {"name": "data", "type": "blob"},
    {"name": "state", "type": "enum", "default": "draft", "values": [{"key": "draft", "label": "Draft"},
      {"key": "open"}]},
    {"name": "position", "type": "integer"}
  ],
  "access": {"read": "open", "insert": "group"},
  "roles": {"coauthor": {"read": true, "insert": true}}
}"""

SETTINGS = """{
  "name": "settings",
  "columns": [{"name": "key", "type": "text", "key": true}, {"name": "value", "type": "text"}]
}"""

AUTO = """{
  "name": "autos",
  "columns": [
    {"name": "id", "type": "guid", "key": true, "auto": true},
    {"name": "number", "type": "integer", "auto": true},
    {"name": "at", "type": "datetime", "auto": true},
    {"name": "day", "type": "date", "auto": true},
    {"name": "clock", "type": "time", "auto": true}
  ]
}"""


def schema(text: str) -> TableSchema:
    return parse_schema(text, "test.json")


@dataclass
class Recorded:
    """What a scope was told about its statements."""

    statements: list[tuple[str, tuple[Any, ...], int, str]] = field(default_factory=list)

    def __call__(self, sql: str, args: tuple[Any, ...], rows: int, duration: float, error: str = "") -> None:
        assert duration >= 0
        self.statements.append((sql, args, rows, error))


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def database(tmp_path: Path, events: list[Event]) -> Iterator[Database]:
    bus = EventBus()
    bus.subscribe(events.append)
    opened = Database(tmp_path / "data.db", bus=bus)
    yield opened
    opened.close()


@pytest.fixture
def catalog(database: Database, events: list[Event]) -> TableCatalog:
    made = TableCatalog(database)
    for text in (POSTS, SETTINGS, AUTO):
        made.create_table(schema(text))
    events.clear()
    return made


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def scope(recorded: Recorded) -> Scope:
    return Scope(Deadline(30), recorded, "call-1")


class Calls:
    """Calls host functions as the bridge does, with plain Python values, and takes streams to their end."""

    def __init__(self, database: Database, catalog: TableCatalog) -> None:
        self._services = SimpleNamespace(database=database, tables=catalog)
        self.run = self.context(VISITOR)

    def context(self, caller: Caller, seconds: float = 30) -> RunContext:
        self.run = RunContext("call-1", "test", "call", caller, OWNER, Deadline(seconds), lambda _line: None)
        return self.run

    def raw(self, name: str, *arguments: Any) -> Any:
        """The answer as it goes to the bridge."""
        function = REGISTRY[name].function
        assert function is not None
        return function(Host(self.run, cast("Any", self._services)), *arguments)

    def __call__(self, name: str, *arguments: Any) -> Any:
        answer = self.raw(name, *arguments)
        if isinstance(answer, Rows):
            cells = [_shown(cell) for _, piece, _ in answer.chunks for cell in piece]
            answer.close()
            if not answer.columns:
                return cells
            width = len(answer.columns)
            rows = (cells[at : at + width] for at in range(0, len(cells), width))
            return [
                {
                    column: value
                    for column, value in zip(answer.columns, row, strict=True)
                    if value is not None
                }
                for row in rows
            ]
        if isinstance(answer, Ready):
            return _value(iter(answer.tokens))
        if isinstance(answer, dict):
            return {column: _shown(cell) for column, cell in answer.items()}
        return answer


def _value(tokens: Iterator[Any]) -> Any:
    """The next value of a stream of tokens (``runtime/convert.py``)."""
    token = next(tokens)
    if token is not None:
        return _shown(token)
    kind = next(tokens)
    if kind == 0:
        return None
    count = next(tokens)
    if kind == 1:
        return [_value(tokens) for _ in range(count)]
    if kind == 2:
        return {_value(tokens): _value(tokens) for _ in range(count)}
    width = next(tokens)
    keys = [_value(tokens) for _ in range(width)]
    return [{key: _value(tokens) for key in keys} for _ in range(count)]


def _shown(cell: Any) -> Any:
    """A cell on its way to Lua, where a text is bytes."""
    try:
        return cell.decode() if isinstance(cell, bytes) else cell
    except UnicodeDecodeError:
        return cell


@pytest.fixture
def calls(database: Database, catalog: TableCatalog) -> Calls:
    import lua_engine.api.config
    import lua_engine.api.db
    import lua_engine.api.orm  # noqa: F401  # they register their functions

    return Calls(database, catalog)
