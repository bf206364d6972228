"""What is marked in the text: the cursor's line, where a debugged call stands, what was found, problems,
brackets. Qt takes all marks at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QTextEdit

from goop_console.widgets import theming
from goop_console.widgets.code_editor.diagnostics import Problem, underlines
from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.code_editor.search import Match

_MOST_SHOWN_MATCHES: Final = 1_000
Selections = list[QTextEdit.ExtraSelection]


@dataclass(slots=True)
class Marks:
    """``pointer``: the line (from 1) where a debugged call stands, 0 for nowhere. ``not_run``: lines that a
    recorded call passed by.
    """

    pointer: int = 0
    not_run: frozenset[int] = frozenset()
    matches: Sequence[Match] = ()
    problems: tuple[Problem, ...] = field(default=())


def selections(editor: LuaText, marks: Marks) -> Selections:
    """The marks of the lines in view as Qt has them: thousands would hold the window at each key."""
    first, last, start, end = _view(editor)
    grey = QTextCharFormat()
    grey.setForeground(theming.color("muted"))
    made = [_current_line(editor)]
    if marks.pointer:
        made.append(_whole_line(editor, marks.pointer, _background("warning", 50)))
    made += [_text_of_line(editor, line, grey) for line in range(first, last + 1) if line in marks.not_run]
    from_here = bisect_left(marks.matches, start, key=lambda one: one.end)
    to_here = bisect_right(marks.matches, end, key=lambda one: one.start)
    made += _matches(editor, marks.matches[from_here:to_here][:_MOST_SHOWN_MATCHES])
    made += underlines(editor, (one for one in marks.problems if first <= one.line <= last))
    made += _brackets(editor)
    return made


def _view(editor: LuaText) -> tuple[int, int, int, int]:
    """The first and the last line in view, from 1, and where their text begins and ends."""
    lines = [number for number, _, _ in editor.visible_lines()]
    if not lines:
        return 1, 0, 0, -1
    document = editor.document()
    end = document.findBlockByNumber(lines[-1])
    return (
        lines[0] + 1,
        lines[-1] + 1,
        document.findBlockByNumber(lines[0]).position(),
        end.position() + end.length() - 1,
    )


def _current_line(editor: LuaText) -> QTextEdit.ExtraSelection:
    place = editor.textCursor().position()
    look = _background("code_line", 255)
    look.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return _span(editor, place, place, look)


def _whole_line(editor: LuaText, line: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    block = editor.document().findBlockByNumber(min(line, editor.blockCount()) - 1)
    look.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return _span(editor, block.position(), block.position(), look)


def _text_of_line(editor: LuaText, line: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    block = editor.document().findBlockByNumber(min(line, editor.blockCount()) - 1)
    return _span(editor, block.position(), block.position() + block.length() - 1, look)


def _matches(editor: LuaText, matches: Iterable[Match]) -> Selections:
    look = _background("accent", 70)
    return [_span(editor, one.start, one.end, look) for one in matches]


def _brackets(editor: LuaText) -> Selections:
    found = editor.syntax.brackets(editor.textCursor().position())
    if found is None:
        return []
    here, partner = found
    color = "error" if partner is None else "accent"
    look = _background(color, 60)
    look.setFontWeight(QFont.Weight.Bold)
    look.setForeground(theming.color(color))
    return [_span(editor, at, at + 1, look) for at in (here, partner) if at is not None]


def _background(color: str, alpha: int) -> QTextCharFormat:
    look = QTextCharFormat()
    shade = QColor(theming.color(color))
    shade.setAlpha(alpha)
    look.setBackground(shade)
    return look


def _span(editor: LuaText, start: int, end: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
    selection = QTextEdit.ExtraSelection()
    cursor = QTextCursor(editor.document())
    last = max(0, editor.document().characterCount() - 1)
    cursor.setPosition(min(start, last))
    cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
    selection.cursor = cursor
    selection.format = look
    return selection
