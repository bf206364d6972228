"""A button or an entry of a menu that can be used does something; the others are off and say why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.tab import DataTab
from tests.console.data.conftest import DataSite

OpenTab = Callable[[], DataTab]
NO_ROW = "No row is chosen."


def opened(tab: DataTab, qtbot: QtBot, table: str, rows: int) -> None:
    tab.open_target(table=table)
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == rows)


def reason(tab: DataTab, name: str) -> str:
    """Why the action is off; empty when it can be done. The action itself says the same."""
    action, why_not = tab.view.grid.menus.actions[name], tab.view.grid.menus.why_not(name)
    assert (action.isEnabled(), action.toolTip()) == (not why_not, why_not or action.text().rstrip("…"))
    return why_not


def of_menu(tab: DataTab, name: str) -> str:
    action = tab.view.menu_actions[name]
    return "" if action.isEnabled() else action.toolTip()


def test_an_empty_table(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 0)
    tab = open_tab()
    opened(tab, qtbot, "notes", 0)
    assert tab.view.buttons["new"].isEnabled()
    assert not tab.view.buttons["delete"].isEnabled()
    assert tab.view.buttons["delete"].toolTip() == NO_ROW
    assert of_menu(tab, "export-selected") == "Nothing is selected."
    assert (of_menu(tab, "import"), of_menu(tab, "export"), of_menu(tab, "paste-rows")) == ("", "", "")
    site.engine.data.edit.insert("notes", [{"text": "one"}], site.engine.owner)
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.buttons["delete"].isEnabled())
    tab.view.grid.selectAll()
    tab.view.buttons["delete"].click()
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 0)
    assert not tab.view.buttons["delete"].isEnabled()


def test_what_is_chosen(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 3)
    tab = open_tab()
    opened(tab, qtbot, "notes", 3)
    grid, rows = tab.view.grid, tab.view.rows
    grid.setCurrentIndex(rows.index(1, rows.column_place("text")))
    assert not any(reason(tab, name) for name in ("edit", "null", "delete", "copy:csv", "who", "facets"))
    assert reason(tab, "show-all") == "No column is hidden."
    assert reason(tab, "unfreeze") == "No column is frozen."
    assert reason(tab, "unsorted") == "The rows are not sorted."
    grid._run("hide")
    assert grid.currentIndex().column() == rows.column_place("score")  # no longer in what is hidden
    grid._run("freeze")
    assert (reason(tab, "show-all"), reason(tab, "unfreeze"), of_menu(tab, "show-all")) == ("", "", "")
    tab.view.system_columns.setChecked(True)
    grid.setCurrentIndex(rows.index(1, rows.column_place("_id")))
    assert reason(tab, "edit") == "This column is not edited."
    assert reason(tab, "null") == "No column that is edited is selected."
    assert reason(tab, "peer") == ""
    site.write("UPDATE notes SET _owner = 'unknown' WHERE _id = 2")
    tab.refresh()
    qtbot.waitUntil(lambda: tab.is_settled() and rows.value(1, rows.column_place("_owner")) == "unknown")
    grid.menus.enable()
    assert reason(tab, "peer") == "The owner is not known to this site."


@pytest.mark.parametrize(
    ("sql", "table", "why_not"),
    [
        ("CREATE VIEW seen AS SELECT text FROM notes", "seen", "A view cannot be edited."),
        ("CREATE VIRTUAL TABLE words USING fts5(a)", "words", "A virtual table cannot be edited."),
        ("SELECT 1", "_peer_cache", "A system table cannot be edited."),
    ],
)
def test_tables_that_are_not_edited(
    site: DataSite, open_tab: OpenTab, qtbot: QtBot, sql: str, table: str, why_not: str
) -> None:
    site.fill("notes", 1)
    site.write(sql)
    if table == "words":
        site.write("INSERT INTO words VALUES ('one')")
    tab = open_tab()
    opened(tab, qtbot, table, 1)
    for name in ("new", "delete", "edit", "paste", "form"):
        assert reason(tab, name) == why_not
    assert (of_menu(tab, "import"), of_menu(tab, "export")) == (why_not, "")
    assert reason(tab, "who") == "Writes to this table are not recorded."
    opened(tab, qtbot, "notes", 1)
    assert (reason(tab, "new"), reason(tab, "who")) == ("", "")


def test_a_table_that_cannot_be_read(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 1)
    site.write("CREATE VIEW broken AS SELECT a FROM gone")
    tab = open_tab()
    opened(tab, qtbot, "notes", 1)
    tab.open_target(table="broken")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.state is not None)
    assert not tab.view.buttons["new"].isEnabled()
    assert not tab.view.buttons["delete"].isEnabled()
    assert of_menu(tab, "export") == "No rows are shown."


def test_no_tables_and_a_stranger(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    opened(tab, qtbot, "notes", 2)
    box = tab.view.viewer
    qtbot.waitUntil(lambda: box.findText("a stranger") >= 0)
    box.setCurrentIndex(box.findText("a stranger"))
    tab.presenter.viewers.changed.emit()
    qtbot.waitUntil(lambda: tab.is_settled() and not tab.view.buttons["new"].isEnabled())
    assert "Switch back to Owner to edit." in tab.view.buttons["new"].toolTip()
    assert reason(tab, "delete") != ""


def test_a_result_has_no_actions_of_a_table(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    sql = tab.view.sql
    assert not sql.run.isEnabled()
    assert not sql.plan.isEnabled()
    sql.editor.setPlainText("SELECT * FROM notes")
    assert sql.run.isEnabled()
    sql.run.click()
    assert not sql.run.isEnabled()
    assert not sql.commit.isEnabled()
    qtbot.waitUntil(lambda: tab.is_settled() and sql.rows.rowCount() == 2)
    tab.view.pages.setCurrentWidget(sql)
    sql.grid._on_menu_requested(QPoint(5, 5))
    menu = sql.grid.findChildren(QMenu)[-1]
    texts = [one.text() for one in menu.actions() if one.text()]
    menu.close()
    assert "Copy" in texts
    assert not {"Edit cell", "Delete rows", "Filter this column", "Sort by this column"} & set(texts)
    assert not sql.grid.header.sectionsClickable()
