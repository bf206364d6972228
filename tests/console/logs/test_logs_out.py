"""Lines go out of the Logs tab: copied, and written to files."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from goop_console.tabs.logs.cells import MESSAGE
from goop_console.tabs.logs.tab import LogsTab

from .conftest import LogSite, line, many

KEY = Qt.Key


def test_copied_lines_are_whole(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    long = "x" * 2_000 + "\nend"
    site.record([line(long, call_id="abc123def456"), line("other")])
    tab.view.table.show_row(0)
    qtbot.keyClick(tab.view.table, KEY.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[-2:] == ["abc123def456", "x" * 2_000 + " end"]
    assert site.told == ["Copied 1 line"]
    tab.view.table.selectAll()
    assert tab.view.table.selectionModel().selection().count() == 1
    flags = QItemSelectionModel.SelectionFlag
    tab.view.table.selectionModel().select(tab.view.model.index(0, MESSAGE), flags.Deselect | flags.Rows)
    qtbot.keyClick(tab.view.table, KEY.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("\tother")


def test_the_shown_lines_are_exported(site: LogSite, tab: LogsTab, qtbot: QtBot, tmp_path: Path) -> None:
    site.record(many(30))
    tab.view.panel.levels["error"].click()
    out = tmp_path / "out"
    out.mkdir()
    tab.view.export_chosen.emit(out / "log.txt")
    assert not tab.is_settled()
    qtbot.waitUntil(tab.is_settled)
    assert [row.rsplit("\t", 1)[1] for row in (out / "log.txt").read_text().splitlines()] == [
        "line 0",
        "line 10",
        "line 20",
    ]
    assert site.told == [f"3 entries written to {out / 'log.txt'}"]
    assert tab.presenter.ways.suggested_file().parent == out


def test_an_export_that_fails_is_said(site: LogSite, tab: LogsTab, qtbot: QtBot, tmp_path: Path) -> None:
    site.record(many(3))
    (tmp_path / "file").write_text("not a folder")
    tab.view.export_chosen.emit(tmp_path / "file" / "log.txt")
    qtbot.waitUntil(tab.is_settled)
    assert site.told[0].startswith("The lines were not exported: ")
    assert str(tmp_path / "file" / "log.txt") in site.told[0]


def test_the_export_dialog_suggests_a_name(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(3))
    tab.view.export.click()
    dialog = tab.view.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name.startswith("garden-log-")
    dialog.close()
    qtbot.waitUntil(lambda: tab.view.findChild(QFileDialog) is None)


def test_the_name_says_the_form_and_folded_calls_are_written_whole(
    site: LogSite, calls_tab: LogsTab, qtbot: QtBot, tmp_path: Path
) -> None:
    site.call("hi", warn=True)
    qtbot.waitUntil(lambda: calls_tab.view.model.rowCount() == 3)
    calls_tab.view.table.fold_all(folded=True)
    for name in ("log.jsonl", "log.csv"):
        calls_tab.view.export_chosen.emit(tmp_path / name)
        qtbot.waitUntil((tmp_path / name).exists)
    qtbot.waitUntil(calls_tab.is_settled)
    records = [json.loads(row) for row in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [one["message"] for one in records] == ["told hi", "careful", ""]
    assert records[2]["call"]["outcome"] == "ok"
    assert (tmp_path / "log.csv").read_text().startswith("time,level,script,action,")
