"""A save tries the script with saved calls or the last call, dry; words, margin and list say how it went."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor import CodeEditor
from lua_engine import CallerRef, Expectation, Request, SavedCall
from tests.console.scripts.conftest import ScriptSite, opened

COUNT = """function call(request)
  goop.kv.set("n", (goop.kv.get("n") or 0) + 1)
  return { n = 1 }
end
"""


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/count.lua": COUNT, "functions/quiet.lua": COUNT}


@pytest.fixture
def editor(tab: ScriptsTab, qtbot: QtBot) -> CodeEditor:
    return opened(tab, qtbot, "count")


def save(tab: ScriptsTab, qtbot: QtBot, editor: CodeEditor, text: str) -> str:
    """Type the text and save; what the line under the editor says in the end."""
    editor.replace_text(text)
    tab.presenter.save()
    qtbot.waitUntil(lambda: tab.presenter.unsaved() == ())
    qtbot.waitUntil(tab.is_settled)
    return tab.view.message.text()


def called(site: ScriptSite, qtbot: QtBot, tab: ScriptsTab) -> None:
    site.engine.calls.call("count", {"by": "hand"}, caller=site.engine.owner)
    qtbot.waitUntil(lambda: tab.trials.knows("function/count"))


def test_the_last_call_is_made_again_on_a_copy(
    site: ScriptSite, tab: ScriptsTab, editor: CodeEditor, qtbot: QtBot
) -> None:
    assert save(tab, qtbot, editor, COUNT + "\n") == "Saved · live"  # nobody has called it
    called(site, qtbot, tab)
    said = save(tab, qtbot, editor, COUNT + "-- again\n")

    assert said.startswith("Saved · live · ")
    assert said.endswith(" s after the key: the last call passed (count as Maya)")
    assert site.engine.calls.call("count", {}, caller=site.engine.owner).ok
    assert [line for line, ok, _ in [editor.gutter.verdict] if ok] == [1]


@pytest.mark.parametrize("scripts", [{"Greet.lua": "function handle(args) return 'Hello' end\n"}])
def test_the_last_call_of_a_command_is_known_in_any_letters(
    site: ScriptSite, tab: ScriptsTab, qtbot: QtBot
) -> None:
    assert site.engine.calls.chat("!greet", caller=site.engine.owner).ok
    qtbot.waitUntil(lambda: tab.trials.knows("command/greet"))


def test_a_call_that_fails_now_is_said_with_its_line(
    site: ScriptSite, tab: ScriptsTab, editor: CodeEditor, qtbot: QtBot
) -> None:
    called(site, qtbot, tab)
    said = save(tab, qtbot, editor, COUNT.replace("return", "error('no ' .. request.params.by)  return"))

    assert "the last call failed (count as Maya): line 3: " in said
    assert "no hand" in said
    assert editor.gutter.verdict[:2] == (3, False)
    record = tab.presenter.list.board.record("function/count", tab.presenter.current)
    assert record.short_state() == "Fails"

    save(tab, qtbot, editor, COUNT)
    assert tab.presenter.list.board.record("function/count", tab.presenter.current).short_state() == "Passed"


def test_saved_calls_come_first(site: ScriptSite, tab: ScriptsTab, editor: CodeEditor, qtbot: QtBot) -> None:
    for name, value in (("one", {"n": 1}), ("two", {"n": 2})):
        expect = (Expectation("value_equals", "", value),)
        site.engine.checks.files.save(SavedCall(name, Request.call("count"), CallerRef("owner"), expect))
    said = save(tab, qtbot, editor, COUNT + "\n")

    assert "1 of 2 saved calls failed: two: " in said
    assert editor.gutter.verdict[:2] == (1, False)
    assert site.engine.calls.call("quiet", {}, caller=site.engine.owner).ok


def test_the_switch_is_kept(
    site: ScriptSite,
    open_tab: Callable[[], ScriptsTab],
    tab: ScriptsTab,
    editor: CodeEditor,
    qtbot: QtBot,
) -> None:
    called(site, qtbot, tab)
    tab.view.try_on_save.click()
    assert save(tab, qtbot, editor, COUNT + "\n") == "Saved · live"
    assert not open_tab().view.try_on_save.isChecked()


def test_a_script_that_does_not_compile_is_not_tried(
    site: ScriptSite, tab: ScriptsTab, editor: CodeEditor, qtbot: QtBot
) -> None:
    called(site, qtbot, tab)
    assert "broken at line" in save(tab, qtbot, editor, "function call(")
    assert editor.gutter.verdict[0] == 0
    QTest.keyClicks(editor, " ")
