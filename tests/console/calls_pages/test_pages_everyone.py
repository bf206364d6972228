"""Run as everyone, through the real widgets on a real site."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.everyone.grid import mark_of
from goop_console.tabs.calls.everyone.page import EveryonePage
from goop_console.tabs.calls.model.callers import ref_of
from lua_engine import Cell, Request, SavedCall

from .conftest import ANNA, POLICY, PageSite, Show

DISPLAY = Qt.ItemDataRole.DisplayRole
CALLERS = ("owner", "role:coauthor", "role:viewer", "stranger")
TODO_POLICY = {  # what the template says of itself
    "lists": "ok ok ok ok",
    "add": "ok ok refused refused",
    "tick": "ok ok refused refused",
    "clear_done": "ok refused refused refused",
    "add_list": "ok refused refused refused",
}
TODO_PARAMS: dict[str, dict[str, Any]] = {
    "lists": {},
    "add": {"list_id": 1, "text": "Buy milk"},
    "tick": {"id": 1, "done": True},
    "clear_done": {"list_id": 1},
    "add_list": {"name": "More"},
}


def settle(qtbot: QtBot, page: EveryonePage) -> None:
    qtbot.waitUntil(page.is_settled)


def call(function: str, action: str, **params: Any) -> SavedCall:
    return SavedCall(f"{function} {action}", Request.call(function, {"action": action, **params}))


def outcomes(page: EveryonePage) -> dict[str, str]:
    grid = page.presenter.grid
    return {
        one.name: " ".join(grid.cells[one.name, caller].outcome for caller in grid.callers)
        for one in grid.calls
    }


def with_policy(site: PageSite) -> None:
    """A table and a function whose policy is known, in place of a template's."""
    site.script(
        "policy",
        POLICY.replace('goop.orm("notes")', 'goop.orm("tasks")').replace(
            "text = params.text", "list_id = 1, text = params.text"
        ),
    )


def saved_policy(qtbot: QtBot, page: EveryonePage) -> None:
    """A check of the three actions of ``policy``."""
    page.presenter.add_calls(
        (call("policy", "list"), call("policy", "add", text="x"), call("policy", "wipe"))
    )
    page.view.run.click()
    settle(qtbot, page)
    page.view.save.click()
    page.view.save_bar.field.setText("who may")
    qtbot.keyClick(page.view.save_bar.field, Qt.Key.Key_Return)
    settle(qtbot, page)


def test_the_grid_finds_the_known_policy_of_a_template_and_changes_nothing(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    before = (todo.folder / "data.db").read_bytes(), todo.engine.tables.page("tasks").rows
    page = show(EveryonePage)
    assert page.presenter.grid.callers == CALLERS
    page.presenter.add_calls(tuple(call("todo", action, **params) for action, params in TODO_PARAMS.items()))
    assert page.view.run.isEnabled()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not page.is_settled()
    settle(qtbot, page)
    assert outcomes(page) == {f"todo {action}": words for action, words in TODO_POLICY.items()}
    assert ((todo.folder / "data.db").read_bytes(), todo.engine.tables.page("tasks").rows) == before
    assert page.view.words.text() == "10 ok, 10 refused"


def test_a_cell_says_outcome_and_reason_and_shows_what_it_would_do(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    page = show(EveryonePage)
    page.presenter.add_calls((call("todo", "add", **TODO_PARAMS["add"]),))
    page.presenter.run()
    settle(qtbot, page)
    model, detail = page.view.model, page.view.detail
    assert model.index(0, 3).data(DISPLAY) == "refused: only co-authors can do this"
    assert "only co-authors can do this" in model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole)
    page.view.table.setCurrentIndex(model.index(0, 1))
    assert detail.caller.text() == "Anna (coauthor)"
    assert detail.trace.diff.lines()[0].startswith("tasks")
    page.view.table.setCurrentIndex(model.index(0, 2))
    assert detail.caller.text() == "Somebody (viewer)"
    assert detail.reason.text() == "only co-authors can do this"


def test_enter_opens_a_cell_on_the_call_page(qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]) -> None:
    page = show(EveryonePage)
    page.presenter.add_calls((call("todo", "add", **TODO_PARAMS["add"]),))
    page.view.table.setCurrentIndex(page.view.model.index(0, 0))
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    assert todo.calls.opened[0].request.argument == {"action": "add", "list_id": 1, "text": "Buy milk"}
    page.presenter.run()
    settle(qtbot, page)
    page.view.table.setCurrentIndex(page.view.model.index(0, 1))
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    (outcome,) = todo.calls.shown
    assert (outcome.call.caller.id, outcome.call.request.action, outcome.is_dry) == (ANNA, "add", True)
    assert outcome.diff.table("tasks") is not None


