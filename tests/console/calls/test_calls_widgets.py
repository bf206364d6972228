"""Params editor, chat line, timing bar."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.call.chat_line import ChatLine
from goop_console.tabs.calls.call.params_editor import ParamsEditor
from goop_console.tabs.calls.outcome_view.detail import OutcomeDetail
from goop_console.tabs.calls.outcome_view.timing_bar import timing_parts
from lua_engine import Timings

COLORS = SimpleNamespace(
    text="#222222",
    muted="#777777",
    syn_string="#007755",
    syn_number="#bb5500",
    syn_builtin="#7700aa",
    syn_keyword="#0000aa",
    error="#cc0000",
)
seconds = st.floats(0, 10, allow_nan=False)


@pytest.fixture
def editor(qtbot: QtBot) -> ParamsEditor:
    widget = ParamsEditor()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_the_verdict_says_what_an_empty_text_sends(editor: ParamsEditor) -> None:
    assert editor.verdict == "Empty: the script gets {}"
    editor.set_action("list")
    assert editor.verdict == 'The script gets {"action": "list"}'


def test_an_error_is_underlined_and_the_cursor_goes_there(editor: ParamsEditor) -> None:
    editor.set_text('{\n  "a": tru\n}')
    assert editor.error is not None
    (selection,) = editor.editor.extraSelections()
    assert selection.cursor.selectedText() == "tru"
    editor.go_to_error()
    cursor = editor.editor.textCursor()
    assert (cursor.blockNumber() + 1, cursor.positionInBlock() + 1) == (2, 8)
    editor.set_text("{}")
    assert editor.editor.extraSelections() == []


def test_a_compact_outcome_shows_nothing_that_stands_elsewhere(qtbot: QtBot) -> None:
    detail = OutcomeDetail("Not run yet", "", is_compact=True)
    qtbot.addWidget(detail)
    detail.show()
    assert not any(one.isVisible() for one in (detail.open, detail.caller, detail.title))


@pytest.mark.parametrize("text", ["{", '{"a":', "[1,\n", '"', "{\n\n\n"])
def test_an_error_at_the_end_is_shown_too(editor: ParamsEditor, text: str) -> None:
    editor.set_text(text)
    assert editor.error is not None
    editor.go_to_error()


def test_tidy_indents_and_can_be_undone(editor: ParamsEditor) -> None:
    editor.set_text('{"a":1,"b":["ä"]}')
    editor.tidy()
    assert editor.text() == '{\n  "a": 1,\n  "b": [\n    "ä"\n  ]\n}'
    editor.editor.undo()
    assert editor.text() == '{"a":1,"b":["ä"]}'
    editor.set_text("{wrong")
    editor.tidy()
    assert editor.text() == "{wrong"


def test_the_chat_line_keeps_the_draft_while_one_looks_back(qtbot: QtBot) -> None:
    line = ChatLine()
    qtbot.addWidget(line)
    for text in ("!one", "!two", "!one", "  "):
        line.remember(text)
    assert line.lines == ["!two", "!one"]
    line.setText("!draft")
    seen = []
    for key in (
        Qt.Key.Key_Up,
        Qt.Key.Key_Up,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
    ):
        qtbot.keyClick(line, key)
        seen.append(line.text())
    assert seen == ["!one", "!two", "!two", "!one", "!draft", "!draft"]


@given(wait=seconds, load=seconds, lua=seconds, sql=seconds, other_host=seconds, rest=seconds)
def test_the_parts_add_up_to_the_total(
    wait: float, load: float, lua: float, sql: float, other_host: float, rest: float
) -> None:
    host = sql + other_host
    total = wait + load + lua + host + rest
    parts = timing_parts(Timings(total, wait, load, lua, sql, host))
    assert sum(value for _, value in parts) == pytest.approx(total)
    assert all(value >= 0 for _, value in parts)
