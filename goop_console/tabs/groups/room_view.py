"""A chat room: what it is for, its messages, and a line to write in it as anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.groups.parts import muted
from goop_console.widgets import theming
from goop_console.widgets.caller_picker import CallerChoice, CallerPicker
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.foreign_text import shown_line, shown_lines
from goop_console.widgets.wording import elided
from lua_engine import Message, RoomState

KEPT = 100  # messages; the engine keeps as many
_BLOCKS = 2  # a message: who and when, then the text
_LINE_END = "\u2028"
_GAP = 8.0  # pixels between messages
_MAX_NAME = 80  # characters
_MAX_TEXT = 8_000  # characters of one message


class RoomView(QWidget):
    """``send_requested`` with the sender's id and the text. The messages follow unless one scrolled up."""

    send_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: tuple[Message, ...] = ()
        self._owner_id = ""
        self._can_edit = True
        self.description = muted(wraps=True)
        self.messages = QTextEdit()
        self.messages.setReadOnly(True)
        self.messages.setTabChangesFocus(True)
        self.messages.document().setDocumentMargin(8)
        self.messages.setAccessibleName("Messages of the room")
        self.empty = EmptyState(
            "No messages yet", "What members and scripts write in this room shows up here as it is written."
        )
        self.writer = CallerPicker()
        self.writer.popup.stranger.hide()
        self.text = QLineEdit()
        self.text.setPlaceholderText("Write a message")
        self.text.setAccessibleName("Message")
        self.send = QPushButton("Send")
        self.error = ErrorLine("Why the message was not sent")
        self._body = QStackedWidget()
        self._body.addWidget(self.messages)
        self._body.addWidget(self.empty)
        self._build()
        self.text.returnPressed.connect(self._on_send)
        self.text.textChanged.connect(lambda _: self._show_button())
        self.send.clicked.connect(self._on_send)
        self.writer.caller_changed.connect(lambda _: self._show_button())

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.writer)
        line.addWidget(self.text, 1)
        line.addWidget(self.send)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.description)
        box.addWidget(self._body, 1)
        box.addLayout(line)
        box.addWidget(self.error)

    # what is shown

    def show_room(self, room: RoomState, *, is_other: bool) -> None:
        """``is_other``: another room than before, so what is half typed is not kept."""
        self.description.setText(room.room.description)
        self.description.setVisible(bool(room.room.description))
        if is_other:
            self.text.clear()
            self.error.say("")
            self._rewrite(())
        self._show_messages(room.messages)
        self._body.setCurrentWidget(self.messages if room.messages else self.empty)

    def set_callers(self, choices: Sequence[CallerChoice], owner_id: str) -> None:
        """Who can write; the owner does until somebody else is chosen."""
        self.writer.set_choices(choices)
        self._owner_id = owner_id
        row = self.writer.model.row_of(owner_id)
        if self.writer.current is None and row >= 0:
            self.writer.set_current(self.writer.model.choice(row))

    def set_can_edit(self, can_edit: bool) -> None:
        self._can_edit = can_edit
        self.text.setEnabled(can_edit)
        self._show_button()

    def set_sent(self, text: str) -> None:
        """``text`` is on its way into the room: the line is free,
        unless something else was typed meanwhile.
        """
        if self.text.text() == text:
            self.text.clear()

    def _show_messages(self, messages: tuple[Message, ...]) -> None:
        """Only what is new is written, so that a selection and the place stay."""
        last = self._messages[-1].id if self._messages else ""
        known = [one.id for one in messages]
        kept = known.index(last) + 1 if last in known else 0
        gone = len(self._messages) - kept
        if kept == 0 or gone < 0 or self._messages[gone:] != messages[:kept]:
            if messages != self._messages:
                self._rewrite(messages)
            return
        bar = self.messages.verticalScrollBar()
        follows = bar.value() >= bar.maximum()
        self._drop_first(gone)
        for message in messages[kept:]:
            self._append(message)
        self._messages = messages
        if follows:
            bar.setValue(bar.maximum())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._rewrite(self._messages)

    def _rewrite(self, messages: tuple[Message, ...]) -> None:
        self.messages.clear()
        self._messages = messages
        for message in messages:
            self._append(message)
        bar = self.messages.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _append(self, message: Message) -> None:
        cursor = QTextCursor(self.messages.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.messages.document().isEmpty():
            cursor.insertBlock()
        color = "accent" if message.sender == self._owner_id else "info"
        cursor.setBlockFormat(_spaced(_GAP))
        cursor.insertText(_one_line(message.sender_name), _colored(color, is_bold=True))
        cursor.insertText(f"   {_when(message.timestamp)}", _colored("muted"))
        cursor.insertBlock(_spaced(0))
        cursor.insertText(_LINE_END.join(shown_lines(message.text, _MAX_TEXT).split("\n")), _colored("text"))

    def _drop_first(self, messages: int) -> None:
        if messages <= 0:
            return
        cursor = QTextCursor(self.messages.document())
        cursor.movePosition(
            QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, messages * _BLOCKS
        )
        cursor.removeSelectedText()

    def _show_button(self) -> None:
        self.send.setEnabled(
            self._can_edit and bool(self.text.text().strip()) and self.writer.current is not None
        )

    def _on_send(self) -> None:
        if self.send.isEnabled() and self.writer.current is not None:
            self.error.say("")
            self.send_requested.emit(self.writer.current.id, self.text.text())


def _spaced(top: float) -> QTextBlockFormat:
    spaced = QTextBlockFormat()
    spaced.setTopMargin(top)
    return spaced


def _colored(color: str, *, is_bold: bool = False) -> QTextCharFormat:
    colored = QTextCharFormat()
    colored.setForeground(theming.color(color))
    colored.setFontWeight(QFont.Weight.Bold if is_bold else QFont.Weight.Normal)
    return colored


def _one_line(text: str) -> str:
    """A name in one block, whatever Goop2 stored as one."""
    return shown_line(elided(" ".join(text.split()), _MAX_NAME))


def _when(milliseconds: int) -> str:
    """The time of day; with the date when it was another day."""
    moment = datetime.fromtimestamp(milliseconds / 1000)
    return f"{moment:%H:%M}" if moment.date() == datetime.now().date() else f"{moment:%Y-%m-%d %H:%M}"
