"""The editor through its keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.widgets.code_editor import CodeEditor, EditorPane, Problem
from goop_console.widgets.code_editor.indentation import (
    comment_toggled,
    dedented,
    detect_unit,
    indented,
    opens_block,
)
from goop_console.widgets.code_editor.text_moves import change_lines, replace_text, selected_lines
from goop_console.widgets.code_editor.text_units import from_utf16, to_utf16
from goop_console.widgets.colors import DARK
from lua_engine import LiveSyntax
from tests.helpers.themes import use_theme

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[EditorPane]:
    made = EditorPane()
    made.show_editor(made.new_editor())
    made.resize(640, 480)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.find_bar.set_editor(None)


@pytest.fixture
def editor(pane: EditorPane) -> CodeEditor:
    assert pane.current is not None
    return pane.current


def _put(editor: CodeEditor, text: str) -> None:
    """Set ``text``; ``|`` is the cursor."""
    editor.set_text(text.replace("|", "", 1))
    cursor = editor.textCursor()
    cursor.setPosition(to_utf16(text, text.index("|")))
    editor.setTextCursor(cursor)


def _shown(editor: CodeEditor) -> str:
    text = editor.text()
    place = from_utf16(text, editor.textCursor().position())
    return text[:place] + "|" + text[place:]


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("function call()|", "\r", "function call()\n  |"),
        ("  if x then|", "\r", "  if x then\n    |"),
        ("  return 1|", "\r", "  return 1\n  |"),
        ("t = {|}", "\r", "t = {\n  |\n}"),
        ("if a then return b end|", "\r", "if a then return b end\n|"),
        ("if a then b() else|", "\r", "if a then b() else\n  |"),
        ("if a then b() else c() end|", "\r", "if a then b() else c() end\n|"),
        ("x = 'then'|", "\r", "x = 'then'\n|"),
        ("if a then\n  b()\n  en|", "d", "if a then\n  b()\nend|"),
        ("if a then\n  els|", "e", "if a then\nelse|"),
        ("t = {\n  1,\n  |", "}", "t = {\n  1,\n}|"),
        ("a = 1\n  frien|", "d", "a = 1\n  friend|"),
    ],
)
def test_enter_and_closing_words_keep_the_indentation(
    editor: CodeEditor, before: str, keys: str, after: str
) -> None:
    _put(editor, before)
    editor.unit = "  "
    if keys == "\r":
        QTest.keyClick(editor, Key.Key_Return)
    else:
        QTest.keyClicks(editor, keys)
    assert _shown(editor) == after


def test_tab_goes_to_the_next_stop_and_backspace_back(editor: CodeEditor) -> None:
    _put(editor, " |x")
    QTest.keyClick(editor, Key.Key_Tab)
    assert _shown(editor) == "  |x"
    QTest.keyClick(editor, Key.Key_Backspace)
    assert _shown(editor) == "|x"


def test_tab_and_shift_tab_move_the_selected_lines_in_one_step(editor: CodeEditor) -> None:
    _put(editor, "|a\n\nb\nc")
    editor.moveCursor(QTextCursor.MoveOperation.Down, QTextCursor.MoveMode.KeepAnchor)
    editor.moveCursor(QTextCursor.MoveOperation.Down, QTextCursor.MoveMode.KeepAnchor)
    editor.moveCursor(QTextCursor.MoveOperation.EndOfLine, QTextCursor.MoveMode.KeepAnchor)
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.text() == "  a\n\n  b\nc"
    QTest.keyClick(editor, Key.Key_Backtab, Held.ShiftModifier)
    assert editor.text() == "a\n\nb\nc"
    editor.undo()
    assert editor.text() == "  a\n\n  b\nc"


def test_comment_toggles_and_keeps_the_cursor(editor: CodeEditor) -> None:
    _put(editor, "  x = |1")
    QTest.keyClick(editor, Key.Key_Slash, Held.ControlModifier)
    assert _shown(editor) == "  -- x = |1"
    QTest.keyClick(editor, Key.Key_Slash, Held.ControlModifier)
    assert _shown(editor) == "  x = |1"


def test_escape_then_tab_leaves_the_editor(pane: EditorPane, editor: CodeEditor) -> None:
    _put(editor, "x|")
    editor.set_problems([(1, "wrong")])
    pane.show_problems(editor)
    editor.setFocus()
    QTest.keyClick(editor, Key.Key_Escape)
    QTest.keyClick(editor, Key.Key_Tab)
    assert editor.text() == "x"
    assert not editor.hasFocus()


def test_a_no_break_space_and_an_emoji_survive(editor: CodeEditor) -> None:
    text = 'x = "a\u00a0b 🏠"\n'
    editor.set_text(text)
    assert editor.text() == text


def test_home_goes_to_the_text_then_to_the_line(editor: CodeEditor) -> None:
    _put(editor, "  abc|")
    QTest.keyClick(editor, Key.Key_Home)
    assert _shown(editor) == "  |abc"
    QTest.keyClick(editor, Key.Key_Home)
    assert _shown(editor) == "|  abc"


def test_redo_by_both_keys(editor: CodeEditor) -> None:
    _put(editor, "|")
    QTest.keyClicks(editor, "x")
    for keys in ((Key.Key_Y, Held.ControlModifier), (Key.Key_Z, Held.ControlModifier | Held.ShiftModifier)):
        editor.undo()
        assert editor.text() == ""
        QTest.keyClick(editor, *keys)
        assert editor.text() == "x"


def test_text_in_a_new_state_keeps_the_place_and_can_be_undone(editor: CodeEditor) -> None:
    _put(editor, "a = 1\nb = 🏠2\nc = |3\n")
    editor.replace_text("a = 1\nnew = 0\nb = 🏠5\nc = 3\n")
    assert editor.text() == "a = 1\nnew = 0\nb = 🏠5\nc = 3\n"
    assert editor.place() == (4, 5)
    editor.undo()
    assert editor.text() == "a = 1\nb = 🏠2\nc = 3\n"


def test_another_theme_leaves_the_text_unmodified_and_tells_no_edit(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.set_text("local x = 1")
    with qtbot.assertNotEmitted(editor.edited):
        use_theme(DARK)
    assert not editor.is_modified
    assert not editor.document().isUndoAvailable()


@pytest.mark.parametrize("key", [Qt.Key.Key_D, Qt.Key.Key_K, Qt.Key.Key_U])
def test_keys_that_other_editors_use_otherwise_delete_nothing(
    qtbot: QtBot, editor: CodeEditor, key: Qt.Key
) -> None:
    """Once: Ctrl+D deleted a character."""
    editor.set_text("local x = 1")
    qtbot.keyClick(editor, key, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "local x = 1"


def test_what_is_pasted_over_everything_begins_at_the_left_edge(qtbot: QtBot, editor: CodeEditor) -> None:
    """Once: The first letters were cut."""
    editor.set_text("x" * 900 + "\nlast")
    editor.go_to_line(1)
    editor.moveCursor(QTextCursor.MoveOperation.EndOfLine)
    assert editor.horizontalScrollBar().value() > 0
    editor.selectAll()
    QGuiApplication.clipboard().setText("short\n" + "y" * 900 + "\nend")
    editor.paste()
    assert editor.horizontalScrollBar().value() == 0


def test_problems_are_marked_and_the_bar_leads_to_the_first_error(
    qtbot: QtBot, pane: EditorPane, editor: CodeEditor
) -> None:
    editor.set_text("a\nb\nc\n")
    editor.set_problems([Problem(1, "two dashes", "warning"), (3, "unexpected symbol")])
    pane.show_problems(editor)
    assert pane.problem_bar.isVisible()
    assert "line 3: unexpected symbol" in pane.problem_bar.message.text()
    qtbot.mouseClick(pane.problem_bar.go, Qt.MouseButton.LeftButton)
    assert editor.place()[0] == 3
    editor.set_problems(())
    pane.show_problems(editor)
    assert not pane.problem_bar.isVisible()


def test_go_to_line_by_keyboard(pane: EditorPane, editor: CodeEditor) -> None:
    editor.set_text("a\nb\n  c\n")
    pane.ask_line()
    pane.line_bar.field.setText("3")
    QTest.keyClick(pane.line_bar.field, Key.Key_Return)
    assert editor.place() == (3, 3)
    editor.go_to_line(99)
    assert editor.place()[0] == 4


def test_find_walks_around_the_end_both_ways(pane: EditorPane, editor: CodeEditor) -> None:
    _put(editor, "|one two\n🏠 one\none")
    pane.open_find()
    bar = pane.find_bar
    bar.field.setText("one")
    places = []
    for _ in range(4):
        bar.find_next()
        places.append((editor.textCursor().selectedText(), editor.textCursor().selectionStart()))
    assert places == [("one", 0), ("one", 11), ("one", 15), ("one", 0)]
    assert bar.count.text() == "1 of 3"
    bar.find_previous()
    assert bar.count.text() == "3 of 3"


@pytest.mark.parametrize(
    ("switches", "text", "count"),
    [
        (("case",), "One", 1),
        (("word",), "one", 2),
        (("pattern",), "o.e", 3),
        ((), "o.e", 0),
        (("pattern",), "(", 0),
    ],
)
def test_find_minds_its_switches(
    pane: EditorPane, editor: CodeEditor, switches: tuple[str, ...], text: str, count: int
) -> None:
    editor.set_text("One one stones")
    pane.open_find()
    for name in switches:
        getattr(pane.find_bar, name).setChecked(True)
    pane.find_bar.field.setText(text)
    pane.find_bar.find_next()
    words = pane.find_bar.count.text()
    assert words.endswith(f"of {count}") if count else words.startswith(("No match", "Pattern"))


def test_replace_one_then_all_as_one_step(pane: EditorPane, editor: CodeEditor) -> None:
    _put(editor, "|a.x b.x c.x")
    pane.open_replace()
    bar = pane.find_bar
    bar.pattern.setChecked(True)
    bar.field.setText(r"(\w)\.x")
    bar.replace_field.setText(r"x.\1")
    bar.replace_current()
    bar.replace_current()
    assert editor.text() == "x.a b.x c.x"
    bar.replace_all()
    assert editor.text() == "x.a x.b x.c"
    editor.undo()
    assert editor.text() == "x.a b.x c.x"


def test_escape_closes_the_find_bar_and_returns_to_the_text(pane: EditorPane, editor: CodeEditor) -> None:
    pane.open_find()
    QTest.keyClick(pane.find_bar.field, Key.Key_Escape)
    assert not pane.find_bar.isVisible()
    assert editor.hasFocus()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "  "),
        ("if x then\n    y()\nend", "    "),
        ("if x then\n\ty()\nend", "\t"),
        ("a\n  b\n    c\n  d", "  "),
    ],
)
def test_indentation_is_taken_from_the_text(text: str, unit: str) -> None:
    assert detect_unit(text) == unit


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("function call(req)", True),
        ("local f = goop.route({", True),
        ("})", False),
        ("elseif x then", True),
        ("else", True),
        ("if a then x() elseif b then y() end", False),
        ("-- if x then", False),
        ("repeat", True),
        ("until x", False),
        ("for i = 1, 3 do", True),
    ],
)
def test_lines_that_open_a_block(line: str, opens: bool) -> None:
    assert opens_block(LiveSyntax(line).words(0, len(line))) is opens


_LINES = st.lists(st.text(alphabet=" \tab-🏠", max_size=8), min_size=1, max_size=6)


@given(_LINES)
def test_commenting_twice_changes_nothing_but_for_comments(lines: list[str]) -> None:
    if not any(line.lstrip(" \t").startswith("--") for line in lines):
        assert comment_toggled(comment_toggled(lines)) == lines


@given(_LINES, st.sampled_from(["\t", "  ", "    "]))
def test_dedenting_takes_back_indenting(lines: list[str], unit: str) -> None:
    filled = [line for line in lines if line.strip()]
    assert dedented(indented(filled, unit), unit) == filled


@given(st.text(max_size=20))
def test_offsets_go_both_ways(text: str) -> None:
    for index in range(len(text) + 1):
        assert from_utf16(text, to_utf16(text, index)) == index
        assert to_utf16(text, index) == len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(alphabet="ab\n🏠", max_size=20), st.text(alphabet="ab\n🏠", max_size=20))
def test_replacing_a_text_gives_the_new_one(old: str, new: str) -> None:
    document = QTextDocument()
    document.setPlainText(old)
    replace_text(document, old, new)
    assert document.toPlainText() == new
    assert not document.isUndoAvailable() or old != new


LINES = st.lists(st.text(alphabet="ab -\U0001f469", max_size=6), min_size=1, max_size=6)


@given(LINES, st.data())
def test_lines_become_what_is_wanted_and_come_back(lines: list[str], data: st.DataObject) -> None:
    size = len(lines)
    wanted = data.draw(st.lists(st.text(alphabet="ab -\U0001f469", max_size=6), min_size=size, max_size=size))
    document = QTextDocument()
    document.setPlainText("\n".join(lines))
    cursor = QTextCursor(document)
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    first, last = selected_lines(cursor)
    change_lines(cursor, lambda found: wanted[: len(found)])
    assert document.toPlainText().split("\n")[first : last + 1] == wanted[: last + 1 - first]
    document.undo()
    assert document.toPlainText().split("\n") == lines


def test_enter_within_a_character_of_two_units_breaks_the_line(editor: CodeEditor) -> None:
    """Once: an error, and no line break."""
    editor.set_text("-- 🏠\n")
    cursor = editor.textCursor()
    cursor.setPosition(4)  # between the two halves
    editor.setTextCursor(cursor)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.blockCount() == 3
