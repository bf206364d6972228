"""Saved calls through the real widgets on a real site: saving, changing, deleting, and the files that it
leaves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.saved.page import SavedPage
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import CallerRef, Expectation, Peer, Request, SavedCall, Visit, VisitStep

from .conftest import BEN, PageSite, Show

DISPLAY, TIP = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LISTS = SavedCall("lists", Request.call("todo", {"action": "lists"}))
ADD = SavedCall(
    "add", Request.call("todo", {"action": "add", "list_id": 1, "text": "Buy milk"}), CallerRef("Anna")
)


def settle(qtbot: QtBot, page: SavedPage) -> None:
    qtbot.waitUntil(page.is_settled)


def folder_of(site: PageSite) -> Path:
    return site.folder / ".goop-console" / "calls"


def put(site: PageSite, *calls: SavedCall) -> None:
    for one in calls:
        site.engine.checks.files.save(one)


def read(site: PageSite, name: str) -> SavedCall:
    return next(one for one in site.engine.checks.files.all() if one.name == name)


def names(page: SavedPage) -> list[str]:
    return [page.view.model.record(row).saved.name for row in range(page.view.model.rowCount())]


def choose(page: SavedPage, name: str) -> None:
    page.view.table.setCurrentIndex(page.view.model.index(names(page).index(name), 0))


def save_as(qtbot: QtBot, page: SavedPage, name: str) -> None:
    page.view.save.click()
    page.view.save_bar.field.setText(name)
    qtbot.keyClick(page.view.save_bar.field, Qt.Key.Key_Return)
    settle(qtbot, page)


def type_into(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    """Write over what stands there; nothing is sent yet."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def write(qtbot: QtBot, page: SavedPage, field: QLineEdit, text: str) -> None:
    type_into(qtbot, field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, page)


def one_page(show: Show[SavedPage], site: PageSite, *calls: SavedCall) -> SavedPage:
    put(site, *calls)
    return show(SavedPage)


# saving


