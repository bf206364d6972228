"""The Call Tester through its real widgets, over real Lua."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.console.calls.acting import CTRL, OpenTab, ask, choose, choose_function, copy_as, run


def test_functions_actions_and_descriptions_are_offered(open_tab: OpenTab) -> None:
    tab = open_tab()
    form = tab.view.request
    assert form.function.currentText() == "whoami"
    assert form.about.text() == "Says who calls"
    assert {form.action.itemText(row) for row in range(form.action.count())} >= {"who", "mine", "sql"}


def test_a_long_description_of_a_function_is_one_line_and_a_tip(open_tab: OpenTab) -> None:
    form = open_tab().view.request
    line = form.sizeHint()
    form.set_about("very " * 8000)
    form.set_chat_about("<i>long</i> " * 400)
    assert form.sizeHint() == line
    assert form.about.text() == "very " * 8000
    assert "&lt;i&gt;long" in form.chat_about.toolTip()


def test_a_first_start_is_the_owner_and_says_so(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    assert tab.view.run.text() == "Run as Maya (owner)"
    value = ask(tab, qtbot, "who").result.value
    assert (value["id"], value["label"], value["role"], value["is_self"]) == (
        site.engine.owner.id,
        "Maya",
        "owner",
        True,
    )


@pytest.mark.parametrize("is_dry", [True, False])
@pytest.mark.parametrize(
    ("name", "label", "email", "role"),
    [
        ("Maya", "Maya", "maya@example.org", "owner"),
        ("Anna", "Anna", "anna@example.org", "viewer"),
        ("Bob", "Bob", "bob@example.org", "stranger"),
    ],
)
def test_what_the_script_sees_is_what_the_chip_says(
    open_tab: OpenTab, qtbot: QtBot, name: str, label: str, email: str, role: str, is_dry: bool
) -> None:
    tab = open_tab()
    is_owner = role == "owner"
    choose(tab, name)
    verb = "Run as" if is_owner else "Dry-run as"
    assert tab.view.run.text() == f"{verb} {label} ({role})"
    tab.view.dry.setChecked(is_dry)
    outcome = ask(tab, qtbot, "who")
    value = outcome.result.value
    caller = tab.view.caller.current
    assert caller is not None
    assert outcome.is_dry is is_dry
    assert value["is_self"] is is_owner
    assert (value["id"], value["label"], value["email"]) == (caller.id, label, email)
    assert (value["role"], value["member"]) == ("" if role == "stranger" else role, role != "stranger")
    assert outcome.call.caller == caller
    mine = ask(tab, qtbot, "mine")
    assert mine.result.ok is (role == "owner")


def test_a_new_stranger_is_nobody_the_site_knows(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    tab.view.caller.popup.stranger.click()
    assert tab.view.run.text() == "Dry-run as Stranger 1 (stranger)"
    value = ask(tab, qtbot, "who").result.value
    caller = tab.view.caller.current
    assert caller is not None
    assert (value["id"], value["label"], value["role"], value["member"]) == (
        caller.id,
        "Stranger 1",
        "",
        False,
    )
    assert caller.id not in {peer.id for peer in site.engine.peers.all()}
    assert ask(tab, qtbot, "mine").result.error is not None


def test_no_caller_no_call(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    tab.open_target(function="whoami", params={"action": "who"}, caller_id="12D3KooWNobody")
    assert tab.view.caller.current is None
    assert not tab.view.run.isEnabled()
    tab.view.request.params.editor.setFocus()
    qtbot.keyClick(tab.view.request.params.editor, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.result.outcome is None
    assert "no call without one" in tab.view.hint.text()


def test_a_caller_that_vanishes_is_not_replaced_by_another(
    site: Any, open_tab: OpenTab, qtbot: QtBot
) -> None:
    tab = open_tab()
    choose(tab, "Bob")
    bob = tab.view.caller.current
    assert bob is not None
    site.engine.peers.remove_test_peer(bob.id)
    tab.refresh()
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.caller.current is None
    assert not tab.view.run.isEnabled()


def test_params_are_checked_as_one_types(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    editor = tab.view.request.params
    editor.editor.setFocus()
    qtbot.keyClicks(editor.editor, '{"a": 1')
    qtbot.waitUntil(lambda: editor.error is not None)
    assert "Line 1, column 8" in editor.verdict
    assert not tab.view.run.isEnabled()
    qtbot.keyClicks(editor.editor, "}")
    qtbot.waitUntil(lambda: editor.error is None)
    assert tab.view.run.isEnabled()
    assert run(tab, qtbot).result.value["params"] == {"action": "who", "a": 1}


def test_an_error_leads_to_its_line(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    outcome = ask(tab, qtbot, "fail")
    assert outcome.result.error is not None
    panel = tab.view.result.error
    assert panel.isVisible()
    assert "no such thing" in panel.message.text()
    panel.location.click()
    assert site.navigated[-1] == (("scripts",), {"name": "whoami", "kind": "function", "line": 14})


def test_logs_and_statements_of_the_call_stand_on_its_page(
    site: Any, open_tab: OpenTab, qtbot: QtBot
) -> None:
    tab = open_tab()
    ask(tab, qtbot, "who")
    assert tab.view.result.trace.logs.index(0, 2).data() == "asked"
    outcome = ask(tab, qtbot, "sql")
    assert outcome.result.value == [{"_id": 1, "text": "first"}]
    assert tab.view.result.trace.statements.rowCount() >= 1
    assert "?1 = 3" in tab.view.result.trace.sql_text.toPlainText()
    assert tab.view.result.timing.words
    tab.view.result.call_id.click()
    assert site.navigated[-1] == (("logs",), {"call_id": outcome.result.call_id})


@pytest.mark.parametrize("is_dry", [True, False])
def test_escape_cancels_a_call_that_does_not_end(open_tab: OpenTab, qtbot: QtBot, is_dry: bool) -> None:
    tab = open_tab()
    tab.view.request.set_action("spin")
    tab.view.request.params.check()
    tab.view.dry.setChecked(is_dry)
    tab.view.request.params.editor.setFocus()
    qtbot.keyClick(tab.view.request.params.editor, Qt.Key.Key_Return, CTRL)
    assert tab.view.run.text().startswith("Cancel")
    qtbot.keyClick(tab.view.request.params.editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(tab.is_settled)
    outcome = tab.view.result.outcome
    assert outcome is not None
    assert outcome.result.error is not None
    assert outcome.result.error.kind == "cancelled"
    assert tab.view.run.text() == f"{'Dry-run' if is_dry else 'Run'} as Maya (owner)"


def test_a_chat_line_is_sent_and_remembered(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    choose(tab, "Anna")
    tab.view.request.set_kind("chat")
    line = tab.view.request.chat
    for text in ("!hello Alice", "!nobody"):
        line.setText(text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(tab.is_settled)
    assert tab.view.result.reply.toPlainText() == "Unknown command: nobody"
    for key, shown in (
        (Qt.Key.Key_Up, "!nobody"),
        (Qt.Key.Key_Up, "!hello Alice"),
        (Qt.Key.Key_Up, "!hello Alice"),
        (Qt.Key.Key_Down, "!nobody"),
    ):
        if line.text() == "!nobody" and key == Qt.Key.Key_Up and shown == "!nobody":
            line.clear()
        qtbot.keyClick(line, key)
        assert line.text() == shown
    line.setText("!hello Alice")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.result.reply.toPlainText() == "Hello, Alice!"


def test_an_event_runs_as_the_owner_whoever_is_chosen(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    choose(tab, "Anna")
    tab.view.request.set_kind("event")
    assert tab.view.run.text() == "Raise as Maya (owner)"
    assert tab.view.caller.text().startswith("Maya  ·  owner")
    assert not tab.view.caller.isEnabled()
    tab.view.request.argument.setText("g9")
    qtbot.keyClick(tab.view.request.argument, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.is_settled)
    outcome = tab.view.result.outcome
    assert outcome is not None
    assert outcome.call.caller.role == "owner"
    assert outcome.result.logs[0].message == "closed g9"
    tab.view.request.set_kind("call")
    assert tab.view.run.text() == "Dry-run as Anna (viewer)"
    assert tab.view.caller.text().startswith("Anna  ·  viewer")


def test_enter_opens_an_earlier_call_and_fills_the_form(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    choose(tab, "Anna")
    first = ask(tab, qtbot, "who", '{"n": 1}')
    choose(tab, "Maya")
    ask(tab, qtbot, "nothing")
    history = tab.view.recent
    assert [history.model.index(row, 1).data() for row in range(2)] == ["Maya (owner)", "Anna (viewer)"]
    history.table.selectRow(1)
    qtbot.keyClick(history.table, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.result.outcome == first
    assert tab.view.run.text() == "Dry-run as Anna (viewer)"
    assert (tab.view.request.action.currentText(), tab.view.request.params.text()) == ("who", '{"n": 1}')
    history.again.click()
    qtbot.waitUntil(lambda: history.model.rowCount() == 3)
    again = history.model.record(0)
    assert (again.call, again.result.value) == (first.call, first.result.value)


def test_a_call_is_copied_for_a_page(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.view.request.set_action("who")
    tab.view.request.params.set_text('{"n": 1}')
    copy_as(tab, "As Goop.data.call(…)")
    assert QGuiApplication.clipboard().text() == 'await Goop.data.call("whoami", {"action": "who", "n": 1});'


def test_form_and_caller_come_back(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    choose(tab, "Anna")
    tab.view.request.set_action("sql")
    tab.view.request.params.set_text('{"x": 2}')
    state = json.loads(json.dumps(tab.save_state()))
    again = open_tab()
    again.restore_state(state)
    qtbot.waitUntil(again.is_settled)
    assert again.view.run.text() == "Dry-run as Anna (viewer)"
    assert (again.view.request.action.currentText(), again.view.request.params.text()) == ("sql", '{"x": 2}')
    restored = again.save_state()
    sizes, wanted = restored.pop("sizes"), state.pop("sizes")
    assert restored == state
    for name, pixels in wanted.items():
        assert sizes[name] == pytest.approx(pixels, abs=4), (
            "Qt gives a splitter's rest to one side or the other"
        )


def test_a_restored_caller_who_is_gone_is_not_replaced(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    gone = {"id": "12D3KooWGone", "name": "Gone", "role": "viewer", "email": "", "source": "known visitor"}
    tab.restore_state({"caller": gone})
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.caller.current is None
    assert tab.view.caller.text().startswith("Unknown caller: Gone")


@pytest.mark.parametrize(
    "state", [{}, {"kind": "x", "caller": 5, "lines": 3, "sizes": {"left": "x"}, "params": None}]
)
def test_a_state_that_does_not_fit_does_no_harm(
    open_tab: OpenTab, qtbot: QtBot, state: dict[str, Any]
) -> None:
    tab = open_tab()
    tab.restore_state(state)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.run.isEnabled() or tab.view.request.params.error is not None


def test_everything_that_takes_the_keyboard_has_a_name(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    ask(tab, qtbot, "fail")
    focusable = [
        widget
        for widget in tab.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.isHidden()
    ]
    nameless = [widget for widget in focusable if not (widget.accessibleName() or _said(widget))]
    assert focusable
    assert not nameless


def _said(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) and not isinstance(widget, QLineEdit) else ""


def test_a_call_of_an_earlier_session_is_shown_again(open_tab: OpenTab, qtbot: QtBot) -> None:
    earlier = open_tab()
    choose(earlier, "Anna")
    choose_function(earlier, qtbot, "writes", "deny")
    call_id = run(earlier, qtbot).result.call_id
    tab = open_tab()
    tab.open_target(call_id=call_id)
    qtbot.waitUntil(tab.is_settled)
    outcome = tab.view.result.outcome
    assert outcome is not None
    assert (outcome.result.call_id, outcome.is_dry, outcome.result.value) == (
        call_id,
        True,
        {"error": "not today"},
    )
    assert outcome.call.caller.title == "Anna (viewer)"
    assert (tab.view.request.function.currentText(), tab.view.request.action.currentText()) == (
        "writes",
        "deny",
    )


def test_a_call_that_is_nowhere_fills_the_form(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    tab.open_target(call_id="gone", function="writes", params={"action": "deny"}, caller_id="nobody")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.result.outcome is None
    assert tab.view.request.function.currentText() == "writes"
