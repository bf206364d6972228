"""Where what belongs to a place of the text pops up: beside its line, in view as a whole."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from goop_console.widgets.code_editor.lua_text import LuaText

_GAP = 3  # pixels between the line and what pops up


def place_beside(popup: QWidget, editor: LuaText, cursor: QRect, *, over: bool = False) -> None:
    """Move ``popup``, a child of ``editor``, under the line of ``cursor`` (as ``cursorRect`` gives it) or
    ``over`` it; to the other side where there is no room.
    """
    corner = editor.viewport().mapTo(editor, cursor.topLeft())
    above, below = corner.y() - popup.height() - _GAP, corner.y() + cursor.height() + _GAP
    is_above = above >= 0 if over else below + popup.height() > editor.height()
    right = editor.viewport().geometry().right() - 4  # where the scroll bar begins
    left = min(corner.x(), right - max(popup.width(), popup.minimumWidth()))
    popup.move(max(0, left), max(0, above) if is_above else below)