def test_without_calls_it_says_what_the_place_is_for(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = show(SavedPage)
    assert page.view.empty.isVisible()
    assert not page.view.right.isVisible()
    assert not any(one.isEnabled() for one in (page.view.run, page.view.run_all, page.view.delete))
    page.focus_main()
    assert page.view.empty.button.hasFocus()
    todo.calls.ask("todo", "lists")
    qtbot.keyClick(page.view.empty.button, Qt.Key.Key_Space)
    assert page.view.save_bar.field.hasFocus()
    qtbot.keyClick(page.view.save_bar.field, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert names(page) == ["todo lists"]
    assert page.view.table.hasFocus()


def test_the_current_call_is_saved_with_params_and_caller(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = show(SavedPage)
    todo.calls.ask("todo", "add", "Anna", list_id=1, text="Buy milk ☕")
    page.view.save.click()
    assert page.view.save_bar.field.text() == "todo add"
    assert page.view.save_bar.field.selectedText() == "todo add"
    qtbot.keyClick(page.view.save_bar.field, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert not page.view.save_bar.isVisible()
    saved = read(todo, "todo add")
    assert (saved.request.kind, saved.request.target, saved.caller, saved.expect) == (
        "call",
        "todo",
        "Anna",
        (),
    )
    assert saved.request.argument == {"action": "add", "list_id": 1, "text": "Buy milk ☕"}
    row = [page.view.model.index(0, column).data(DISPLAY) for column in range(5)]
    assert row == ["todo add", "todo · add", "Anna", "ok", "not run"]
    assert page.view.words.text() == "“todo add” is saved. Ctrl+Z undoes it."


@pytest.mark.parametrize(
    ("who", "text"),
    [("Maya", "owner"), ("Anna", "Anna"), ("Ben", "Ben"), ("Somebody", "role:viewer")],
)
def test_every_kind_of_caller_is_named_so_that_a_run_finds_them(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], who: str, text: str
) -> None:
    page = show(SavedPage)
    asked = todo.calls.ask("todo", "lists", who)
    save_as(qtbot, page, "one")
    assert read(todo, "one").caller == text
    page.view.run.click()
    settle(qtbot, page)
    result = page.view.model.record(0).result
    assert result is not None
    assert result.result is not None
    assert result.result.caller.id == asked.caller.id


def test_a_new_stranger_is_saved_as_one_and_not_by_an_id(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = show(SavedPage)
    stranger = CallerChoice("12D3KooWNobody", "Stranger 1", "stranger", source="new")
    todo.calls.request = PreparedCall(Request.call("todo", {"action": "lists"}), stranger)
    save_as(qtbot, page, "one")
    assert read(todo, "one").caller == "stranger"


def test_two_of_a_name_are_told_apart_by_their_ids(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    other = "12D3KooWTwin" + "w" * 40
    todo.engine.peers.add_test_peer(Peer(other, "Ben"))
    page = show(SavedPage)
    asked = todo.calls.ask("todo", "lists", "Ben")
    save_as(qtbot, page, "one")
    assert read(todo, "one").caller == asked.caller.id
    assert asked.caller.id in (BEN, other)


def test_a_chat_line_and_an_event_are_saved_too(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = show(SavedPage)
    anna = todo.calls.who("Anna")
    todo.calls.request = PreparedCall(Request.chat("!hello  Al"), anna)
    save_as(qtbot, page, "chat")
    todo.calls.request = PreparedCall(Request.event("on_group_close", "g1"), anna)
    save_as(qtbot, page, "event")
    chat, event = read(todo, "chat"), read(todo, "event")
    assert (chat.request.kind, chat.request.argument, chat.caller) == ("chat", "!hello  Al", "Anna")
    assert (event.request.kind, event.request.target, event.request.argument, event.caller) == (
        "event",
        "on_group_close",
        "g1",
        "owner",
    )
    choose(page, "event")
    assert not page.view.editor.caller.isEnabled()
    choose(page, "chat")
    assert page.view.editor.caller.isEnabled()


def test_a_form_that_cannot_be_sent_is_not_saved(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, LISTS)
    page.view.save.click()
    assert not page.view.save_bar.isVisible()
    assert "Call page has an error" in page.view.words.text()
    page.view.editor.use_current.click()
    assert "Call page has an error" in page.view.editor.error.text()
    todo.calls.ask("todo", "lists")
    page.view.save.click()
    todo.calls.request = None
    page.view.save_bar.save.click()
    assert "Call page has an error" in page.view.save_bar.error.text()
    assert [one.name for one in todo.engine.checks.files.all()] == ["lists"]


def test_esc_leaves_the_question_for_a_name(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, LISTS)
    todo.calls.ask("todo", "lists")
    qtbot.keyClick(page.view.table, Qt.Key.Key_S, CTRL)
    assert page.view.save_bar.field.hasFocus()
    qtbot.keyClick(page.view.save_bar.field, Qt.Key.Key_Escape)
    assert not page.view.save_bar.isVisible()
    page.view.save.click()
    page.view.save_bar.cancel.click()
    assert not page.view.save_bar.isVisible()
    assert page.view.table.hasFocus()
    assert names(page) == ["lists"]


@pytest.mark.parametrize("name", ["lists", "LISTS", "Lists"])
def test_a_taken_name_is_refused_and_stays_to_be_corrected(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], name: str
) -> None:
    page = one_page(show, todo, LISTS)
    before = (folder_of(todo) / "lists.call.json").read_bytes()
    todo.calls.ask("todo", "add", "Anna", text="x")
    save_as(qtbot, page, name)
    assert page.view.save_bar.error.text() == f"A saved call “{name}” exists: choose another name."
    assert page.view.save_bar.field.text() == name
    assert (folder_of(todo) / "lists.call.json").read_bytes() == before
    save_as(qtbot, page, "another")
    assert names(page) == ["another", "lists"]


def test_a_name_that_somebody_else_took_meanwhile_is_not_written_over(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = show(SavedPage)
    todo.calls.ask("todo", "lists")
    put(todo, ADD)  # as git would, behind the page's back
    before = (folder_of(todo) / "add.call.json").read_bytes()
    save_as(qtbot, page, "add")
    assert "exists" in page.view.save_bar.error.text()
    assert (folder_of(todo) / "add.call.json").read_bytes() == before


@pytest.mark.parametrize(
    "name", ["a/b", "..", ".hidden", "a:b", "con", "a\\b", "x" * 81, "tab\there", "-", "a "]
)
def test_a_name_that_no_file_can_have_is_refused(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], name: str
) -> None:
    page = show(SavedPage)
    todo.calls.ask("todo", "lists")
    save_as(qtbot, page, name)
    if name == "a ":  # blanks around it are nobody's wish
        assert names(page) == ["a"]
        return
    assert "cannot be a file's" in page.view.save_bar.error.text()
    assert page.view.save_bar.isVisible()
    assert names(page) == []
    assert not folder_of(todo).exists() or not list(folder_of(todo).iterdir())


def test_an_empty_name_is_asked_for(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = show(SavedPage)
    todo.calls.ask("todo", "lists")
    save_as(qtbot, page, "   ")
    assert "Write a name first" in page.view.save_bar.error.text()


# the file


def test_the_file_is_small_readable_and_the_same_when_saved_twice(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = show(SavedPage)
    todo.calls.ask("todo", "add", "Anna", list_id=1, text="Käse")
    save_as(qtbot, page, "one")
    save_as(qtbot, page, "two")
    one, two = (folder_of(todo) / f"{name}.call.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert one.read_text() == (
        '{\n  "version": 1,\n  "kind": "call",\n  "function": "todo",\n  "params": {\n    "action": "add",\n'
        '    "list_id": 1,\n    "text": "Käse"\n  },\n'
        '  "caller": "Anna",\n  "expect": []\n}\n'
    )
    first = one.read_bytes()
    choose(page, "one")
    write(qtbot, page, page.view.editor.description, "Adds")
    assert one.read_text().startswith('{\n  "version": 1,\n  "description": "Adds",\n')
    write(qtbot, page, page.view.editor.description, " ")
    assert one.read_bytes() == first
    assert sorted(path.name for path in folder_of(todo).iterdir()) == ["one.call.json", "two.call.json"], (
        "nothing else is left"
    )


def test_nothing_is_written_when_nothing_changed(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    put(todo, LISTS)
    file = folder_of(todo) / "lists.call.json"
    file.write_text('{"function":"todo","params":{"action":"lists"}}')  # as somebody wrote it by hand
    page = show(SavedPage)
    write(qtbot, page, page.view.editor.name, "lists")
    write(qtbot, page, page.view.editor.description, "")
    page.view.run.click()
    settle(qtbot, page)
    assert file.read_text() == '{"function":"todo","params":{"action":"lists"}}'


def test_a_damaged_file_is_named_and_left_alone(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    put(todo, LISTS)
    bad = folder_of(todo) / "bad.call.json"
    bad.write_text('{"function": "todo", "expect": [{"kind": "value_equals", "path": "rows", "value": 1}]}')
    page = show(SavedPage)
    assert names(page) == ["lists"]
    assert page.view.problems.isVisible()
    assert (
        page.view.problems.text()
        == "Damaged: bad.call.json: expect[0].path must begin with a slash, like /rows/0/title"
    )
    todo.calls.ask("todo", "lists")
    before = bad.read_bytes()
    save_as(qtbot, page, "bad")
    assert "not overwritten" in page.view.save_bar.error.text()
    assert bad.read_bytes() == before
    bad.write_text('{"function": "todo"}')
    page.refresh()
    settle(qtbot, page)
    assert names(page) == ["bad", "lists"]
    assert not page.view.problems.isVisible()


def test_many_damaged_files_leave_room_for_the_rest(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    put(todo, LISTS)
    for number in range(30):
        (folder_of(todo) / f"bad {number:02}.call.json").write_text("{")
    (folder_of(todo) / "other.check.json").write_text("{")
    page = show(SavedPage)
    assert page.view.problems.text().splitlines()[-1] == "… and 26 more"
    assert page.view.problems.toolTip().count("Damaged: bad") == 30
    assert "other.check" not in page.view.problems.toolTip(), "the checks are another page's"
    assert page.view.table.height() > 200


# files that change outside


def change_outside(site: PageSite, name: str, **changes: Any) -> None:
    file = folder_of(site) / f"{name}.call.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_what_git_brings_is_there_when_the_page_is_looked_at(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, LISTS)
    put(todo, ADD)
    page.hide()
    page.show()
    settle(qtbot, page)
    assert names(page) == ["add", "lists"]
    choose(page, "lists")
    change_outside(todo, "lists", description="From git", caller="Anna")
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    page.activateWindow()
    qtbot.waitUntil(lambda: page.view.editor.description.text() == "From git")
    settle(qtbot, page)
    assert page.view.editor.caller.currentData() == "Anna"
    (folder_of(todo) / "add.call.json").unlink()
    page.refresh()
    settle(qtbot, page)
    assert names(page) == ["lists"]


def test_a_change_outside_is_not_written_over(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, LISTS)
    change_outside(todo, "lists", params={"action": "lists", "more": 1})
    write(qtbot, page, page.view.editor.description, "Mine")
    assert "changed by another program" in page.view.editor.error.text()
    assert read(todo, "lists").request.argument == {"action": "lists", "more": 1}
    assert read(todo, "lists").description == ""
    assert page.view.model.record(0).saved.request.argument["more"] == 1, "read again"
    write(qtbot, page, page.view.editor.description, "Mine again")
    assert (read(todo, "lists").description, read(todo, "lists").request.argument) == (
        "Mine again",
        {"action": "lists", "more": 1},
    )


def test_a_change_outside_that_python_calls_equal_is_one(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, SavedCall("n", Request.call("todo", {"action": "lists", "n": 1})))
    change_outside(todo, "n", params={"action": "lists", "n": True})
    qtbot.keyClick(page.view.table, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert "changed by another program" in page.view.editor.error.text()
    assert read(todo, "n").request.argument["n"] is True


def test_undo_does_not_write_over_what_came_from_outside(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, LISTS)
    write(qtbot, page, page.view.editor.description, "Mine")
    change_outside(todo, "lists", description="Theirs")
    page.view.table.setFocus()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Z, CTRL)
    settle(qtbot, page)
    assert "changed by another program" in page.view.words.text()
    assert read(todo, "lists").description == "Theirs"


def test_what_is_being_typed_survives_a_reading(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("rows_added", "tasks", 1),)
        ),
    )
    editor = page.view.editor
    type_into(qtbot, editor.value, "25")
    page.refresh()
    settle(qtbot, page)
    assert editor.value.text() == "25"
    editor.description.setFocus()
    qtbot.keyClicks(editor.description, "Half a sen")
    page.refresh()
    settle(qtbot, page)
    assert editor.description.text() == "Half a sen"
    qtbot.keyClick(editor.description, Qt.Key.Key_Escape)
    assert editor.description.text() == ""
    assert editor.value.text() == "1"


def test_recorded_visits_are_here_too(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo)
    settle(qtbot, page)
    assert not page.view.visits.isVisibleTo(page.view), "there is none"
    step = VisitStep(LISTS.request, (Expectation("ok"),))
    todo.engine.checks.files.save_visit(Visit("Anna looks around", (step,)))
    page.refresh()
    settle(qtbot, page)
    assert page.view.visits.text() == "Recorded visits (1)"
    page.view.visits.click()
    settle(qtbot, page)
    dialog = page.presenter.visits.dialog
    assert dialog is not None
    dialog.run.click()
    qtbot.waitUntil(lambda: [one.words for one in dialog.visits.shown()] == ["passed"])
    settle(qtbot, page)
    dialog.delete.click()
    qtbot.waitUntil(lambda: not page.view.visits.isVisibleTo(page.view))
    qtbot.keyClick(dialog, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: page.view.visits.text() == "Recorded visits (1)")
    settle(qtbot, page)
    dialog.close()
