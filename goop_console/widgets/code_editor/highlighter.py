"""Lua colours for a QTextDocument: the engine says what each word is, the lines in view get their formats."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFont, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from goop_console.widgets import theming
from lua_engine import ColorSpan, LiveSyntax, Parsed

_STATES: Final = 0x7FFF_FFFF  # what a block's user state can hold


def formats() -> dict[str, QTextCharFormat]:
    """How each kind of word looks; kinds that are missing look like plain text."""
    return {
        "keyword": _format("syn_keyword", bold=True),
        "builtin": _format("syn_builtin"),
        "goop": _format("syn_goop", bold=True),
        "function": _format("syn_function"),
        "number": _format("syn_number"),
        "string": _format("syn_string"),
        "escape": _format("syn_number"),
        "comment": _format("syn_comment", italic=True),
        "doc": _format("syn_doc"),
        "annotation": _format("syn_goop", bold=True),
    }


def _format(color: str, *, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theming.color(color))
    made.setFontItalic(italic)
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made


class LuaColors:
    """``syntax`` knows the text of the last ``update``. Lines are coloured when ``color`` is asked for them,
    so an edit costs what is in view and not what lies below it.
    """

    def __init__(self, document: QTextDocument) -> None:
        self.syntax = LiveSyntax()
        self._document = document
        self._formats = formats()
        self._theme = 0
        self._done: tuple[int, int] | None = None  # lines that have the colours of this text

    def update(self, text: str) -> None:
        """The text as it is now."""
        self.syntax.update(text)
        self._done = None

    def take(self, found: Parsed) -> None:
        """What was parsed behind, because it took too long for a key."""
        self.syntax.take(found)
        self._done = None

    def color(self, first: int, last: int) -> None:
        """Give lines ``first`` to ``last`` (from 0) their colours; one that has them is left alone."""
        if self._done == (first, last):
            return
        self._done = (first, last)
        spans = self.syntax.spans(first, last)
        block = self._document.findBlockByNumber(first)
        for line in range(first, last + 1):
            if not block.isValid():
                return
            self._color(block, spans.get(line, []))
            block = block.next()

    def _color(self, block: QTextBlock, spans: list[ColorSpan]) -> None:
        """A block's user state is a hash of what it was coloured with; it moves with its block."""
        state = hash((self._theme, *spans)) & _STATES
        if block.userState() == state or (not spans and block.userState() == -1):
            return
        block.setUserState(state)
        found = []
        for kind, start, end in spans:
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = start, end - start, self._formats[kind]
            found.append(one)
        block.layout().setFormats(found)
        self._document.markContentsDirty(block.position(), block.length())

    def use_theme(self) -> None:
        """From now on the theme's colours of this moment."""
        self._formats = formats()
        self._theme += 1
        self._done = None
