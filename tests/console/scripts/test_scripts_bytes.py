"""Once: Bytes that nobody touched are the same after a save."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.scripts.text.cutting import MAX_TEXT, cut_text
from goop_console.tabs.scripts.text.line_ends import as_on_disk, line_end_of, without_returns
from goop_console.widgets.code_editor.long_lines import MAX_LINE, MAX_ODD
from tests.console.scripts.conftest import ScriptSite, opened

ODD = "\ufefflocal s = 'a\u2029b\u2028c'\r\nfunction call()\n  return s\r\nend\r"


@pytest.mark.parametrize("scripts", [{"functions/odd.lua": ODD}])
def test_opened_typed_in_and_saved(site: ScriptSite, tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "odd")
    assert not editor.is_modified
    editor.go_to_line(3, 1)
    QTest.keyClicks(editor, "-- x")
    tab.presenter.save()
    qtbot.waitUntil(lambda: tab.presenter.unsaved() == ())
    qtbot.waitUntil(tab.is_settled)

    assert site.read("odd") == ODD.replace("  return", "-- x  return").encode()
    assert site.engine.scripts.functions()[0].problem is None


@pytest.mark.parametrize("scripts", [{"functions/odd.lua": "x = '\ufdd2'"}])
def test_a_text_that_would_not_come_back_is_only_shown(tab: ScriptsTab, qtbot: QtBot) -> None:
    tab.open_target(name="odd")
    qtbot.waitUntil(lambda: "U+FDD2" in tab.view.message.text())
    editor = tab.presenter.current_editor()
    assert editor is not None
    assert editor.isReadOnly()


LONG = "local s = '" + "x" * 340_000 + "'\n"


@pytest.mark.parametrize("scripts", [{"functions/odd.lua": "return 1\n" + LONG}])
def test_of_a_line_that_would_hold_the_window_the_beginning_is_shown(
    site: ScriptSite, tab: ScriptsTab, qtbot: QtBot
) -> None:
    tab.open_target(name="odd")
    qtbot.waitUntil(lambda: "its beginning: line 2 has more than 50,000" in tab.view.message.text())
    qtbot.waitUntil(tab.is_settled)
    editor = tab.presenter.current_editor()
    assert editor is not None
    assert editor.isReadOnly()
    assert len(editor.text()) < 2_000
    site.write("odd", "return 2\n")
    qtbot.waitUntil(lambda: editor.text() == "return 2\n")
    assert not editor.isReadOnly()
    site.write("odd", LONG)
    qtbot.waitUntil(editor.isReadOnly)
    assert tab.presenter.unsaved() == ()
    assert site.read("odd") == LONG.encode()


def test_what_is_cut() -> None:
    assert cut_text("a\nb\n") is None
    assert cut_text("x" * MAX_LINE) is None
    cut = cut_text("a\n" + "x" * (MAX_LINE + 1) + "\nb")
    assert cut is not None
    assert cut.text.split("\n") == ["a", "x" * 1_000 + "…", "b"]
    for odd in "\tאé":
        assert cut_text(odd * MAX_ODD) is None
        assert cut_text("x" * (MAX_LINE - 10) + odd) is None
        found = cut_text(odd * (MAX_ODD + 1))
        assert found is not None
        assert "5,000 odd characters" in found.reason
    much = cut_text("a long line\n" * 25_000)
    assert much is not None
    assert len(much.text) <= MAX_TEXT
    assert "300,000 characters" in much.reason
    many = cut_text('"\n' * 100_000)
    assert many is not None
    assert many.text.count("\n") < 30_000
    assert "30,000 lines" in many.reason


@pytest.mark.parametrize("scripts", [{"functions/odd.lua": "return 1\n"}])
def test_a_line_that_would_hold_the_window_is_not_pasted(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "odd")
    data = QMimeData()
    data.setText(LONG)
    editor.insertFromMimeData(data)
    assert editor.text() == "return 1\n"
    data.setText("-- x\n")
    editor.insertFromMimeData(data)
    assert editor.text() == "-- x\nreturn 1\n"


def test_what_is_copied_is_the_text_alone(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")
    text = "a\u00a0b\u2028c\u2029d\n\U0001f469\tend\n"
    editor.replace_text(text)
    editor.selectAll()
    data = editor.createMimeDataFromSelection()
    assert data.text() == text
    assert not data.hasHtml()


@pytest.mark.parametrize(
    ("raw", "text", "found"),
    [
        ("a\r\nb\nc\r\n", "aX\nb\nc\n", "aX\r\nb\nc\r\n"),
        ("a\nb\r\nc\nd\n", "a\nnew\nb\nc\nd\n", "a\nnew\nb\r\nc\nd\n"),
        ("a\r\nb\r\nc\n", "a\nc\n", "a\r\nc\n"),
        ("a\rb", "a\nb\nc", "a\rb\rc"),
        ("\ufeffa", "b", "\ufeffb"),
        ("", "a\nb", "a\nb"),
    ],
)
def test_each_line_keeps_its_end(raw: str, text: str, found: str) -> None:
    assert as_on_disk(text, raw) == found


@given(st.lists(st.sampled_from(["a", "b", "\r\n", "\n", "\r", "\ufeff"]), max_size=20).map("".join))
def test_what_nobody_touched_stays(raw: str) -> None:
    assert as_on_disk(without_returns(raw), raw) == raw


def test_the_usual_end_is_the_one_that_most_lines_have() -> None:
    assert [line_end_of(raw) for raw in ("", "a\r\nb\nc\r\n", "a\rb\rc\n")] == ["\n", "\r\n", "\r"]
