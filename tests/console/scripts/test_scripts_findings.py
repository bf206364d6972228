"""What the lint finds stands in the editor while one types."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from tests.console.scripts.conftest import TODO, ScriptSite, opened


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


MANY = "function call(r)\n  one = 1\n  local x = r\n  two = 2\n  return x\nend\nthree = 3\n"


@pytest.mark.parametrize("scripts", [{"functions/many.lua": MANY}])
def test_f8_goes_around_the_problems(tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "many")
    qtbot.waitUntil(lambda: {one.line for one in editor.problems} == {2, 4, 7})
    editor.setFocus()
    forward = []
    for _ in range(4):
        QTest.keyClick(editor, Qt.Key.Key_F8)
        forward.append(editor.place()[0])
    assert forward == [2, 4, 7, 2]
    QTest.keyClick(editor, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert editor.place()[0] == 7


def test_keys_lead_to_the_call_and_to_the_log(
    tab: ScriptsTab, site: ScriptSite, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_folders: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened_folders.append(url.toLocalFile()))
    editor = opened(tab, qtbot, "todo")
    editor.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(editor, Qt.Key.Key_Return, control)
    QTest.keyClick(editor, Qt.Key.Key_L, control | shift)
    QTest.keyClick(editor, Qt.Key.Key_E, control | shift)
    assert site.links == [("calls", {"function": "todo"}), ("logs", {"script": "todo"})]
    assert opened_folders == [str(site.functions)]
    assert editor.text() == TODO
