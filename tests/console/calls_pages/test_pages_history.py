"""History: every call is there, found again, and read as far as it is scrolled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.history.filter import PAGE, HistoryFilter, read_part
from goop_console.tabs.calls.history.model import CALL, CALLER, OUTCOME, REASON, ROWS, RUN
from goop_console.tabs.calls.history.page import HistoryPage
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.model.stranger import new_stranger
from goop_console.tabs.tab import TabContext
from goop_console.widgets.colors import DARK
from lua_engine import Caller, CallResult, Engine, Request, StoreError
from tests.helpers.themes import use_theme

from .conftest import ANNA, FAILS, PageSite, Show

DISPLAY = Qt.ItemDataRole.DisplayRole
HELLO = """--- Greets
function handle(args) return "Hello " .. args end
"""
LISTENS = """--- Is told of closed groups
function call(request) return "nothing" end
function on_group_close(id) goop.log.info("closed " .. id) end
"""


def settle(qtbot: QtBot, page: HistoryPage) -> None:
    qtbot.waitUntil(page.is_settled)


def leave(site: PageSite, peer_id: str) -> None:
    """Take somebody out of the template's group."""
    (group,) = site.engine.groups.list()
    site.engine.groups.remove(group.id, peer_id)


def row(page: HistoryPage, number: int) -> dict[int, str]:
    return {
        column: page.view.model.index(number, column).data(DISPLAY)
        for column in (CALL, CALLER, RUN, OUTCOME, REASON, ROWS)
    }


def calls(page: HistoryPage) -> list[str]:
    return [page.view.model.index(number, CALL).data(DISPLAY) for number in range(page.view.model.rowCount())]


def choose(combo: Any, words: str) -> None:
    """As a person does: the popup's item, then what Qt says of it."""
    place = next(place for place in range(combo.count()) if combo.itemText(place) == words)
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def made(number: int, function: str = "bulk", **more: Any) -> CallResult:
    """A call as the engine tells of it, for histories that are too long to be called."""
    parts: dict[str, Any] = {
        "request": Request.call(function, {"action": "get", "number": number}),
        "value": number,
        "started_at": 1_000_000.0 + number,
        **more,
    }
    anna = Caller("12D3KooWAnna", "Anna")
    return CallResult(f"call-{number}", caller=anna, ok=True, script=function, **parts)


def fill(engine: Engine, count: int) -> None:
    for number in range(count):
        engine.history.add(made(number, is_dry=number % 2 == 0), role="coauthor")


