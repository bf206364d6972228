"""Values in the margin and under the pointer, and what the saved calls reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.debugging import hover
from goop_console.tabs.scripts.debugging.hover import path_at
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Request, SavedCall
from tests.console.scripts.conftest import ScriptSite
from tests.console.scripts.debugging.conftest import debug, state


def test_each_round_of_a_loop_is_in_the_table(paused: ScriptsTab, qtbot: QtBot) -> None:
    page = paused.view.debug.values
    paused.presenter.go_to("function/sums", 6)
    qtbot.waitUntil(lambda: page.title.text() == "Line 6 ran 3 times")
    table = page.table
    assert [table.horizontalHeaderItem(at).text() for at in range(table.columnCount())] == ["Round", "total"]
    assert [table.item(row, 1).text() for row in range(3)] == ["1", "3", "6"]

    paused.presenter.go_to("function/sums", 9)

    assert page.title.text() == "Line 9 did not run"
    assert table.rowCount() == 0


BRANCHES = """function call(request)
  if request.params.yes then
    return "yes"
  end
  local answer = "no"
  return answer
end
"""


def test_what_did_not_run_is_grey_and_says_so(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    site.write("sums", BRANCHES)
    site.engine.scripts.reload()
    editor = sums.presenter.current_editor()
    assert editor is not None
    qtbot.waitUntil(lambda: editor.text() == BRANCHES)
    debug(sums, site)
    qtbot.waitUntil(lambda: "The call ended" in sums.view.debug.note.text())

    qtbot.waitUntil(lambda: editor.line_values.get(3) == "not run")
    assert editor.line_values[5] == 'answer = "no"'
    editor.insertPlainText("-")
    assert editor.line_values == {}, "they are of other lines"


def test_the_margin_says_what_the_saved_calls_reach(sums: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    site.write("sums", BRANCHES)
    site.engine.scripts.reload()
    editor = sums.presenter.current_editor()
    assert editor is not None
    qtbot.waitUntil(lambda: editor.text() == BRANCHES)
    site.engine.checks.files.save(SavedCall("says no", Request.call("sums"), "owner"))
    entry = sums.view.header.debug.entries["reach"]
    entry.trigger()

    qtbot.waitUntil(lambda: "1 saved test ran" in sums.view.debug.note.text())
    said = sums.view.debug.note.text()
    assert "they reach 4 of 5 lines, 1 of 2 ways of its branches of this script" in said
    assert editor.line_values == {
        1: "1 run",
        2: "1 run, always the same way",
        3: "not reached",
        5: "1 run",
        6: "1 run",
    }
    entry.trigger()
    assert editor.line_values == {}


def test_without_anything_saved_it_says_what_to_do(sums: ScriptsTab, qtbot: QtBot) -> None:
    sums.view.header.debug.entries["reach"].trigger()

    qtbot.waitUntil(lambda: "There are no saved calls" in sums.view.debug.note.text())


@pytest.mark.parametrize(
    ("line", "at", "path"),
    [
        ("local n = row.title.size + 1", "row", "row"),
        ("local n = row.title.size + 1", "title", "row.title"),
        ("local n = row.title.size + 1", "size", "row.title.size"),
        ("print(words[1], other)", "words", "words"),
        ("print(words[1], other)", "1]", "words[1]"),
        ("print(words[1], other)", "other", "other"),
        ('print(t["a b"].c)', "c)", 't["a b"].c'),
        ("x = 1 -- total here", "total", ""),
        ('print("total")', "total", ""),
        ("x = 12", "12", ""),
    ],
)
def test_the_name_under_the_pointer(line: str, at: str, path: str) -> None:
    assert path_at(line, line.index(at)) == path


def test_the_value_under_the_pointer_is_shown(
    paused: ScriptsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(hover.QToolTip, "showText", lambda _place, text, *_: shown.append(text))
    editor = paused.presenter.current_editor()
    assert editor is not None
    cursor = QTextCursor(
        editor.document().findBlockByNumber(8)
    )  # return { answer = answer, first = words[1] }
    cursor.setPosition(cursor.position() + editor.document().findBlockByNumber(8).text().index("words") + 2)
    place = editor.cursorRect(cursor).center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, editor.viewport().mapToGlobal(place))
    QApplication.sendEvent(editor.viewport(), event)
    qtbot.waitUntil(lambda: shown == ['words = {"one", "two"}'])

    cursor.setPosition(editor.document().findBlockByNumber(7).position() + 18)  # local answer = total * 2
    editor.setTextCursor(cursor)
    paused.debugging.show_value()
    qtbot.waitUntil(lambda: shown[1:] == ["total = 6"])

    paused.debugging.debug.command("resume")
    qtbot.waitUntil(lambda: state(paused) == "Ended")
    paused.debugging.show_value()
    assert len(shown) == 2
