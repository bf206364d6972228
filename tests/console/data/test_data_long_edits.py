"""Edits of very many rows: beside the pool that clicks wait for, with progress, and ended on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.editing.paste_dialog import PasteDialog
from goop_console.tabs.data.tab import DataTab
from tests.helpers.busy_pool import busy_pool

OpenTab = Callable[[], DataTab]
ROWS = 700  # so that there are two transactions of 500, seven of 100


@pytest.fixture
def tab(site: Any, open_tab: OpenTab, monkeypatch: pytest.MonkeyPatch) -> DataTab:
    monkeypatch.setattr("goop_console.tabs.data.long_work.SHOWN_AFTER_MS", 0)
    site.fill("notes", ROWS)
    return open_tab()


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each transaction of a long edit takes its time."""
    monkeypatch.setattr("lua_engine.store.changes.undo.PAUSE_SECONDS", 0.3)


def rows(site: Any, sql: str) -> list[tuple[Any, ...]]:
    with site.engine._database.system_read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_writing_takes_no_thread_from_clicks(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    run, undo = tab.presenter.run, site.engine.data.undo
    with busy_pool(tab.presenter._context.operations, tab):
        tab.view.grid.selectAll()
        run("null")
        qtbot.waitUntil(lambda: len(undo.entries()) == 1)
        assert rows(site, "SELECT count(*) FROM notes WHERE text IS NULL") == [(ROWS,)]
        QGuiApplication.clipboard().setText("text\none\ntwo\n")
        run("paste-rows")
        dialog = tab.view.findChildren(PasteDialog)[-1]
        qtbot.waitUntil(dialog.add.isEnabled)
        dialog.add.click()
        qtbot.waitUntil(lambda: len(undo.entries()) == 2)
        run("undo")
        qtbot.waitUntil(lambda: undo.entries()[-1].is_undone)
        tab.view.grid.selectAll()
        run("delete")
        qtbot.waitUntil(lambda: rows(site, "SELECT count(*) FROM notes") == [(0,)])
    qtbot.waitUntil(tab.is_settled)


@pytest.mark.parametrize("command", ["delete", "null", "undo"])
def test_a_long_edit_says_how_far_it_is_and_can_be_ended(
    site: Any, tab: DataTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    if command == "undo":
        tab.view.grid.selectAll()
        tab.presenter.run("delete")
        qtbot.waitUntil(tab.is_settled)
    before = rows(site, "SELECT * FROM notes")
    entries = site.engine.data.undo.entries()
    slow(monkeypatch)
    tab.view.grid.selectAll()
    tab.presenter.run(command)
    qtbot.waitUntil(lambda: "so far" in tab.view.progress_text)
    assert tab.view.cancel.isVisibleTo(tab.view)
    if command == "delete":
        assert tab.view.progress_text == "Deleting · 500 of 700 so far"
    tab.view.cancel.click()
    assert tab.view.progress_text == "Taking back what was written…"
    assert not tab.view.cancel.isEnabled()
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.progress_text == ""
    assert not tab.view.cancel.isVisibleTo(tab.view)
    assert rows(site, "SELECT * FROM notes") == before
    assert site.engine.data.undo.entries() == entries


def test_more_cells_than_rows_below_are_not_pasted(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    place = tab.view.rows.column_place("text")
    tab.view.grid.setCurrentIndex(tab.view.rows.index(ROWS - 1, place))
    QGuiApplication.clipboard().setText("a\nb\nc")
    tab.presenter.run("paste")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.notice.title.text() == (
        "Nothing was pasted: 2 rows more than there are below the current cell"
    )
    assert site.engine.data.undo.entries() == ()
