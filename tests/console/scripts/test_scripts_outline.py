"""The outline beside the editor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from tests.console.scripts.conftest import opened

MANY = "\n".join(f"local function f{number}()\n  return {number}\nend\n" for number in range(40))
TEXT = MANY + "function call(request)\n  return f1()\nend\ngoop.route({ add = f2 })\n"


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/other.lua": TEXT, "functions/plain.lua": "-- nothing\n"}


def names(tab: ScriptsTab) -> list[str]:
    return [one.name for one in tab.view.outline.symbols]


def test_it_lists_goes_there_and_follows(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")
    panel = tab.view.outline
    assert panel.isHidden()

    tab.open_target(outline=True)
    qtbot.waitUntil(lambda: names(tab)[-2:] == ["call", "add"])
    assert panel.list.count() == 42
    item = panel.list.item(40)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == f"handler call, line {TEXT.count(chr(10)) - 3}"

    editor.go_to_line(6)
    assert panel.list.currentRow() == 1, "the function around the cursor"

    panel.list.setCurrentRow(40)
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert editor.place()[0] == TEXT.count("\n") - 3
    qtbot.waitUntil(editor.hasFocus)


def test_it_follows_the_text_and_the_tab(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")
    tab.open_target(outline=True)

    editor.replace_text("local function one() end\n")
    qtbot.waitUntil(lambda: names(tab) == ["one"])

    opened(tab, qtbot, "plain")
    qtbot.waitUntil(lambda: names(tab) == [] and tab.is_settled())
    assert not tab.view.outline.nothing.isHidden()


def test_escape_goes_back_and_the_key_closes_it(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")
    tab.open_target(outline=True)
    qtbot.waitUntil(lambda: len(names(tab)) == 42)
    tab.view.outline.focus_list()

    qtbot.keyClick(tab.view.outline.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(editor.hasFocus)

    tab.open_target(outline=True)
    assert tab.view.outline.isHidden()


def test_it_is_there_at_the_next_start(
    tab: ScriptsTab, open_tab: Callable[[], ScriptsTab], qtbot: QtBot
) -> None:
    opened(tab, qtbot, "other")
    tab.open_target(outline=True)

    again = open_tab()
    again.restore_state(tab.save_state())
    assert not again.view.outline.isHidden()
    qtbot.waitUntil(lambda: len(names(again)) == 42)
