"""Editing through the real grid: saved at once, undone, conflicts shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QDateTimeEdit, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.editing.paste_dialog import PasteDialog
from goop_console.tabs.data.editing.row_form import RowForm
from goop_console.tabs.data.tab import DataTab
from lua_engine.schema.model import parse_schema

OpenTab = Callable[[], DataTab]
CARDS = {
    "name": "cards",
    "system_key": True,
    "columns": [
        {"name": "title", "type": "text", "required": True},
        {"name": "n", "type": "integer"},
        {
            "name": "state",
            "type": "enum",
            "default": "open",
            "values": [{"key": "open"}, {"key": "done", "label": "Done"}],
        },
        {"name": "due", "type": "datetime"},
        {"name": "meta", "type": "text"},
        {"name": "slug", "type": "guid", "auto": True},
    ],
    "access": {"read": "owner", "insert": "group"},
}


@pytest.fixture
def tab(site: Any, open_tab: OpenTab) -> DataTab:
    site.engine._services.tables.create_table(parse_schema(json.dumps(CARDS), "cards.json"))
    for number in range(1, 6):
        site.write(
            "INSERT INTO cards (_owner, title, n, state, due) VALUES (?, ?, ?, 'open', "
            "'2026-03-01T10:00:00Z')",
            site.engine.owner.id,
            f"card {number}",
            9007199254740990 + number,
        )
    return open_tab()


def rows(site: Any, sql: str) -> list[tuple[Any, ...]]:
    with site.engine._database.system_read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def go(tab: DataTab, row: int, column: str) -> None:
    tab.view.grid.setCurrentIndex(tab.view.rows.index(row, tab.view.rows.column_place(column)))


def editor(tab: DataTab, kind: type[QWidget] = QWidget) -> Any:
    tab.view.grid.edit_current()
    found = [one for one in tab.view.grid.viewport().findChildren(kind) if one.isVisible()]
    assert found
    return found[0]


def press(qtbot: QtBot, tab: DataTab, widget: QWidget, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    for one in held:
        modifiers |= one
    qtbot.keyClick(widget, key, modifiers)
    qtbot.waitUntil(tab.is_settled)


def test_typing_into_a_cell_saves_exactly_it_and_undo_brings_it_back(
    site: Any, tab: DataTab, qtbot: QtBot
) -> None:
    go(tab, 1, "title")
    tab.view.grid.setFocus()
    qtbot.keyClick(tab.view.grid, "n")
    line = tab.view.grid.viewport().findChildren(QLineEdit)[-1]
    qtbot.keyClicks(line, "ew title")
    press(qtbot, tab, line, Qt.Key.Key_Return)
    assert rows(site, "SELECT title, n FROM cards WHERE _id = 2") == [("new title", 9007199254740992)]
    assert tab.view.rows.text(1, tab.view.rows.column_place("title")) == "new title"
    assert tab.view.rows.text(1, tab.view.rows.column_place("n")) == "9007199254740992"
    tab.presenter.run("undo")
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title FROM cards WHERE _id = 2") == [("card 2",)]
    qtbot.waitUntil(lambda: tab.view.rows.text(1, tab.view.rows.column_place("title")) == "card 2")
    tab.presenter.run("redo")
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title FROM cards WHERE _id = 2") == [("new title",)]


def test_an_enum_is_a_list_and_a_moment_a_calendar(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    go(tab, 0, "state")
    box = editor(tab, QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == ["NULL", "open", "Done (done)"]
    box.setCurrentIndex(2)
    press(qtbot, tab, box, Qt.Key.Key_Return)
    go(tab, 0, "due")
    moment = editor(tab, QDateTimeEdit)
    moment.setDateTime(moment.dateTime().addSecs(3600))
    press(qtbot, tab, moment, Qt.Key.Key_Return)
    assert rows(site, "SELECT state, due FROM cards WHERE _id = 1") == [("done", "2026-03-01T11:00:00Z")]


def test_what_is_no_value_is_not_saved_and_not_lost(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    go(tab, 0, "n")
    line = editor(tab, QLineEdit)
    line.setText("many")
    press(qtbot, tab, line, Qt.Key.Key_Return)
    notice = tab.view.notice
    assert notice.title.text() == "Not saved"
    assert notice.text.text() == 'column "n" expects integer, got string'
    notice.buttons()["Edit again"].click()
    again = [one for one in tab.view.grid.viewport().findChildren(QLineEdit) if one.isVisible()]
    assert again[-1].text() == "many"
    assert rows(site, "SELECT n FROM cards WHERE _id = 1") == [(9007199254740991,)]


def test_a_change_while_one_types_shows_both(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    go(tab, 0, "title")
    line = editor(tab, QLineEdit)
    line.setText("mine")
    site.write("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    press(qtbot, tab, line, Qt.Key.Key_Return)
    notice = tab.view.notice
    assert notice.title.text() == "title was changed by somebody else while you edited it"
    assert notice.text.text() == "Yours: mine\nNow in the table: theirs\nBefore: card 1"
    assert rows(site, "SELECT title FROM cards WHERE _id = 1") == [("theirs",)]
    notice.buttons()["Write mine"].click()
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title FROM cards WHERE _id = 1") == [("mine",)]


def test_a_change_elsewhere_leaves_the_open_editor_alone(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    go(tab, 3, "title")
    line = editor(tab, QLineEdit)
    line.setText("half typ")
    site.write("DELETE FROM cards WHERE _id = 1")
    site.write("UPDATE cards SET meta = 'x' WHERE _id = 4")
    tab.presenter._context.session.rows_changed.emit({})
    qtbot.waitUntil(tab.is_settled)
    assert line.text() == "half typ"
    assert tab.view.grid.currentIndex().row() == 2
    press(qtbot, tab, line, Qt.Key.Key_Return)
    assert rows(site, "SELECT title, meta FROM cards WHERE _id = 4") == [("half typ", "x")]


def test_null_fill_delete_and_the_list_of_edits(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    go(tab, 0, "meta")
    tab.presenter.run("null")
    grid, model = tab.view.grid, tab.view.rows
    go(tab, 0, "n")
    tab.presenter.run("null")
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT n FROM cards WHERE _id = 1") == [(None,)]
    grid.select_rows([1, 2])
    tab.presenter.run("delete")
    qtbot.waitUntil(tab.is_settled)
    assert [model.key(row) for row in range(model.rowCount())] == [1, 4, 5]
    entries = site.engine.data.undo.entries()
    assert [one.title for one in entries] == ["Set n to NULL", "Deleted 2 rows"]
    assert tab.view.pages.tabText(2) == "Edits (2)"
    tab.view.edits.undo_chosen.emit(entries[0].id)
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT n FROM cards WHERE _id = 1") == [(9007199254740991,)]
    tab.presenter.run("undo")
    qtbot.waitUntil(tab.is_settled)
    qtbot.waitUntil(lambda: model.rowCount() == 5)


def test_undo_of_a_row_that_was_changed_since_shows_both(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    go(tab, 0, "title")
    line = editor(tab, QLineEdit)
    line.setText("mine")
    press(qtbot, tab, line, Qt.Key.Key_Return)
    site.write("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    tab.presenter.run("undo")
    qtbot.waitUntil(tab.is_settled)
    text = tab.view.notice.text.text()
    assert text == "cards, row 1: title is theirs now, was mine, would become card 1"
    tab.view.notice.buttons()["Undo all the same"].click()
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title FROM cards WHERE _id = 1") == [("card 1",)]


def form_of(tab: DataTab) -> RowForm:
    found = tab.view.findChildren(RowForm)
    assert found
    return found[-1]


def test_a_new_row_in_a_form(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    tab.presenter.run("new")
    form = form_of(tab)
    assert form.body.fields["slug"].about.text() == "auto: filled with a new UUID when left out"
    form.save.click()
    qtbot.waitUntil(tab.is_settled)
    assert form.body.fields["title"].editor.text() == ""
    form.body.fields["title"].null.setChecked(False)
    form.body.fields["title"].editor.setText("six")
    form.body.fields["n"].null.setChecked(False)
    form.body.fields["n"].editor.setText("x")
    form.save.click()
    assert form.body.fields["n"].about.text() == 'column "n" expects integer, got string'
    form.body.fields["n"].editor.setText("6")
    form.save.click()
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title, n, state, length(slug) FROM cards WHERE _id = 6") == [
        ("six", 6, "open", 36)
    ]
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 6)


def test_a_long_text_and_json_are_edited_beside_the_grid(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    site.write("UPDATE cards SET meta = ? WHERE _id = 1", json.dumps({"a": 1}, indent=1))
    tab.presenter._context.session.rows_changed.emit({})
    qtbot.waitUntil(tab.is_settled)
    go(tab, 0, "meta")
    tab.view.grid.edit_current()
    beside = tab.view.detail.editor
    qtbot.waitUntil(lambda: beside.is_open)
    beside.text.setPlainText('{"a": 2')
    beside.save.click()
    assert beside.problem.text().startswith("No longer valid JSON")
    beside.text.setPlainText('{"a": 2}')
    beside.save.click()
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT meta FROM cards WHERE _id = 1") == [('{"a": 2}',)]


def test_pasting_cells_and_rows(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("one\t1\ntwo\tNULL")
    go(tab, 0, "title")
    tab.presenter.run("paste")
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title, n FROM cards WHERE _id < 3") == [("one", 1), ("two", None)]
    assert len(site.engine.data.undo.entries()) == 1
    clipboard.setText("title,n,state\nseven,7,done\neight,x,done\nnine,9,gone\n")
    tab.presenter.run("paste-rows")
    dialog = tab.view.findChildren(PasteDialog)[-1]
    qtbot.waitUntil(lambda: len(dialog.problems) == 2)
    assert dialog.problems == {
        1: 'column "n" expects integer, got string',
        2: 'column "state": value "gone" is not a valid enum option',
    }
    assert not dialog.add.isEnabled()
    dialog.skip.setChecked(True)
    dialog.add.click()
    qtbot.waitUntil(tab.is_settled)
    assert rows(site, "SELECT title, n FROM cards WHERE _id > 5") == [("seven", 7)]


def test_a_visitors_eyes_see_what_they_may_and_edit_nothing(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    from tests.console.data.conftest import ANNA

    site.write("UPDATE cards SET _owner = ? WHERE _id = 3", ANNA)
    box = tab.view.viewer
    qtbot.waitUntil(lambda: box.findText("Anna (stranger)") >= 0)
    box.setCurrentIndex(box.findText("Anna (stranger)"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(tab.is_settled)
    assert [tab.view.rows.key(row) for row in range(tab.view.rows.rowCount())] == [3]
    assert not tab.view.buttons["new"].isEnabled()
    tab.view.grid.selectAll()
    tab.presenter.run("copy:json")
    qtbot.waitUntil(tab.is_settled)
    assert [row["title"] for row in json.loads(QApplication.clipboard().text())] == ["card 3"]
    tab.open_target(table="_meta")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.state is not None
    assert "only possible on the owner's own computer" in tab.view.state.text.text()


def test_the_schema_is_checked_as_one_types_and_applied(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    from goop_console.tabs.data.tables.schema_dialog import SchemaDialog

    tab.view.schema.change.click()
    qtbot.waitUntil(lambda: bool(tab.view.findChildren(SchemaDialog)))
    dialog = tab.view.findChildren(SchemaDialog)[-1]
    dialog.editor.setPlainText("{")
    qtbot.waitUntil(lambda: "not valid JSON" in dialog.about.text())
    schema = {**CARDS, "columns": [*CARDS["columns"], {"name": "extra", "type": "real"}]}  # type: ignore[misc]
    dialog.editor.setPlainText(json.dumps(schema))
    qtbot.waitUntil(dialog.apply.isEnabled)
    assert dialog.about.text() == "This would happen:\n• adds the column extra (real)"
    dialog.apply.click()
    qtbot.waitUntil(lambda: tab.view.rows.column_place("extra") >= 0)
    assert json.loads((site.folder / "schemas" / "cards.json").read_text()) == schema


def test_what_is_edited_beside_the_grid_stays_with_its_cell(site: Any, tab: DataTab, qtbot: QtBot) -> None:
    """Also when another table is chosen meanwhile: it is not lost, and not written into that one."""
    site.write("UPDATE cards SET meta = ? WHERE _id = 1", "a\nb")
    site.write("CREATE TABLE others (_id INTEGER PRIMARY KEY, meta TEXT)")
    site.write("INSERT INTO others VALUES (1, 'c')")
    tab.refresh()
    qtbot.waitUntil(lambda: tab.is_settled() and bool(tab.view.tables.model.row_of("others") >= 0))
    go(tab, 0, "meta")
    qtbot.waitUntil(lambda: tab.view.rows.value(0, tab.view.rows.column_place("meta")) == "a\nb")
    tab.view.grid.edit_current()
    beside = tab.view.detail.editor
    qtbot.waitUntil(lambda: beside.is_open)
    beside.text.setPlainText("typed")
    tab.open_target(table="others")
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.rows.rowCount() == 1)
    assert beside.isVisible()
    assert tab.view.detail.about == "Being edited: meta of row 1 of cards"
    beside.save.click()
    qtbot.waitUntil(
        lambda: tab.is_settled() and rows(site, "SELECT meta FROM cards WHERE _id = 1") == [("typed",)]
    )
    assert rows(site, "SELECT meta FROM others") == [("c",)]
    assert (tab.view.detail.title, tab.view.detail.text.toPlainText()) == ("meta", "c")
