"""What the lint finds stands in the editor while one types."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from tests.console.scripts.conftest import opened


def messages(tab: ScriptsTab) -> list[str]:
    editor = tab.presenter.current_editor()
    return [one.message for one in editor.problems] if editor is not None else []


def test_findings_come_and_go(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")

    editor.replace_text("function call(request)\n  return prnt(request)\nend\n")
    qtbot.waitUntil(lambda: messages(tab) == ["nothing defines prnt; did you mean print? [unknown-global]"])
    (problem,) = editor.problems
    assert (problem.line, problem.start, problem.end, problem.severity) == (2, 9, 13, "warning")

    editor.replace_text("function call(request)\n  return print(request)\nend\n")
    qtbot.waitUntil(lambda: messages(tab) == [])


def test_a_text_that_does_not_compile_has_only_that_error(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")

    editor.replace_text("function call(request)\n  return prnt(\nend\n")

    qtbot.waitUntil(lambda: [one.severity for one in editor.problems] == ["error"])


def test_what_is_wrong_stands_there_when_it_is_opened(tab: ScriptsTab, qtbot: QtBot) -> None:
    tab.open_target(name="todo")
    editor = tab.presenter.current_editor()
    assert editor is not None
    qtbot.waitUntil(tab.is_settled)

    assert [one.severity for one in editor.problems] == []
