"""No transaction is held while a person thinks: whatever a call did and however it ended, another program can
empty the log afterwards.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Engine, KnownError, LogRecorded, Request
from tests.helpers.goop2 import write_goop2_folder

SCRIPT = """
local cards = nil
local dispatch = goop.route({
  read = function() return goop.db.query("SELECT * FROM cards") end,
  read_nothing = function() return goop.db.query("SELECT * FROM cards WHERE 0") end,
  read_too_much = function()
    return goop.db.query("SELECT zeroblob(900000) FROM cards, cards AS b, cards AS c") end,
  read_and_fail = function() for _, row in ipairs(goop.db.query("SELECT * FROM cards"))
    do error("stop at " .. row.title) end end,
  read_without_end = function()
    return goop.db.scalar("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) " ..
      "SELECT count(*) FROM c") end,
  read_then_spin = function() local rows = goop.db.query("SELECT * FROM cards") while rows do end end,
  read_then_wait = function() goop.db.query("SELECT * FROM cards") goop.log.info("here") while
    true do end end,
  write = function() return goop.orm("cards"):insert({ title = "x" }) end,
  write_badly = function() return goop.orm("cards"):insert({ title = "x", state = "no such state" }) end,
  write_and_fail = function() goop.orm("cards"):insert({ title = "x" }) error("after the write") end,
  write_without_end = function()
    return goop.db.exec("INSERT INTO guestbook (_owner) " ..
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c")
  end,
  write_what_fails = function()
    return goop.db.exec("INSERT INTO cards (_owner, title) SELECT 'a', NULL FROM cards") end,
  returning = function() return goop.db.exec("UPDATE cards SET position = 1 RETURNING title") end,
  seed = function() return goop.orm("cards"):seed({ { title = "a" }, { title = 5 } }) end,
  broken = function() return goop.db.query("SELECT * FROM") end,
  bad_value = function() return goop.db.query("SELECT ?", {}) end,
  out_of_memory = function() local all = {} while true
    do all[#all + 1] = goop.db.query("SELECT zeroblob(100000) FROM cards") end end,
})
function call(request) return dispatch(request) end
"""


@pytest.fixture
def busy_site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_goop2_folder(folder).close()
    (folder / "site/lua/functions/work.lua").write_text(SCRIPT)
    return folder


@pytest.fixture
def working(busy_site: Path) -> Iterator[Engine]:
    with Engine.open(busy_site, overrides={"timeout_seconds": 1}) as opened:
        yield opened


@pytest.fixture
def is_free(busy_site: Path) -> Callable[[], bool]:
    """Can another program write, and bring everything into the file, right now? It waits for nobody."""

    def ask() -> bool:
        other = sqlite3.connect(busy_site / "data.db", timeout=0, isolation_level=None)
        try:
            other.execute("INSERT INTO guestbook (_owner, message) VALUES ('goop2', 'x')")
            return bool(other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0))
        finally:
            other.close()

    return ask


ACTIONS = [
    line.split(" = ")[0].strip()
    for line in SCRIPT.splitlines()
    if line.startswith("  ") and " = function()" in line
]


@pytest.mark.parametrize("action", ACTIONS)
def test_after_a_call(working: Engine, is_free: Callable[[], bool], action: str) -> None:
    working.calls.call("work", {"action": action}, caller=working.owner)
    assert is_free()


def test_after_a_cancelled_call(working: Engine, is_free: Callable[[], bool]) -> None:
    here = threading.Event()
    working.bus.subscribe(lambda event: here.set() if isinstance(event, LogRecorded) else None)
    results: list[Any] = []
    caller = threading.Thread(
        target=lambda: results.append(
            working.calls.run(
                Request.call("work", {"action": "read_then_wait"}), working.owner, call_id="mine"
            )
        )
    )
    caller.start()
    assert here.wait(30)
    working.calls.cancel("mine")
    caller.join(30)
    assert not results[0].ok
    assert is_free()


def test_after_all_that_a_window_asks(working: Engine, is_free: Callable[[], bool]) -> None:
    for look in (
        working.tables.infos,
        working.peers.all,
        working.groups.list,
        working.rooms.rooms,
        working.templates.installed,
        working.settings.read,
    ):
        look()
        assert is_free()
    page = working.tables.page("cards", limit=2, order="title")
    working.tables.page("cards", limit=2, order="title", after=page.last)
    working.tables.page("cards", contains="card")
    assert is_free()
    for table, order in (("nowhere", None), ("cards", "nowhere")):
        with pytest.raises(KnownError, match=r"no table|no column"):
            working.tables.page(table, order=order)
        assert is_free()


def test_after_messages_and_events(working: Engine, is_free: Callable[[], bool]) -> None:
    room = working.rooms.create("Room")
    working.rooms.send(room.id, "hello", working.owner.id)
    assert is_free()
    working.rooms.close(room.id)
    working.calls.chat("!hello", caller=working.owner)
    working.calls.emit("on_group_close", "x")
    assert is_free()


def test_while_it_is_only_open(working: Engine, is_free: Callable[[], bool]) -> None:
    assert is_free()
    assert is_free()
    assert working.is_read_only is False


def test_while_it_is_open_for_reading_only(busy_site: Path, is_free: Callable[[], bool]) -> None:
    with Engine.open(busy_site, read_only=True, overrides={"timeout_seconds": 1}) as reader:
        assert is_free()
        reader.calls.call("work", {"action": "read"}, caller=reader.owner)
        reader.tables.infos()
        reader.tables.page("cards", limit=1)
        assert is_free()
