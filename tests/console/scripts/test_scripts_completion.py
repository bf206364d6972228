"""Completion while one types, by keys only, and F12."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor.editor import CodeEditor
from tests.console.scripts.conftest import opened

SOURCE = "local function helper()\n  return 1\nend\nfunction call(request)\n  \n  return helper()\nend\n"


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/help.lua": SOURCE}


@pytest.fixture
def editor(tab: ScriptsTab, qtbot: QtBot) -> CodeEditor:
    editor = opened(tab, qtbot, "help")
    editor.go_to_line(5, 3)
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    return editor


def offers(editor: CodeEditor) -> list[str]:
    listed = editor.completion.list
    return [listed.item(at).text().split()[0] for at in range(listed.count())]


def test_names_are_offered_while_one_types(editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(editor, "goop.kv.")
    qtbot.waitUntil(lambda: editor.completion.isVisible() and "set" in offers(editor))

    QTest.keyClicks(editor, "se")
    qtbot.waitUntil(lambda: offers(editor)[:1] == ["set"])
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert editor.text().split("\n")[4] == "  goop.kv.set"
    assert not editor.completion.isVisible()


def test_keys_move_in_the_list_and_escape_leaves_it(editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(editor, "he")
    qtbot.waitUntil(lambda: "helper" in offers(editor) and editor.completion.isVisible())
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Escape)

    assert not editor.completion.isVisible()
    assert editor.text().split("\n")[4] == "  he"


def test_ctrl_space_asks(editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: "request" in offers(editor))


def test_f12_goes_to_the_definition(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to_line(6, 12)
    QTest.keyClick(editor, Qt.Key.Key_F12)

    qtbot.waitUntil(lambda: editor.place() == (1, 16))