class PagesRead:
    """How many entries each reading fetched."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        true_page = engine.history.page

        def page(*args: Any, **named: Any) -> Any:
            entries = true_page(*args, **named)
            self.sizes.append(len(entries))
            return entries

        monkeypatch.setattr(engine.history, "page", page)


def varied(site: PageSite) -> None:
    """One call of every kind and outcome, oldest first."""
    site.script("fails", FAILS)
    site.script("listens", LISTENS)
    site.engine.scripts.create("hello", "command", HELLO)
    for function, action, who, is_dry in (
        ("todo", "add", "Anna", False),
        ("todo", "add", "Ben", True),
        ("fails", "", "Maya", True),
    ):
        params = {"list_id": 1, "text": "Buy milk"} if action else {}
        site.calls.ask(function, action, who, is_dry=is_dry, **params)
        site.calls.run()
    site.calls.request = PreparedCall(Request.chat("!hello  dear all"), site.calls.who("Ben"))
    site.calls.run()
    site.calls.request = PreparedCall(Request.event("on_group_close", "group-9"), site.calls.who("Maya"))
    site.calls.run()


# what is there


def test_every_kind_of_call_is_there_and_says_who_called(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    event, chat, failed, refused, added = (row(page, number) for number in range(5))
    assert added == {
        CALL: "todo · add",
        CALLER: "Anna (coauthor)",
        RUN: "live",
        OUTCOME: "ok",
        REASON: "",
        ROWS: "1",
    }
    assert refused == {
        CALL: "todo · add", CALLER: "Ben (stranger)", RUN: "dry", OUTCOME: "refused",
        REASON: "only co-authors can do this", ROWS: ""
    }  # fmt: skip
    assert (failed[CALL], failed[CALLER], failed[RUN], failed[OUTCOME]) == (
        "fails",
        "Maya (owner)",
        "dry",
        "error",
    )
    assert "nothing" in failed[REASON]
    assert (chat[CALL], chat[CALLER], chat[OUTCOME]) == ("!hello dear all", "Ben (stranger)", "ok")
    assert (event[CALL], event[CALLER]) == ("listens on_group_close(group-9)", "Maya (owner)")
    assert page.view.words.text() == "5 calls"
    tip = page.view.model.index(3, CALL).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("todo · add as Ben (stranger), dry run, refused: only co-authors can do this")


def test_chat_that_no_command_answers_is_kept_as_it_was_said(site: PageSite, show: Show[HistoryPage]) -> None:
    for text in ("good morning", "!nobody there"):
        site.calls.request = PreparedCall(Request.chat(text), site.calls.who("Anna"))
        site.calls.run()
    assert calls(show(HistoryPage)) == ["!nobody there", "good morning"]


def test_the_role_of_then_stays(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    todo.calls.ask("todo", "lists", "Anna")
    todo.calls.run()
    leave(todo, ANNA)
    assert todo.calls.who("Anna").role == "stranger"
    page = show(HistoryPage)
    assert row(page, 0)[CALLER] == "Anna (coauthor)"
    page.view.table.selectRow(0)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert todo.calls.shown[0].call.caller.title == "Anna (coauthor)", "as the result says it"


def test_an_empty_history_says_what_it_is_for(site: PageSite, show: Show[HistoryPage]) -> None:
    page = show(HistoryPage)
    assert page.view.empty.isVisible()
    assert page.view.empty.title.text() == "No calls yet"
    assert "on this computer" in page.view.empty.text.text()
    assert not page.view.clear.isEnabled()
    page.focus_main()
    assert page.view.search.field.hasFocus() or page.focusWidget() is page.view.search.field


def test_calls_survive_a_restart(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    varied(todo)
    before = calls(show(HistoryPage))
    todo.engine.close()
    with Engine.open(todo.folder, watch=False) as again:
        entries = again.history.page()
        assert len(entries) == len(before) == 5
        assert [one.caller.label for one in entries] == ["Maya", "Ben", "Maya", "Ben", "Anna"]
        assert again.history.entry(entries[-1].id).result.diff.table("tasks") is not None


def test_a_history_that_cannot_be_read_is_not_called_empty(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    file = todo.folder / ".goop-console" / "history.db"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"this is no database at all, and a long one at that" * 40)
    page = show(HistoryPage)
    assert "history.db" in page.view.error.text()
    assert page.view.empty.title.text() == "The history cannot be read"
    file.unlink()
    page.view.empty.button.click()
    settle(qtbot, page)
    assert page.view.error.isHidden()
    assert page.view.empty.title.text() == "No calls yet"


# finding


def test_search_finds_params_reasons_and_callers_in_any_case(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    for text, found in (
        ("MILK", ["todo · add", "todo · add"]),
        ("only co-authors", ["todo · add"]),
        ("dear", ["!hello dear all"]),
        ("group-9", ["listens on_group_close(group-9)"]),
        ("maya", ["listens on_group_close(group-9)", "fails"]),
    ):
        page.view.search.field.clear()
        qtbot.keyClicks(page.view.search.field, text)
        qtbot.waitUntil(lambda found=found: page.is_settled() and calls(page) == found)
        assert page.view.words.text() == f"{len(found)} of 5 calls"


def test_search_takes_signs_of_patterns_as_they_are(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    for number, text in enumerate(("100% of it", "1000 of it", "a_b", "axb")):
        site.engine.history.add(made(number, is_dry=True, request=Request.call("todo", {"text": text})))
    page = show(HistoryPage)
    for wanted, count in (("100%", 1), ("a_b", 1), ("\\", 0)):
        page.view.search.field.setText(wanted)
        qtbot.keyClick(page.view.search.field, Qt.Key.Key_Return)
        settle(qtbot, page)
        assert page.view.model.rowCount() == count


@pytest.mark.parametrize(
    ("name", "words", "found"),
    [
        ("caller", "Ben (stranger)", ["!hello dear all", "todo · add"]),
        ("caller", "Anna (coauthor)", ["todo · add"]),
        ("script", "todo", ["todo · add", "todo · add"]),
        ("script", "hello", ["!hello dear all"]),
        ("outcome", "refused", ["todo · add"]),
        ("outcome", "error", ["fails"]),
        ("run", "live", ["listens on_group_close(group-9)", "!hello dear all", "todo · add"]),
        ("run", "dry runs", ["fails", "todo · add"]),
    ],
)
def test_filters(
    name: str, words: str, found: list[str], qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    choose(getattr(page.view, name), words)
    settle(qtbot, page)
    assert calls(page) == found


def test_filters_go_together_and_away_with_one_button(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    choose(page.view.script, "todo")
    choose(page.view.outcome, "ok")
    choose(page.view.caller, "Ben (stranger)")
    settle(qtbot, page)
    assert page.view.empty.isVisible()
    assert page.view.empty.title.text() == "No call fits"
    assert page.view.clear.isEnabled(), "there are calls"
    page.activateWindow()
    page.view.empty.button.setFocus()
    qtbot.waitUntil(page.view.empty.button.hasFocus)
    page.view.empty.button.click()
    settle(qtbot, page)
    assert len(calls(page)) == 5
    assert page.view.filter().is_open
    assert page.focusWidget() is page.view.table, "the keyboard is not lost with the button"


def test_who_is_not_known_any_more_can_be_filtered_for(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    stranger = replace(new_stranger(()), name="Stranger 7")
    for kind in ("todo", "gone"):
        todo.calls.request = PreparedCall(Request.call(kind, {}), stranger, is_dry=True)
        todo.calls.run()
    todo.calls.ask("todo", "lists", "Anna")
    todo.calls.run()
    page = show(HistoryPage)
    choose(page.view.caller, "Stranger 7 (not known now)")
    choose(page.view.script, "gone")
    settle(qtbot, page)
    assert (calls(page), row(page, 0)[CALLER]) == (["gone"], "Stranger 7 (stranger)")


def test_a_filter_stays_when_its_caller_goes(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    varied(todo)
    page = show(HistoryPage)
    choose(page.view.caller, "Ben (stranger)")
    settle(qtbot, page)
    todo.engine.peers.remove_test_peer(todo.calls.who("Ben").id)
    todo.calls.callers_changed.emit()
    settle(qtbot, page)
    assert page.view.caller.currentText() == "Ben (stranger)", "the list is still cut down to Ben"
    page.refresh()
    settle(qtbot, page)
    assert len(calls(page)) == 2


def test_ctrl_f_goes_to_the_search_and_escape_clears_it(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    page.find()
    assert page.focusWidget() is page.view.search.field
    qtbot.keyClicks(page.view.search.field, "milk")
    qtbot.waitUntil(lambda: page.is_settled() and page.view.model.rowCount() == 2)
    qtbot.keyClick(page.view.search.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.is_settled() and page.view.model.rowCount() == 5)


# a long one


def test_a_long_history_is_read_a_page_at_a_time(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site.engine, 2 * PAGE + 50)
    read = PagesRead(site.engine, monkeypatch)
    page = show(HistoryPage)
    assert (page.view.model.rowCount(), read.sizes) == (PAGE, [PAGE]), (
        "the first page is shown, and nothing else was read"
    )
    assert page.view.words.text() == "450 calls"
    page.view.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == 2 * PAGE)
    page.view.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == 2 * PAGE + 50)
    settle(qtbot, page)
    assert read.sizes == [PAGE, PAGE, 50]
    numbers = [page.view.model.entry(place).id for place in range(page.view.model.rowCount())]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)
    assert not page.view.model.has_more


def test_nothing_is_read_on_the_qt_thread(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site.engine, PAGE + 1)
    threads: set[int] = set()
    history = site.engine.history
    for name in ("page", "entry"):
        true = getattr(history, name)

        def noted(*args: Any, true: Callable[..., Any] = true, **named: Any) -> Any:
            threads.add(threading.get_ident())
            return true(*args, **named)

        monkeypatch.setattr(history, name, noted)
    page = show(HistoryPage)
    page.view.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == PAGE + 1)
    page.view.table.choose([0, 1])
    page.view.compare_button.click()
    choose(page.view.run, "live")
    settle(qtbot, page)
    assert threads
    assert threading.get_ident() not in threads


def test_ten_thousand_calls_are_kept_and_the_first_page_is_all_that_is_fetched(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.engine.history.add(made(0, is_dry=True))
    with (
        site.engine.history._open() as connection,
        connection,
    ):  # 10,000 commits would take the test's time, not the page's
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
            "INSERT INTO calls SELECT i, 'call-' || i, 1000000 + i, kind, script, title, caller_id, "
            "caller_label, role, outcome, ok, "
            "i % 100 <> 0, seconds, row_count, reason, searched || ' number ' || i, origin, 1, 0 "
            "FROM calls, n WHERE id = 1"
        )
    read = PagesRead(site.engine, monkeypatch)
    page = show(HistoryPage)
    assert page.view.words.text() == "10,000 calls"
    assert sum(read.sizes) == page.view.model.rowCount() == PAGE
    qtbot.keyClicks(page.view.search.field, "number 4321")
    qtbot.waitUntil(lambda: page.is_settled() and page.view.model.rowCount() == 1)
    assert page.view.model.entry(0).id == 4321
    page.view.search.field.clear()
    choose(page.view.run, "live")
    qtbot.waitUntil(lambda: page.is_settled() and page.view.model.rowCount() == 100)
    assert all(not page.view.model.entry(place).is_dry for place in range(100))


def test_a_part_of_live_calls_goes_on_where_it_ended(site: PageSite) -> None:
    fill(site.engine, 2 * PAGE + 10)
    first = read_part(site.engine, HistoryFilter(run="live"))
    assert (len(first.entries), first.count) == (PAGE, 2 * PAGE + 10)
    rest = read_part(site.engine, HistoryFilter(run="live"), first.after)
    assert (len(rest.entries), rest.after) == (5, None)
    assert first.entries[-1].id - rest.entries[0].id == 2


# new calls


def test_new_calls_appear_without_a_click_and_keep_what_is_chosen(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    resets: list[None] = []
    page.view.model.modelReset.connect(lambda: resets.append(None))
    page.view.table.choose([1, 3])
    chosen = [page.view.model.entry(place).id for place in (1, 3)]
    todo.calls.ask("todo", "lists", "Anna")
    todo.calls.run()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == 6)
    settle(qtbot, page)
    assert row(page, 0)[CALL] == "todo · lists"
    assert [page.view.model.entry(place).id for place in page.view.table.rows()] == chosen
    assert page.view.table.currentIndex().row() == 2
    assert not resets, "the list did not begin anew"
    assert page.view.words.text() == "6 calls"


def test_a_new_call_does_not_move_what_is_read_further_down(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    fill(site.engine, PAGE + 50)
    page = show(HistoryPage)
    table = page.view.table
    table.scrollToBottom()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == PAGE + 50)
    table.verticalScrollBar().setValue(100)
    top = page.view.model.entry(table.rowAt(0)).id
    site.engine.history.add(made(999, is_dry=True))
    page.refresh()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == PAGE + 51)
    assert page.view.model.entry(table.rowAt(0)).id == top
    assert len(calls(page)) == PAGE + 51, "what was read before is still there"


def test_more_new_calls_than_a_page_leave_no_gap(
    qtbot: QtBot, site: PageSite, show: Show[HistoryPage]
) -> None:
    fill(site.engine, 10)
    page = show(HistoryPage)
    page.view.table.choose([0])
    fill(site.engine, PAGE + 20)
    page.refresh()
    settle(qtbot, page)
    assert page.view.model.rowCount() == PAGE
    page.view.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.view.model.rowCount() == PAGE + 30)
    assert [page.view.model.entry(place).id for place in range(PAGE + 30)] == list(range(PAGE + 30, 0, -1))


def test_a_new_call_that_does_not_fit_the_filter_stays_out(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    choose(page.view.outcome, "error")
    settle(qtbot, page)
    todo.calls.ask("todo", "lists", "Anna")
    todo.calls.run()
    settle(qtbot, page)
    assert calls(page) == ["fails"]
    assert page.view.words.text() == "1 of 6 calls"


# clearing


def test_clear_asks_first_and_says_how_much(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    varied(todo)
    page = show(HistoryPage)
    choose(page.view.outcome, "error")
    settle(qtbot, page)
    page.view.clear.click()
    question = page.view.question
    assert question.isVisible()
    assert page.focusWidget() is question.keep, "Enter keeps everything"
    assert "5 calls" in question.text.text()
    assert "cannot be undone" in question.text.text()
    qtbot.keyClick(question.keep, Qt.Key.Key_Escape)
    assert not question.isVisible()
    assert todo.engine.history.count == 5
    page.view.clear.click()
    question.keep.click()
    assert todo.engine.history.count == 5
    page.view.clear.click()
    question.confirm.click()
    settle(qtbot, page)
    assert todo.engine.history.count == 0
    page.view.empty.button.click()
    settle(qtbot, page)
    assert page.view.empty.title.text() == "No calls yet"
    assert todo.engine.tables.page("tasks").rows, "the site itself stays"


def test_calls_after_a_clear_are_kept_again(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    varied(todo)
    page = show(HistoryPage)
    page.presenter.clear()
    settle(qtbot, page)
    todo.calls.ask("todo", "lists", "Anna")
    todo.calls.run()
    qtbot.waitUntil(lambda: calls(page) == ["todo · lists"])


def test_a_clear_that_fails_is_said(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    varied(todo)
    page = show(HistoryPage)

    def locked() -> None:
        raise StoreError("history.db: somebody else has it")

    monkeypatch.setattr(todo.engine.history, "clear", locked)
    page.presenter.clear()
    settle(qtbot, page)
    assert page.view.error.text() == "history.db: somebody else has it"
    assert len(calls(page)) == 5


def test_everything_has_a_name_and_the_theme_changes(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage], context: TabContext
) -> None:
    varied(todo)
    page = show(HistoryPage)
    for widget in page.view.findChildren(object):
        if getattr(
            widget, "focusPolicy", lambda: Qt.FocusPolicy.NoFocus
        )() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page):
            assert widget.accessibleName(), widget
    before = page.view.model.index(0, OUTCOME).data(Qt.ItemDataRole.ForegroundRole).name()
    use_theme(DARK)
    assert page.view.model.index(0, OUTCOME).data(Qt.ItemDataRole.ForegroundRole).name() != before


def test_where_there_is_little_room_the_call_stays_readable(
    qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]
) -> None:
    varied(todo)
    page = show(HistoryPage)
    table = page.view.table
    assert not table.isColumnHidden(REASON)
    page.resize(760, 420)
    assert table.isColumnHidden(REASON)
    assert table.columnWidth(CALL) > table.columnWidth(RUN)
    page.resize(1200, 760)
    assert not table.isColumnHidden(REASON)


def test_enter_takes_the_row_that_tab_led_to(qtbot: QtBot, todo: PageSite, show: Show[HistoryPage]) -> None:
    varied(todo)
    page = show(HistoryPage)
    page.activateWindow()
    page.view.table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: page.view.table.currentIndex().isValid())
    assert not page.view.table.rows()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert todo.calls.shown[0].call.kind == "event"


def test_a_page_that_polls_is_one_row_with_a_count(
    site: PageSite, show: Show[HistoryPage], qtbot: QtBot
) -> None:
    page = show(HistoryPage)
    ask = lambda: site.engine.pages.call("todo", {"action": "list"}, site.engine.owner)  # noqa: E731
    for _ in range(3):
        ask()
    model = page.view.model
    qtbot.waitUntil(lambda: model.rowCount() == 1 and "× 3" in model.index(0, CALL).data())
    page.view.table.choose([0])
    ask()
    qtbot.waitUntil(lambda: "× 4" in model.index(0, CALL).data())
    assert page.view.entry() is not None
    assert "asked 4 times" in model.index(0, CALL).data(Qt.ItemDataRole.ToolTipRole)
