"""The debugger in the tab: breakpoints by click and key, stops, variables, margin values, going back."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Peer, Request
from tests.console.scripts.conftest import ScriptSite
from tests.console.scripts.debugging.conftest import SUMS, click_margin, debug, state, variables


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
    assert session.result(60).value == {"answer": 100, "first": "one"}
    words = 'The call ended: answered {"answer": 100, "first": "one"}'
    qtbot.waitUntil(lambda: panel.note.text() == words)


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


def test_a_script_that_was_edited_since_is_shown_as_it_runs(paused: ScriptsTab, qtbot: QtBot) -> None:
    editor, pane = paused.presenter.current_editor(), paused.view.pane
    assert editor is not None
    edited = "-- changed\n" + editor.text()
    editor.replace_text(edited)
    QTest.keyClick(editor, Qt.Key.Key_F10)

    qtbot.waitUntil(lambda: "This is the text that runs" in paused.view.debug.note.text())
    shown = pane.current
    assert shown is not None
    assert shown is not editor
    assert (shown.text(), shown.isReadOnly()) == (SUMS, True)
    assert shown.place()[0] == 9
    qtbot.waitUntil(lambda: shown.line_values.get(8) == "answer = 12")
    assert editor.text() == edited
    assert editor.line_values == {}

    paused.debugging.debug.command("resume")
    qtbot.waitUntil(lambda: state(paused) == "Ended")
    qtbot.waitUntil(lambda: pane.current is editor)
    qtbot.waitUntil(lambda: "The call ended" in paused.view.debug.note.text())
    assert editor.line_values == {}, "the lines are others now"


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
    qtbot.waitUntil(lambda: not form.isHidden())
    form.fields["condition"].setText("index == 2")
    QTest.keyClick(form.fields["condition"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: site.engine.debugger.breakpoints()[0].condition == "index == 2")

    debug(sums, site)

    qtbot.waitUntil(lambda: "Paused at line 6" in state(sums))
    qtbot.waitUntil(lambda: variables(sums).get("index") == "2")
