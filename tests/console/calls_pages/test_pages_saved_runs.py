"""Saved calls through the real widgets on a real site: running them, what came of it, and opening them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from goop_console.services.session import Session
from goop_console.tabs.calls.saved.callers import caller_ref
from goop_console.tabs.calls.saved.page import SavedPage
from goop_console.tabs.calls.tab import CallsTab
from goop_console.widgets.colors import DARK
from goop_console.widgets.flow_layout import FlowLayout
from lua_engine import CallerRef, Cancellation, CheckResult, Expectation, Request, SavedCall
from tests.helpers.themes import use_theme

from .conftest import ANNA, FAILS, PageSite, Show
from .test_pages_saved import (
    ADD,
    CTRL,
    DISPLAY,
    LISTS,
    SHIFT,
    change_outside,
    choose,
    folder_of,
    names,
    one_page,
    settle,
    write,
)

REFUSED = SavedCall("refused", Request.call("todo", {"action": "clear_done", "list_id": 1}), CallerRef("Ben"))
BROKEN = SavedCall("broken", Request.call("broken"))


def run(qtbot: QtBot, page: SavedPage) -> CheckResult:
    page.view.run.click()
    settle(qtbot, page)
    return result_of(page)


def result_of(page: SavedPage) -> CheckResult:
    row = page.view.current()
    assert row is not None
    assert row.result is not None
    return row.result


def shown_run(page: SavedPage, name: str) -> str:
    text: str = page.view.model.index(names(page).index(name), 4).data(DISPLAY)
    return text


def expected(site: PageSite, name: str) -> list[dict[str, Any]]:
    """What the file says."""
    found: list[dict[str, Any]] = json.loads((folder_of(site) / f"{name}.call.json").read_text())["expect"]
    return found


def offer(page: SavedPage, words: str) -> None:
    next(one for one in page.view.result.offers if one.accessibleName() == f"Expect: {words}").click()


def offered(page: SavedPage) -> list[str]:
    return [one.accessibleName().removeprefix("Expect: ") for one in page.view.result.offers]


class Gate:
    """Stops a run before its second call, until it is opened."""

    def __init__(self, site: PageSite, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.is_reached, self.is_open = threading.Event(), threading.Event()
        self._run: Callable[..., CheckResult] = site.engine.checks.run
        monkeypatch.setattr(site.engine.checks, "run", self.run)

    def run(self, saved: SavedCall, ending: Cancellation | None = None) -> CheckResult:
        self.made.append(saved.name)
        if len(self.made) == 2:
            self.is_reached.set()
            assert self.is_open.wait(20)
        return self._run(saved, ending)


def state_of(site: PageSite) -> tuple[bytes, object]:
    return (site.folder / "data.db").read_bytes(), site.engine.tables.page("tasks").rows


# running


def test_a_run_is_dry_and_says_that_it_passed(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    before = state_of(todo)
    page = one_page(show, todo, ADD, LISTS)
    choose(page, "add")
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return, CTRL)
    assert page.view.run.text() == "Cancel"
    assert not page.is_settled()
    settle(qtbot, page)
    assert state_of(todo) == before
    assert (shown_run(page, "add"), shown_run(page, "lists")) == ("passed", "not run")
    assert page.view.words.text() == "Passed"
    assert page.view.run.text() == "Run"
    assert not page.view.result.notice.isVisible()
    detail = page.view.result.detail
    assert detail.word.text() == "ok"
    assert detail.facts.text().startswith("dry run · ")
    assert detail.trace.diff.lines()[0].startswith("tasks")


def test_a_call_that_expects_nothing_must_not_break(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, REFUSED)
    assert not run(qtbot, page).passed
    notice = page.view.result.notice
    assert notice.title.text() == "Failed: 1 expectation did not hold"
    assert notice.text.text() == "expected ok, got refused: only the site owner can do this"
    assert page.view.words.text() == "Failed"
    assert page.view.words.property("role") == "error-text"
    assert shown_run(page, "refused") == "failed"
    assert "only the site owner can do this" in page.view.model.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)


def test_run_all_runs_each_on_a_copy_of_its_own(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    before = state_of(todo)
    one_row = (Expectation("rows_added", "tasks", 1),)
    adds = [
        SavedCall(f"add {number}", Request.call("todo", ADD.request.argument), CallerRef("Anna"), one_row)
        for number in range(3)
    ]
    page = one_page(show, todo, *adds, REFUSED)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return, CTRL | SHIFT)
    assert not page.view.run_all.isEnabled()
    settle(qtbot, page)
    assert [shown_run(page, f"add {number}") for number in range(3)] == ["passed"] * 3
    assert shown_run(page, "refused") == "failed"
    assert page.view.words.text() == "3 passed, 1 failed"
    assert state_of(todo) == before
    ids = set()
    for number in range(3):
        choose(page, f"add {number}")
        came = result_of(page).result
        assert came is not None
        ids.add(came.value["id"])
    assert len(ids) == 1, "none saw what another one wrote"


def test_a_caller_whom_nobody_is_fails_and_is_nobody_else(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, SavedCall("who", Request.call("todo", {"action": "lists"}), CallerRef("Zoe")))
    result = run(qtbot, page)
    assert (result.passed, result.result) == (False, None)
    notice, detail = page.view.result.notice, page.view.result.detail
    assert notice.title.text() == "Failed"
    assert "could not be run" in notice.text.text()
    assert "Zoe" in notice.text.text()
    assert detail.empty.isVisible()
    assert detail.empty.title.text() == "No result"
    assert offered(page) == []
    assert not page.view.result.equals.isVisible()
    page.view.editor.caller.setCurrentIndex(page.view.editor.caller.findData("Anna"))
    page.view.editor.caller.activated.emit(page.view.editor.caller.currentIndex())
    settle(qtbot, page)
    assert detail.empty.title.text() == "Not run yet", "somebody else is asked now"
    assert run(qtbot, page).passed


def test_a_script_that_breaks_is_shown_with_its_error(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    todo.script("broken", FAILS)
    page = one_page(show, todo, BROKEN)
    assert not run(qtbot, page).passed
    assert page.view.result.detail.word.text() == "error"
    assert not page.view.result.equals.isVisible(), "there is no value"
    (says, rows) = offered(page)
    assert says.startswith('says "')
    assert rows == "no rows changed"
    offer(page, says)
    settle(qtbot, page)
    assert expected(todo, "broken")[0]["kind"] == "error_says"
    assert shown_run(page, "broken") == "passed"


def many(count: int) -> list[SavedCall]:
    return [
        SavedCall(f"call {number:03}", Request.call("todo", {"action": "lists"})) for number in range(count)
    ]


def test_a_run_is_cancelled_between_calls(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(todo, monkeypatch)
    page = one_page(show, todo, *many(5))
    page.view.run_all.click()
    qtbot.waitUntil(lambda: page.view.words.text() == "1 of 5")
    qtbot.waitUntil(gate.is_reached.is_set)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Escape)
    assert page.view.words.text().startswith("Cancelling")
    gate.is_open.set()
    settle(qtbot, page)
    assert page.view.words.text() == "1 passed, 0 failed, 4 not run"
    assert gate.made == ["call 000", "call 001"]
    assert page.view.run_all.isEnabled()
    assert page.view.run.text() == "Run"
    page.view.run_all.click()
    settle(qtbot, page)
    assert page.view.words.text() == "5 passed, 0 failed"


def test_a_call_that_does_not_end_is_ended_too(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    todo.script("forever", "function call() while true do end end")
    page = one_page(show, todo, SavedCall("forever", Request.call("forever", {})), *many(2))
    choose(page, "forever")
    page.view.run.click()
    qtbot.waitUntil(lambda: bool(todo.engine.calls.running()))
    qtbot.keyClick(page.view.table, Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert not todo.engine.calls.running()
    assert page.view.words.text() == "Not run"


def test_a_hundred_calls_run_while_a_person_goes_on_reading(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(todo, monkeypatch)
    page = one_page(show, todo, *many(100))
    resets: list[int] = []
    page.view.model.modelReset.connect(lambda: resets.append(1))
    page.view.run_all.click()
    qtbot.waitUntil(gate.is_reached.is_set)
    choose(page, "call 070")
    page.view.editor.description.setFocus()
    qtbot.keyClicks(page.view.editor.description, "typed meanwhile")
    gate.is_open.set()
    settle(qtbot, page)
    assert page.view.words.text() == "100 passed, 0 failed"
    assert page.view.editor.name.text() == "call 070"
    assert page.view.editor.description.text() == "typed meanwhile"
    assert resets == [], "nothing jumps"


def test_closing_the_site_while_running_ends_the_run(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(todo, monkeypatch)
    page = one_page(show, todo, *many(100))
    page.view.run_all.click()
    qtbot.waitUntil(gate.is_reached.is_set)
    session: Session = context.session
    session.close()
    todo.engine.close()
    gate.is_open.set()
    settle(qtbot, page)
    assert gate.made == ["call 000", "call 001"], "no further call begins"
    assert todo.told == []


def test_a_page_that_is_closed_while_running_hears_no_more(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(todo, monkeypatch)
    page = one_page(show, todo, *many(20))
    page.view.run_all.click()
    qtbot.waitUntil(gate.is_reached.is_set)
    page.close()
    page.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(page))
    gate.is_open.set()
    context.operations.close()  # waits for what runs
    assert gate.made == ["call 000", "call 001"], "nobody would hear of the others"
    assert todo.told == []


def test_what_came_is_forgotten_when_the_call_is_another_one(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, LISTS)
    run(qtbot, page)
    write(qtbot, page, page.view.editor.description, "Only words")
    assert shown_run(page, "lists") == "passed"
    change_outside(todo, "lists", params={"action": "lists", "more": True})
    page.refresh()
    settle(qtbot, page)
    assert shown_run(page, "lists") == "not run"
    assert page.view.result.detail.empty.isVisible()
    assert offered(page) == []


def test_a_chat_line_and_an_event_are_run(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    todo.engine.scripts.create(
        "hello",
        "command",
        "function handle(args) return 'Hello, ' .. args .. ', I am ' .. goop.peer.label end\n",
    )
    page = one_page(
        show,
        todo,
        SavedCall("chat", Request.chat("!hello  Al"), CallerRef("Anna")),
        SavedCall("event", Request.event("on_group_close", "g1")),
    )
    choose(page, "chat")
    came = run(qtbot, page).result
    assert came is not None
    assert "I am Anna" in came.value
    assert page.view.editor.what.text() == "!hello Al"
    choose(page, "event")
    assert run(qtbot, page).result is not None


# ways out


def test_the_last_run_is_opened_on_the_call_page(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    todo.script("broken", FAILS)
    page = one_page(show, todo, ADD, BROKEN)
    choose(page, "add")
    run(qtbot, page)
    page.view.editor.open.click()
    settle(qtbot, page)
    (outcome,) = todo.calls.shown
    assert (outcome.call.caller.id, outcome.call.request.action, outcome.is_dry) == (ANNA, "add", True)
    assert outcome.diff.table("tasks") is not None
    choose(page, "broken")
    run(qtbot, page)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert [line.number for line in todo.calls.shown[1].excerpt][:2] == [1, 2], (
        "with the lines around the error"
    )


@pytest.mark.parametrize(
    ("caller", "name", "role"),
    [
        ("owner", "Maya", "owner"),
        ("Anna", "Anna", "coauthor"),
        (ANNA, "Anna", "coauthor"),
        ("role:coauthor", "Anna", "coauthor"),
        ("role:viewer", "Somebody", "viewer"),
    ],
)
def test_a_call_that_did_not_run_is_opened_with_its_caller(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], caller: str, name: str, role: str
) -> None:
    page = one_page(
        show, todo, SavedCall("one", Request.call("todo", {"action": "lists", "n": 1}), CallerRef(caller))
    )
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    (request,) = todo.calls.opened
    assert (request.caller.name, request.caller.role) == (name, role)
    assert request.caller in todo.calls.callers()
    assert (request.request.target, request.params[0], json.loads(request.params[1]), request.is_dry) == (
        "todo",
        "lists",
        {"n": 1},
        True,
    )


def test_a_stranger_is_opened_as_a_new_one_and_nobody_as_nobody(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(
        show,
        todo,
        SavedCall("new", Request.call("todo", {}), CallerRef("stranger")),
        SavedCall("who", Request.call("todo", {}), CallerRef("Zoe")),
    )
    page.view.editor.open.click()
    settle(qtbot, page)
    choose(page, "who")
    page.view.editor.open.click()
    settle(qtbot, page)
    stranger, nobody = (one.caller for one in todo.calls.opened)
    assert (stranger.role, stranger.source) == ("stranger", "new")
    assert stranger.id.startswith("12D3KooW")
    assert (nobody.id, nobody.name) == ("Zoe", "Zoe")


def test_the_theme_is_followed(qtbot: QtBot, todo: PageSite, show: Show[SavedPage], context: Any) -> None:
    page = one_page(show, todo, REFUSED)
    run(qtbot, page)
    color = Qt.ItemDataRole.ForegroundRole
    light = page.view.model.index(0, 4).data(color).name()
    use_theme(DARK)
    assert page.view.model.index(0, 4).data(color).name() != light


def test_more_offers_than_there_is_room_for_go_on_in_the_next_line(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    layout = FlowLayout(host)
    buttons = [QPushButton(f"a rather long offer {number}") for number in range(8)]
    for one in buttons:
        layout.addWidget(one)
    width = buttons[0].sizeHint().width()
    host.resize(width * 3, 400)
    host.show()
    lines = sorted({one.y() for one in buttons})
    assert len(lines) == 4
    assert max(one.geometry().right() for one in buttons) < host.width()
    assert layout.minimumSize().width() == width, "the page is not widened by it"
    assert layout.heightForWidth(width * 20) < layout.heightForWidth(width * 3)


def test_in_the_tab_a_call_goes_to_a_file_and_comes_back_into_the_form(
    qtbot: QtBot, todo: PageSite, context: Any
) -> None:
    """With the real call page beside it."""
    tab = CallsTab(context)
    qtbot.addWidget(tab)
    tab.show()
    qtbot.waitUntil(tab.is_settled)
    asked = todo.calls.ask("todo", "add", "Anna", list_id=1, text="x")
    tab.presenter.open_call(asked)
    page = tab.pages.show_page("saved")
    assert isinstance(page, SavedPage)
    qtbot.waitUntil(tab.is_settled)
    page.view.save_requested.emit()
    qtbot.keyClick(page.view.save_bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.is_settled)
    assert json.loads((folder_of(todo) / "todo add.call.json").read_text())["params"] == {
        "action": "add",
        "list_id": 1,
        "text": "x",
    }
    for caller in ("Anna", "role:viewer", "stranger", "owner"):
        place = page.view.editor.caller.findData(caller)
        page.view.editor.caller.setCurrentIndex(place)
        page.view.editor.caller.activated.emit(place)
        qtbot.waitUntil(tab.is_settled)
        tab.presenter.open_call(replace(asked, request=Request.call(""), typed=None))
        tab.pages.show_page("saved")
        page.view.editor.open.click()
        qtbot.waitUntil(tab.is_settled)
        assert tab.pages.current == "call"
        opened = tab.presenter.current_call()
        assert opened is not None, caller
        assert caller_ref(opened, tab.presenter.callers()) == caller
        assert (opened.request.argument, opened.is_dry) == (
            {"action": "add", "list_id": 1, "text": "x"},
            True,
        )
