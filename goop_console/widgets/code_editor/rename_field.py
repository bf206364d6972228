"""Another name for a local, asked for where it stands: Enter renames, Esc leaves everything as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout

from goop_console.widgets import theming
from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.code_editor.popup_place import place_beside
from goop_console.widgets.code_editor.text_units import to_utf16
from goop_console.widgets.polish import set_look

_WIDTH: Final = 280


class RenameField(QFrame):
    """Of one editor."""

    name_requested = Signal(str)

    def __init__(self, editor: LuaText) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("role", "popup")
        self.field = QLineEdit()
        self.field.setAccessibleName("New name")
        self.field.returnPressed.connect(lambda: self.name_requested.emit(self.field.text().strip()))
        self.refusal = QLabel()
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setWordWrap(True)
        self.refusal.setAccessibleName("Why it cannot be renamed")
        set_look(self.refusal, "role", "error-text")
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.setSpacing(4)
        box.addWidget(self.field)
        box.addWidget(self.refusal)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def open(self) -> None:
        """Ask for another name of the word at the cursor."""
        cursor = self._editor.textCursor()
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self.field.setFont(theming.fixed_font())
        self.field.setText(cursor.selectedText())
        self.field.selectAll()
        self.say("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def say(self, refusal: str) -> None:
        """Why it does not work; the field stays open."""
        self.refusal.setText(refusal)
        self.refusal.setVisible(bool(refusal))
        self.adjustSize()
        place_beside(self, self._editor, self._editor.cursorRect())

    def leave(self) -> None:
        """Back to the text."""
        self.hide()
        self._editor.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the field leaves over stays here: else Enter would go on to the text."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        event.accept()


def write_name(editor: LuaText, places: Iterable[tuple[int, int, int]], name: str) -> None:
    """Put ``name`` at places (line from 1, first and last column from 0 in characters): one step to undo."""
    document = editor.document()
    edit = QTextCursor(document)
    edit.beginEditBlock()
    for line, start, end in sorted(places, reverse=True):
        block = document.findBlockByNumber(line - 1)
        text = block.text()
        edit.setPosition(block.position() + to_utf16(text, start))
        edit.setPosition(block.position() + to_utf16(text, end), QTextCursor.MoveMode.KeepAnchor)
        edit.insertText(name)
    edit.endEditBlock()
