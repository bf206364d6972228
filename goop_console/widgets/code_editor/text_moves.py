"""Edits on whole lines of a document, each a single step for Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from goop_console.widgets.code_editor.indentation import (
    closing_indent,
    indent_after,
    indent_of,
    one_less,
    starts_closed,
)
from goop_console.widgets.code_editor.separators import for_document
from goop_console.widgets.code_editor.text_units import to_utf16

LineChange = Callable[[Sequence[str]], list[str]]
Words = Callable[[int, int], Sequence[str]]
"""The keywords and signs between two positions of the document (``LiveSyntax.words``)."""
_STEP = 4_096  # characters that are compared at once
_KEEP = QTextCursor.MoveMode.KeepAnchor


def selected_lines(cursor: QTextCursor) -> tuple[int, int]:
    """First and last line number (from 0) of the selection; a selection that ends at a line's beginning
    leaves that line out.
    """
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    if last.blockNumber() > first.blockNumber() and cursor.selectionEnd() == last.position():
        last = last.previous()
    return first.blockNumber(), last.blockNumber()


def change_lines(cursor: QTextCursor, change: LineChange) -> QTextCursor:
    """Put ``change`` of the selected lines in their place; the answer selects them again when something was
    selected.
    """
    document = cursor.document()
    first, last = selected_lines(cursor)
    blocks = [document.findBlockByNumber(first)]
    while blocks[-1].blockNumber() < last:
        blocks.append(blocks[-1].next())
    before = [block.text() for block in blocks]
    after = change(before)
    column = cursor.positionInBlock() - len(before[-1]) if not cursor.hasSelection() else 0
    edit = QTextCursor(document)
    edit.beginEditBlock()
    for block, old, new in zip(blocks, before, after, strict=True):
        if old != new:
            _change_line(edit, block, old, new)
    edit.endEditBlock()
    if not cursor.hasSelection():
        block = document.findBlockByNumber(first)
        edit.setPosition(block.position() + max(0, block.length() - 1 + column))
        return edit
    edit.setPosition(document.findBlockByNumber(first).position())
    end = document.findBlockByNumber(last)
    edit.setPosition(end.position() + end.length() - 1, _KEEP)
    return edit


def _change_line(edit: QTextCursor, block: QTextBlock, old: str, new: str) -> None:
    """Touch only what differs: a whole line anew takes four times as long."""
    start, end = _apart(old, new)
    edit.setPosition(block.position() + to_utf16(old, start))
    if len(old) - end > start:
        edit.setPosition(block.position() + to_utf16(old, len(old) - end), _KEEP)
    edit.insertText(new[start : len(new) - end])


def _apart(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts begin with together, and end with."""
    start = _together(old, new)
    if len(new) >= len(old) and new.endswith(old[start:]):
        return start, len(old) - start
    return start, min(min(len(old), len(new)) - start, _together(old[::-1], new[::-1]))


def _together(old: str, new: str) -> int:
    at, most = 0, min(len(old), len(new))
    while at < most and old[at : at + _STEP] == new[at : at + _STEP]:
        at += _STEP
    at = min(at, most)
    while at < most and old[at] == new[at]:
        at += 1
    return at


def insert_newline(cursor: QTextCursor, unit: str, words: Words) -> None:
    """A line break with the indentation that Lua's blocks ask for; ``{|}`` opens up to three lines."""
    start = cursor.selectionStart()
    found = words(cursor.document().findBlock(start).position(), start)
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    text = cursor.block().text()
    column = cursor.positionInBlock()
    before, after = _split(text, column)
    deeper = indent_after(before, found, unit)
    spaces = len(after) - len(after.lstrip(" \t"))
    cursor.setPosition(cursor.position() + spaces, _KEEP)
    cursor.insertText("\n" + deeper)
    if starts_closed(after) and deeper != indent_of(before):
        place = cursor.position()
        cursor.insertText("\n" + indent_of(before))
        cursor.setPosition(place)
    cursor.endEditBlock()


def _split(text: str, column: int) -> tuple[str, str]:
    data = text.encode("utf-16-le", "surrogatepass")  # the cursor may stand within a character of two units
    before, after = data[: 2 * column], data[2 * column :]
    return before.decode("utf-16-le", "surrogatepass"), after.decode("utf-16-le", "surrogatepass")


def settle_closing(cursor: QTextCursor, unit: str, words: Words) -> None:
    """After a typed ``end``, ``else``, ``}``...: move the line to where its block began."""
    line = cursor.block().text()
    if not cursor.atBlockEnd():
        return
    above = cursor.block().previous()
    while above.isValid() and not above.text().strip():
        above = above.previous()
    found = words(above.position(), above.position() + above.length() - 1) if above.isValid() else []
    wanted = closing_indent(line, above.text() if above.isValid() else "", found, unit)
    if wanted is None or wanted == indent_of(line):
        return
    edit = QTextCursor(cursor.block())
    edit.joinPreviousEditBlock()
    edit.setPosition(edit.position() + len(indent_of(line)), _KEEP)
    edit.insertText(wanted)
    edit.endEditBlock()


def delete_to_stop(cursor: QTextCursor, unit: str) -> bool:
    """Backspace within spaces of indentation: one level at once.
    False when the ordinary backspace is right.
    """
    before = cursor.block().text()[: cursor.positionInBlock()]
    if cursor.hasSelection() or not before or before.strip(" ") or unit == "\t":
        return False
    extra = len(before) % len(unit) or len(before) - len(one_less(before, unit))
    cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter, _KEEP, extra)
    cursor.removeSelectedText()
    return True


def replace_text(document: QTextDocument, old: str, new: str) -> tuple[int, int]:
    """Make ``old``, which the document holds, ``new``, touching only what differs, so that cursors elsewhere
    stay.

    Answers where the new part begins and ends, in Qt's units.
    """
    start, end = _apart(old, new)
    edit = QTextCursor(document)
    edit.beginEditBlock()
    edit.setPosition(to_utf16(old, start))
    edit.setPosition(to_utf16(old, len(old) - end), _KEEP)
    edit.insertText(for_document(new[start : len(new) - end]))
    edit.endEditBlock()
    return to_utf16(new, start), edit.position()
