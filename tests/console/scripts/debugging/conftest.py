"""A script that is debugged in the tab, and what tests do with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Request
from tests.console.scripts.conftest import ScriptSite

SUMS = """--- Adds numbers
function call(request)
  local total = 0
  local words = { "one", "two" }
  for index = 1, 3 do
    total = total + index
  end
  local answer = total * 2
  return { answer = answer, first = words[1] }
end
"""


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/sums.lua": SUMS, "functions/other.lua": "function call(r)\n  return 1\nend\n"}


@pytest.fixture
def sums(tab: ScriptsTab, qtbot: QtBot) -> ScriptsTab:
    tab.open_target(name="sums")
    qtbot.waitUntil(lambda: tab.presenter.current is not None and tab.presenter.current.disk is not None)
    return tab


def click_margin(tab: ScriptsTab, line: int) -> None:
    editor = tab.presenter.current_editor()
    assert editor is not None
    top = next(top for number, top, _height in editor.visible_lines() if number + 1 == line)
    QTest.mouseClick(editor.gutter, Qt.MouseButton.LeftButton, pos=QPoint(8, int(top) + 6))


def debug(tab: ScriptsTab, site: ScriptSite) -> None:
    tab.open_target(debug=Request.call("sums"), caller=site.engine.owner, is_dry=True)


def state(tab: ScriptsTab) -> str:
    return tab.view.debug.state.text()


def variables(tab: ScriptsTab) -> dict[str, str]:
    tree = tab.view.debug.variables
    found = {}
    for at in range(tree.topLevelItemCount()):
        scope = tree.topLevelItem(at)
        for child in range(scope.childCount()):
            found[scope.child(child).text(0)] = scope.child(child).text(1)
    return found


@pytest.fixture
def paused(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> ScriptsTab:
    """Stopped by a click in the margin, at the line of the answer."""
    click_margin(sums, 8)
    qtbot.waitUntil(lambda: len(site.engine.debugger.breakpoints()) == 1)
    debug(sums, site)
    qtbot.waitUntil(lambda: "Paused" in state(sums))
    qtbot.waitUntil(lambda: "total" in variables(sums))
    return sums
