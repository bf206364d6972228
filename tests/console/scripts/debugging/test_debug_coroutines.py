"""Stacks of coroutines in the panel, and names that Lua does not keep."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.debugging.words import frame_words
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, StackFrame
from tests.console.scripts.conftest import ScriptSite
from tests.console.scripts.debugging.conftest import debug, state, variables

WORDS = """local function each(list)
  return coroutine.wrap(function()
    for _, word in ipairs(list) do
      coroutine.yield(word)
    end
  end)
end
function call(request)
  local total, unused = 0, "x"
  local count = coroutine.wrap(function(size)
    total = total + size
    return total
  end)
  for word in each({ "one", "three" }) do
    count(#word)
    break
  end
  return total
end
"""


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/sums.lua": WORDS}


@pytest.fixture
def counting(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> ScriptsTab:
    """Stopped in one coroutine, while another one waits to be resumed."""
    site.engine.debugger.put_breakpoint(Breakpoint("function/sums", 12))
    debug(sums, site)
    qtbot.waitUntil(lambda: "Paused" in state(sums))
    qtbot.waitUntil(lambda: sums.view.debug.stack.count() == 3)
    return sums


def rows(tab: ScriptsTab) -> list[str]:
    stack = tab.view.debug.stack
    return [stack.item(at).text() for at in range(stack.count())]


def test_the_words_of_a_frame() -> None:
    frame = StackFrame(1, "each", 3, "a.lua", coroutine=2, is_tail=True)
    assert frame_words(frame, None) == "each\nline 3\ncoroutine 2\nits caller is gone: return f()"
    assert frame_words(StackFrame(2, "call", 9, "a.lua"), frame) == "call\nline 9\nwaits for coroutine 2"
    assert frame_words(StackFrame(2, "call", 9, "a.lua"), StackFrame(1, "f", 1, "a.lua")) == "call\nline 9"


def test_those_that_wait_stand_in_the_stack_and_can_be_looked_into(
    counting: ScriptsTab, qtbot: QtBot
) -> None:
    assert rows(counting) == [
        "function at line 10\nline 12\ncoroutine 2",
        "call\nline 15\nwaits for coroutine 2",
        "function at line 2\nline 4\nsuspended coroutine 1",
    ]
    stack, editor = counting.view.debug.stack, counting.presenter.current_editor()
    assert editor is not None

    stack.setCurrentRow(2)

    qtbot.waitUntil(lambda: variables(counting).get("word") == '"one"')
    assert editor.place()[0] == 4
    assert (len(rows(counting)), stack.currentRow()) == (3, 2)
    stack.setCurrentRow(1)
    qtbot.waitUntil(lambda: variables(counting).get("unused") == '"x"')
    assert editor.place()[0] == 15


def test_one_that_an_evaluation_resumes_is_left(counting: ScriptsTab, qtbot: QtBot) -> None:
    panel = counting.view.debug
    panel.stack.setCurrentRow(2)
    qtbot.waitUntil(lambda: "word" in variables(counting))
    panel.stack.setCurrentRow(1)
    qtbot.waitUntil(lambda: "unused" in variables(counting))
    panel.console_line.setText("_G.again = each({ 1 }) again()")
    QTest.keyClick(panel.console_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(rows(counting)) == 4)
    panel.stack.setCurrentRow(3)
    qtbot.waitUntil(lambda: variables(counting).get("word") == "1")
    panel.console_line.setText("again()")
    QTest.keyClick(panel.console_line, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: len(rows(counting)) == 3 and panel.stack.currentRow() == 0)
    qtbot.waitUntil(lambda: "size" in variables(counting))


def test_a_name_that_is_not_kept_says_so(
    counting: ScriptsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, told = counting.view.debug, list[str]()
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, *_more: told.append(text))
    words = "`unused` is a local of the function around this one, but this function does not use it"
    counting.debugging.debug.looking.value_of("unused", told.append)
    qtbot.waitUntil(lambda: len(told) == 1 and told[0].startswith(words))

    panel.console_line.setText("unused")
    QTest.keyClick(panel.console_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: words in panel.output.toPlainText())

    panel.watch("unused")
    qtbot.waitUntil(lambda: panel.watches.count() == 1)
    assert panel.watches.item(0).text().startswith(f"unused = {words}")
