"""What is done with one variable: its menu, its keys, watches, who set it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.debugging.expressions import expression_of
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import DebugValue
from tests.console.scripts.debugging.conftest import state

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def value(name: str, kind: str = "table") -> DebugValue:
    return DebugValue(name, kind, "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (["total"], "total"),
        (["row", "tags", "[2]"], "row.tags[2]"),
        (["row", '["a b"]'], 'row["a b"]'),
        (["row", "[-1.5]"], "row[-1.5]"),
        (["row", "[true]"], "row[true]"),
        (["...2"], "(select(2, ...))"),
        (["...2", "id"], "(select(2, ...)).id"),
        (['["odd name"]'], '_G["odd name"]'),
        (["row", "[{...}]"], ""),
        (["row", "(metatable)"], ""),
        (["row", '["a long te"... (40 bytes)]'], ""),
    ],
)
def test_the_words_for_a_value(path: list[str], text: str) -> None:
    assert expression_of([value(one) for one in path]) == text


def test_what_a_function_holds_has_no_words() -> None:
    assert expression_of([value("f", "function"), value("count", "number")]) == ""


def choose(tab: ScriptsTab, name: str) -> None:
    tree = tab.view.debug.variables
    tree.setCurrentItem(tree.findItems(name, Qt.MatchFlag.MatchRecursive)[0])


def watches(tab: ScriptsTab) -> list[str]:
    rows = tab.view.debug.watches
    return [rows.item(at).text() for at in range(rows.count())]


def test_the_menu_has_every_command_with_its_keys(paused: ScriptsTab, qtbot: QtBot) -> None:
    choose(paused, "total")
    menu = paused.view.debug.variables.menu()
    texts = [action.text().split("\t") for action in menu.actions()]
    assert [words for words, _keys in texts] == [
        "Change the value…",
        "Who set it?",
        "Watch it",
        "Copy the value",
    ]
    assert all(keys for _words, keys in texts)

    menu.actions()[2].trigger()
    qtbot.waitUntil(lambda: watches(paused) == ["total = 6"])
    assert paused.view.debug.watches.isVisible()
    menu.actions()[3].trigger()
    assert QApplication.clipboard().text() == "6"
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: "line 6" in state(paused))
    menu.deleteLater()


def test_an_entry_of_a_table_is_watched_by_its_path(paused: ScriptsTab, qtbot: QtBot) -> None:
    tree = paused.view.debug.variables
    words = tree.findItems("words", Qt.MatchFlag.MatchRecursive)[0]
    words.setExpanded(True)
    qtbot.waitUntil(lambda: words.childCount() == 2)
    tree.setCurrentItem(words.child(1))
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_F11, CTRL | SHIFT)
    qtbot.waitUntil(lambda: watches(paused) == ['words[2] = "two"'])


def test_a_table_that_is_open_stays_open_from_step_to_step(paused: ScriptsTab, qtbot: QtBot) -> None:
    tree = paused.view.debug.variables

    def inside() -> list[str]:
        words = tree.findItems("words", Qt.MatchFlag.MatchRecursive)
        return [words[0].child(at).text(1) for at in range(words[0].childCount())] if words else []

    choose(paused, "words")
    tree.currentItem().setExpanded(True)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: inside() == ['"one"', '"two"'])
    tree.setCurrentItem(tree.currentItem().child(1))  # type: ignore[union-attr]

    paused.debugging.debug.command("step_over")
    qtbot.waitUntil(lambda: "line 9" in state(paused))
    qtbot.waitUntil(lambda: tree.findItems("answer", Qt.MatchFlag.MatchRecursive) != [])
    qtbot.waitUntil(lambda: inside() == ['"one"', '"two"'])
    assert tree.currentItem().text(0) == "[2]"  # type: ignore[union-attr]

    tree.findItems("words", Qt.MatchFlag.MatchRecursive)[0].setExpanded(False)
    paused.debugging.debug.command("step_back")
    qtbot.waitUntil(lambda: "of the past, line 8" in state(paused))
    qtbot.waitUntil(lambda: tree.findItems("answer", Qt.MatchFlag.MatchRecursive) == [])
    assert inside() == []


def test_entries_that_come_for_a_row_that_is_gone(paused: ScriptsTab, qtbot: QtBot) -> None:
    """The call was stepped on while they were read."""
    tree = paused.view.debug.variables
    words = tree.findItems("words", Qt.MatchFlag.MatchRecursive)[0]
    ref = words.data(0, Qt.ItemDataRole.UserRole).ref

    for wanted in (ref, 12_345):  # an answer, and a refusal
        item = tree.findItems("words", Qt.MatchFlag.MatchRecursive)[0]
        tree.page_requested.emit(wanted, 0, item)
        tree.set_scopes([])
        qtbot.waitUntil(paused.is_settled)
        assert paused.view.debug.note.isHidden()
        paused.debugging.debug.looking.show_frame(1)
        qtbot.waitUntil(lambda: tree.findItems("words", Qt.MatchFlag.MatchRecursive) != [])


def cursor_to(tab: ScriptsTab, line: int, column: int) -> None:
    editor = tab.presenter.current_editor()
    assert editor is not None
    editor.go_to_line(line)
    cursor = editor.textCursor()
    cursor.movePosition(cursor.MoveOperation.StartOfBlock)
    cursor.movePosition(cursor.MoveOperation.Right, cursor.MoveMode.MoveAnchor, column)
    editor.setTextCursor(cursor)
    editor.setFocus()


def test_what_the_cursor_is_in_is_watched_and_its_writer_found(paused: ScriptsTab, qtbot: QtBot) -> None:
    with qtbot.waitActive(paused):
        paused.activateWindow()
    editor = paused.presenter.current_editor()
    cursor_to(paused, 9, 40)  # words[1]
    qtbot.waitUntil(editor.hasFocus)  # type: ignore[union-attr]
    QTest.keyClick(editor, Qt.Key.Key_F11, CTRL | SHIFT)
    qtbot.waitUntil(lambda: watches(paused) == ['words = {"one", "two"}'])

    QTest.keyClick(editor, Qt.Key.Key_F11, CTRL)

    qtbot.waitUntil(lambda: "line 4" in state(paused))


def test_the_keys_of_the_menu_work(paused: ScriptsTab, qtbot: QtBot) -> None:
    panel, editor = paused.view.debug, paused.presenter.current_editor()
    panel.hide()
    QTest.keyClick(editor, Qt.Key.Key_F7)
    qtbot.waitUntil(panel.isVisible)
    QTest.keyClick(editor, Qt.Key.Key_F7, SHIFT)
    qtbot.waitUntil(lambda: "There are no saved calls" in panel.note.text())
