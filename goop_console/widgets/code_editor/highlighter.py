"""Lua colours for a QTextDocument."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from goop_console.widgets.code_editor.colors import EditorColors
from goop_console.widgets.code_editor.lua_lexer import lex_line
from goop_console.widgets.code_editor.text_units import has_surrogates, to_utf16

_LONGEST_COLOURED = 20_000  # characters; a longer line is read (its state matters) but left plain


def token_formats(colors: EditorColors) -> dict[str, QTextCharFormat]:
    """How each kind of token looks; kinds that are missing look like plain text."""
    return {
        "keyword": _format(colors.syn_keyword, bold=True),
        "builtin": _format(colors.syn_builtin),
        "goop": _format(colors.syn_goop, bold=True),
        "function": _format(colors.syn_function),
        "number": _format(colors.syn_number),
        "string": _format(colors.syn_string),
        "escape": _format(colors.syn_number),
        "comment": _format(colors.syn_comment, italic=True),
        "doc": _format(colors.syn_doc),
        "annotation": _format(colors.syn_goop, bold=True),
        "invalid": _format(colors.error),
    }


def _format(color: str, *, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(color))
    made.setFontItalic(italic)
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made


class LuaHighlighter(QSyntaxHighlighter):
    """Colours line by line; long strings and comments carry over in the blocks' states."""

    def __init__(self, document: QTextDocument, colors: EditorColors) -> None:
        super().__init__(document)
        self._formats = token_formats(colors)

    def set_colors(self, colors: EditorColors) -> None:
        """Take the colours of another theme."""
        self._formats = token_formats(colors)
        self.rehighlight()

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
