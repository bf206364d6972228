"""A log written and read again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lua_engine.base.caller import Caller
from lua_engine.logs.limits import LogLimits
from lua_engine.logs.query import LogQuery
from lua_engine.logs.reader import LogReader
from lua_engine.logs.record import LogRecord
from lua_engine.logs.writer import LogWriter
from lua_engine.testing import SiteSpec

SPEC = SiteSpec(
    functions={
        "todo": 'function call(r) goop.log.info("asked by " .. goop.peer.label) return { ok = true } end',
        "broken": "function call(r) return nil .. 1 end",
    },
    peers=[Caller("anna-id", "Anna")],
)


def line(message: str, **fields: object) -> LogRecord:
    defaults = {"id": 0, "time": time.time(), "level": "info", "message": message}
    return LogRecord(**{**defaults, **fields})  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".goop-console" / "log.db"


def written(path: Path, records: list[LogRecord], limits: LogLimits | None = None) -> LogReader:
    writer = LogWriter(path, limits or LogLimits())
    for record in records:
        writer.add(record)
    writer.close()
    return LogReader(path)


def messages(reader: LogReader, query: LogQuery | None = None, **fields: object) -> list[str]:
    return [one.message for one in reader.page(query or LogQuery(**fields))]  # type: ignore[arg-type]
