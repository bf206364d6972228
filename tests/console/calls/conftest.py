"""A real site folder with real scripts, and the Call Tester over it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.calls.tab import CallsTab
from goop_console.tabs.tab import TabContext
from lua_engine import Engine, Peer

ANNA = "12D3KooWAnna" + "a" * 40
BOB = "12D3KooWBob" + "b" * 41

WHOAMI = """--- Says who calls
local function who(params)
  goop.log.info("asked")
  return {
    id = goop.peer.id, label = goop.peer.label, email = goop.peer.email,
    role = goop.group.member.role(), member = goop.group.is_member(), is_self = goop.peer.id == goop.self.id,
    params = params,
  }
end
local dispatch = goop.route({
  who = who,
  mine = goop.owner(who),
  sql = function() return goop.db.query("SELECT _id, text FROM notes WHERE _id < ?", 3) end,
  fail = function() error("no such thing") end,
  spin = function() while true do end end,
  nothing = function() end,
})
function call(request) return dispatch(request) end
function on_group_close(group_id) goop.log.warn("closed " .. group_id) end
"""
WRITES = """--- Writes notes
--- @rate_limit 5
local dispatch = goop.route({
  add = function(p)
    goop.db.exec("INSERT INTO notes (_owner, text) VALUES (?, ?)", goop.peer.id, p.text)
    goop.db.exec("UPDATE notes SET text = 'changed' WHERE _id = 1")
    goop.kv.set("last", p.text)
    return { n = p.count }
  end,
  wipe = goop.owner(function() goop.db.exec("DELETE FROM notes") return true end),
  fill = function(p) for i = 1, p.count do goop.db.exec("INSERT INTO notes (_owner, text) VALUES ('x', ?)",
    "row " .. i) end end,
  deny = function() return { error = "not today" } end,
  broken = function(p)
    local nothing = nil
    return nothing.field
  end,
})
function call(request) return dispatch(request) end
"""
HELLO = """--- Greets
function handle(args) return "Hello, " .. args .. "!" end
"""
NOTES = """CREATE TABLE notes (
  _id INTEGER PRIMARY KEY AUTOINCREMENT, _owner TEXT NOT NULL, _owner_email TEXT DEFAULT '',
_created_at DATETIME DEFAULT CURRENT_TIMESTAMP, _updated_at DATETIME DEFAULT CURRENT_TIMESTAMP, text TEXT)"""


class CallSite:
    """The open site and where links led to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine.open(folder, watch=False)
        self.navigated: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def write(self, sql: str, *args: Any) -> None:
        with closing(sqlite3.connect(self.folder / "data.db")) as connection, connection:
            connection.execute(sql, args)

    def notes(self) -> list[tuple[Any, ...]]:
        """What the table holds, read beside the engine."""
        with closing(sqlite3.connect(self.folder / "data.db")) as connection:
            return connection.execute("SELECT _id, _owner, text FROM notes ORDER BY _id").fetchall()

    def add_group(self) -> None:
        """A template's group in which Anna is a viewer."""
        self.write(
            "INSERT INTO _groups (id, name, owner, group_type, group_context, max_members, default_role, "
            "roles) "
            "VALUES ('g1', 'Co-authors', ?, 'template', 'demo', 0, 'viewer', '[\"viewer\"]')",
            self.engine.owner.id,
        )
        self.write("INSERT INTO _meta (key, value) VALUES ('template_group_id', 'g1')")
        self.write("INSERT INTO _group_members (group_id, peer_id, role) VALUES ('g1', ?, 'viewer')", ANNA)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CallSite]:
    config = {
        "profile": {"label": "Maya", "email": "maya@example.org"},
        "lua": {"enabled": True, "timeout_seconds": 60},
    }
    (tmp_path / "goop.json").write_text(json.dumps(config))
    functions = tmp_path / "site" / "lua" / "functions"
    functions.mkdir(parents=True)
    (functions / "whoami.lua").write_text(WHOAMI)
    (functions / "writes.lua").write_text(WRITES)
    (functions.parent / "hello.lua").write_text(HELLO)
    one = CallSite(tmp_path)
    one.write(NOTES)
    one.write("INSERT INTO notes (_owner, text) VALUES ('x', 'first')")
    one.write(
        "INSERT INTO _peer_cache (peer_id, content, email) VALUES (?, 'Anna', 'anna@example.org')", ANNA
    )
    one.add_group()
    one.engine.peers.add_test_peer(Peer(BOB, "Bob", "bob@example.org", "test"))
    yield one
    one.engine.close()


@pytest.fixture
def open_tab(qtbot: QtBot, site: CallSite, tmp_path: Path) -> Iterator[Callable[[], CallsTab]]:
    """Makes the tab; called a second time, it is what a new start of the program shows."""
    session, operations = Session(site.engine), Operations()

    def navigate(*args: Any, **target: Any) -> None:
        site.navigated.append((args, target))

    context = TabContext(
        session, operations, AppSettings(tmp_path / "settings.json"), Theme(), Notifier(), navigate
    )

    def make() -> CallsTab:
        tab = CallsTab(context)
        qtbot.addWidget(tab)
        tab.resize(1200, 700)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    session.close()
    operations.close()
