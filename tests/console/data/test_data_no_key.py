"""A site whose key is missing or damaged: its tables are shown all the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.data.editing.row_form import RowForm
from goop_console.tabs.data.tab import DataTab
from goop_console.tabs.tab import TabContext
from lua_engine import Engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Never opened for writing."""
    made = tmp_path / "mine"
    made.mkdir()
    (made / "goop.json").write_text(json.dumps({"profile": {"label": "Maya"}}))
    with closing(sqlite3.connect(made / "data.db")) as connection, connection:
        connection.execute("CREATE TABLE plants (_id INTEGER PRIMARY KEY, _owner TEXT, name TEXT)")
        connection.execute("INSERT INTO plants (_owner, name) VALUES ('x', 'fern')")
    return made


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Engine], tuple[DataTab, list[str]]]]:
    ends: list[Callable[[], object]] = []

    def open_tab(engine: Engine) -> tuple[DataTab, list[str]]:
        session, operations, notifier = Session(engine), Operations(), Notifier()
        ends.extend((session.close, operations.close, engine.close))
        said: list[str] = []
        notifier.error_posted.connect(lambda title, text: said.append(f"{title}: {text}"))
        settings = AppSettings(tmp_path / "settings.json")
        tab = DataTab(TabContext(session, operations, settings, Theme(), notifier, lambda *_, **__: None))
        qtbot.addWidget(tab)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab, said

    yield open_tab
    for end in ends:
        end()


def test_a_site_that_was_never_opened_for_writing(
    folder: Path, opened: Callable[[Engine], tuple[DataTab, list[str]]], qtbot: QtBot
) -> None:
    tab, said = opened(Engine.open(folder, watch=False, read_only=True))
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)
    assert tab.view.rows.text(0, tab.view.rows.column_place("name")) == "fern"
    box = tab.view.viewer
    qtbot.waitUntil(lambda: box.findText("a stranger") > 0)
    assert not tab.view.buttons["new"].isEnabled()
    assert said == []


def test_a_damaged_key(
    folder: Path, opened: Callable[[Engine], tuple[DataTab, list[str]]], qtbot: QtBot
) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "identity.key").write_bytes(b"no key")
    tab, _said = opened(Engine.open(folder, watch=False))
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)
    tab.presenter.run("new")
    form: RowForm = tab.view.findChildren(RowForm)[-1]
    form.save.click()
    qtbot.waitUntil(lambda: "identity key" in form.problem.text())
    assert tab.view.rows.rowCount() == 1