def test_calls_come_from_the_form_from_files_and_from_a_function(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    todo.engine.checks.files.save(SavedCall("a saved one", Request.call("todo", {"action": "lists"})))
    page = show(EveryonePage)
    page.view.add_current.click()
    assert "Call page" in page.view.words.text(), "no request, no call"
    todo.calls.ask("todo", "lists", "Anna")
    page.view.add_current.click()
    page.view.add_current.click()
    page.view.saved_menu.aboutToShow.emit()
    page.view.saved_menu.actions()[0].trigger()
    page.view.function_menu.aboutToShow.emit()
    next(one for one in page.view.function_menu.actions() if one.text() == "todo").trigger()
    settle(qtbot, page)
    names = [one.name for one in page.presenter.grid.calls]
    assert names[:3] == ["todo lists", "todo lists 2", "a saved one"]
    assert "todo add" in names
    assert len(names) == len(set(names))


def test_an_action_gets_the_params_of_its_last_call(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    todo.calls.ask("todo", "add", "Anna", list_id=2, text="As last time")
    todo.calls.run()
    page = show(EveryonePage)
    page.presenter.add_function("todo")
    settle(qtbot, page)
    added = page.presenter.grid.call("todo add")
    assert added is not None
    assert added.request.argument == {"action": "add", "list_id": 2, "text": "As last time"}


def test_callers_are_switched_off_and_peers_added(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    page = show(EveryonePage)
    page.presenter.add_calls((call("todo", "lists"),))
    page.view.callers.chips["role:viewer"].click()
    assert page.presenter.grid.callers == ("owner", "role:coauthor", "stranger")
    next(one for one in page.view.callers.menu.actions() if one.text().startswith("Ben")).trigger()
    assert page.presenter.grid.callers == ("owner", "role:coauthor", "stranger", "Ben")
    page.presenter.run()
    settle(qtbot, page)
    assert page.presenter.grid.cells["todo lists", "Ben"].result.caller.name == "Ben"
    choices = todo.calls.callers()
    assert [ref_of(one, choices) for one in choices if one.name in ("Maya", "Ben")] == ["owner", "Ben"]


def test_rows_are_taken_out_and_the_others_keep_their_cells(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    page = show(EveryonePage)
    page.presenter.add_calls((call("todo", "lists"), call("todo", "clear_done", list_id=1)))
    page.presenter.run()
    settle(qtbot, page)
    page.view.table.setCurrentIndex(page.view.model.index(0, 0))
    qtbot.keyClick(page.view.table, Qt.Key.Key_Delete)
    assert outcomes(page) == {"todo clear_done": "ok refused refused refused"}
    page.view.clear.click()
    assert not page.presenter.grid.calls
    assert not page.view.run.isEnabled()


def test_a_run_is_cancelled_between_cells(qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]) -> None:
    page = show(EveryonePage)
    page.presenter.add_calls(tuple(call("todo", "lists", n=number) for number in range(40)))
    began = threading.Event()
    page.view.model.dataChanged.connect(lambda *_: began.set())
    page.presenter.run()
    began.clear()
    qtbot.waitUntil(began.is_set)
    page.presenter.cancel()
    settle(qtbot, page)
    assert page.view.words.text().startswith("Cancelled: ")
    assert 0 < len(page.presenter.grid.cells) < 160
    assert not page.view.save.isEnabled(), "half a grid is no policy"


def test_a_stranger_who_gains_access_turns_exactly_that_cell_red(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    with_policy(todo)
    page = show(EveryonePage)
    page.view.callers.choose(("owner", "stranger"))
    page.view.callers.changed.emit()
    saved_policy(qtbot, page)
    check = todo.engine.checks.files.checks()[0]
    assert (check.name, check.expected["policy wipe", "stranger"]) == ("who may", "refused")
    todo.script(
        "policy",
        todo.engine.scripts.source(todo.engine.scripts.functions()[0]).replace("goop.owner(wipe)", "wipe"),
    )
    page.view.checks.run.click()
    settle(qtbot, page)
    ((cell, mark),) = page.presenter.grid.marks()
    assert (cell.call, cell.caller, mark.words, mark.severity) == (
        "policy wipe",
        "stranger",
        "now allowed!",
        "error",
    )
    assert page.view.model.index(2, 1).data(DISPLAY).startswith("now allowed!")
    assert page.view.notice.property("severity") == "error"
    assert "policy wipe as stranger" in page.view.notice.text.text()
    page.view.notice.buttons()["Show the first"].click()
    assert page.view.table.currentIndex() == page.view.model.index(2, 1)
    assert page.view.checks.model.record(0).words == "1 now allowed"


def test_the_new_policy_is_accepted_and_taken_back(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    with_policy(todo)
    page = show(EveryonePage)
    saved_policy(qtbot, page)
    todo.script(
        "policy",
        todo.engine.scripts.source(todo.engine.scripts.functions()[0]).replace("goop.owner(wipe)", "wipe"),
    )
    page.presenter.run()
    settle(qtbot, page)
    page.view.notice.buttons()["Accept the new policy"].click()
    settle(qtbot, page)
    assert todo.engine.checks.files.checks()[0].expected["policy wipe", "stranger"] == "ok"
    assert page.view.checks.model.record(0).words == "passed"
    page.view.notice.buttons()["Undo"].click()
    settle(qtbot, page)
    assert todo.engine.checks.files.checks()[0].expected["policy wipe", "stranger"] == "refused"
    assert page.view.words.text() == "Undone: Save the check “who may”"
    page.view.undo_requested.emit()  # Ctrl+Z: what was saved first is deleted again
    settle(qtbot, page)
    assert not todo.engine.checks.files.checks()
    assert page.presenter.grid.check is None
    assert page.presenter.grid.cells
    page.view.undo_requested.emit()
    assert page.view.words.text() == "There is nothing to undo."


def test_checks_run_by_themselves_when_a_script_changes(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    with_policy(todo)
    page = show(EveryonePage)
    saved_policy(qtbot, page)
    source = todo.engine.scripts.source(todo.engine.scripts.functions()[0])
    page.view.checks.watch.click()
    todo.script("policy", source.replace("members(add)", "goop.owner(add)"))
    qtbot.waitUntil(lambda: page.view.checks.model.record(0).words == "2 now refused")
    settle(qtbot, page)
    assert todo.told[-1][0] == "Check “who may” failed after a script changed"
    assert "now refused policy add as coauthor" in todo.told[-1][1]
    page.view.checks.watch.click()
    todo.script("policy", source)
    qtbot.waitUntil(lambda: "A script changed since" in page.view.words.text())
    assert page.view.checks.model.record(0).words == "2 now refused", "the switch is off"


def test_a_check_is_deleted_and_brought_back(qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]) -> None:
    with_policy(todo)
    page = show(EveryonePage)
    saved_policy(qtbot, page)
    qtbot.keyClick(page.view.checks.table, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert not todo.engine.checks.files.checks()
    assert page.presenter.grid.check is None
    page.view.notice.buttons()["Undo"].click()
    settle(qtbot, page)
    assert page.view.checks.model.record(0).check.name == "who may"


def test_a_taken_name_is_asked_about_once(qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]) -> None:
    page = show(EveryonePage)
    page.presenter.add_calls((call("todo", "lists"),))
    page.presenter.run()
    settle(qtbot, page)
    page.presenter.checks.save("one")
    settle(qtbot, page)
    page.presenter.add_calls((call("todo", "clear_done", list_id=1),))
    page.presenter.run()
    settle(qtbot, page)
    page.presenter.checks.ask_name()
    page.view.save_bar.save.click()
    assert "press Save again to replace it" in page.view.save_bar.error.text()
    assert len(todo.engine.checks.files.checks()[0].calls) == 1
    page.view.save_bar.save.click()
    settle(qtbot, page)
    assert len(todo.engine.checks.files.checks()[0].calls) == 2


def test_a_bad_name_and_a_damaged_file_are_said(
    qtbot: QtBot, todo: PageSite, show: Show[EveryonePage]
) -> None:
    folder = todo.folder / ".goop-console" / "calls"
    folder.mkdir(parents=True)
    (folder / "bad.check.json").write_text('{"calls": 3}')
    page = show(EveryonePage)
    assert "bad.check.json" in page.view.notice.text.text()
    page.presenter.add_calls((call("todo", "lists"),))
    page.presenter.run()
    settle(qtbot, page)
    page.view.save.click()
    page.view.save_bar.field.setText("a/b")
    page.view.save_bar.save.click()
    settle(qtbot, page)
    assert "cannot be a file's" in page.view.save_bar.error.text()


def test_without_a_template_there_are_owner_and_stranger(
    qtbot: QtBot, site: PageSite, show: Show[EveryonePage]
) -> None:
    page = show(EveryonePage)
    assert page.presenter.grid.callers == ("owner", "stranger")
    assert isinstance(page, EveryonePage)


def test_marks_by_role() -> None:
    def cell(role: str, outcome: str) -> Cell:
        return Cell("c", "x", role, outcome, "", None)  # type: ignore[arg-type]  # a mark looks at role and outcome only

    assert mark_of("", cell("", "ok")) is None
    assert mark_of("ok", cell("", "ok")) is None
    stranger, owner = mark_of("refused", cell("", "ok")), mark_of("refused", cell("owner", "ok"))
    assert stranger is not None
    assert owner is not None
    assert (stranger.severity, owner.severity) == ("error", "warning")
    found = [
        mark_of(expected, cell("", outcome))
        for expected, outcome in (("ok", "refused"), ("ok", "error"), ("error", "refused"))
    ]
    assert [mark.words if mark is not None else "" for mark in found] == [
        "now refused",
        "now fails",
        "now refused",
    ]
