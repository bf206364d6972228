"""The debugger in the tab: breakpoints by click and key, stops, variables, margin values, going back."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, CallHandle, Peer, Request
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


def test_a_click_sets_a_breakpoint_and_another_takes_it_away(
    sums: ScriptsTab, site: ScriptSite, qtbot: QtBot
) -> None:
    click_margin(sums, 6)
    qtbot.waitUntil(lambda: [one.line for one in site.engine.debugger.breakpoints()] == [6])
    qtbot.waitUntil(lambda: sums.view.debug.breakpoints.count() == 1)
    assert "function/sums.lua:6" in sums.view.debug.breakpoints.item(0).text()

    click_margin(sums, 6)
    qtbot.waitUntil(lambda: not site.engine.debugger.breakpoints())


def test_f9_sets_one_at_the_cursor(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    sums.presenter.go_to("function/sums", 3)
    QTest.keyClick(sums.presenter.current_editor(), Qt.Key.Key_F9)

    qtbot.waitUntil(lambda: [one.line for one in site.engine.debugger.breakpoints()] == [3])


def test_a_line_that_cannot_stop_says_why(sums: ScriptsTab, qtbot: QtBot) -> None:
    click_margin(sums, 1)

    qtbot.waitUntil(lambda: bool(sums.view.debug.note.text()))


def test_it_stops_and_shows_where_and_what(paused: ScriptsTab) -> None:
    assert state(paused) == "Paused at line 8, breakpoint, called by Maya (owner), dry run"
    assert variables(paused)["total"] == "6"
    assert paused.view.debug.stack.count() == 1
    editor = paused.presenter.current_editor()
    assert editor is not None
    assert editor.place()[0] == 8


def test_a_member_is_called_by_the_role(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    schema = {"name": "notes", "system_key": True, "columns": [{"name": "text", "type": "text"}]}
    schema["access"] = {"read": "group"}
    (site.folder / "schemas").mkdir()
    (site.folder / "schemas/notes.json").write_text(json.dumps(schema))
    manifest = site.folder / "manifest.json"
    manifest.write_text(json.dumps({"name": "Notes", "schemas": ["notes"], "default_role": "coauthor"}))
    site.engine.templates.set_up(manifest)
    site.engine.peers.add_test_peer(Peer("anna", "Anna"))
    site.engine.groups.add_to_template("anna")
    click_margin(sums, 8)
    qtbot.waitUntil(lambda: len(site.engine.debugger.breakpoints()) == 1)

    sums.open_target(debug=Request.call("sums"), caller=site.engine.peers.find("Anna"), is_dry=True)

    qtbot.waitUntil(lambda: "Paused" in state(sums) and "called by Anna (coauthor)" in state(sums))


def test_a_table_opens_when_it_is_asked_for(paused: ScriptsTab, qtbot: QtBot) -> None:
    tree = paused.view.debug.variables
    words = tree.findItems("words", Qt.MatchFlag.MatchRecursive)[0]
    words.setExpanded(True)

    qtbot.waitUntil(lambda: words.childCount() == 2)
    assert [words.child(at).text(1) for at in range(2)] == ['"one"', '"two"']


def test_a_changed_local_changes_the_answer(paused: ScriptsTab, qtbot: QtBot) -> None:
    panel = paused.view.debug
    total = panel.variables.findItems("total", Qt.MatchFlag.MatchRecursive)[0]
    panel.variables.setCurrentItem(total)
    QTest.keyClick(panel.variables, Qt.Key.Key_Return)
    panel.value_line.setText("50")
    QTest.keyClick(panel.value_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: variables(paused).get("total") == "50")

    QTest.keyClick(paused.presenter.current_editor(), Qt.Key.Key_F5)

    session = paused.debugging.debug.session
    assert session is not None
    qtbot.waitUntil(lambda: session.state == "ended")
    assert session.result(5).value == {"answer": 100, "first": "one"}


def test_steps_and_the_console(paused: ScriptsTab, qtbot: QtBot) -> None:
    QTest.keyClick(paused.presenter.current_editor(), Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: "line 9, step" in state(paused))
    qtbot.waitUntil(lambda: variables(paused).get("answer") == "12")

    panel = paused.view.debug
    panel.console_line.setText("answer + #words")
    QTest.keyClick(panel.console_line, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: panel.output.toPlainText().endswith("14"))


def test_three_steps_back_and_who_set_it(paused: ScriptsTab, qtbot: QtBot) -> None:
    editor = paused.presenter.current_editor()
    for _ in range(3):
        before = state(paused)
        QTest.keyClick(editor, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        qtbot.waitUntil(lambda before=before: state(paused) != before)
    assert "of the past" in state(paused)
    qtbot.waitUntil(lambda: variables(paused).get("total") in ("3", "1"))

    QTest.keyClick(
        editor, Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(lambda: "Paused" in state(paused) and variables(paused).get("total") == "6")

    tree = paused.view.debug.variables
    tree.setCurrentItem(tree.findItems("total", Qt.MatchFlag.MatchRecursive)[0])
    QTest.keyClick(tree, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: "line 6" in state(paused))


def test_values_stand_in_the_margin(paused: ScriptsTab, qtbot: QtBot) -> None:
    editor = paused.presenter.current_editor()
    assert editor is not None
    qtbot.waitUntil(lambda: "total = 6" in editor.line_values.get(6, ""))

    assert "×3" in editor.line_values[6]


def test_a_text_that_was_edited_since_says_so(paused: ScriptsTab, qtbot: QtBot) -> None:
    editor = paused.presenter.current_editor()
    assert editor is not None
    editor.replace_text("-- changed\n" + editor.text())
    QTest.keyClick(editor, Qt.Key.Key_F10)

    qtbot.waitUntil(lambda: "edited since" in paused.view.debug.note.text())


def test_closing_the_panel_ends_the_call(paused: ScriptsTab, qtbot: QtBot) -> None:
    session = paused.debugging.debug.session
    assert session is not None
    paused.view.debug.closed.emit()

    qtbot.waitUntil(lambda: session.state == "ended")
    assert paused.view.debug.isHidden()


def test_the_buttons_fit_the_state(paused: ScriptsTab, qtbot: QtBot) -> None:
    buttons = paused.view.debug.buttons
    assert buttons["resume"].isEnabled()
    assert not buttons["pause"].isEnabled()

    QTest.keyClick(paused.presenter.current_editor(), Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: state(paused) == "Ended")
    assert not buttons["resume"].isEnabled()
    assert buttons["restart"].isEnabled()


def test_condition_and_log_message(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    click_margin(sums, 6)
    panel = sums.view.debug
    qtbot.waitUntil(lambda: panel.breakpoints.count() == 1)
    panel.breakpoints.setCurrentRow(0)
    form = panel.form
    qtbot.waitUntil(form.isEnabled)
    form.fields["condition"].setText("index == 2")
    QTest.keyClick(form.fields["condition"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: site.engine.debugger.breakpoints()[0].condition == "index == 2")

    debug(sums, site)

    qtbot.waitUntil(lambda: "Paused at line 6" in state(sums))
    qtbot.waitUntil(lambda: variables(sums).get("index") == "2")


# The next real call, and calls that were made before


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
