"""Params as fields and as JSON, and the actions that they belong to."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.call.action_box import ActionBox
from goop_console.tabs.calls.call.field_text import ABSENT, field_text, field_value, kind_words
from goop_console.tabs.calls.call.json_field import JsonField
from goop_console.tabs.calls.call.params_panel import ParamsPanel
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import ActionInfo
from tests.console.calls.acting import OpenTab, choose_function, run

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(json_values)
def test_a_value_comes_back_from_its_text(value: Any) -> None:
    again = field_value(field_text(value))
    assert again == value
    assert type(again) is type(value)


@given(st.text())
def test_any_text_is_some_value(text: str) -> None:
    value = field_value(text)
    assert value is ABSENT or json.loads(json.dumps(value)) == value or math.isinf(value)
    assert kind_words(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ABSENT), ("  ", ABSENT), ("Buy milk", "Buy milk"), ("3", 3), ("-2.5", -2.5), ("0123", "0123"),
        ("3 apples", "3 apples"), ("true", True),
        ("True", "True"), ("null", None), ('"3"', "3"), ("[1, 2]", [1, 2]), ("{", "{"),
        ('{"a": 1}', {"a": 1}), ("-", "-"), ("NaN", "NaN"),
        ("[NaN]", "[NaN]"), ("[" * 9_999, "[" * 9_999),
    ],
)  # fmt: skip
def test_what_is_typed_is_guessed(text: str, value: Any) -> None:
    assert field_value(text) == value


@pytest.fixture
def panel(qtbot: QtBot) -> ParamsPanel:
    widget = ParamsPanel()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    return widget


def test_fields_are_shown_where_the_script_reads_some(panel: ParamsPanel) -> None:
    assert panel.mode == "json"
    panel.set_fields(["text", "count"])
    assert panel.mode == "form"
    assert list(panel.form.inputs) == ["text", "count"]


def test_both_ways_keep_the_values(panel: ParamsPanel, qtbot: QtBot) -> None:
    panel.set_fields(["text", "count"])
    qtbot.keyClicks(panel.form.inputs["text"], "Buy milk")
    qtbot.keyClicks(panel.form.inputs["count"], "2")
    assert json.loads(panel.editor.text()) == {"text": "Buy milk", "count": 2}
    panel.json_button.click()
    assert panel.mode == "json"
    panel.editor.set_text('{"text": "Tea", "tags": ["a"], "count": 2}')
    assert panel.mode == "json", "nobody who writes JSON is sent away"
    panel.form_button.click()
    assert {name: line.text() for name, line in panel.form.inputs.items()} == {
        "text": "Tea",
        "count": "2",
        "tags": '["a"]',
    }
    panel.form.inputs["text"].clear()
    panel.form.inputs["text"].textEdited.emit("")
    assert json.loads(panel.editor.text()) == {"count": 2, "tags": ["a"]}


def test_json_that_nobody_changes_stays_as_it_was_written(panel: ParamsPanel) -> None:
    panel.set_fields(["n"])
    panel.editor.set_text('{"n":1,   "m" : 2}')
    panel.json_button.click()
    panel.form_button.click()
    assert panel.editor.text() == '{"n":1,   "m" : 2}'


@pytest.mark.parametrize("text", ["[1]", "{", "3"])
def test_what_is_no_object_is_shown_as_json(panel: ParamsPanel, text: str) -> None:
    panel.set_fields(["n"])
    panel.editor.set_text(text)
    assert panel.mode == "json"
    assert not panel.form_button.isEnabled()
    panel.editor.set_text('{"n": 1}')
    assert panel.form_button.isEnabled()
    panel.form_button.click()
    assert panel.form.inputs["n"].text() == "1"


def test_typing_a_number_does_not_change_what_is_typed(panel: ParamsPanel, qtbot: QtBot) -> None:
    panel.set_fields(["n"])
    qtbot.keyClicks(panel.form.inputs["n"], "1.50")
    assert panel.form.inputs["n"].text() == "1.50"
    assert json.loads(panel.editor.text()) == {"n": 1.5}


def test_a_guarded_action_has_a_lock_and_a_word(qtbot: QtBot) -> None:
    box = ActionBox()
    qtbot.addWidget(box.combo)
    qtbot.addWidget(box.note)
    box.set_actions([ActionInfo("add", False, ("text",)), ActionInfo("wipe", True, ())], "add")
    assert not box.note.text.text()
    assert not box.combo.itemIcon(2).isNull()
    assert box.combo.itemIcon(1).isNull()
    assert box.combo.itemData(2, Qt.ItemDataRole.AccessibleTextRole) == "wipe, owner only"
    option = QStyleOptionViewItem()
    box.combo.itemDelegate().initStyleOption(option, box.combo.model().index(2, 0))
    assert option.text == "wipe    owner only"
    box.combo.setCurrentText("wipe")
    box.set_caller(CallerChoice("a", "Anna", "viewer"))
    assert box.note.text.text() == "Owner only (goop.owner): Anna will be refused"
    box.set_caller(CallerChoice("m", "Maya", "owner"))
    assert box.note.text.text() == "Owner only (goop.owner): Maya may"


def test_the_form_has_the_fields_of_the_chosen_action(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab()
    choose_function(tab, qtbot, "writes", "add")
    panel = tab.view.request.panel
    assert panel.mode == "form"
    assert list(panel.form.inputs) == ["text", "count"]
    qtbot.keyClicks(panel.form.inputs["text"], "milk")
    qtbot.keyClicks(panel.form.inputs["count"], "4")
    outcome = run(tab, qtbot)
    assert outcome.call.request.argument == {"action": "add", "text": "milk", "count": 4}
    assert outcome.result.value == {"n": 4}
    tab.view.request.set_action("wipe")
    assert tab.view.request.action_box.note.isVisible()
    tab.view.request.set_action("fill")
    assert "count" in panel.form.inputs


def test_the_keyboard_stays_in_the_form_when_its_fields_change(qtbot: QtBot) -> None:
    panel = ParamsPanel()
    qtbot.addWidget(panel)
    panel.set_fields(("id", "text"))
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.form.inputs["text"].setFocus()
    panel.set_fields(("text", "done"))
    assert panel.form.inputs["text"].hasFocus()
    panel.set_fields(("id",))
    assert panel.form.inputs["id"].hasFocus()
    panel.set_fields(())  # nothing to fill in: the JSON text comes into view
    focused = panel.focusWidget()
    assert focused is not None
    assert focused.hasFocus()


def test_json_pasted_on_one_endless_line_is_put_on_many(qtbot: QtBot) -> None:
    """Once: 200 KB on one line held the window for ten seconds."""
    field, reasons = JsonField("Params"), []
    qtbot.addWidget(field)
    field.refused.connect(reasons.append)
    rows = [{"id": number, "text": "Buy milk"} for number in range(5_000)]
    QGuiApplication.clipboard().setText(json.dumps({"rows": rows}))
    field.paste()
    assert json.loads(field.toPlainText()) == {"rows": rows}
    assert max(map(len, field.toPlainText().split("\n"))) < 100
    field.clear()
    QGuiApplication.clipboard().setText("x" * 200_001)
    field.paste()
    assert field.toPlainText() == ""
    assert "200,001 characters" in reasons[0]
    QGuiApplication.clipboard().setText('{"short": 1}')
    field.paste()
    assert field.toPlainText() == '{"short": 1}'
    field.setPlainText("not json " * 1_000)
    assert field.toPlainText() == "not json " * 1_000
