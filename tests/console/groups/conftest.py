"""A real site folder with real groups, and the Groups tab over it."""

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
from goop_console.tabs.groups.tab import GroupsTab
from goop_console.tabs.tab import TabContext
from lua_engine import Engine, Peer

ANNA = "12D3KooWAnna" + "a" * 40
BEN = "12D3KooWBen" + "e" * 41
TESSA = "12D3KooWTessa" + "t" * 39

GOODBYE = """--- Says goodbye
function on_group_close(group_id) goop.log.warn("closed " .. group_id) end
"""
BREAKS = """--- Fails when a group closes
function on_group_close(group_id) error("no such table") end
"""
WRITE = """--- Writes in a room
function call(request) goop.chat.send(request.params.room, request.params.text) return true end
"""


class GroupSite:
    """The open site and where links led to; ``write`` is Goop2, which has the database open too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine.open(folder, watch=False)
        self.navigated: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.told: list[tuple[str, str]] = []

    def write(self, sql: str, *args: Any) -> None:
        with closing(sqlite3.connect(self.folder / "data.db")) as connection, connection:
            connection.execute(sql, args)

    def add_function(self, name: str, source: str) -> None:
        self.engine.scripts.create(name, "function", source)

    def kanban(self, limit: int = 0) -> str:
        """A template's group with Anna as editor in it."""
        group_id = self.engine.groups.create(
            "Kanban Co-authors",
            "template",
            "kanban",
            limit,
            default_role="viewer",
            roles=("editor", "viewer"),
        )
        self.write("INSERT INTO _meta (key, value) VALUES ('template_group_id', ?)", group_id)
        self.engine.groups.add(group_id, ANNA)
        self.engine.groups.set_role(group_id, ANNA, "editor")
        return group_id

    def fill(self, group_id: str, count: int) -> None:
        """``count`` members whom nobody has seen."""
        rows = [
            (group_id, f"12D3KooWmember{number:05d}", "viewer" if number % 3 else "editor")
            for number in range(count)
        ]
        with closing(sqlite3.connect(self.folder / "data.db")) as connection, connection:
            connection.executemany(
                "INSERT INTO _group_members (group_id, peer_id, role) VALUES (?, ?, ?)", rows
            )

    def members(self, group_id: str) -> dict[str, str]:
        return {member.name: member.role for member in self.engine.groups.members(group_id)}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[GroupSite]:
    config = {
        "profile": {"label": "Maya", "email": "maya@example.org"},
        "lua": {"enabled": True, "timeout_seconds": 60},
    }
    (tmp_path / "goop.json").write_text(json.dumps(config))
    (tmp_path / "site" / "lua" / "functions").mkdir(parents=True)
    one = GroupSite(tmp_path)
    one.write(
        "INSERT INTO _peer_cache (peer_id, content, email, last_seen) VALUES (?, 'Anna', 'anna@example.org', "
        "'2026-03-01 14:03:22')",
        ANNA,
    )
    one.write("INSERT INTO _peer_cache (peer_id, content, last_seen) VALUES (?, 'Ben', NULL)", BEN)
    one.engine.peers.add_test_peer(Peer(TESSA, "Tessa", "tessa@example.org", "test"))
    yield one
    one.engine.close()


@pytest.fixture
def open_tab(qtbot: QtBot, site: GroupSite, tmp_path: Path) -> Iterator[Callable[..., GroupsTab]]:
    """Makes the tab; called a second time, it is what a new start of the program shows."""
    sessions, operations = [], Operations()

    def navigate(*args: Any, **target: Any) -> None:
        site.navigated.append((args, target))

    def make(engine: Engine | None = None) -> GroupsTab:
        session = Session(engine or site.engine)
        sessions.append(session)
        notify = Notifier()
        notify.error_posted.connect(lambda title, detail: site.told.append((title, detail)))
        tab = GroupsTab(
            TabContext(
                session, operations, AppSettings(tmp_path / "settings.json"), Theme(), notify, navigate
            )
        )
        qtbot.addWidget(tab)
        tab.resize(1200, 700)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    for session in sessions:
        session.close()
    operations.close()
