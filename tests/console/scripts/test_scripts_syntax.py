"""Colours and folds of the editor: they follow the text by key, and nothing is out of reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.widgets import theming
from goop_console.widgets.code_editor import CodeEditor
from goop_console.widgets.code_editor.folding import is_folded
from goop_console.widgets.colors import DARK
from tests.helpers.themes import use_theme

Key, Held = Qt.Key, Qt.KeyboardModifier
SOURCE = "function f(a)\n  if a then\n    return 1\n  end\nend\nlocal x = 'y'\n"


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    made = CodeEditor()
    qtbot.addWidget(made)
    made.resize(640, 480)
    with qtbot.waitExposed(made):
        made.show()
    made.set_text(SOURCE)
    return made


def coloured(editor: CodeEditor, line: int) -> list[tuple[str, str]]:
    """The parts of a line (from 0) with a colour, each with that colour."""
    block = editor.document().findBlockByNumber(line)
    text = block.text().encode("utf-16-le")
    return [
        (
            text[2 * one.start : 2 * (one.start + one.length)].decode("utf-16-le"),
            one.format.foreground().color().name(),
        )
        for one in block.layout().formats()
    ]


def hidden(editor: CodeEditor) -> list[int]:
    blocks = (editor.document().findBlockByNumber(at) for at in range(editor.blockCount()))
    return [one.blockNumber() for one in blocks if not one.isVisible()]


def name(color: str) -> str:
    return theming.color(color).name()


def test_a_long_string_that_is_opened_and_closed_colours_what_lies_below(editor: CodeEditor) -> None:
    editor.go_to_line(1, 1)
    QTest.keyClicks(editor, "s = [[ ")
    editor.go_to_line(5, 4)
    QTest.keyClicks(editor, " ]] ")

    assert coloured(editor, 2) == [("    return 1", name("syn_string"))]
    assert coloured(editor, 5)[0] == ("local", name("syn_keyword"))

    editor.undo()
    editor.undo()
    assert coloured(editor, 2)[0] == ("return", name("syn_keyword"))


def test_an_open_quote_leaves_the_lines_below_as_they_were(editor: CodeEditor) -> None:
    before = [coloured(editor, line) for line in range(1, 6)]
    editor.go_to_line(1, 1)
    editor.insertPlainText('z = "🏠 ')
    QTest.keyClicks(editor, "and")
    QTest.keyClick(editor, Key.Key_Return)

    assert coloured(editor, 0) == [('"🏠 and', name("syn_string"))]
    assert [coloured(editor, line) for line in range(2, 7)] == before


def test_colours_follow_the_theme(editor: CodeEditor) -> None:
    light = coloured(editor, 5)
    use_theme(DARK)

    assert coloured(editor, 5) == [("local", name("syn_keyword")), ("'y'", name("syn_string"))] != light


def test_keys_fold_and_unfold_what_is_around_the_cursor(editor: CodeEditor) -> None:
    editor.go_to_line(3)
    QTest.keyClick(editor, Key.Key_BraceLeft, Held.ControlModifier | Held.ShiftModifier)
    assert hidden(editor) == [2]
    assert editor.place()[0] == 2  # the cursor went up to the line that is in view
    QTest.keyClick(editor, Key.Key_BraceLeft, Held.ControlModifier | Held.ShiftModifier)
    assert hidden(editor) == [1, 2, 3]
    QTest.keyClick(editor, Key.Key_BraceRight, Held.ControlModifier | Held.ShiftModifier)
    assert hidden(editor) == []


def test_everything_folds_and_unfolds_by_two_keys(editor: CodeEditor) -> None:
    for second, found in ((Key.Key_0, [1, 2, 3]), (Key.Key_J, [])):
        QTest.keyClick(editor, Key.Key_K, Held.ControlModifier)
        QTest.keyClick(editor, second, Held.ControlModifier)
        assert hidden(editor) == found
    assert editor.text() == SOURCE


def test_the_mark_in_the_margin_folds(editor: CodeEditor) -> None:
    place = QPoint(editor.gutter.width() - 8, 5)
    QTest.mouseClick(editor.gutter, Qt.MouseButton.LeftButton, pos=place)
    assert is_folded(editor.document().firstBlock())
    assert [number for number, _, _ in editor.visible_lines()] == [0, 4, 5, 6]
    QTest.mouseClick(editor.gutter, Qt.MouseButton.LeftButton, pos=place)
    assert hidden(editor) == []


def test_a_place_among_folded_lines_comes_into_view(editor: CodeEditor) -> None:
    editor.folding.fold_all()
    editor.go_to_line(3)
    assert hidden(editor) == []


def test_an_edit_leaves_no_text_out_of_reach(editor: CodeEditor) -> None:
    """Delete the line that hides others: they are below the next one, or shown."""
    editor.folding.fold_all()
    cursor = editor.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Start)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    editor.setTextCursor(cursor)
    editor.folding.unfold_all()

    assert hidden(editor) == []
    assert editor.document().firstBlock().isVisible()


def test_what_qt_takes_for_line_ends_comes_back_as_it_was(editor: CodeEditor) -> None:
    """Once: U+2029 in a string broke the script."""
    text = 'x = "a\u2029b\u2028c\ufdd0\ufdd1"\ny = 1\n'
    editor.set_text(text)
    assert editor.blockCount() == 3
    editor.go_to_line(2, 1)
    QTest.keyClicks(editor, "z")
    assert editor.text() == text.replace("y", "zy")
    editor.replace_text(text.replace("b", "\u2029"))
    assert editor.text() == text.replace("b", "\u2029")


def test_the_colours_of_a_long_text_come_late_and_typing_does_not_wait(
    editor: CodeEditor, qtbot: QtBot
) -> None:
    editor.set_text(SOURCE * 4_000)
    assert editor.syntax.is_behind

    QTest.keyClicks(editor, "x = 1 ")
    assert editor.document().firstBlock().text() == "x = 1 function f(a)"

    qtbot.waitUntil(lambda: not editor.syntax.is_behind, timeout=30_000)
    assert ("function", name("syn_keyword")) in coloured(editor, 0)
    assert editor.syntax.folds(1, 1) != {}


def test_a_text_that_cannot_be_parsed_in_time_stays_plain_until_it_can(
    editor: CodeEditor, qtbot: QtBot
) -> None:
    editor.set_text("[[\n" * 28_000)
    qtbot.waitUntil(lambda: not editor.syntax.is_behind, timeout=30_000)
    assert editor.syntax.is_plain

    editor.selectAll()
    editor.insertPlainText(SOURCE)
    qtbot.waitUntil(lambda: not editor.syntax.is_plain, timeout=30_000)
    assert ("function", name("syn_keyword")) in coloured(editor, 0)
