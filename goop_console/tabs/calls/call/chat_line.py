"""The line that a visitor would type: Up and Down bring back earlier ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

_MAX_LINES = 200


class ChatLine(QLineEdit):
    """A line with a memory, like a shell's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._place = 0  # len(lines): the line that is being written
        self._draft = ""
        self._commands = QStringListModel(self)
        completer = QCompleter(self._commands, self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.setPlaceholderText("!hello Alice")
        self.setAccessibleName("Chat message")

    def set_commands(self, names: Sequence[str]) -> None:
        """Complete ``!name`` for these commands."""
        self._commands.setStringList([f"!{name}" for name in names])

    @property
    def lines(self) -> list[str]:
        """What was sent, oldest first."""
        return list(self._lines)

    def set_lines(self, lines: Sequence[str]) -> None:
        self._lines = list(lines)[-_MAX_LINES:]
        self._place = len(self._lines)

    def remember(self, text: str) -> None:
        """Add a sent line; a repeated one moves to the end."""
        if text.strip():
            self.set_lines([*(line for line in self._lines if line != text), text])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            super().keyPressEvent(event)
            return
        self._go(self._place + step)

    def _go(self, place: int) -> None:
        if not 0 <= place <= len(self._lines):
            return
        if self._place == len(self._lines):
            self._draft = self.text()
        self._place = place
        self.setText(self._draft if place == len(self._lines) else self._lines[place])
