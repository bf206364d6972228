"""The text of an editor for Lua: its places, its lines, and what can be done to them. It is what the parts of
the editor know of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from goop_console.widgets.code_editor import indentation, text_moves
from goop_console.widgets.code_editor.filling import Filling
from goop_console.widgets.code_editor.folding import Folding
from goop_console.widgets.code_editor.highlighter import LuaColors
from goop_console.widgets.code_editor.search import Match, document_text
from goop_console.widgets.code_editor.separators import from_document
from goop_console.widgets.code_editor.text_units import from_utf16
from lua_engine import LiveSyntax


class LuaText(QPlainTextEdit):
    """``unit`` is one level of indentation; ``folding`` hides lines; ``filling`` puts a long
    text in; ``colors`` keeps the syntax tree."""

    edited = Signal()
    place_changed = Signal(int, int)  # line and column of the cursor, from 1
    escape_pressed = Signal()
    # What is asked about a place: line from 1, column from 0 in characters.
    completion_requested = Signal(int, int)
    hover_requested = Signal(int, int)
    definition_requested = Signal(int, int)
    references_requested = Signal(int, int)
    rename_requested = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unit = indentation.DEFAULT_UNIT
        self.colors = LuaColors(self.document())
        self.filling = Filling(self)
        self.folding = Folding(self.document(), lambda: self.syntax, self)

    def text(self) -> str:
        """The whole text with ``\\n`` line ends, also while it is still being put into the document."""
        return from_document(self.filling.text) if self.filling.is_active else document_text(self.document())

    def line_count(self) -> int:
        """How many lines the text has, once all of it is there."""
        return self.filling.lines if self.filling.is_active else self.blockCount()

    @property
    def syntax(self) -> LiveSyntax:
        """The text, parsed."""
        return self.colors.syntax

    def place(self) -> tuple[int, int]:
        """Line and column of the cursor, from 1."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, cursor.positionInBlock() + 1

    def go_to_line(self, line: int, column: int = 0) -> None:
        """Move the cursor to ``line`` (from 1; the nearest there is), in the middle of the view.

        Column 0 is the first character after the indentation.
        """
        if line > self.blockCount():
            self.filling.finish()
        block = self.document().findBlockByNumber(min(max(1, line), self.blockCount()) - 1)
        text = block.text()
        offset = len(indentation.indent_of(text)) if column < 1 else min(column - 1, block.length() - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + offset)
        self.setTextCursor(cursor)
        self.centerCursor()

    def select(self, match: Match) -> None:
        """Select ``match`` and bring it into view."""
        cursor = self.textCursor()
        cursor.setPosition(match.start)
        cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        if not self.viewport().rect().adjusted(0, 40, 0, -40).contains(self.cursorRect()):
            self.centerCursor()

    def selected_in_line(self) -> str:
        """What is selected; empty where that goes over the end of a line."""
        found = self.textCursor().selectedText()
        return "" if "\u2029" in found else from_document(found)

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """Number (from 0), top and height of each line in view, in pixels of the viewport."""
        block = self.firstVisibleBlock()
        bottom = self.viewport().height()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= bottom:
            if block.isVisible():
                height = self.blockBoundingRect(block).height()
                yield block.blockNumber(), top, height
                top += height
            block = block.next()

    def place_in_characters(self) -> tuple[int, int]:
        """Line of the cursor from 1, column from 0, counting characters as the engine does."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, from_utf16(cursor.block().text(), cursor.positionInBlock())

    def indent(self) -> None:
        """The selected lines one level deeper."""
        self._change_lines(lambda lines: indentation.indented(lines, self.unit))

    def dedent(self) -> None:
        """The selected lines one level back."""
        self._change_lines(lambda lines: indentation.dedented(lines, self.unit))

    def toggle_comment(self) -> None:
        """Comment the selected lines out, or in."""
        self._change_lines(indentation.comment_toggled)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Text alone. Qt would keep a document, and make HTML of it for whoever asks for the text: of 30,000
        lines in half a second.
        """
        data = QMimeData()
        data.setText(from_document(self.textCursor().selectedText().replace("\u2029", "\n")))
        return data

    def _change_lines(self, change: text_moves.LineChange) -> None:
        if not self.isReadOnly():
            self.setTextCursor(text_moves.change_lines(self.textCursor(), change))
