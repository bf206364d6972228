"""Lua colours for a QTextDocument."""

from __future__ import annotations

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from goop_console.widgets import theming
from goop_console.widgets.code_editor.lua_lexer import lex_line
from goop_console.widgets.code_editor.text_units import has_surrogates, to_utf16

_LONGEST_COLOURED = 20_000  # characters; a longer line is read (its state matters) but left plain


def token_formats() -> dict[str, QTextCharFormat]:
    """How each kind of token looks; kinds that are missing look like plain text."""
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
        "invalid": _format("error"),
    }


def _format(color: str, *, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theming.color(color))
    made.setFontItalic(italic)
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made


class LuaHighlighter(QSyntaxHighlighter):
    """Colours line by line; long strings and comments carry over in the blocks' states."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = token_formats()

    def highlightBlock(self, text: str) -> None:
        tokens, state = lex_line(text, max(0, self.previousBlockState()))
        self.setCurrentBlockState(state)
        if len(text) > _LONGEST_COLOURED:
            return
        is_wide = has_surrogates(text)
        for kind, start, end in tokens:
            look = self._formats.get(kind)
            if look is not None:
                if is_wide:
                    start, end = to_utf16(text, start), to_utf16(text, end)
                self.setFormat(start, end - start, look)

    def use_theme(self) -> None:
        """Colour the text anew in the theme's colours of this moment."""
        self._formats = token_formats()
        self.rehighlight()
