"""A real site folder with a real database, and the Data tab over it."""

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
from goop_console.tabs.data.tab import DataTab
from goop_console.tabs.tab import TabContext
from lua_engine import Engine

ANNA = "12D3KooWAnna" + "a" * 40
SYSTEM = (
    "_id INTEGER PRIMARY KEY AUTOINCREMENT, _owner TEXT NOT NULL, _owner_email TEXT DEFAULT '', "
    "_created_at DATETIME DEFAULT CURRENT_TIMESTAMP, _updated_at DATETIME DEFAULT CURRENT_TIMESTAMP"
)

ADD = """function call(request)
  return goop.db.exec("INSERT INTO notes (_owner, text) VALUES (?, ?)", goop.peer.id, request.params.text)
end
"""


class DataSite:
    """The open site; ``write`` is another program that has the database open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine.open(folder, watch=False)

    def write(self, sql: str, *args: Any) -> None:
        with closing(sqlite3.connect(self.folder / "data.db")) as connection, connection:
            connection.execute(sql, args)

    def _owner(self, number: int) -> str:
        return ANNA if number % 2 else self.engine.owner.id

    def fill(self, table: str, count: int) -> None:
        """``count`` rows with text, a number, JSON or NULL, and a blob."""
        self.write(f"CREATE TABLE {table} ({SYSTEM}, text TEXT, score REAL, meta TEXT, photo BLOB)")
        self.write("INSERT INTO _tables (name, schema, insert_policy) VALUES (?, '', 'owner')", table)
        rows = [
            (
                self._owner(number),
                f"row {number}",
                number / 4,
                json.dumps({"n": number}) if number % 3 else None,
                bytes(number % 5),
            )
            for number in range(1, count + 1)
        ]
        with closing(sqlite3.connect(self.folder / "data.db")) as connection, connection:
            connection.executemany(
                f"INSERT INTO {table} (_owner, text, score, meta, photo) VALUES (?, ?, ?, ?, ?)", rows
            )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DataSite]:
    (tmp_path / "goop.json").write_text(json.dumps({"profile": {"label": "Maya"}, "lua": {"enabled": True}}))
    (tmp_path / "site" / "lua" / "functions").mkdir(parents=True)
    (tmp_path / "site" / "lua" / "functions" / "add.lua").write_text(ADD)
    one = DataSite(tmp_path)
    one.write("INSERT INTO _peer_cache (peer_id, content) VALUES (?, 'Anna')", ANNA)
    yield one
    one.engine.close()


@pytest.fixture
def open_tab(qtbot: QtBot, site: DataSite, tmp_path: Path) -> Iterator[Callable[[], DataTab]]:
    """Makes the tab; called a second time, it is what a new start of the program shows."""
    session, operations = Session(site.engine), Operations()
    context = TabContext(
        session,
        operations,
        AppSettings(tmp_path / "settings.json"),
        Theme(),
        Notifier(),
        lambda *_, **__: None,
    )

    def make() -> DataTab:
        tab = DataTab(context)
        qtbot.addWidget(tab)
        tab.resize(1200, 700)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    session.close()
    operations.close()
