"""The page of one call: error with its source, sections and their counts, limits; and the tab's pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.model.prepared_call import PreparedCall, SourceLine
from goop_console.tabs.calls.model.running import source_excerpt, start_call
from goop_console.tabs.calls.model.words import outcome_sign, outcome_words, rate_words
from goop_console.tabs.calls.tab import CallsTab
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.colors import DARK
from lua_engine import Origin, RateState, Request
from tests.console.calls.acting import ALT, OpenTab, ask, choose, choose_function, run
from tests.helpers.themes import use_theme


@pytest.fixture
def tab(open_tab: OpenTab, qtbot: QtBot) -> CallsTab:
    made = open_tab()
    choose_function(made, qtbot, "writes", "add")
    return made


def test_an_error_shows_the_source_around_its_line(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    outcome = ask(tab, qtbot, "broken")
    error = outcome.result.error
    assert error is not None
    assert [line.number for line in outcome.excerpt] == list(range(error.line - 3, error.line + 4))
    panel = tab.view.result.error
    assert panel.excerpt.isVisible()
    assert panel.excerpt.toPlainText().split("\n")[3].strip() == "return nothing.field"
    (mark,) = panel.excerpt.extraSelections()
    assert mark.cursor.block().text().strip() == "return nothing.field"
    assert f"line {error.line} failed" in panel.excerpt.accessibleName()
    qtbot.keyClick(panel.excerpt, Qt.Key.Key_Return)
    qtbot.mouseClick(panel.excerpt.viewport(), Qt.MouseButton.LeftButton)
    assert site.navigated == 2 * [(("scripts",), {"name": "writes", "kind": "function", "line": error.line})]
    use_theme(DARK)


def test_a_source_that_is_not_the_one_that_ran_is_not_shown(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    error = ask(tab, qtbot, "broken").result.error
    assert error is not None
    assert source_excerpt(site.engine, error)[3] == SourceLine(error.line, "    return nothing.field")
    (site.folder / "site/lua/functions/writes.lua").write_text("function call(")
    site.engine.scripts.reload()
    assert source_excerpt(site.engine, error) == ()
    assert source_excerpt(site.engine, replace(error, line=10_000)) == ()
    assert source_excerpt(site.engine, replace(error, script="gone")) == ()


def test_who_refused_is_said(tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    refused = ask(tab, qtbot, "wipe")
    assert (outcome_sign(refused.result), outcome_words(refused.result)) == ("⊘", "refused: owner only")
    denied = ask(tab, qtbot, "deny")
    assert (outcome_sign(denied.result), outcome_words(denied.result)) == ("⚠", "invalid input")
    assert not tab.view.result.error.isVisible()


def test_empty_sections_say_so_quietly(tab: CallsTab, qtbot: QtBot) -> None:
    choose_function(tab, qtbot, "whoami", "nothing")
    run(tab, qtbot)
    trace = tab.view.result.trace
    assert [trace.tabText(place) for place in range(5)] == [
        "Changes (0)",
        "Effects (0)",
        "Logs (0)",
        "SQL (0)",
        "Request",
    ]
    assert [trace.widget(place).text for place in range(4)] == [
        "No row was added, changed or removed.",
        "The call had no effects outside the tables.",
        "The script logged nothing.",
        "The script ran no SQL.",
    ]


def test_time_memory_and_rate_stand_against_their_limits(tab: CallsTab, qtbot: QtBot) -> None:
    ask(tab, qtbot, "deny")
    facts = tab.view.result.facts
    assert "of 10.0 MB" in facts
    assert "0 of 5 calls a minute used, this one not counted" in facts
    assert rate_words(RateState(3, 0, 3, 0, True)) == "no rate limit"
    assert rate_words(None) == ""


def test_who_and_how_stand_in_every_row_and_result(tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    ask(tab, qtbot, "deny")
    recent = tab.view.recent.model
    assert [recent.index(0, column).data() for column in range(3)] == [
        "writes · deny",
        "Anna (viewer)",
        "⚠ invalid input · dry run",
    ]
    assert "as Anna (viewer), dry run: invalid input" in recent.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "run       dry run" in tab.view.result.trace.request_text.toPlainText()


def test_a_call_that_cannot_be_kept_is_shown_all_the_same(
    site: Any, tab: CallsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.engine.history.close()
    outcome = ask(tab, qtbot, "deny")
    assert outcome.note == "This call is not in the history: the history is closed"
    assert tab.view.hint.text() == outcome.note


@pytest.mark.parametrize(
    "request_",
    [
        PreparedCall(
            Request.call("whoami", {"action": "who", "n": 1}),
            CallerChoice("p", "P", "stranger"),
            is_dry=True,
            typed=("who", '{\n  "n": 1\n}'),
        ),
        PreparedCall(Request.chat("!nobody here"), CallerChoice("p", "P", "stranger"), is_dry=True),
        PreparedCall(Request.event("on_group_close", "g9"), CallerChoice("p", "P", "stranger"), is_dry=True),
    ],
)
def test_a_request_is_found_again_in_its_result(site: Any, request_: PreparedCall) -> None:
    result = start_call(site.engine, request_).result(60)
    again = PreparedCall(result.request, request_.caller, is_dry=result.is_dry)
    assert again.asks_the_same(request_)
    assert again.params == request_.params
    assert result.origin is Origin.WINDOW


def test_the_pages_of_the_tab_are_a_key_away(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    tab.activateWindow()
    ids = list(tab.pages.buttons)
    assert ids[0] == "call"
    for place, page_id in enumerate(ids, 1):
        tab.pages.setFocus()
        qtbot.keyClick(tab.pages, Qt.Key(Qt.Key.Key_0.value + place), ALT)
        assert tab.pages.current == page_id
        assert tab.pages.buttons[page_id].isChecked()
        qtbot.waitUntil(tab.is_settled)
    state = tab.save_state()
    assert state["page"] == ids[-1]
    tab.open_target(function="whoami")
    assert tab.pages.current == "call"
    again = open_tab()
    again.restore_state(state)
    assert again.pages.current == ids[-1]
    qtbot.waitUntil(again.is_settled)


def test_the_other_pages_see_the_call_page(tab: CallsTab, qtbot: QtBot) -> None:
    tester = tab.presenter
    assert [one.name for one in tester.callers()] == ["Maya", "Anna", "Bob"]
    request = tester.current_call()
    assert request is not None
    assert (request.caller.name, request.request.target, request.request.action) == ("Maya", "writes", "add")
    tab.view.request.params.set_text("{")
    assert tester.current_call() is None
    tester.open_call(
        PreparedCall(Request.call("writes", {"action": "deny"}), tester.callers()[1], is_dry=True)
    )
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.run.text() == "Dry-run as Anna (viewer)"
    with qtbot.waitSignal(tester.callers_changed):
        tab.view.caller.popup.stranger.click()
    assert len(tester.callers()) == 4


def test_everything_in_view_has_a_name(tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Anna")
    ask(tab, qtbot, "broken")
    ask(tab, qtbot, "add", '{"text": "x"}')
    shown = [
        one
        for one in tab.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()
    ]
    nameless = [one for one in shown if not one.accessibleName() and not getattr(one, "text", str)()]
    assert not nameless


def test_one_endless_word_does_not_stretch_the_window(open_tab: OpenTab, qtbot: QtBot, site: Any) -> None:
    (site.folder / "site/lua/functions/endless.lua").write_text("function call() error(('x'):rep(2000)) end")
    site.engine.scripts.reload()
    tab = open_tab()
    wide = tab.minimumSizeHint().width()
    choose_function(tab, qtbot, "endless")
    assert run(tab, qtbot).result.error is not None
    assert tab.minimumSizeHint().width() <= wide + 100
