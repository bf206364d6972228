"""The list of what may be written at the cursor. The keyboard stays in the text, which hands keys over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QVBoxLayout

from goop_console.widgets import theming
from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.code_editor.popup_place import place_beside
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.polish import set_look

_ROWS: Final = 9
_WIDTH: Final = 420
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """``text`` takes the place of the ``typed`` characters before the cursor."""

    text: str
    kind: str
    detail: str
    doc: str
    typed: int


class CompletionList(QFrame):
    """Below the cursor, inside the editor. ``taken`` comes after an offer was written."""

    taken = Signal(str)

    def __init__(self, editor: LuaText) -> None:
        super().__init__(editor)
        self._editor = editor
        self._offers: Sequence[Offer] = ()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("role", "popup")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("What may be written here")
        self.about = QLabel()
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        set_look(self.about, "role", "muted")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 4)
        box.setSpacing(2)
        box.addWidget(self.list)
        box.addWidget(self.about)
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemClicked.connect(lambda _item: self.take())
        self.hide()

    def offer(self, offers: Sequence[Offer]) -> None:
        """Show what may be written; nothing takes the list away."""
        self._offers = offers[:_MOST]
        self.list.clear()
        if not self._offers:
            self.hide()
            return
        self.list.setFont(theming.fixed_font())
        self.list.addItems([f"{one.text}   {one.kind}" for one in self._offers])
        self.list.setCurrentRow(0)
        row = max(self.list.sizeHintForRow(0), 1)
        self.list.setFixedHeight(row * min(len(self._offers), _ROWS) + 6)
        self.setFixedWidth(min(_WIDTH, self._editor.width() - 20))
        self.adjustSize()
        place_beside(self, self._editor, self._editor.cursorRect())
        self.show()
        self.raise_()

    def handles(self, event: QKeyEvent) -> bool:
        """Whether the key was for the list."""
        if not self.isVisible():
            return False
        key, row = event.key(), self.list.currentRow()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((row + step) % len(self._offers))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self.take()
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def take(self) -> None:
        """Write the chosen offer."""
        row = self.list.currentRow()
        self.hide()
        if not 0 <= row < len(self._offers):
            return
        offer = self._offers[row]
        cursor = self._editor.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, offer.typed)
        cursor.insertText(offer.text)
        self._editor.setTextCursor(cursor)
        self.taken.emit(offer.text)

    def _on_row(self, row: int) -> None:
        if 0 <= row < len(self._offers):
            offer = self._offers[row]
            words = shown_line(" – ".join(part for part in (offer.detail, offer.doc) if part), 300)
            self.about.setText(words)
            self.about.setVisible(bool(words))
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self.list, f"{offer.text}, {offer.kind}, {words}")
            )
