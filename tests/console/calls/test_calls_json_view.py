"""The JSON tree and its text."""

from __future__ import annotations

import json
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from goop_console.widgets.json_text import JsonPages
from goop_console.widgets.json_tree import RANGE, JsonNode, scalar_text, value_summary
from goop_console.widgets.json_view import JsonView

COLORS = SimpleNamespace(
    text="#222222", muted="#777777", syn_string="#007755", syn_number="#bb5500", syn_builtin="#7700aa"
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=15,
)


@pytest.fixture
def view(qtbot: QtBot) -> JsonView:
    widget = JsonView()
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.show()
    return widget


@given(json_values, st.integers(1, 40))
@example(None, 1)
def test_the_pages_together_are_the_text(value: Any, size: int) -> None:
    pages = JsonPages(value, page_chars=size)
    while not pages.is_complete:
        pages.make_page()
    assert pages.text() == json.dumps(value, indent=2, ensure_ascii=False)
    assert all(len(pages.page(number)) <= size for number in range(pages.count))


def test_only_the_wanted_page_is_made() -> None:
    pages = JsonPages(list(range(100_000)), page_chars=1_000)
    assert pages.page(0).startswith("[\n  0,\n  1,")
    assert pages.count == 1
    assert not pages.is_complete


def leaves(node: JsonNode) -> list[tuple[str, Any]]:
    """Every scalar and empty container with its path."""
    if not node.has_children:
        return [(node.path, node.value)]
    return [leaf for child in node.children for leaf in leaves(child)]


def test_a_path_leads_to_its_value() -> None:
    value = {"todos": [{"text": "a", "my key": 1, 'q"': 2}], "größe": 3, "$ok": 4, "a-b": []}
    found = dict(leaves(JsonNode("result", value, None, 0)))
    assert found == {
        "result.todos[0].text": "a",
        'result.todos[0]["my key"]': 1,
        'result.todos[0]["q\\""]': 2,
        'result["größe"]': 3,
        "result.$ok": 4,
        'result["a-b"]': [],
    }


@pytest.mark.parametrize("count", [RANGE - 1, RANGE, RANGE + 1, RANGE * RANGE + 1])
def test_big_containers_open_as_ranges_that_cover_everything(count: int) -> None:
    node = JsonNode("r", range_list := list(range(count)), None, 0)
    assert len(node.children) <= RANGE
    spans = [child.span for child in node.children if child.span]
    if count > RANGE:
        assert spans[0] is not None
        assert (spans[0][0], spans[-1][1]) == (0, count)
        assert all(left[1] == right[0] for left, right in pairwise(spans))
        last = node.children[-1]
        while last.has_children:
            last = last.children[-1]
        assert (last.value, last.path) == (range_list[-1], f"r[{count - 1}]")


def test_one_line_says_what_a_value_is() -> None:
    assert value_summary({"a": 1, "b": [2]}) == "{2 keys}  a: 1, b: […]"
    assert value_summary([]) == "[0 items]"
    assert scalar_text("x" * 1000).endswith('…" (1,000 characters)')
    assert scalar_text(None) == "null"


def test_a_small_value_is_open_and_a_big_one_only_at_the_top(view: JsonView) -> None:
    view.set_value({"a": {"b": 1}})
    model = view.tree.model()
    assert view.tree.isExpanded(model.index(0, 0, model.index(0, 0)))
    view.clear()
    view.set_value({"rows": [{"n": number} for number in range(900)]})
    assert view.tree.isExpanded(model.index(0, 0))
    assert not view.tree.isExpanded(model.index(0, 0, model.index(0, 0)))


def test_what_was_open_is_open_in_the_next_value(view: JsonView) -> None:
    value = {"closed": [1] * 80, "open": [1] * 80}
    view.set_value(value)
    model = view.tree.model()
    view.tree.expand(model.index(1, 0, model.index(0, 0)))
    view.set_value({**value, "more": 1})
    top = model.index(0, 0)
    assert [view.tree.isExpanded(model.index(row, 0, top)) for row in (0, 1)] == [False, True]


def test_copying_the_value_the_path_and_everything(view: JsonView, qtbot: QtBot) -> None:
    value = {"text": "Grüße", "list": [1, 2]}
    view.set_value(value)
    model = view.tree.model()
    view.tree.setCurrentIndex(model.index(0, 0, model.index(0, 0)))
    view.copy_value()
    assert QGuiApplication.clipboard().text() == "Grüße"
    view.copy_path()
    assert QGuiApplication.clipboard().text() == "result.text"
    with qtbot.waitSignal(view.copied):
        view.copy_all()
    assert QGuiApplication.clipboard().text() == json.dumps(value, indent=2, ensure_ascii=False)


def test_ctrl_c_in_the_tree_copies_the_current_value(view: JsonView, qtbot: QtBot) -> None:
    view.set_value(["one", "two"])
    model = view.tree.model()
    view.tree.setCurrentIndex(model.index(1, 0, model.index(0, 0)))
    view.tree.setFocus()
    qtbot.keyClick(view.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "two"


def test_the_raw_side_pages_through_a_long_value(view: JsonView, qtbot: QtBot) -> None:
    value = ["x" * 100 for _ in range(5_000)]
    view.set_value(value)
    view.set_mode("raw")
    assert view.mode == "raw"
    first = view.text.editor.toPlainText()
    assert first.startswith('[\n  "xxx')
    qtbot.mouseClick(view.text._next, Qt.MouseButton.LeftButton)
    assert view.text.editor.toPlainText() != first
    qtbot.mouseClick(view.text._previous, Qt.MouseButton.LeftButton)
    assert view.text.editor.toPlainText() == first


def test_twenty_megabytes_are_shown_without_being_walked(view: JsonView) -> None:
    made = {"nodes": 0}

    class Counted(dict[str, Any]):
        def items(self) -> Any:
            made["nodes"] += 1
            return super().items()

    view.set_value([Counted(text="x" * 60) for _ in range(250_000)])
    view.grab()
    assert made["nodes"] < 200, "only what is on the screen may be looked into"
