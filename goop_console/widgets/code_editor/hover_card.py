"""What is known of a word, in a card beside it: by mouse, and by Ctrl+K Ctrl+I."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.code_editor.popup_place import place_beside
from goop_console.widgets.code_editor.text_units import from_utf16
from goop_console.widgets.foreign_text import shown_lines

_WIDTH: Final = 520
_MARKDOWN: Final = re.compile(r"^```\w*\n|^```$|\*\*|`", re.MULTILINE)


class HoverCard(QFrame):
    """The keyboard stays in the text; any key takes the card away."""

    def __init__(self, editor: LuaText) -> None:
        super().__init__(editor)
        self._editor = editor
        self._cursor = QTextCursor()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("role", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAccessibleName("About this word")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 6)
        box.addWidget(self.text)
        self.hide()
        editor.verticalScrollBar().valueChanged.connect(self.hide)

    def ask_at(self, point: QPoint) -> None:
        """Ask what is known of the word at a point of the viewport: the mouse rests there."""
        editor = self._editor
        cursor = editor.cursorForPosition(point)
        if editor.cursorRect(cursor).adjusted(-12, 0, 12, 0).contains(point):
            self._ask(cursor)

    def ask(self) -> None:
        """Ask the same of the word at the cursor."""
        self._ask(self._editor.textCursor())

    def _ask(self, cursor: QTextCursor) -> None:
        """The next answer is about this place."""
        self._cursor = QTextCursor(cursor)
        self.hide()
        column = from_utf16(cursor.block().text(), cursor.positionInBlock())
        self._editor.hover_requested.emit(cursor.blockNumber() + 1, column)

    @property
    def place(self) -> int:
        """The position that was asked about."""
        return self._cursor.position()

    def show_about(self, markdown: str) -> None:
        """Show an answer; nothing to say shows nothing."""
        words = shown_lines(_MARKDOWN.sub("", markdown).strip())
        if not words:
            self.hide()
            return
        self.text.setText(words)
        self.setFixedWidth(min(_WIDTH, max(160, self._editor.viewport().width() - 20)))
        self.adjustSize()
        place_beside(self, self._editor, self._editor.cursorRect(self._cursor), over=True)
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.text.text()))
