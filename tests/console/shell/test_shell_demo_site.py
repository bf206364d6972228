"""The whole window on the demo site: a member works, a stranger is refused, and an edit on disk is live at
once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.demo import build_demo
from goop_console.main_window import MainWindow
from lua_engine import Caller, Engine
from tests.console.shell.conftest import open_site, settle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    build_demo(tmp_path / "demo")
    return tmp_path / "demo"


def ask(window: MainWindow, qtbot: QtBot, who: str, action: str, params: str) -> Any:
    """Run ``tasks`` as somebody, with the keyboard, through the Call Tester's own widgets; the result that it
    shows.
    """
    assert window.workspace is not None
    window.workspace.navigate("calls", function="tasks")
    settle(window, qtbot)
    tab: Any = window.workspace.tab("calls")
    popup = tab.view.caller.popup
    tab.view.caller.open_popup()
    popup.search.setText(who)
    popup.list.clicked.emit(popup.list.currentIndex())
    window.activateWindow()
    tab.view.request.set_action(action)
    tab.view.request.params.set_text(params)
    count = tab.view.recent.model.rowCount()
    if tab.view.dry.isChecked():
        tab.view.dry.click()
    tab.focus_main()
    qtbot.keyClick(tab.view.request.focusWidget(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.recent.model.rowCount() > count)
    assert who in tab.view.run.text()
    assert tab.view.result.outcome.result.caller.name == who
    return tab.view.result.outcome.result


def test_a_member_lists_adds_and_toggles_and_a_stranger_cannot_delete(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    open_site(window, qtbot, demo)
    assert len(ask(window, qtbot, "Anna", "list", "").value["tasks"]) == 16
    assert ask(window, qtbot, "Anna", "add", '{"text": "Oil the gate"}').value == {"id": 17}
    assert ask(window, qtbot, "Anna", "toggle", '{"id": 17}').value == {"status": "toggled"}
    refused = ask(window, qtbot, "Dmitri", "delete", '{"id": 17}')
    assert refused.error.message == "only the site owner can do this"
    assert ask(window, qtbot, "Mara", "delete", '{"id": 17}').value == {"status": "deleted"}


def test_an_edit_on_disk_is_live_and_a_broken_one_is_told(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    open_site(window, qtbot, demo)
    assert window.session is not None
    engine = window.session.engine
    script = demo / "site/lua/hello.lua"

    def reply() -> Any:
        return engine.calls.chat("!hello", caller=engine.owner, counts=False).value

    assert str(reply()).startswith("Hello, Mara!")
    script.write_text("--- Greets\nfunction handle() return 'live' end\n")
    qtbot.waitUntil(lambda: reply() == "live")
    script.write_text("--- Greets\nfunction handle( return 'broken' end\n")
    qtbot.waitUntil(lambda: any(info.state == "stale" for info in engine.scripts.all()))
    assert reply() == "live"
    settle(window, qtbot)
    assert window.workspace is not None
    window.workspace.navigate("scripts", name="hello", kind="command")
    settle(window, qtbot)
    told = [line for line in window.session.recent_records() if line.level == "error"]
    assert any("hello.lua:2" in line.message for line in told)


def test_the_readmes_second_step_succeeds_as_written(tmp_path: Path) -> None:
    """Once:  "Now be Mara (owner)" answered "id required"."""
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert '`{"id": 1}`' in readme
    build_demo(tmp_path / "demo")
    with Engine.open(tmp_path / "demo", watch=False) as engine:
        stranger = Caller("12D3KooWnobody", "Dmitri")
        refused = engine.calls.call("tasks", {"action": "delete", "id": 1}, caller=stranger)
        assert not refused.ok
        done = engine.calls.call("tasks", {"action": "delete", "id": 1}, caller=engine.owner)
        assert done.value == {"status": "deleted"}
