"""History: a call is opened again, made again, and compared with another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.history.comparing import compare_records
from goop_console.tabs.calls.history.page import HistoryPage
from goop_console.tabs.calls.model.entry_words import left_out
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.model.running import keep_outcome, start_call
from goop_console.tabs.calls.tab import CallsTab
from goop_console.tabs.tab import TabContext
from goop_console.widgets.side_by_side import MAX_LINES
from lua_engine import Caller, CallResult, KnownError, Request, StoreError

from .conftest import ANNA, BEN, FAILS, PageSite, Show

DISPLAY = Qt.ItemDataRole.DisplayRole
HELLO = """--- Greets
function handle(args) return "Hello " .. args end
"""
LISTENS = """--- Is told of closed groups
function on_group_close(id) goop.log.info("closed " .. id) end
"""
LARGE = """--- Answers with much
function call(request) return { text = ("x"):rep(request.params.size) } end
"""
FOREVER = """--- Does not end by itself
function call(request) while true do end end
"""
COUNTS = """--- Two statements whose values are the caller's
function call(request)
  local rows = goop.db.query("SELECT ? AS n, ? AS m", request.params.n, request.params.m)
  return { rows = rows, always = "here" }
end
"""


def settle(qtbot: QtBot, page: HistoryPage) -> None:
    qtbot.waitUntil(page.is_settled)


def ctrl(qtbot: QtBot, page: HistoryPage, key: Qt.Key) -> None:
    qtbot.keyClick(page.view.table, key, Qt.KeyboardModifier.ControlModifier)


def chat(site: PageSite, text: str, caller: str = "Ben") -> None:
    site.calls.request = PreparedCall(Request.chat(text), site.calls.who(caller))
    site.calls.run()


def run(site: PageSite, function: str, action: str = "", caller: str = "Maya", **more: Any) -> None:
    site.calls.ask(function, action, caller, **more)
    site.calls.run()


def opened(qtbot: QtBot, site: PageSite, page: HistoryPage, row: int = 0) -> Any:
    """The outcome that the call page was given for the call in ``row``."""
    page.view.table.selectRow(row)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    return site.calls.shown[-1]


# opened again


def test_enter_opens_a_call_with_its_request_and_everything_that_came_of_it(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    run(todo, "todo", "add", "Anna", list_id=1, text="Buy milk")
    outcome = opened(qtbot, todo, show(HistoryPage))
    call = outcome.call
    asked = Request.call("todo", {"action": "add", "list_id": 1, "text": "Buy milk"})
    assert call.request == outcome.result.request == asked
    assert call.params == ("add", '{\n  "list_id": 1,\n  "text": "Buy milk"\n}')
    assert (call.caller.id, call.caller.title, call.is_dry) == (ANNA, "Anna (coauthor)", True)
    assert outcome.result.sql
    assert outcome.diff.table("tasks").added
    assert todo.engine.history.count == 1, "to open is not to run"


def test_chat_opens_as_chat_and_an_event_as_an_event(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    site.engine.scripts.create("hello", "command", HELLO)
    site.script("listens", LISTENS)
    chat(site, "!hello dear all")
    chat(site, "good morning")
    site.calls.request = PreparedCall(
        Request.event("on_group_close", "group-9"), site.calls.who("Maya"), is_dry=True
    )
    site.calls.run()
    page = show(HistoryPage)
    event, talk, command = (opened(qtbot, site, page, row).call for row in range(3))
    assert (command.request, command.caller.name) == (Request.chat("!hello dear all"), "Ben")
    assert talk.request == Request.chat("good morning")
    assert (event.request, event.is_dry) == (Request.event("on_group_close", "group-9"), True)


def test_an_error_opens_with_its_lines_of_source(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    site.script("fails", FAILS)
    run(site, "fails")
    outcome = opened(qtbot, site, show(HistoryPage))
    assert outcome.result.error.line == 2
    assert "nothing.value" in outcome.excerpt[outcome.result.error.line - 1].text


def test_a_double_click_and_the_button_open_too(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    run(todo, "todo", "lists")
    page = show(HistoryPage)
    assert not page.view.open.isEnabled()
    page.view.opened.emit()
    assert page.view.words.text() == "Choose one call in the list first."
    page.focus_main()
    assert page.view.table.rows() == [0], "the newest is chosen for who comes by keyboard"
    page.view.open.click()
    settle(qtbot, page)
    page.view.table.doubleClicked.emit(page.view.model.index(0, 3))
    settle(qtbot, page)
    assert len(todo.calls.shown) == 2


def test_what_is_chosen_is_opened_not_where_the_keyboard_is(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    run(todo, "todo", "lists", "Ben")
    run(todo, "todo", "lists", "Anna", is_dry=False)
    page = show(HistoryPage)
    table = page.view.table
    table.selectRow(1)
    for _ in range(2):  # chosen, and let go again: the keyboard stays there
        qtbot.mouseClick(
            table.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.ControlModifier,
            table.visualRect(page.view.model.index(0, 0)).center(),
        )
    assert (table.rows(), table.currentIndex().row()) == ([1], 0)
    assert page.view.again.text() == "Run again (dry)"
    page.view.again.click()
    settle(qtbot, page)
    made = todo.calls.shown[0]
    assert (made.call.caller.name, made.is_dry) == ("Ben", True)


def test_a_call_that_was_too_large_says_so_where_it_is_opened(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    site.script("large", LARGE)
    run(site, "large", size=400_000)
    page = show(HistoryPage)
    outcome = opened(qtbot, site, page)
    assert outcome.value_dropped
    assert outcome.note.startswith("too large to be kept: value (")
    assert outcome.result.request.argument == {"size": 400_000}
    page.view.again.click()
    settle(qtbot, page)
    assert len(site.calls.shown[-1].result.value["text"]) == 400_000, (
        "the params are there: it can be made again"
    )


def test_a_call_that_is_gone_is_said(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    run(todo, "todo", "lists")
    page = show(HistoryPage)
    todo.engine.history.clear()
    page.view.table.selectRow(0)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert "no longer in the history" in page.view.error.text()
    assert not todo.calls.shown
    page.refresh()
    settle(qtbot, page)
    assert page.view.empty.isVisible()


def test_on_the_real_tab_enter_leads_to_the_filled_form(
    qtbot: QtBot, todo: PageSite, context: TabContext
) -> None:
    todo.engine.scripts.create("hello", "command", HELLO)
    chat(todo, "!hello dear all", "Anna")
    tab = CallsTab(context)
    qtbot.addWidget(tab)
    tab.resize(1200, 760)
    tab.show()
    page = tab.pages.show_page("history")
    assert isinstance(page, HistoryPage)
    qtbot.waitUntil(tab.is_settled)
    page.focus_main()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.pages.current == "call")
    qtbot.waitUntil(tab.is_settled)
    form = tab.view.request
    assert (form.kind, form.chat.text(), tab.presenter.form.caller().name) == (
        "chat",
        "!hello dear all",
        "Anna",
    )
    tab.view.run.click()
    qtbot.waitUntil(tab.is_settled)
    qtbot.waitUntil(lambda: page.view.model.rowCount() == 2)


# made again


def test_run_again_says_whether_it_is_dry_and_is_kept(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    run(todo, "todo", "add", "Anna", is_dry=False, list_id=1, text="Buy milk")
    page = show(HistoryPage)
    assert not page.view.again.isEnabled()
    page.view.table.selectRow(0)
    assert page.view.again.text() == page.view.again.accessibleName() == "Run again for real"
    before = len(todo.engine.tables.page("tasks").rows)
    ctrl(qtbot, page, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert len(todo.engine.tables.page("tasks").rows) == before + 1
    assert page.view.model.rowCount() == 2
    assert page.view.table.rows() == [1], "the selection stays"
    assert todo.calls.shown[0].call.caller.title == "Anna (coauthor)"


def test_debug_again_hands_the_call_to_the_debugger(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    run(todo, "todo", "add", "Anna", is_dry=False, list_id=1, text="Buy milk")
    page = show(HistoryPage)
    assert not page.view.debug.isEnabled()
    page.view.table.selectRow(0)
    page.view.debug.click()
    wanted = ("scripts", {"debug_call": page.view.model.entry(0).call_id})
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return, keys)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Home)  # or Qt believes that Shift is still down
    assert todo.links == [wanted, wanted]


def test_run_again_is_cancelled_with_escape(qtbot: QtBot, site: PageSite, show: Show[HistoryPage]) -> None:
    site.script("forever", 'function call(request) return "soon" end')
    run(site, "forever")
    site.script("forever", FOREVER)
    page = show(HistoryPage)
    page.view.table.selectRow(0)
    page.view.again.click()
    qtbot.waitUntil(lambda: page.view.again.text() == "Cancel")
    assert page.view.words.text() == "Running forever as Maya (owner)…"
    qtbot.keyClick(page.view.table, Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert site.calls.shown[0].result.error.message == "the call was cancelled"
    assert page.view.again.text() == "Run again (dry)"
    assert page.view.model.index(0, 5).data(DISPLAY) == "the call was cancelled"


def test_nobody_is_not_somebody_else(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    run(todo, "todo", "lists", "Anna")
    (group,) = todo.engine.groups.list()
    todo.engine.groups.remove(group.id, ANNA)
    todo.engine.peers.remove_test_peer(ANNA)
    assert all(one.id != ANNA for one in todo.calls.callers())
    page = show(HistoryPage)
    page.view.table.selectRow(0)
    page.view.again.click()
    settle(qtbot, page)
    assert page.view.error.text().startswith("Anna is no longer known: the call was not made again")
    assert todo.engine.history.count == 1
    assert opened(qtbot, todo, page).call.caller.title == "Anna (coauthor)"
    assert page.view.error.isHidden(), "that was about the other try"


def test_a_call_that_cannot_be_made_is_said_and_stays_said(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(todo, "todo", "lists", "Anna")
    page = show(HistoryPage)

    def no_room(*_: Any, **__: Any) -> Any:
        raise StoreError("no room for a copy of data.db")

    monkeypatch.setattr(todo.engine._rehearsals, "run", no_room)
    page.view.table.selectRow(0)
    page.view.again.click()
    settle(qtbot, page)
    assert page.view.error.text() == "The call could not be made: no room for a copy of data.db"
    assert page.view.again.isEnabled()


# compared


def test_two_calls_are_compared_by_key(qtbot: QtBot, site: PageSite, show: Show[HistoryPage]) -> None:
    site.script("counts", COUNTS)
    run(site, "counts", n=1, m="a")
    run(site, "counts", caller="Anna", n=2, m="a")
    page = show(HistoryPage)
    assert not page.view.compare_button.isEnabled()
    ctrl(qtbot, page, Qt.Key.Key_D)
    assert page.view.words.text() == "Choose two calls in the list first."
    page.view.table.choose([0, 1])
    assert page.view.compare_button.isEnabled()
    assert not page.view.open.isEnabled()
    ctrl(qtbot, page, Qt.Key.Key_D)
    settle(qtbot, page)
    view = page.view.compare
    assert view.isVisible()
    facts = {view.model.record(row).name: view.model.record(row) for row in range(view.model.rowCount())}
    assert (facts["Caller"].left, facts["Caller"].right) == ("Maya (owner)", "Anna (stranger)"), (
        "the earlier one is on the left"
    )
    assert facts["Call"].is_same
    assert (facts["Params"].left, facts["Params"].right) == ('{"n": 1, "m": "a"}', '{"n": 2, "m": "a"}')
    assert facts["Time"].difference[0] in "+−"
    assert [view.tabs.tabText(place) for place in range(3)] == ["Value (1)", "SQL (1)", "Data changes (same)"]
    assert '"n": 1' in view.sides[0].left.toPlainText()
    assert '"n": 2' in view.sides[0].right.toPlainText()
    assert "?1 = 2" in view.sides[1].right.toPlainText()
    assert view.summary.text() == "value: 1 line; SQL: 1 line differ"
    page.focus_main()
    assert view.isVisible(), "coming by again does not close it"
    qtbot.keyClick(view.facts, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert page.view.table.rows() == [0, 1]


def test_different_functions_and_an_error_are_compared(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    todo.script("fails", FAILS)
    run(todo, "todo", "add", "Anna", list_id=1, text="Buy milk")
    run(todo, "fails")
    page = show(HistoryPage)
    page.view.table.choose([0, 1])
    page.view.compare_button.click()
    settle(qtbot, page)
    view = page.view.compare
    facts = {view.model.record(row).name: view.model.record(row) for row in range(view.model.rowCount())}
    assert (facts["Call"].left, facts["Call"].right) == ("todo · add", "fails")
    assert facts["Outcome"].left == "ok"
    assert facts["Outcome"].right.startswith("error: ")
    assert (facts["Data changes"].left, facts["Data changes"].right) == ("1 row added", "none")
    assert "no value: " in view.sides[0].right.toPlainText()
    assert "INSERT" in view.sides[1].left.toPlainText().upper()
    assert "tasks + " in view.sides[2].left.toPlainText()
    view.back.click()
    assert not view.isVisible()


def test_two_equal_calls_are_the_same(qtbot: QtBot, site: PageSite, show: Show[HistoryPage]) -> None:
    site.script("counts", COUNTS)
    for _ in range(2):
        run(site, "counts", n=1, m="a")
    page = show(HistoryPage)
    page.view.table.choose([0, 1])
    page.view.compare_button.click()
    settle(qtbot, page)
    assert page.view.compare.summary.text() == "The same: value, SQL, data changes"


def test_what_was_not_kept_is_not_called_the_same(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    site.script("large", LARGE)
    for size in (300_000, 400_000):
        run(site, "large", size=size)
    page = show(HistoryPage)
    page.view.table.choose([0, 1])
    page.view.compare_button.click()
    settle(qtbot, page)
    view = page.view.compare
    assert view.tabs.tabText(0) == "Value (not kept)"
    assert view.sides[0].left.toPlainText().endswith("not kept: 293 KB")
    assert view.summary.text().startswith(
        "The same: SQL, data changes · earlier call: too large to be kept: value (293 KB)"
    )


def test_a_call_whose_params_were_not_kept_is_not_made_again(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    site.script("large", LARGE)
    run(site, "large", size=1, text="y" * 300_000)
    page = show(HistoryPage)
    page.view.table.selectRow(0)
    page.view.again.click()
    settle(qtbot, page)
    assert "too large to be kept: params (" in page.view.error.text()
    assert site.engine.history.count == 1


def test_values_that_differ_far_down_are_not_called_the_same(site: PageSite) -> None:
    ids = []
    for last in (1, 2):
        result = CallResult(
            f"c{last}", Request.call("f"), Caller(BEN, "Ben"), True, "f", [0] * (MAX_LINES + 5) + [last]
        )
        ids.append(site.engine.history.add(result))
    one, other = (site.engine.history.entry(entry_id) for entry_id in ids)
    made = compare_records(other, one)
    assert made.left == one
    assert made.parts[0].words == "differs further down"
    assert made.summary == "value: further down differ"
    assert not left_out(one)


def test_a_call_that_could_not_be_kept_says_so(
    todo: PageSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise KnownError("history.db: the disk is full")

    monkeypatch.setattr(todo.engine.history, "add", full)
    call = todo.calls.ask("todo", "lists")
    outcome = keep_outcome(todo.engine, call, start_call(todo.engine, call).result(60))
    assert outcome.result.ok
    assert outcome.note == "This call is not in the history: history.db: the disk is full"


def test_ctrl_c_copies_the_chosen_rows(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    run(todo, "todo", "lists", "Anna")
    page = show(HistoryPage)
    page.view.table.selectRow(0)
    page.view.table.copy_selection()
    assert "todo · lists\tAnna (coauthor)\tdry\tok" in QApplication.clipboard().text()
