"""Expectations of saved calls through the real widgets on a real site: made of what came by clicking,
changed, removed.
"""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.saved.expecting import offers, pointer, with_added
from goop_console.tabs.calls.saved.page import SavedPage
from goop_console.widgets.json_tree import JsonNode
from lua_engine import CallerRef, Expectation, Request, SavedCall

from .conftest import FAILS, POLICY, PageSite, Show
from .test_pages_saved import ADD, CTRL, DISPLAY, LISTS, SHIFT, choose, names, one_page, settle, write
from .test_pages_saved_runs import BROKEN, REFUSED, expected, offer, offered, run, shown_run

CLEAR = SavedCall("clear", Request.call("todo", {"action": "clear_done", "list_id": 1}))
VALUES = """--- Answers with many kinds of values
function call(request)
  local long = {}
  for number = 1, 2500 do long[number] = number end
  return { ["a/b~c"] = { n = 5, yes = true }, text = "Buy milk", list = { { id = 1, name = "one" },
    { id = 2 } }, long = long }
end
"""


def walk_to(page: SavedPage, where: str) -> None:
    """Put the keyboard on the line of the tree at a JSON pointer."""
    tree = page.view.result.detail.json.tree
    model = tree.model()

    def find(index: QModelIndex) -> QModelIndex | None:
        node = index.internalPointer()
        assert isinstance(node, JsonNode)
        if pointer(node) == where and node.span is None:
            return index
        below = (find(model.index(row, 0, index)) for row in range(model.rowCount(index)))
        return next((one for one in below if one is not None), None)

    found = find(model.index(0, 0))
    assert found is not None, where
    tree.setFocus()
    tree.setCurrentIndex(found)


# expectations by clicking


def test_nothing_is_offered_before_a_run(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, LISTS)
    assert offered(page) == []
    assert page.view.result.detail.empty.title.text() == "Not run yet"
    assert page.view.editor.nothing.isVisible()
    assert not page.view.editor.remove.isEnabled()


