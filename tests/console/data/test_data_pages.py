"""The other pages of the Data tab: schema, SQL, checks, import and export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.data.files.import_dialog import ImportDialog
from goop_console.tabs.data.tab import DataTab
from lua_engine import DataChanged
from tests.helpers.busy_pool import busy_pool

OpenTab = Callable[[], DataTab]


def cells(table: Any) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def run_sql(tab: DataTab, qtbot: QtBot, sql: str) -> str:
    tab.view.sql.editor.setPlainText(sql)
    tab.view.sql.run_requested.emit()
    qtbot.waitUntil(tab.is_settled)
    return tab.view.sql.about.text()


def test_the_schema_page_says_who_may_do_what_and_which_scripts_use_it(
    site: Any, open_tab: OpenTab, qtbot: QtBot
) -> None:
    site.fill("notes", 2)
    tab = open_tab()
    schema = tab.view.schema
    assert ["text", "text", "", "", "", ""] in cells(schema.columns)
    assert cells(schema.access) == [
        ["The owner", "✓ yes", "✓ yes", "✓ yes", "✓ yes"],
        ["a stranger", "✓ yes", "✗ no", "✗ no", "✗ no"],
    ]
    qtbot.waitUntil(lambda: bool(cells(schema.uses)))
    assert cells(schema.uses)[0][:3] == ["add", "data function", "2"]
    assert schema.sql.toPlainText().startswith("CREATE TABLE notes")
    chosen: list[tuple[str, str, int]] = []
    schema.use_chosen.connect(lambda *found: chosen.append(found))
    schema.uses.setCurrentIndex(schema.uses.model().index(0, 0))
    schema.uses.activated.emit(schema.uses.currentIndex())
    assert chosen == [("add", "function", 2)]


def test_sql_reads_and_writes_only_after_a_look(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 3)
    tab = open_tab()
    view = tab.view.sql
    assert run_sql(tab, qtbot, "SELECT _id, text, text FROM notes ORDER BY _id DESC").startswith("3 rows in ")
    assert [column.name for column in view.rows.columns] == ["_id", "text", "text (2)"]
    assert view.rows.text(0, 1) == "row 3"
    across, side = Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
    sides = [view.rows.headerData(at, across, side) & Qt.AlignmentFlag.AlignRight for at in (0, 1)]
    assert [bool(one) for one in sides] == [True, False]  # above its numbers
    view.grid.selectAll()
    view.grid.command.emit("copy:text")
    assert QGuiApplication.clipboard().text().splitlines()[0] == "3\trow 3\trow 3"
    assert "no such table: nope" in run_sql(tab, qtbot, "SELECT * FROM nope")
    assert "allow writing first" in run_sql(tab, qtbot, "DELETE FROM notes")
    view.writing.setChecked(True)
    assert run_sql(tab, qtbot, "UPDATE notes SET text = 'x' WHERE _id < 3") == (
        "2 rows would change. Nothing is written yet."
    )
    assert cells(view.changes)[0] == ["notes", "1", "changed", "text: row 1 → x"]
    assert site.engine.data.undo.entries() == ()
    view.commit.click()
    qtbot.waitUntil(tab.is_settled)
    assert view.about.text() == "2 rows changed · Ctrl+Z undoes it"
    assert tab.view.pages.tabText(2) == "Edits (1)"
    qtbot.waitUntil(lambda: tab.view.rows.text(0, tab.view.rows.column_place("text")) == "x")
    tab.presenter.run("undo")
    qtbot.waitUntil(lambda: tab.view.rows.text(0, tab.view.rows.column_place("text")) == "row 1")
    view.plan_requested.emit()
    qtbot.waitUntil(tab.is_settled)
    assert "finds rows of notes by their id" in view.words.toPlainText()
    assert len(tab.save_state()["sql"]) == 4
    assert view.history.count() == 4


def test_names_are_completed(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 1)
    tab = open_tab()
    editor = tab.view.sql.editor
    qtbot.keyClicks(editor, "SELECT sco")
    assert editor.completer.currentCompletion() == "score"
    editor.completer.activated[str].emit("score")
    assert editor.toPlainText() == "SELECT score"


def test_data_without_problems_says_so(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    checks = tab.view.checks
    assert checks.empty.title.text() == "Not checked yet"
    checks.start.setFocus()
    checks.start.click()
    assert checks.window().focusWidget() is checks.cancel
    qtbot.waitUntil(lambda: checks.empty.title.text() == "No problems found")
    assert checks.about.text().endswith(" passed.")
    assert checks.window().focusWidget() is checks.start


def test_checks_sql_and_copies_take_no_thread_from_clicks(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    """They may take seconds; the pool is for what a click waits for."""
    site.fill("notes", 3)
    tab = open_tab()
    view, sql = tab.view, tab.view.sql
    with busy_pool(tab.presenter._context.operations, tab):
        view.checks.start.click()
        qtbot.waitUntil(lambda: view.checks.about.text().endswith(" passed."))
        sql.editor.setPlainText("SELECT text FROM notes")
        sql.run_requested.emit()
        qtbot.waitUntil(lambda: sql.about.text().startswith("3 rows in "))
        QGuiApplication.clipboard().clear()
        view.grid.selectAll()
        view.grid.command.emit("copy:text")
        qtbot.waitUntil(lambda: "row 3" in QGuiApplication.clipboard().text())
    qtbot.waitUntil(tab.is_settled)


def test_a_finding_leads_to_its_rows(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 2)
    site.write("CREATE TABLE replies (note_id INTEGER, text TEXT)")
    site.write("INSERT INTO replies VALUES (1, 'fine'), (9, 'lost')")
    tab = open_tab()
    tab.view.checks.start.click()
    qtbot.waitUntil(tab.is_settled)
    assert cells(tab.view.checks.list) == [["replies", "note_id matches no row of notes", "1"]]
    tab.view.pages.setCurrentIndex(4)
    tab.view.checks.rows.click()
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.pages.currentIndex() == 0
    assert tab.view.rows.rowCount() == 1
    assert tab.view.rows.text(0, tab.view.rows.column_place("text")) == "lost"


def test_rows_go_to_a_file_and_come_back(site: Any, open_tab: OpenTab, qtbot: QtBot, tmp_path: Path) -> None:
    site.fill("notes", 5)
    tab = open_tab()
    tab.view.grid.select_rows([1, 3])
    out = tmp_path / "some.json"
    tab.presenter.files.export_to(out, only_selected=True)
    qtbot.waitUntil(tab.is_settled)
    assert [row["text"] for row in json.loads(out.read_text())] == ["row 2", "row 4"]
    bad = tmp_path / "bad.csv"
    bad.write_text("text,score\nnew,1.5\nworse,x\n")
    tab.presenter.files.import_from(bad)
    qtbot.waitUntil(lambda: bool(tab.view.findChildren(ImportDialog)))
    dialog = tab.view.findChildren(ImportDialog)[-1]
    assert dialog.problems.text() == 'line 3: column "score" expects real, got string'
    assert not dialog.add.isEnabled()
    dialog.skip.setChecked(True)
    dialog.add.click()
    qtbot.waitUntil(tab.is_settled)
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 6)
    assert site.engine.data.undo.entries()[-1].title == "Imported bad.csv"
    tab.presenter.run("undo")
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 5)


def test_the_values_of_a_column_and_who_wrote_a_row(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    from goop_console.tabs.data.questions.facets_dialog import FacetsDialog
    from goop_console.tabs.data.questions.who_dialog import WhoDialog

    site.fill("notes", 4)
    site.write("UPDATE notes SET text = 'same' WHERE _id < 4")
    tab = open_tab()
    tab.view.grid.setCurrentIndex(tab.view.rows.index(0, tab.view.rows.column_place("text")))
    tab.presenter.run("facets")
    facets = tab.view.findChildren(FacetsDialog)[-1]
    qtbot.waitUntil(lambda: facets.about.text() != "Counting…")
    assert cells(facets.list) == [["same", "3"], ["row 4", "1"]]
    facets.list.activated.emit(facets.list.currentIndex())
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.rows.rowCount() == 3
    assert tab.view.grid.header.texts() == {"text": '="same"'}
    assert tab.view.count_text == "3 rows match the filters"
    tab.presenter.run("clear-filters")
    qtbot.waitUntil(tab.is_settled)
    result = site.engine.pages.call("add", {"text": "by a call"}, site.engine.owner)
    assert result.ok
    qtbot.waitUntil(lambda: tab.view.rows.rowCount() == 5)
    qtbot.waitUntil(tab.is_settled)
    tab.view.grid.setCurrentIndex(tab.view.rows.index(4, tab.view.rows.column_place("text")))
    tab.presenter.run("who")
    qtbot.waitUntil(lambda: bool(tab.view.findChildren(WhoDialog)))
    who = tab.view.findChildren(WhoDialog)[-1]
    row = cells(who.list)[0]
    assert row[1:4] == ["added", "Maya", "add.lua"]
    assert row[5] == result.call_id
    assert row[6].startswith("INSERT INTO notes")
    assert 'Added with text "by a call"' in who.changed.text()
    who.accept()
    site.write("UPDATE notes SET text = 'theirs', score = 2 WHERE _id = 5")
    site.engine.bus.publish(DataChanged((), "external"))
    qtbot.waitUntil(lambda: tab.view.rows.text(4, tab.view.rows.column_place("text")) == "theirs")
    qtbot.waitUntil(tab.is_settled)
    tab.presenter.run("who")
    qtbot.waitUntil(lambda: any(one.isVisible() for one in tab.view.findChildren(WhoDialog)))
    theirs = next(one for one in tab.view.findChildren(WhoDialog) if one.isVisible())
    assert cells(theirs.list)[0][1:3] == ["changed", "Goop2 or another program"]
    assert theirs.changed.text() == 'text: "by a call" became "theirs"\nscore: NULL became 2.0'
    assert not theirs.show_call.isEnabled()
    assert "Which rows is not known" not in theirs.about.text()


def test_a_filter_that_is_wrong_says_so_and_stays(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.fill("notes", 3)
    tab = open_tab()
    tab.view.where.setText("nope = 1")
    tab.view.where.returnPressed.emit()
    qtbot.waitUntil(tab.is_settled)
    assert "no such column: nope" in tab.view.count_text
    assert tab.view.where.text() == "nope = 1"
    tab.view.where.setText("score > 0.3")
    tab.view.where.returnPressed.emit()
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.rows.rowCount() == 2
