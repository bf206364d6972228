"""Saved calls through the real widgets on a real site: changing, deleting, taking back, by keyboard, many and
long.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from goop_console.actions import COMMANDS
from goop_console.tabs.calls.saved.page import SavedPage
from lua_engine import CallerRef, Expectation, Request, SavedCall

from .conftest import ANNA, PageSite, Show
from .test_pages_saved import (
    ADD,
    CTRL,
    DISPLAY,
    LISTS,
    SHIFT,
    TIP,
    choose,
    folder_of,
    names,
    one_page,
    put,
    read,
    settle,
    type_into,
    write,
)

# changing, deleting, taking back


def test_a_call_is_renamed_and_its_file_with_it(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, ADD, LISTS)
    choose(page, "add")
    page.view.run.click()
    settle(qtbot, page)
    page.view.table.setFocus()
    qtbot.keyClick(page.view.table, Qt.Key.Key_F2)
    assert page.view.editor.name.hasFocus()
    qtbot.keyClicks(page.view.editor.name, "put it there")
    qtbot.keyClick(page.view.editor.name, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert names(page) == ["lists", "put it there"]
    assert sorted(path.name for path in folder_of(todo).iterdir()) == [
        "lists.call.json",
        "put it there.call.json",
    ]
    row = page.view.current()
    assert row is not None
    assert (row.saved.name, row.passed) == ("put it there", True), "what came of it stays"
    page.view.table.setFocus()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Z, CTRL)
    settle(qtbot, page)
    assert names(page) == ["add", "lists"]


def test_a_rename_may_change_nothing_but_the_case(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, LISTS)
    write(qtbot, page, page.view.editor.name, "Lists")
    assert names(page) == ["Lists"]
    assert [path.name for path in folder_of(todo).iterdir()] == ["Lists.call.json"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("lists", "exists"), ("Lists", "exists"), ("a/b", "cannot be a file's"), ("", "cannot be a file's")],
)
def test_a_rename_that_is_not_possible_changes_nothing(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], name: str, reason: str
) -> None:
    page = one_page(show, todo, ADD, LISTS)
    choose(page, "add")
    editor = page.view.editor
    if name:
        write(qtbot, page, editor.name, name)
    else:
        editor.name.setFocus()
        editor.name.selectAll()
        qtbot.keyClick(editor.name, Qt.Key.Key_Delete)
        qtbot.keyClick(editor.name, Qt.Key.Key_Return)
        settle(qtbot, page)
    assert reason in editor.error.text()
    assert editor.name.text() == name, "it can be corrected"
    assert names(page) == ["add", "lists"]
    qtbot.keyClick(editor.name, Qt.Key.Key_Escape)
    assert editor.name.text() == "add"
    assert not editor.error.isVisible()


def test_going_to_another_call_keeps_what_was_written_and_goes_there(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, ADD, LISTS)
    choose(page, "add")
    editor, table = page.view.editor, page.view.table
    type_into(qtbot, editor.name, "zz last")
    place = table.visualRect(page.view.model.index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    editor.description.setFocus()
    settle(qtbot, page)
    assert names(page) == ["lists", "zz last"]
    assert editor.name.text() == "lists", "the call that was clicked"
    assert read(todo, "lists").request.argument == LISTS.request.argument


def test_the_caller_and_the_request_are_changed(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, LISTS)
    caller = page.view.editor.caller
    known = [(caller.itemData(place), caller.itemText(place)) for place in range(caller.count())]
    assert ("role:viewer", "member: viewer") in known
    assert ("Anna", "Anna (coauthor)") in known
    assert len({text for text, _ in known}) == len(known)
    caller.setFocus()
    while caller.currentData() != "stranger":
        qtbot.keyClick(caller, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert read(todo, "lists").caller == "stranger"
    todo.calls.ask("todo", "add", "Anna", list_id=1, text="x")
    page.view.editor.use_current.click()
    settle(qtbot, page)
    saved = read(todo, "lists")
    assert (saved.request.argument, saved.caller) == (
        {"action": "add", "list_id": 1, "text": "x"},
        "stranger",
    )


def test_a_caller_whom_nobody_knows_is_said_and_kept(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, SavedCall("who", Request.call("todo", {"action": "lists"}), CallerRef("Zoe")))
    assert page.view.editor.caller.currentText() == "Zoe (not known here)"
    write(qtbot, page, page.view.editor.description, "x")
    assert read(todo, "who").caller == "Zoe"


def test_params_that_python_calls_equal_are_changed(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, SavedCall("n", Request.call("todo", {"action": "lists", "n": 1})))
    todo.calls.ask("todo", "lists", n=True)
    page.view.editor.use_current.click()
    settle(qtbot, page)
    assert read(todo, "n").request.argument["n"] is True


def test_delete_and_undo_by_key_and_by_button(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, ADD, LISTS)
    before = (folder_of(todo) / "add.call.json").read_bytes()
    choose(page, "add")
    page.view.table.setFocus()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert names(page) == ["lists"]
    assert not (folder_of(todo) / "add.call.json").exists()
    assert page.view.notice.title.text() == "“add” is deleted"
    page.view.notice.buttons()["Undo"].click()
    settle(qtbot, page)
    assert (folder_of(todo) / "add.call.json").read_bytes() == before
    assert page.view.editor.name.text() == "add", "it is chosen again"
    assert not page.view.notice.isVisible()
    page.view.delete.click()
    settle(qtbot, page)
    page.view.table.setFocus()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Z, CTRL)
    settle(qtbot, page)
    assert names(page) == ["add", "lists"]
    qtbot.keyClick(page.view.table, Qt.Key.Key_Z, CTRL)
    settle(qtbot, page)
    assert page.view.words.text() == "There is nothing to undo."


def test_the_last_call_is_deleted_and_the_keyboard_is_not_lost(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, LISTS)
    page.view.table.setFocus()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert page.view.empty.isVisible()
    assert page.view.empty.button.hasFocus()
    qtbot.keyClick(page.view.empty.button, Qt.Key.Key_Z, CTRL)
    settle(qtbot, page)
    assert names(page) == ["lists"]


def test_the_undo_button_of_a_delete_never_undoes_something_else(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, ADD, LISTS)
    choose(page, "add")
    page.view.delete.click()
    settle(qtbot, page)
    write(qtbot, page, page.view.editor.description, "Later")
    assert not page.view.notice.isVisible()
    for _ in range(2):
        page.view.table.setFocus()
        qtbot.keyClick(page.view.table, Qt.Key.Key_Z, CTRL)
        settle(qtbot, page)
    assert names(page) == ["add", "lists"]
    assert read(todo, "lists").description == ""


def test_a_site_that_cannot_be_written_to_says_so(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = one_page(show, todo, LISTS)
    monkeypatch.setattr(todo.engine.checks.files, "_read_only", True)
    write(qtbot, page, page.view.editor.description, "x")
    assert "reading only" in page.view.editor.error.text()
    assert page.view.model.record(0).saved.description == ""
    page.view.delete.click()
    settle(qtbot, page)
    assert names(page) == ["lists"]


def test_a_failed_undo_can_be_tried_again(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = one_page(show, todo, LISTS)
    page.view.delete.click()
    settle(qtbot, page)
    with monkeypatch.context() as patched:
        patched.setattr(todo.engine.checks.files, "_read_only", True)
        page.view.undo_requested.emit()
        settle(qtbot, page)
        assert "reading only" in page.view.words.text()
    page.view.undo_requested.emit()
    settle(qtbot, page)
    assert names(page) == ["lists"]


# keyboard, names, size


def test_all_of_it_by_keyboard(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = show(SavedPage)
    todo.calls.ask("todo", "lists", "Anna")
    page.focus_main()

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key, modifier)
        settle(qtbot, page)

    press(Qt.Key.Key_S, CTRL)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return, CTRL)
    assert page.view.words.text() == "Passed"
    page.view.result.detail.json.tree.setFocus()
    press(Qt.Key.Key_E, CTRL | SHIFT)
    assert read(todo, "todo lists").expect[0].kind == "value_contains"
    page.view.editor.expect.setFocus()
    press(Qt.Key.Key_Return)
    assert page.view.editor.value.hasFocus()
    page.view.editor.expect.setFocus()
    press(Qt.Key.Key_Delete)
    assert read(todo, "todo lists").expect == ()
    page.view.table.setFocus()
    press(Qt.Key.Key_Return, CTRL | SHIFT)
    press(Qt.Key.Key_Return)
    assert todo.calls.shown[0].call.caller.id == ANNA
    page.view.table.setFocus()
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_Z, CTRL)
    assert names(page) == ["todo lists"]


def test_no_key_of_the_page_is_the_window_s_too(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    """Qt runs neither of two."""
    page = show(SavedPage)
    window = {QKeySequence(key).toString() for one in COMMANDS if not one.is_edit for key in one.keys}
    own = [shortcut.key().toString() for shortcut in page.findChildren(QShortcut)]
    own += [key.toString() for action in page.findChildren(QAction) for key in action.shortcuts()]
    assert "Ctrl+Return" in own
    assert "Ctrl+E" in own
    assert window.isdisjoint(own)


def test_tab_goes_through_the_editor_in_the_order_of_the_eye(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("rows_added", "tasks", 1),)
        ),
    )
    editor = page.view.editor
    order = [
        editor.name,
        editor.description,
        editor.use_current,
        editor.open,
        editor.caller,
        editor.expect,
        editor.value,
        editor.remove,
    ]
    editor.name.setFocus()
    seen = []
    for _ in order:
        seen.append(QApplication.focusWidget())
        qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)
    assert seen == order


def test_everything_that_takes_the_keyboard_has_a_name(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("rows_added", "tasks", 1),)
        ),
    )
    page.view.run.click()
    settle(qtbot, page)
    kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit)
    unnamed = [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.isHidden()
        if not widget.accessibleName() and not (isinstance(widget, QAbstractButton) and widget.text())
        if widget.window() is page and not widget.objectName().startswith("qt_")
    ]
    assert unnamed == []


def test_long_names_are_cut_and_told_in_full(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    name = "Somebody with " + "a very long name " * 3 + "adds milk"
    text = "Milk\n" * 400
    page = one_page(
        show,
        todo,
        SavedCall(
            name,
            Request.call("todo", {"action": "add", "list_id": 1, "text": text}),
            CallerRef("Anna"),
            description="So that " * 60,
        ),
    )
    index = page.view.model.index(0, 0)
    assert index.data(DISPLAY) == name
    assert index.data(TIP).startswith(name)
    assert page.minimumSizeHint().width() < 1000
    assert "Milk" in page.view.editor.what.toolTip()
    assert len(page.view.editor.what.toolTip()) < 5_000


def test_a_hundred_calls_are_listed_in_order_and_the_choice_stays(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    put(
        todo,
        *(
            SavedCall(f"call {number:03}", Request.call("todo", {"action": "lists", "n": number}))
            for number in range(100)
        ),
    )
    page = show(SavedPage)
    assert names(page) == [f"call {number:03}" for number in range(100)]
    choose(page, "call 070")
    top = page.view.table.verticalScrollBar().value()
    assert top > 0
    page.refresh()
    settle(qtbot, page)
    current = page.view.current()
    assert current is not None
    assert (current.saved.name, page.view.table.verticalScrollBar().value()) == ("call 070", top)
    put(todo, SavedCall("a first one", Request.call("todo", {})))
    page.refresh()
    settle(qtbot, page)
    assert page.view.editor.name.text() == "call 070"
    assert [index.row() for index in page.view.table.selectionModel().selectedRows()] == [71]


def test_the_path_of_the_folder_is_copied(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = show(SavedPage)
    page.view.copy.click()
    assert QApplication.clipboard().text() == str(folder_of(todo))
    assert page.view.folder.toolTip() == str(folder_of(todo))
