"""The Data tab through its real widgets, over a real database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QStyleOptionHeader, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.rows.query import PAGE_ROWS
from goop_console.tabs.data.tab import DataTab
from goop_console.tabs.data.tables.access_words import access_words

OpenTab = Callable[[], DataTab]


def texts(tab: DataTab, column: str = "text") -> list[str]:
    place = tab.view.rows.column_place(column)
    return [tab.view.rows.text(row, place) for row in range(tab.view.rows.rowCount())]


def go_to(tab: DataTab, row: int, column: str) -> None:
    tab.view.grid.setCurrentIndex(tab.view.rows.index(row, tab.view.rows.column_place(column)))


def changed(tab: DataTab, qtbot: QtBot, *tables: str) -> None:
    """What the session says after a write."""
    session = tab.presenter._context.session
    session.data_changed.emit(tables, "external")
    session.rows_changed.emit(dict.fromkeys(tables))
    qtbot.waitUntil(tab.is_settled)


def test_the_tables_are_listed_with_kind_and_count(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 3)
    tab = open_tab()
    model = tab.view.tables.model
    listed = {
        model.index(row, 0).data(): (model.index(row, 1).data(), model.index(row, 2).data())
        for row in range(model.rowCount())
    }
    assert listed["notes"] == ("classic", "3")
    assert listed["_meta"][0] == "system"
    assert next(iter(listed)) == "notes", "the owner's tables come first"


def test_a_site_without_tables_of_its_own_still_shows_the_systems(open_tab: OpenTab) -> None:
    tab = open_tab()
    assert tab.view.tables.model.rowCount() > 0


def test_an_empty_table_says_so(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 0)
    tab = open_tab()
    assert tab.view.state is not None
    assert tab.view.state.text.text() == (
        "Rows appear here as soon as a script inserts them, or you do: New row."
    )
    assert tab.view.count_text == "0 rows"
    assert tab.view.detail.is_empty
    site.write("INSERT INTO notes (_owner, text) VALUES ('x', 'first')")
    changed(tab, qtbot, "notes")
    assert not tab.view.detail.is_empty, "the first row is shown as soon as it is there"


def test_what_another_program_wrote_is_said_quietly(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 2)
    site.fill("other", 2)
    tab = open_tab()
    assert not tab.view.shows_external_change
    changed(tab, qtbot, "other")
    assert not tab.view.shows_external_change, "the open table is as it was"
    tab.presenter._context.session.data_changed.emit(("notes",), "script")
    assert not tab.view.shows_external_change
    changed(tab, qtbot)
    assert tab.view.shows_external_change
    tab.view._external_timer.timeout.emit()
    assert not tab.view.shows_external_change


def test_who_may_do_what_is_said_level_by_level() -> None:
    access = {"read": "open", "insert": "group", "update": "owner", "delete": "owner"}
    assert access_words(access) == "read open, insert group, update and delete owner"
    assert (
        access_words({"read": "open", "insert": "open", "update": "open"}) == "read, insert and update open"
    )
    assert access_words({}) == ""


def test_values_are_told_apart(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 6)
    tab = open_tab()
    assert texts(tab, "meta")[:3] == ['{"n": 1}', '{"n": 2}', "NULL"]
    assert texts(tab, "photo")[:2] == ["blob 1 byte", "blob 2 bytes"]
    assert texts(tab, "_owner")[:2] == ["Anna", "Maya"]
    place = tab.view.rows.column_place("_owner")
    assert tab.view.rows.value(0, place) in tab.view.rows.index(0, place).data(Qt.ItemDataRole.ToolTipRole)
    assert "system column" in tab.view.rows.headerData(
        place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )


def test_any_place_is_one_jump_away(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 12 * PAGE_ROWS - 10)
    tab = open_tab()
    rows = tab.view.rows
    assert rows.rowCount() == 12 * PAGE_ROWS - 10
    assert not rows.has_more
    assert tab.view.count_text == "3,062 rows"
    tab.view.grid.scrollToBottom()
    qtbot.waitUntil(lambda: rows.is_read(rows.rowCount() - 1))
    assert rows.text(rows.rowCount() - 1, rows.column_place("text")) == "row 3062"
    assert not rows.is_read(rows.rowCount() // 2), "only what is in view is read"


def test_a_click_on_a_header_sorts_then_turns_then_unsorts(
    site: Any, open_tab: OpenTab, qtbot: QtBot
) -> None:
    site.fill("notes", 12)
    tab = open_tab()
    header = tab.view.grid.horizontalHeader()
    place = tab.view.rows.column_place("text")
    seen = []
    for _ in range(3):
        x = header.sectionViewportPosition(place) + header.sectionSize(place) // 2
        qtbot.mouseClick(
            header.viewport(),
            Qt.MouseButton.LeftButton,
            pos=header.viewport().rect().center().__class__(x, 8),
        )
        qtbot.waitUntil(tab.is_settled)
        seen.append(texts(tab)[0])
    assert seen == ["row 1", "row 9", "row 1"]
    assert not header.isSortIndicatorShown()


def test_the_filter_narrows_and_says_when_nothing_is_left(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 20)
    tab = open_tab()
    tab.view.filter.set_text("row 1")
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 11)
    assert tab.view.count_text == "11 rows contain “row 1”"
    tab.view.filter.set_text("nothing like it")
    qtbot.waitUntil(lambda: tab.view.state is not None)
    tab.view.state_action.emit()
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 20)
    assert tab.view.filter.text() == ""


def test_a_change_is_merged_and_selection_and_scroll_stay(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 200)
    tab = open_tab()
    tab.view.grid.setSelectionBehavior(tab.view.grid.SelectionBehavior.SelectItems)
    tab.view.grid.scrollTo(tab.view.rows.index(120, 0), tab.view.grid.ScrollHint.PositionAtTop)
    go_to(tab, 125, "text")
    top = tab.view.rows.value(tab.view.grid.rowAt(0), 0)
    site.write("DELETE FROM notes WHERE _id IN (3, 4, 5)")
    site.write("UPDATE notes SET text = 'changed' WHERE _id = 126")
    site.write("INSERT INTO notes (_owner, text) VALUES ('x', 'new')")
    changed(tab, qtbot, "notes")
    assert tab.view.rows.rowCount() == 198
    current = tab.view.grid.currentIndex()
    assert current.data() == "changed"
    assert tab.view.rows.value(tab.view.grid.rowAt(0), 0) == top
    assert texts(tab)[-1] == "new"
    assert tab.view.detail.text.toPlainText() == "changed"
    assert tab.view.tables.model.index(tab.view.tables.model.row_of("notes"), 2).data() == "198"


def test_a_row_that_a_script_inserts_appears(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    result = site.engine.calls.call("add", {"text": "from Lua"}, caller=site.engine.owner)
    assert result.ok, result.error
    qtbot.waitUntil(lambda: texts(tab) == ["row 1", "row 2", "from Lua"])
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.tables.model.index(tab.view.tables.model.row_of("notes"), 2).data() == "3"


def test_a_change_in_another_table_leaves_the_rows_alone(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 3)
    tab = open_tab()
    site.write("UPDATE notes SET text = 'silent'")
    changed(tab, qtbot, "other")
    assert texts(tab)[0] == "row 1"


def test_the_detail_pane_shows_json_blobs_and_null(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 6)
    tab = open_tab()
    go_to(tab, 0, "meta")
    assert tab.view.detail.json.isVisible()
    go_to(tab, 2, "meta")
    assert tab.view.detail.about.startswith("NULL: no value")
    go_to(tab, 3, "photo")
    assert tab.view.detail.text.toPlainText().startswith("000000  00 00 00 00")
    fields = tab.view.detail.fields
    assert fields.currentIndex().data() == "photo"
    fields.setCurrentIndex(fields.model().index(0, 0))
    assert tab.view.grid.currentIndex().data() == "row 4", "a line of the row leads to its cell"


def copied(tab: DataTab, qtbot: QtBot, name: str) -> str:
    QGuiApplication.clipboard().setText("nothing")
    tab.presenter.run(name)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "nothing")
    qtbot.waitUntil(tab.is_settled)
    return QGuiApplication.clipboard().text()


def test_ctrl_c_copies_tsv_in_full(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 3)
    site.write("UPDATE notes SET text = ? WHERE _id < 3", "long\ttext\n" + "x" * 5_000)
    tab = open_tab()
    tab.view.system_columns.setChecked(False)
    tab.view.grid.selectAll()
    tab.view.grid.setFocus()
    QGuiApplication.clipboard().setText("nothing")
    qtbot.keyClick(tab.view.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "nothing")
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "long text " + "x" * 5_000 + '\t0.25\t{"n": 1}\t00'
    assert lines[2] == "row 3\t0.75\tNULL\t000000"
    assert copied(tab, qtbot, "copy-headers").startswith("text\tscore\tmeta\tphoto\n")


def test_everything_that_is_selected_is_copied_in_five_formats(
    site: Any, open_tab: OpenTab, qtbot: QtBot
) -> None:
    site.fill("notes", 5_000)
    tab = open_tab()
    tab.view.grid.selectAll()
    lines = copied(tab, qtbot, "copy:text").split("\n")
    assert len(lines) == 5_000
    assert lines[4_999].startswith("row 5000\t1250.0\t")
    tab.view.grid.select_rows([4_997, 2, 4_000])
    assert copied(tab, qtbot, "copy:csv").split("\r\n") == [
        "text,score,meta,photo",
        "row 3,0.75,,x'000000'",
        'row 4001,1000.25,"{""n"": 4001}",x\'00\'',
        "row 4998,1249.5,,x'000000'",
    ]
    assert json.loads(copied(tab, qtbot, "copy:json"))[0] == {
        "text": "row 3", "score": 0.75, "meta": None, "photo": {"$hex": "000000"},
    }  # fmt: skip
    insert = (
        'INSERT INTO "notes" ("text", "score", "meta", "photo") VALUES (\'row 3\', 0.75, NULL, X\'000000\');'
    )
    assert copied(tab, qtbot, "copy:sql").split("\n")[0] == insert
    assert '{ text = "row 3", score = 0.75, photo = "\\000\\000\\000" }' in copied(tab, qtbot, "copy:lua")


def test_system_columns_are_shown_on_demand_and_stand_last(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    names = [tab.view.rows.columns[place].name for place in tab.view.grid.columns_in_order()]
    assert names == ["text", "score", "meta", "photo"]
    tab.view.system_columns.setChecked(True)
    assert tab.view.detail.fields.model().rowCount() == 9
    names = [tab.view.rows.columns[place].name for place in tab.view.grid.columns_in_order()]
    assert names == [
        "_id",
        "text",
        "score",
        "meta",
        "photo",
        "_owner",
        "_owner_email",
        "_created_at",
        "_updated_at",
    ]
    tab.view.system_columns.setChecked(False)
    names = [tab.view.rows.columns[place].name for place in tab.view.grid.columns_in_order()]
    assert names == ["text", "score", "meta", "photo"]


def test_table_sort_filter_and_widths_come_back(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 30)
    site.fill("other", 2)
    tab = open_tab()
    tab.view.grid.sort_chosen.emit("text", True, False)
    tab.view.filter.set_text("row 2")
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 11)
    tab.view.grid.setColumnWidth(tab.view.rows.column_place("text"), 333)
    state = tab.save_state()
    again = open_tab()
    again.restore_state(state)
    qtbot.waitUntil(again.is_settled)
    assert texts(again) == sorted(texts(again), reverse=True)
    assert len(texts(again)) == 11
    assert again.view.grid.columnWidth(again.view.rows.column_place("text")) == 333
    again.open_target(table="other")
    qtbot.waitUntil(again.is_settled)
    assert again.save_state()["table"] == "other"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {
            "table": 5,
            "layouts": {"a": {"widths": {"b": "x"}, "order": [1]}},
            "splitter": "no",
            "filter": None,
        },
    ],
)
def test_a_state_that_does_not_fit_does_no_harm(
    site: Any, open_tab: OpenTab, qtbot: QtBot, state: dict[str, Any]
) -> None:
    site.fill("notes", 1)
    tab = open_tab()
    tab.restore_state(state)
    qtbot.waitUntil(tab.is_settled)


def test_a_table_that_vanished_is_an_error_with_a_way_out(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 2)
    site.fill("other", 2)
    tab = open_tab()
    site.write("DROP TABLE other")
    tab.open_target(table="other")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.state is not None
    changed(tab, qtbot, "other")
    assert texts(tab) == ["row 1", "row 2"], "the list was read again and the first table is shown"


def test_the_database_may_be_open_elsewhere(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 2)
    with closing(sqlite3.connect(site.folder / "data.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE notes SET text = 'not committed'")
        assert texts(open_tab()) == ["row 1", "row 2"]


def test_everything_that_takes_the_keyboard_has_a_name(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    focusable = [
        widget
        for widget in tab.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.isHidden()
    ]
    nameless = [widget for widget in focusable if not (widget.accessibleName() or _said(widget))]
    assert focusable
    assert not nameless


def _said(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) and not isinstance(widget, QLineEdit) else ""


def test_a_sort_keeps_the_row_that_is_current(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 600)
    tab = open_tab()
    go_to(tab, 4, "text")
    read = list[bool]()  # of each row that became the current one: was it there to be shown?
    tab.view.grid.selectionModel().currentChanged.connect(
        lambda index, _before: read.append(tab.view.rows.is_read(index.row()))
    )
    tab.view.grid.sort_chosen.emit("score", True, False)
    qtbot.waitUntil(tab.is_settled)
    assert read
    assert all(read)
    assert tab.view.rows.key(tab.view.grid.currentIndex().row()) == 5
    assert tab.view.grid.currentIndex().row() == 595
    assert tab.view.detail.title == "text"


def test_system_tables_are_folded_until_they_are_wanted(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 1)
    tab = open_tab()
    listed = tab.view.tables.list.model()
    assert listed.rowCount() == 1
    tab.open_target(table="_meta")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.tables.system.isChecked()
    assert listed.rowCount() > 5


def test_a_schema_file_that_is_none_is_named(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 1)
    (site.folder / "schemas").mkdir()
    (site.folder / "schemas" / "cards.json").write_text("{")
    site.engine.schemas.reload()
    tab = open_tab()
    assert tab.view.tables.problems.text().startswith("schemas/cards.json: not valid JSON")
    assert tab.view.tables.problems.isVisible()


def test_frozen_columns_stay_in_sight_and_come_back(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 40)
    tab = open_tab()
    tab.resize(760, 500)
    grid = tab.view.grid
    tab.view.system_columns.setChecked(True)
    go_to(tab, 0, "text")
    grid.menus.actions["freeze"].trigger()
    assert not grid.frozen.isVisible(), "nothing is scrolled away yet"
    qtbot.waitUntil(lambda: grid.horizontalScrollBar().maximum() > 0)
    grid.horizontalScrollBar().setValue(grid.horizontalScrollBar().maximum())
    assert grid.frozen.isVisible()
    assert grid.frozen.names() == ("_id", "text")
    shown = [at for at in range(len(tab.view.rows.columns)) if not grid.frozen.isColumnHidden(at)]
    assert {tab.view.rows.columns[at].name for at in shown} == {"_id", "text"}
    grid.scrollToBottom()
    assert grid.frozen.rowAt(5) == grid.rowAt(5)
    again = open_tab()
    again.restore_state(tab.save_state())
    qtbot.waitUntil(again.is_settled)
    assert again.view.grid.frozen.names() == ("_id", "text")


def test_what_tells_like_names_apart_stays(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    names = [f"a_very_long_common_name_of_a_measurement_number_{number}" for number in range(60)]
    site.write(f"CREATE TABLE wide ({', '.join(f'{name} REAL' for name in names)})")
    site.write(f"INSERT INTO wide VALUES ({', '.join('1' for _ in names)})")
    tab = open_tab()
    tab.open_target(table="wide")
    qtbot.waitUntil(tab.is_settled)
    grid, fields = tab.view.grid, tab.view.detail.fields
    option = QStyleOptionHeader()
    grid.header.initStyleOptionForIndex(option, 41)
    assert "…" in option.text
    assert option.text.endswith("number_41")
    assert option.textAlignment & Qt.AlignmentFlag.AlignRight
    grid.setCurrentIndex(tab.view.rows.index(0, 41))
    qtbot.waitUntil(tab.is_settled)
    cell = QStyleOptionViewItem()
    fields.itemDelegateForColumn(0).initStyleOption(cell, fields.model().index(41, 0))
    assert cell.textElideMode == Qt.TextElideMode.ElideMiddle


def test_a_narrow_list_of_tables_shows_names_and_counts(site: Any, open_tab: OpenTab) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    tables = tab.view.tables
    tables.resize(140, 400)
    assert tables.list.isColumnHidden(1)
    tables.resize(300, 400)
    assert not tables.list.isColumnHidden(1)
