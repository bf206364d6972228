"""The next real call of a script, and calls that were made before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, CallHandle, Request
from tests.console.scripts.conftest import ScriptSite
from tests.console.scripts.debugging.conftest import state, variables


def real_call(site: ScriptSite) -> CallHandle:
    return site.engine.calls.start(Request.call("sums"), site.engine.owner)


def test_the_next_real_call_stops_once_it_is_armed(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    QTest.keyClick(sums.presenter.current_editor(), Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: sums.debugging.trap.armed == "function/sums")
    sums.view.header.debug.menu().aboutToShow.emit()
    assert sums.view.header.debug.entries["arm"].isChecked()
    assert "within 5 minutes" in sums.view.debug.note.text()

    handle = real_call(site)

    qtbot.waitUntil(
        lambda: state(sums) == "Paused at line 3, at its first line, called by Maya (owner), for real"
    )
    assert ("scripts", {}) in site.links
    assert sums.debugging.trap.armed == ""
    sums.debugging.debug.command("resume")
    assert handle.result(60).value == {"answer": 12, "first": "one"}


def test_the_same_key_lets_the_call_pass(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    sums.open_target(arm="function/sums")
    qtbot.waitUntil(lambda: sums.debugging.trap.armed == "function/sums")
    sums.view.header.debug.entries["arm"].trigger()
    qtbot.waitUntil(lambda: site.engine.debugger.armed() is None)

    assert real_call(site).result(60).ok


def test_a_real_call_that_stands_behind_another_session_comes_after_it(
    paused: ScriptsTab, site: ScriptSite, qtbot: QtBot
) -> None:
    site.engine.debugger.arm("function/sums")
    handle = real_call(site)
    qtbot.waitUntil(lambda: "A real call stands too" in paused.view.debug.note.text())
    assert "dry run" in state(paused)

    paused.debugging.debug.command("stop")

    qtbot.waitUntil(lambda: "for real" in state(paused))
    paused.debugging.debug.command("stop")
    assert not handle.result(60).ok


def test_a_call_of_the_history_is_debugged_again(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    result = real_call(site).result(60)
    site.engine.history.add(result)
    site.engine.debugger.put_breakpoint(Breakpoint("function/sums", 8))

    sums.open_target(debug_call=result.call_id)

    qtbot.waitUntil(lambda: state(sums) == "Paused at line 8, breakpoint, called by Maya (owner), dry run")


def test_a_call_that_is_not_kept_says_so(sums: ScriptsTab, qtbot: QtBot) -> None:
    sums.open_target(debug_call="never made")

    qtbot.waitUntil(lambda: "its params are not kept" in sums.view.debug.note.text())


def test_a_watch_goes_with_del(paused: ScriptsTab, qtbot: QtBot) -> None:
    panel = paused.view.debug
    paused.debugging.debug.looking.add_watch("total * 10")
    qtbot.waitUntil(lambda: panel.watches.count() == 1)
    assert panel.watches.item(0).text() == "total * 10 = 60"
    panel.watches.setCurrentRow(0)
    panel.watch_removed.emit(panel.watches.currentRow())

    assert panel.watches.count() == 0
    paused.debugging.debug.command("step_over")
    qtbot.waitUntil(lambda: "line 9" in state(paused))
    assert panel.watches.count() == 0


def test_it_runs_again_to_a_step_of_the_past(paused: ScriptsTab, qtbot: QtBot) -> None:
    part = paused.debugging.debug
    for line in (5, 6, 5):
        part.command("step_back")
        qtbot.waitUntil(lambda line=line: f"of the past, line {line}" in state(paused))
    first = part.session
    part.command("again_to_here")

    qtbot.waitUntil(lambda: part.session is not first and "run to the cursor" in state(paused))
    assert state(paused).startswith("Paused at line 5")
    qtbot.waitUntil(lambda: variables(paused).get("total") == "3")
    part.command("resume")
    qtbot.waitUntil(lambda: state(paused).startswith("Paused at line 8, breakpoint"))
    part.command("resume")
    qtbot.waitUntil(lambda: "The call ended: answered" in paused.view.debug.note.text())


def test_after_the_end_a_step_says_why_it_cannot_be(paused: ScriptsTab, qtbot: QtBot) -> None:
    paused.debugging.debug.command("resume")
    qtbot.waitUntil(lambda: state(paused) == "Ended")
    qtbot.waitUntil(lambda: "The call ended" in paused.view.debug.note.text())
    paused.debugging.debug.command("step_back")
    qtbot.waitUntil(lambda: paused.view.debug.note.text() == "cannot step back: the call has ended")
