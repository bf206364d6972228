"""Once: Bytes that nobody touched are the same after a save."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.scripts.text.line_ends import as_on_disk, line_end_of, without_returns
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
