"""Twice the size of text on a usual screen: Lua Scripts has room, also while a call is paused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from goop_console.app import Console
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, Request
from tests.console.shell.conftest import MakeSite, scripts_tab

SOURCE = """--- Adds up what stands in the order, for everybody who asks
--- @rate_limit 30
function call(request)
  local total = 1
  goop.log.info("total is", total)
  return total
end
"""


@pytest.fixture
def large(new_console: Callable[[], Console]) -> Iterator[Console]:
    console = new_console()
    console.window.resize(1280, 800)
    console.theme.set_zoom(200)
    yield console
    console.theme.set_zoom(100)


def scrolled(tab: ScriptsTab) -> tuple[int, int]:
    """How far the tab can be scrolled, sideways and down."""
    area = tab.parent()
    while not isinstance(area, QScrollArea):
        area = area.parent()
    return area.horizontalScrollBar().maximum(), area.verticalScrollBar().maximum()


def test_lua_scripts_does_not_scroll(large: Console, make_site: MakeSite, qtbot: QtBot) -> None:
    path = make_site()
    (path / "site/lua/functions/a_name_that_is_long.lua").write_text(SOURCE)
    tab = scripts_tab(large.window, qtbot, path)
    qtbot.waitUntil(lambda: scrolled(tab) == (0, 0))

    assert large.window.session is not None
    engine = large.window.session.engine
    engine.debugger.put_breakpoint(Breakpoint("function/a_name_that_is_long", 6))
    tab.open_target(debug=Request.call("a_name_that_is_long"), caller=engine.owner, is_dry=True)
    qtbot.waitUntil(lambda: "Paused at line 6" in tab.view.debug.state.text())
    qtbot.waitUntil(lambda: tab.view.debug.variables.topLevelItemCount() > 0)

    qtbot.waitUntil(lambda: scrolled(tab) == (0, 0))


def test_words_on_the_buttons_give_way_and_come_back(
    large: Console, make_site: MakeSite, qtbot: QtBot
) -> None:
    header = scripts_tab(large.window, qtbot, make_site()).view.header
    qtbot.waitUntil(lambda: header.call.text() == "")
    assert header.call.accessibleName() == "Call this script in the Call Tester (Ctrl+Return)"

    large.theme.set_zoom(100)

    qtbot.waitUntil(lambda: header.call.text() == "Call…")
    assert header.save.text() == "Save"
