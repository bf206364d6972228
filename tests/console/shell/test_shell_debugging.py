"""The debugger from its first click to its last, in the real window: only with mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from goop_console.tabs.calls.tab import CallsTab
from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor import CodeEditor
from tests.console.scripts.debugging.conftest import click_margin, state, variables
from tests.console.shell.conftest import MakeSite, open_site, settle

SUMS = """local function add(list, amount)
  local sum = list.sum + amount
  list.sum = sum
  return sum
end
function call(request)
  local list = { sum = 1 }
  local first = add(list, 1)
  local second = add(list, first)
  return { first = first, second = second }
end
"""
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def scripts(window: MainWindow, qtbot: QtBot, make_site: MakeSite) -> ScriptsTab:
    """Lua Scripts with ``sums`` in its editor, in the active window."""
    path = make_site()
    (path / "site/lua/functions/sums.lua").write_text(SUMS)
    with qtbot.waitActive(window):
        window.activateWindow()
    open_site(window, qtbot, path)
    window.navigate("scripts", name="sums")
    settle(window, qtbot)
    tab = window.findChildren(ScriptsTab)[0]
    qtbot.waitUntil(lambda: tab.presenter.current_key() == "function/sums")
    return tab


def editor_of(scripts: ScriptsTab, qtbot: QtBot) -> CodeEditor:
    editor = scripts.presenter.current_editor()
    assert editor is not None
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    return editor


def press(scripts: ScriptsTab, qtbot: QtBot, key: Qt.Key, *, shift: bool = False) -> None:
    """A key in the editor."""
    none = Qt.KeyboardModifier.NoModifier
    QTest.keyClick(editor_of(scripts, qtbot), key, SHIFT if shift else none)


def debug_in_the_tester(window: MainWindow, qtbot: QtBot, scripts: ScriptsTab) -> None:
    """F5 leads to the Call Tester; its Debug button makes a dry run, though Run would call for real."""
    press(scripts, qtbot, Qt.Key.Key_F5)
    settle(window, qtbot)
    calls = window.findChildren(CallsTab)[0]
    debug = calls.call.view.debug
    qtbot.waitUntil(lambda: debug.isVisible() and debug.isEnabled())
    assert not calls.call.view.dry.is_dry
    QTest.mouseClick(debug, Qt.MouseButton.LeftButton)


def set_value(scripts: ScriptsTab, qtbot: QtBot, name: str, text: str) -> None:
    """Enter on the variable, the new value, Enter."""
    panel = scripts.view.debug
    choose(scripts, name)
    QTest.keyClick(panel.variables, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.value_line.hasFocus)
    panel.value_line.selectAll()
    QTest.keyClicks(panel.value_line, text)
    QTest.keyClick(panel.value_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: variables(scripts).get(name) == text)


def choose(scripts: ScriptsTab, name: str) -> None:
    tree = scripts.view.debug.variables
    item = tree.findItems(name, Qt.MatchFlag.MatchRecursive)[0]
    tree.scrollToItem(item)
    at = tree.visualItemRect(item)
    place = at.topLeft() + QPoint(4, at.height() // 2)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tree.currentItem() is item


def stands(scripts: ScriptsTab, qtbot: QtBot, words: str, **expected: str) -> None:
    """Wait until the panel says so, with these variables."""
    qtbot.waitUntil(lambda: words in state(scripts))
    qtbot.waitUntil(lambda: expected.items() <= variables(scripts).items())


def test_from_a_breakpoint_to_who_set_a_variable(
    window: MainWindow, qtbot: QtBot, scripts: ScriptsTab
) -> None:
    click_margin(scripts, 4)
    qtbot.waitUntil(lambda: scripts.view.debug.breakpoints.count() == 1)
    debug_in_the_tester(window, qtbot, scripts)
    words = "Paused at line 4, breakpoint, called by Maya (owner), dry run"
    stands(scripts, qtbot, words, sum="2", amount="1")
    assert [scripts.view.debug.stack.item(at).text().split("\n") for at in range(2)] == [
        ["add", "line 4"],
        ["call", "line 8"],
    ]

    set_value(scripts, qtbot, "sum", "40")
    press(scripts, qtbot, Qt.Key.Key_F11, shift=True)
    stands(scripts, qtbot, "Paused at line 9, step", list="{sum = 2}", first="40")

    press(scripts, qtbot, Qt.Key.Key_F5)
    stands(scripts, qtbot, "Paused at line 4, breakpoint", sum="42", amount="40")

    for line, so_far in ((3, {"sum": "42"}), (2, {"amount": "40"}), (9, {"first": "40"})):
        press(scripts, qtbot, Qt.Key.Key_F10, shift=True)
        stands(scripts, qtbot, f"of the past, line {line},", **so_far)
    assert "second" not in variables(scripts)
    assert variables(scripts)["list"] == "{sum = 2}"

    choose(scripts, "first")
    QTest.keyClick(scripts.view.debug.variables, Qt.Key.Key_W)
    stands(scripts, qtbot, "of the past, line 8,", list="{sum = 1}")
    assert "first" not in variables(scripts)

    QTest.mouseClick(scripts.view.debug.buttons["to_present"], Qt.MouseButton.LeftButton)
    stands(scripts, qtbot, "Paused at line 4", sum="42")
    session = scripts.debugging.debug.session
    assert session is not None
    press(scripts, qtbot, Qt.Key.Key_F5)
    stands(scripts, qtbot, "Ended")
    assert session.result(60).value == {"first": 40, "second": 42}
