"""The window answers at once whatever runs: keys switch in their moment, Esc and saving wait for no call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.services.operations import THREADS, Operations
from goop_console.tabs.calls.tab import CallsTab
from lua_engine import Engine, ErrorKind, Request

from .acting import ask, choose, choose_function

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def tab(open_tab: Callable[[], CallsTab], qtbot: QtBot) -> CallsTab:
    made = open_tab()
    choose_function(made, qtbot, "whoami", "who")
    return made


def test_the_key_of_a_setting_acts_in_its_moment(tab: CallsTab, site: Any, qtbot: QtBot) -> None:
    """Alt+D then Ctrl+Enter: what the button said at the key is what happens."""
    tab.activateWindow()
    choose(tab, "Anna")
    choose_function(tab, qtbot, "writes", "add")
    assert tab.view.dry.is_dry
    tab.view.dry.click()
    assert not tab.view.dry.is_dry
    tab.view.request.function.setFocus()
    QTest.keyClick(tab.view.request.function, Qt.Key.Key_D, ALT)
    assert tab.view.dry.is_dry, "at once, not 100 ms later"
    assert tab.view.run.text() == "Dry-run as Anna (viewer)"
    QTest.keyClick(tab.view.request.function, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: tab.view.result.outcome is not None)
    assert tab.view.result.outcome is not None
    assert tab.view.result.outcome.is_dry
    assert len(site.notes()) == 1


def fill_with_calls(engine: Engine, count: int) -> list[Any]:
    """Calls that run until they are told to end."""
    request = Request.call("whoami", {"action": "spin"})
    return [engine.calls.start(request, engine.owner, is_dry=number % 2 == 0) for number in range(count)]


def test_many_long_calls_keep_nobody_from_working(tab: CallsTab, site: Any, qtbot: QtBot) -> None:
    """More calls than there are threads for short work: another is made, and ended, beside them."""
    handles = fill_with_calls(site.engine, 2 * THREADS)
    try:
        choose(tab, "Maya")
        assert ask(tab, qtbot, "who").result.ok
        tab.view.request.action.setEditText("spin")
        tab.presenter.run()
        assert tab.view.run.text().startswith("Cancel")
        tab.presenter.cancel()
        assert not any(handle.is_done for handle in handles), "it waits for nobody"
        assert tab.view.hint.text().startswith("Cancelling")
        outcome = tab.view.result.outcome
        qtbot.waitUntil(lambda: tab.view.result.outcome is not outcome, timeout=30_000)
        assert tab.view.result.outcome is not None
        assert tab.view.result.outcome.result.error is not None
        assert tab.view.result.outcome.result.error.kind is ErrorKind.CANCELLED
    finally:
        for handle in handles:
            handle.cancel()
    assert all(handle.result(60).error is not None for handle in handles)


def test_short_work_has_its_threads_for_itself(site: Any, qtbot: QtBot, tab: CallsTab) -> None:
    operations = Operations()
    done: list[str] = []
    handles = fill_with_calls(site.engine, 2 * THREADS)
    try:
        for handle in handles:
            operations.follow(handle, lambda result: result, owner=tab, done=lambda _: done.append("call"))
        operations.run(lambda: None, owner=tab, done=lambda _: done.append("saved"))
        qtbot.waitUntil(lambda: bool(done), timeout=30_000)
        assert done == ["saved"], "no call ended before"
    finally:
        for handle in handles:
            handle.cancel()
    qtbot.waitUntil(lambda: len(done) == 1 + len(handles), timeout=60_000)
    operations.close()


def test_tab_completes_what_is_typed(tab: CallsTab, qtbot: QtBot) -> None:
    combo = tab.view.request.function
    combo.setFocus()
    line = combo.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, "hoam")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert combo.currentText() == "whoami"


def test_a_script_that_there_is_not_is_offered_to_be_made(tab: CallsTab, site: Any, qtbot: QtBot) -> None:
    tab.view.request.set_kind("chat")
    tab.view.request.chat.setText("!nosuch")
    tab.presenter.run()
    qtbot.waitUntil(lambda: tab.view.result.outcome is not None)
    location = tab.view.result.error.location
    assert location.text() == "Make nosuch.lua…"
    location.click()
    assert site.navigated[-1] == (("scripts",), {"name": "nosuch", "kind": "command", "new": True})


def test_a_broken_script_says_why_it_is_not_there(
    open_tab: Callable[[], CallsTab], site: Any, qtbot: QtBot
) -> None:
    site.engine.scripts.create("broken", "function", "function call()\n  return }\nend")
    tab = open_tab()
    choose(tab, "Maya")
    tab.view.request.set_function("broken")
    tab.presenter.run()
    qtbot.waitUntil(lambda: tab.view.result.outcome is not None)
    assert tab.view.result.error.location.text() == "Open broken.lua:2"
    assert tab.view.result.error.message.text().startswith("broken does not compile: broken.lua:2:")


def test_what_is_shown_says_when_it_is_not_of_the_form(tab: CallsTab, qtbot: QtBot) -> None:
    choose(tab, "Maya")
    first = ask(tab, qtbot, "who")
    result = tab.view.result
    assert result.earlier.isHidden()
    choose(tab, "Anna")
    assert not result.earlier.isHidden(), "another caller stands in the form"
    choose(tab, "Maya")
    assert result.earlier.isHidden()
    choose_function(tab, qtbot, "writes", "deny")
    assert not result.earlier.isHidden()
    second = ask(tab, qtbot, "deny")
    assert result.outcome is second
    assert result.earlier.isHidden()
    recent = tab.view.recent
    index = recent.model.index(1, 0)
    place = recent.table.visualRect(index).center()
    qtbot.mouseClick(recent.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert result.outcome is first, "a click shows"
    assert not result.earlier.isHidden()
    assert tab.view.request.action.currentText() == "deny", "the form is left alone"


def test_warnings_of_a_call_are_shown(tab: CallsTab, site: Any, qtbot: QtBot) -> None:
    choose(tab, "Maya")
    choose_function(tab, qtbot, "writes", "fill")
    ask(tab, qtbot, "fill", '{"count": 1200}')
    assert "more than 1,000 SQL statements" in tab.view.result.remarks.text()
