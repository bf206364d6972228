"""What a word is, where it is used, another name for it: by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor import CodeEditor
from tests.console.scripts.conftest import opened

Key, Held = Qt.Key, Qt.KeyboardModifier
SOURCE = """local label = '🏠'
local function helper(text) return text .. label end
function call(request)
  goop.log.info(label)
  return helper(label)
end
"""


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/names.lua": SOURCE}


@pytest.fixture
def editor(tab: ScriptsTab, qtbot: QtBot) -> CodeEditor:
    editor = opened(tab, qtbot, "names")
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    return editor


def test_a_key_tells_what_the_word_is(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to_line(4, 13)
    QTest.keyClick(editor, Key.Key_K, Held.ControlModifier)
    QTest.keyClick(editor, Key.Key_I, Held.ControlModifier)

    qtbot.waitUntil(editor.hover.isVisible)
    assert editor.hover.text.text().startswith("goop.log.info(")
    assert "`" not in editor.hover.text.text()

    QTest.keyClick(editor, Key.Key_Right)
    assert not editor.hover.isVisible()


def test_the_mouse_over_a_word_tells_the_same(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to_line(4, 12)
    place = editor.cursorRect().center() + QPoint(4, 0)
    editor.go_to_line(1)
    event = QHelpEvent(QEvent.Type.ToolTip, place, editor.viewport().mapToGlobal(place))
    QApplication.sendEvent(editor.viewport(), event)

    qtbot.waitUntil(editor.hover.isVisible)
    assert "goop.log.info" in editor.hover.text.text()


def test_the_places_of_a_name_are_listed_and_followed(
    tab: ScriptsTab, editor: CodeEditor, qtbot: QtBot
) -> None:
    bar = tab.view.pane.places_bar
    editor.go_to_line(4, 19)
    QTest.keyClick(editor, Key.Key_F12, Held.ShiftModifier)
    qtbot.waitUntil(bar.isVisible)

    assert bar.title.text().startswith("4 places of label")
    assert bar.list.currentRow() == 2
    QTest.keyClick(bar.list, Key.Key_Down)
    assert editor.place() == (5, 17)
    QTest.keyClick(bar.list, Key.Key_Escape)
    assert editor.place() == (4, 17)
    assert not bar.isVisible()
    assert editor.hasFocus()


def test_a_local_gets_another_name_in_one_step(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to_line(4, 19)
    QTest.keyClick(editor, Key.Key_F2)
    field = editor.rename.field
    assert (field.text(), field.selectedText()) == ("label", "label")
    QTest.keyClicks(field, "text")
    QTest.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(lambda: "text means something else" in editor.rename.refusal.text())
    assert editor.text() == SOURCE

    field.setText("sign")
    QTest.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(lambda: editor.text() == SOURCE.replace("label", "sign"))
    assert editor.hasFocus()
    editor.undo()
    assert editor.text() == SOURCE


def test_the_field_for_a_name_is_in_view_in_the_last_line_too(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.replace_text(SOURCE + "\n" * 100 + "local last = 1")
    editor.go_to_line(editor.blockCount(), 8)
    QTest.keyClick(editor, Key.Key_F2)
    assert editor.rename.field.text() == "last"
    assert editor.rect().contains(editor.rename.geometry())
    editor.rename.field.setText("end")
    QTest.keyClick(editor.rename.field, Key.Key_Return)
    qtbot.waitUntil(lambda: editor.rename.refusal.text() != "")
    assert editor.rect().contains(editor.rename.geometry())
    assert not editor.rename.geometry().intersects(editor.cursorRect())


def test_a_global_keeps_its_name(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to_line(3, 11)
    QTest.keyClick(editor, Key.Key_F2)
    editor.rename.field.setText("other")
    QTest.keyClick(editor.rename.field, Key.Key_Return)
    qtbot.waitUntil(lambda: "only a local name" in editor.rename.refusal.text())

    QTest.keyClick(editor.rename.field, Key.Key_Escape)
    assert not editor.rename.isVisible()
    assert editor.text() == SOURCE
