"""Edits on whole lines of a document, each a single step for Ctrl+Z."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QTextCursor, QTextDocument

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
    blocks = [document.findBlockByNumber(number) for number in range(first, last + 1)]
    before = [block.text() for block in blocks]
    after = change(before)
    column = cursor.positionInBlock() - len(before[-1]) if not cursor.hasSelection() else 0
    edit = QTextCursor(document)
    edit.beginEditBlock()
    for number, (old, new) in enumerate(zip(before, after, strict=True), first):
        if old != new:
            _replace_line(edit, document, number, new)
    edit.endEditBlock()
    if not cursor.hasSelection():
        block = document.findBlockByNumber(first)
        edit.setPosition(block.position() + max(0, block.length() - 1 + column))
        return edit
    edit.setPosition(document.findBlockByNumber(first).position())
    end = document.findBlockByNumber(last)
    edit.setPosition(end.position() + end.length() - 1, _KEEP)
    return edit


def _replace_line(edit: QTextCursor, document: QTextDocument, number: int, text: str) -> None:
    block = document.findBlockByNumber(number)
    edit.setPosition(block.position())
    edit.movePosition(QTextCursor.MoveOperation.EndOfBlock, _KEEP)
    edit.insertText(text)


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
    data = text.encode("utf-16-le")
    return data[: 2 * column].decode("utf-16-le"), data[2 * column :].decode("utf-16-le")


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
    start = 0
    limit = min(len(old), len(new))
    while start < limit and old[start] == new[start]:
        start += 1
    end = 0
    while end < limit - start and old[-1 - end] == new[-1 - end]:
        end += 1
    edit = QTextCursor(document)
    edit.beginEditBlock()
    edit.setPosition(to_utf16(old, start))
    edit.setPosition(to_utf16(old, len(old) - end), _KEEP)
    edit.insertText(for_document(new[start : len(new) - end]))
    edit.endEditBlock()
    return to_utf16(new, start), edit.position()
