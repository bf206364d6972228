"""Short texts behind the lines of an editor: what a recorded call computed there, how much is folded away."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from goop_console.widgets import theming
from goop_console.widgets.code_editor.folding import hidden_below, is_folded
from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.wording import counted


def paint_behind_lines(editor: LuaText, values: Mapping[int, str]) -> None:
    """``values``: texts by line, from 1."""
    painter = QPainter(editor.viewport())
    painter.setPen(theming.color("syn_doc"))
    painter.setFont(editor.font())
    for number, top, height in editor.visible_lines():
        block = editor.document().findBlockByNumber(number)
        text = values.get(number + 1, "")
        if is_folded(block):
            text = f"⋯ {counted(hidden_below(block), 'line')}  {text}".rstrip()
        if text:
            _paint(editor, painter, text, block.text(), top, height)
    painter.end()


def _paint(editor: LuaText, painter: QPainter, text: str, line: str, top: float, height: float) -> None:
    before = line.expandtabs(4)[:400]
    left = editor.contentOffset().x() + painter.fontMetrics().horizontalAdvance(before) + 40
    height = min(height, painter.fontMetrics().lineSpacing())
    box = QRectF(left, top, max(0.0, editor.viewport().width() - left - 8), height)
    if box.width() > 40:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
