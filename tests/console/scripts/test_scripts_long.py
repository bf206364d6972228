"""Long scripts: their text comes into the editor in slices, and what would hold the window is not edited."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.scripts.text.cutting import cut_text
from goop_console.widgets.code_editor import CodeEditor, Problem
from goop_console.widgets.code_editor.filling import SLICE_LINES
from goop_console.widgets.code_editor.long_lines import MAX_VIEW, VIEW_LINES, heavy_view
from goop_console.widgets.code_editor.search import Query, find_all
from tests.console.scripts.conftest import ScriptSite, opened

LINES = 30_000
LONG = "".join(f"x={number}\n" for number in range(LINES - 1))
FEW_LONG = "local s = 'some words of the site'\n" * 1_500
ODD = "".join(map(chr, range(0x2020, 0x2030))) + "\u00a0\ufdd0\ufdd1\U0001f469\t'\n"
HEBREW = "\u05d0" * 150 + "\n"


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    made = CodeEditor()
    qtbot.addWidget(made)
    made.resize(700, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def is_filled(editor: CodeEditor) -> Callable[[], bool]:
    return lambda: not editor.filling.is_active


@pytest.mark.parametrize("text", [LONG, FEW_LONG, ODD * 3_000])
def test_a_long_text_comes_in_slices(editor: CodeEditor, qtbot: QtBot, text: str) -> None:
    counts = [1]
    editor.blockCountChanged.connect(counts.append)
    edits = []
    editor.edited.connect(lambda: edits.append(editor.text()))
    editor.set_text(text)
    assert editor.blockCount() == 1
    assert editor.text() == text  # whoever asks has all of it
    assert editor.gutter.room() == editor.gutter.sizeHint().width()
    qtbot.waitUntil(is_filled(editor))
    assert max(after - before for before, after in pairwise(counts)) <= SLICE_LINES
    assert editor.text() == text
    assert edits == [text]
    assert (editor.is_modified, editor.document().isUndoAvailable()) == (False, False)
    assert editor.place() == (1, 1)


def test_its_first_lines_are_coloured_when_they_are_shown(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.set_text("local a = 'one'\n" + "\n" * 5_000)
    while editor.blockCount() == 1:
        QApplication.processEvents()
    assert editor.filling.is_active
    assert editor.document().firstBlock().layout().formats()
    qtbot.waitUntil(is_filled(editor))


def test_a_key_waits_for_no_slice(editor: CodeEditor) -> None:
    editor.set_text(LONG)
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "y=1")
    assert editor.text() == f"{LONG}y=1"
    editor.undo()
    assert editor.text() == LONG


def test_a_paste_and_another_state_wait_for_no_slice(editor: CodeEditor) -> None:
    data = QMimeData()
    data.setText("y=1\n")
    editor.set_text(LONG)
    editor.insertFromMimeData(data)
    assert editor.text() == f"y=1\n{LONG}"
    editor.set_text(LONG)
    editor.replace_text(f"{LONG}y=1")
    assert editor.text() == f"{LONG}y=1"
    editor.undo()
    assert editor.text() == LONG


def test_a_place_is_gone_to_while_it_comes(editor: CodeEditor) -> None:
    editor.set_text(LONG)
    editor.go_to_line(29_000)
    assert editor.textCursor().block().text() == "x=28999"


def test_a_fold_has_all_its_lines(editor: CodeEditor) -> None:
    editor.set_text("x = [[\n" + "a\n" * 8_000 + "]]\n")
    editor.gutter.fold_clicked.emit(1)
    hidden = editor.document().findBlockByNumber(7_000)
    assert hidden.isValid()
    assert not hidden.isVisible()


@pytest.mark.parametrize("scripts", [{"functions/long.lua": LONG, "functions/other.lua": "return 1\n"}])
def test_a_long_script_opens_where_it_was_left(
    tab: ScriptsTab, qtbot: QtBot, open_tab: Callable[[], ScriptsTab], site: ScriptSite
) -> None:
    editor = opened(tab, qtbot, "long")
    assert editor.text() == LONG
    editor.go_to_line(29_000)
    again = open_tab()
    again.restore_state(tab.save_state())
    qtbot.waitUntil(again.is_settled)
    shown = again.presenter.current_editor()
    assert shown is not None
    assert shown.place()[0] == 29_000
    shown.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(shown, "y=1")
    again.presenter.save()
    qtbot.waitUntil(again.is_settled)
    assert site.read("long") == f"{LONG}y=1".encode()


@pytest.mark.parametrize("scripts", [{"functions/a.lua": "return 1\n", "functions/long.lua": LONG}])
def test_a_script_can_go_while_it_comes(tab: ScriptsTab, qtbot: QtBot) -> None:
    tab.open_target(name="long")
    document = tab.presenter.current
    assert document is not None
    forgotten: list[bool] = []

    def forget() -> None:
        forgotten.append(document.editor.filling.is_active)
        tab.presenter.documents.forget(document)

    document.editor.blockCountChanged.connect(forget, Qt.ConnectionType.SingleShotConnection)
    qtbot.waitUntil(lambda: forgotten == [True])
    qtbot.waitUntil(tab.is_settled)


def test_lines_that_are_too_much_together() -> None:
    fits = MAX_VIEW // VIEW_LINES
    assert heavy_view(["x" * fits] * 500) == 0
    assert heavy_view(["x" * (fits + 1)] * 500) == 1
    assert heavy_view(["x"] * 100 + ["x" * (fits + 20)] * 500) == 101
    assert heavy_view(["x"] * 100 + ["\u05d0" * fits] + ["x"] * 100) == 0
    cut = cut_text("a\n" * 100 + HEBREW * 200)
    assert cut is not None
    assert cut.reason == "lines 95 to 154 have more than 80,000 characters (or 8,000 odd ones)"
    assert cut_text(cut.text) is None
    base = cut_text("local s = '" + "A" * 40_000 + "'\n")
    assert base is None
    three = cut_text(("local s = '" + "A" * 40_000 + "'\n") * 3)
    assert three is not None
    assert len(three.text) < 4_000


@pytest.mark.parametrize("scripts", [{"functions/odd.lua": "return 1\n"}])
def test_they_are_not_pasted(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "odd")
    data = QMimeData()
    data.setText(HEBREW * 200)
    editor.insertFromMimeData(data)
    assert editor.text() == "return 1\n"
    data.setText(HEBREW * 20)
    editor.insertFromMimeData(data)
    assert editor.text() == HEBREW * 20 + "return 1\n"


def test_marks_are_those_of_the_lines_in_view(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.set_text("x = 1\n" * 5_000)
    qtbot.waitUntil(is_filled(editor))
    matches = find_all(editor.document(), Query("x"))
    editor.set_matches(matches)
    editor.set_problems(Problem(line, "x is global", "warning") for line in range(1, 5_001))
    editor.set_line_values({}, frozenset(range(1, 5_001)))

    def marked() -> set[int]:
        return {one.cursor.blockNumber() + 1 for one in editor.extraSelections()}

    def in_view() -> set[int]:
        return {number + 1 for number, _, _ in editor.visible_lines()} - {5_001}

    for line in (1, 4_000, 5_000, 2_000):
        editor.go_to_line(line)
        qtbot.waitUntil(lambda: marked() - {5_001} == in_view())
        assert len(editor.extraSelections()) <= 4 * len(in_view())
    editor.resize(700, 900)
    qtbot.waitUntil(lambda: marked() == in_view())
