"""Tables of very many columns: only what is in view is made, and all of it is reached by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.editing.row_form import RowForm
from goop_console.tabs.data.rows.filter_field import FilterField
from goop_console.tabs.data.tab import DataTab
from goop_console.tabs.data.text_table import TextTable
from tests.console.data.conftest import DataSite

OpenTab = Callable[[], DataTab]
MANY = 600


@pytest.fixture
def tab(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> DataTab:
    columns = ", ".join(f"c{number} INTEGER" for number in range(1, MANY))
    site.write(f"CREATE TABLE wide (_id INTEGER PRIMARY KEY, _owner TEXT, {columns}, code TEXT NOT NULL)")
    site.write("INSERT INTO wide (_id, _owner, c7, code) VALUES (1, 'x', 9007199254740993, 'one')")
    tab = open_tab()
    tab.open_target(table="wide")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)
    return tab


def form_of(tab: DataTab, qtbot: QtBot) -> RowForm:
    qtbot.waitUntil(lambda: bool(tab.view.findChildren(RowForm)))
    form: RowForm = tab.view.findChildren(RowForm)[-1]
    assert stop(form) == "_owner"
    return form


def stop(form: RowForm) -> str:
    """Where the keyboard is."""
    return form.focusWidget().accessibleName()


def focused() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.accessibleName()


def row(site: DataSite, sql: str) -> tuple[Any, ...]:
    with site.engine._database.system_read() as connection:
        return tuple(connection.exec_driver_sql(sql).one())


def test_opening_it_lays_the_columns_out_once(
    site: DataSite, open_tab: OpenTab, tab: DataTab, qtbot: QtBot
) -> None:
    """Not once for each column that is put in its place."""
    site.fill("notes", 1)
    tab.refresh()
    qtbot.waitUntil(tab.is_settled)
    tab.open_target(table="notes")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.column_place("score") >= 0)
    moved: list[int] = []
    tab.view.grid.header.sectionMoved.connect(lambda *_: moved.append(1))
    tab.open_target(table="wide")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.columnCount() == MANY + 2)
    assert len(moved) < 20
    order = tab.view.grid.column_order()
    assert (order[:3], order[-2:]) == (["_id", "c1", "c2"], ["code", "_owner"])
    grid = tab.view.grid
    last = tab.view.rows.column_place("c7")
    qtbot.waitUntil(lambda: grid.columnWidth(last) > grid.columnWidth(1))  # its number has room


def test_fields_of_filters_are_made_for_the_columns_in_view(tab: DataTab, qtbot: QtBot) -> None:
    grid, header = tab.view.grid, tab.view.grid.header
    tab.view.filters.setChecked(True)
    assert 0 < len(header.findChildren(FilterField)) < 40
    header.focus_field("c3")
    for _ in range(30):  # past the right edge
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert focused() == "Filter of c33"
    assert 0 <= grid.columnViewportPosition(tab.view.rows.column_place("c33")) < grid.viewport().width()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert focused() == "Filter of c32"
    QTest.keyClicks(QApplication.focusWidget(), ">5")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 0)
    grid.horizontalScrollBar().setValue(0)
    assert header.texts() == {"c32": ">5"}
    assert focused() == "Filter of c32"  # what one types in stays
    QApplication.focusWidget().clear()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)


def test_tab_leaves_the_filters_at_both_ends(site: DataSite, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 1)
    tab = open_tab()
    tab.open_target(table="notes")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)
    header, order = tab.view.grid.header, tab.view.grid.columns_in_order()
    tab.view.filters.setChecked(True)
    names = [tab.view.rows.columns[place].name for place in order]
    header.focus_field(names[-1])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is tab.view.grid
    header.focus_field(names[0])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert not isinstance(QApplication.focusWidget(), FilterField)
    assert QApplication.focusWidget() is not tab.view.grid


def test_a_row_form_makes_the_fields_that_are_seen(site: DataSite, tab: DataTab, qtbot: QtBot) -> None:
    tab.presenter.run("form")
    form = form_of(tab, qtbot)
    assert len(form.body.fields) < 60
    QTest.keyClicks(form.finder, "c5")  # c5, c50 to c59, c500 to c599
    form.finder.setFocus()
    QTest.keyClick(form.finder, Qt.Key.Key_Return)
    QTest.keyClick(form.finder, Qt.Key.Key_Down)
    assert stop(form) == "c50 is NULL"  # its editor is off
    form.body.fields["c50"].null.setChecked(False)
    editor = form.body.fields["c50"].editor
    assert isinstance(editor, QLineEdit)
    editor.setText("50")
    form.save.click()
    qtbot.waitUntil(tab.is_settled)
    assert len(form.body.fields) < 120
    assert row(site, "SELECT c7, c50, c51, code FROM wide") == (9007199254740993, 50, None, "one")


def test_every_field_of_the_form_is_reached_with_tab(tab: DataTab, qtbot: QtBot) -> None:
    tab.presenter.run("form")
    form = form_of(tab, qtbot)
    bar = form.body.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 20 * MANY)
    bar.setValue(bar.maximum())  # the last fields are made before those in the middle
    qtbot.waitUntil(lambda: "code" in form.body.fields)
    bar.setValue(0)
    form.body.fields["c1"].editor.setFocus()
    seen: list[str] = []
    for _ in range(60):
        seen.append(stop(form))
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        following = form.body.columns[len(seen) + 4].name
        qtbot.waitUntil(lambda following=following: following in form.body.fields)
    assert [name for name in seen if name != "c7"][1:] == [f"c{number} is NULL" for number in range(1, 59)]
    assert "c7" in seen  # the only one that has a value
    form.body.fields["code"].focus()
    QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
    assert not form.body.isAncestorOf(form.focusWidget())


def test_a_problem_of_a_field_that_was_not_seen_is_shown_at_it(
    site: DataSite, tab: DataTab, qtbot: QtBot
) -> None:
    tab.presenter.run("new")
    form = form_of(tab, qtbot)
    assert "code" not in form.body.fields
    form.save.click()
    qtbot.waitUntil(lambda: "code" in form.body.fields and bool(form.body.fields["code"].about.text()))
    field = form.body.fields["code"]
    assert "NOT NULL" in field.about.text() or "required" in field.about.text()
    qtbot.waitUntil(lambda: form.focusWidget() is field.editor)
    assert isinstance(field.editor, QLineEdit)
    field.editor.setText("two")
    QTest.keyClick(field.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)  # is being added
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 2)
    assert row(site, "SELECT count(*), max(code), count(c1) FROM wide") == (2, "two", 0)


def test_a_table_of_texts_asks_for_the_cells_in_view(qtbot: QtBot) -> None:
    table, asked = TextTable("Texts"), set()
    qtbot.addWidget(table)

    def cell(row: int, column: int) -> str:
        asked.add((row, column))
        return f"{row} {column}"

    table.show_cells([f"c{number}" for number in range(1_000)], 1_000, cell)
    table.show()
    qtbot.waitUntil(lambda: (0, 0) in asked)
    assert len(asked) < 2_000
    assert table.model().index(999, 999).data() == "999 999"