def test_value_equals_and_contains_of_the_chosen_line(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    todo.script("values", VALUES)
    page = one_page(show, todo, SavedCall("values", Request.call("values")))
    run(qtbot, page)
    panel = page.view.result
    assert panel.where.text() == "of the whole value"
    walk_to(page, "/a~1b~0c/n")
    assert panel.where.text() == "of /a~1b~0c/n"
    panel.equals.click()
    settle(qtbot, page)
    assert expected(todo, "values") == [{"kind": "value_equals", "path": "/a~1b~0c/n", "value": 5}]
    assert panel.where.text() == "of /a~1b~0c/n", "the line stays chosen"
    assert shown_run(page, "values") == "passed"
    walk_to(page, "/list/0")
    qtbot.keyClick(panel.detail.json.tree, Qt.Key.Key_E, CTRL | SHIFT)
    settle(qtbot, page)
    walk_to(page, "/text")
    qtbot.keyClick(panel.detail.json.tree, Qt.Key.Key_E, CTRL)
    settle(qtbot, page)
    assert expected(todo, "values")[1:] == [
        {"kind": "value_contains", "path": "/list/0", "value": {"id": 1, "name": "one"}},
        {"kind": "value_equals", "path": "/text", "value": "Buy milk"},
    ]
    words = [page.view.editor.model.index(row, 0).data(DISPLAY) for row in range(3)]
    assert words[0] == "value /a~1b~0c/n equals 5"
    assert words[2] == 'value /text equals "Buy milk"'
    assert page.view.model.index(0, 3).data(DISPLAY) == "3 things"
    todo.script("values", VALUES.replace("Buy milk", "Buy tea"))
    assert not run(qtbot, page).passed
    assert panel.notice.text.text() == 'value/text: expected "Buy milk", got "Buy tea"'


def test_a_part_of_a_long_list_can_only_be_contained(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    todo.script("values", VALUES)
    page = one_page(show, todo, SavedCall("values", Request.call("values")))
    run(qtbot, page)
    walk_to(page, "/long")
    tree, panel = page.view.result.detail.json.tree, page.view.result
    tree.setCurrentIndex(tree.model().index(1, 0, tree.currentIndex()))
    assert not panel.equals.isEnabled()
    qtbot.keyClick(tree, Qt.Key.Key_E, CTRL)
    panel.contains.click()
    settle(qtbot, page)
    (one,) = expected(todo, "values")
    assert (one["kind"], one["path"], one["value"][0], len(one["value"])) == (
        "value_contains",
        "/long",
        1001,
        1000,
    )
    assert shown_run(page, "values") == "passed"
    assert not page.view.editor.value.isEnabled()
    assert "change it in the file" in page.view.editor.value.placeholderText()


def test_a_large_value_is_not_expected_as_a_whole(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    todo.script("large", "function call(request) return { text = string.rep('x', 100000), n = 1 } end\n")
    page = one_page(show, todo, SavedCall("large", Request.call("large")))
    run(qtbot, page)
    page.view.result.contains.click()
    walk_to(page, "/text")
    page.view.result.equals.click()
    settle(qtbot, page)
    assert "choose a line within it" in page.view.editor.error.text()
    assert expected(todo, "large") == []
    walk_to(page, "/n")
    page.view.result.equals.click()
    settle(qtbot, page)
    assert not page.view.editor.error.isVisible()
    assert expected(todo, "large") == [{"kind": "value_equals", "path": "/n", "value": 1}]


def test_rows_that_changed_are_expected(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, ADD)
    run(qtbot, page)
    assert offered(page) == ["ok", "tasks: 1 row added"]
    offer(page, "tasks: 1 row added")
    settle(qtbot, page)
    assert expected(todo, "add") == [{"kind": "rows_added", "table": "tasks", "count": 1}]
    assert shown_run(page, "add") == "passed"
    write(qtbot, page, page.view.editor.value, "2")
    assert expected(todo, "add")[0]["count"] == 2
    assert shown_run(page, "add") == "failed"
    assert page.view.result.notice.text.text() == "tasks: expected 2 rows to be added, 1 were"


def test_that_no_rows_change_is_expected(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, LISTS)
    run(qtbot, page)
    assert offered(page) == ["ok", "no rows changed"]
    offer(page, "no rows changed")
    settle(qtbot, page)
    assert expected(todo, "lists") == [{"kind": "no_rows_changed"}]
    todo.calls.ask("todo", "add", "Maya", list_id=1, text="x")
    page.view.editor.use_current.click()
    settle(qtbot, page)
    assert not run(qtbot, page).passed
    assert page.view.result.notice.text.text() == "tasks: expected no changes, 1 rows changed"


def test_a_refusal_is_expected_with_its_reason(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, REFUSED)
    run(qtbot, page)
    assert offered(page) == ["refused", 'says "only the site owner can do this"', "no rows changed"]
    offer(page, "refused")
    settle(qtbot, page)
    offer(page, 'says "only the site owner can do this"')
    settle(qtbot, page)
    assert expected(todo, "refused") == [{"kind": "refused", "text": "only the site owner can do this"}], (
        "one takes the other's place"
    )
    assert shown_run(page, "refused") == "passed"
    write(qtbot, page, page.view.editor.value, "nobody")
    assert shown_run(page, "refused") == "failed"
    assert (
        'expected an error that says "nobody", got: only the site owner can do this'
        in page.view.result.notice.text.text()
    )
    page.view.editor.value.clear()
    qtbot.keyClick(page.view.editor.value, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert expected(todo, "refused") == [{"kind": "refused"}]


def test_two_quick_clicks_are_both_kept(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    page = one_page(show, todo, ADD)
    run(qtbot, page)
    offer(page, "ok")
    offer(page, "tasks: 1 row added")
    page.view.result.equals.click()
    settle(qtbot, page)
    assert [one["kind"] for one in expected(todo, "add")] == ["ok", "rows_added", "value_equals"]
    assert shown_run(page, "add") == "passed"
    for count in (2, 1, 0):
        page.view.undo_requested.emit()
        settle(qtbot, page)
        assert len(expected(todo, "add")) == count
    assert shown_run(page, "add") == "passed", "it was looked at again each time"


def test_a_name_and_an_expectation_at_once_are_both_kept(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, ADD)
    run(qtbot, page)
    page.view.editor.name.setFocus()
    page.view.editor.name.selectAll()
    qtbot.keyClicks(page.view.editor.name, "put")
    button = page.view.result.offers[0]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    settle(qtbot, page)
    assert (names(page), expected(todo, "put")) == (["put"], [{"kind": "ok"}])


def test_run_all_is_not_lost_while_an_expectation_is_looked_at(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    page = one_page(show, todo, ADD, LISTS)
    choose(page, "add")
    run(qtbot, page)
    offer(page, "ok")
    page.view.run_all.click()
    settle(qtbot, page)
    assert page.view.words.text() == "2 passed, 0 failed"


# editing expectations


@pytest.mark.parametrize(
    ("one", "typed", "value"),
    [
        (Expectation("value_equals", "/n", 1), "true", True),
        (Expectation("value_equals", "/n", True), "1", 1),
        (Expectation("value_equals", "/n", 1), "1.0", 1.0),
        (Expectation("value_equals", "/n", 1), '"done"', "done"),
        (Expectation("value_contains", "", "a"), '{"a": [1, null]}', {"a": [1, None]}),
    ],
)
def test_an_expected_value_is_changed(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], one: Expectation, typed: str, value: object
) -> None:
    page = one_page(show, todo, SavedCall("one", Request.call("todo", {"action": "lists"}), expect=(one,)))
    assert page.view.editor.value.text() == json.dumps(one.value)
    write(qtbot, page, page.view.editor.value, typed)
    found = expected(todo, "one")[0]["value"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("typed", ["done", "{", "NaN", "1e999", "1" * 5000, "", "[1,"])
def test_what_is_no_json_is_refused_and_stays(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], typed: str
) -> None:
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("value_equals", "/n", 1),)
        ),
    )
    page.view.editor.value.setText(typed)
    qtbot.keyClick(page.view.editor.value, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert "JSON" in page.view.editor.error.text()
    assert page.view.editor.value.text() == typed
    assert expected(todo, "one")[0]["value"] == 1


@pytest.mark.parametrize(("typed", "count"), [("3", 3), ("", None), (" 0 ", 0)])
def test_a_number_of_rows_is_changed(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], typed: str, count: int | None
) -> None:
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("rows_added", "tasks", 1),)
        ),
    )
    page.view.editor.value.setText(typed)
    qtbot.keyClick(page.view.editor.value, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert expected(todo, "one")[0].get("count") == count
    assert page.view.editor.value.placeholderText() == "at least one"


@pytest.mark.parametrize("typed", ["-1", "two", "1.5", "²", "9" * 20])
def test_what_is_no_number_of_rows_is_refused(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage], typed: str
) -> None:
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("rows_added", "tasks", 1),)
        ),
    )
    page.view.editor.value.setText(typed)
    qtbot.keyClick(page.view.editor.value, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert "whole number" in page.view.editor.error.text()
    assert expected(todo, "one")[0]["count"] == 1


def test_an_expected_text_of_several_lines_is_not_bent_by_looking_at_it(
    qtbot: QtBot, todo: PageSite, show: Show[SavedPage]
) -> None:
    text = "first\nsecond\tthird"
    page = one_page(
        show,
        todo,
        SavedCall(
            "one", Request.call("todo", {"action": "lists"}), expect=(Expectation("error_says", "", text),)
        ),
    )
    page.view.editor.value.setFocus()
    qtbot.keyClick(page.view.editor.value, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert expected(todo, "one")[0]["text"] == text


def test_expectations_are_removed_one_by_one(qtbot: QtBot, todo: PageSite, show: Show[SavedPage]) -> None:
    expect = (Expectation("ok"), Expectation("rows_added", "tasks", 1), Expectation("value_equals", "", 1))
    page = one_page(show, todo, SavedCall("one", Request.call("todo", {"action": "lists"}), expect=expect))
    editor = page.view.editor
    editor.expect.setCurrentIndex(editor.model.index(1, 0))
    qtbot.keyClick(editor.expect, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert [one["kind"] for one in expected(todo, "one")] == ["ok", "value_equals"]
    assert editor.expect.currentIndex().row() == 1
    editor.remove.click()
    settle(qtbot, page)
    editor.remove.click()
    settle(qtbot, page)
    assert expected(todo, "one") == []
    assert editor.nothing.isVisible()
    assert not editor.remove.isEnabled()


def test_expectations_that_exclude_each_other_take_each_other_s_place() -> None:
    ok, says, none = Expectation("ok"), Expectation("error_says", "", "x"), Expectation("no_rows_changed")
    tasks, lists = Expectation("rows_added", "tasks", 1), Expectation("rows_removed", "lists", 1)
    equals = Expectation("value_equals", "/a", 1)
    assert with_added((ok, equals), says) == (equals, says)
    assert with_added((says,), ok) == (ok,)
    assert with_added((tasks, lists, equals), none) == (equals, none)
    assert with_added((none,), tasks) == (tasks,)
    assert with_added((tasks, lists), Expectation("no_rows_changed", "tasks")) == (
        lists,
        Expectation("no_rows_changed", "tasks"),
    )
    assert with_added((equals,), Expectation("value_equals", "/a", 2)) == (
        Expectation("value_equals", "/a", 2),
    )
    assert with_added((equals,), Expectation("value_equals", "/b", 2)) == (
        equals,
        Expectation("value_equals", "/b", 2),
    )


def test_what_is_offered_holds(qtbot: QtBot, todo: PageSite) -> None:
    """Every offer made of a run is passed by the same run."""
    todo.script("broken", FAILS)
    todo.script(
        "policy",
        POLICY.replace('goop.orm("notes")', 'goop.orm("tasks")').replace(
            "text = params.text", "list_id = 1, text = params.text"
        ),
    )
    for call in (
        ADD,
        LISTS,
        CLEAR,
        REFUSED,
        BROKEN,
        SavedCall("wipe", Request.call("policy", {"action": "wipe"})),
    ):
        came = todo.engine.checks.run(call).result
        assert came is not None
        found = offers(came)
        assert found
        for one in found:
            checked = todo.engine.checks.run(
                SavedCall(
                    "x",
                    Request(call.request.kind, call.request.target, call.request.argument),
                    CallerRef(call.caller),
                    (one.expectation,),
                )
            )
            assert checked.passed, (call.name, one.words, checked.failures)
