"""Two texts that went different ways, brought together by hand: one conflict after the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.text.merging import Choice, Part, merged
from goop_console.widgets import theming
from goop_console.widgets.flow_layout import FlowLayout
from goop_console.widgets.long_text import LongText
from goop_console.widgets.wording import counted

_AROUND = 3  # lines that all have, above and below a conflict


class MergeView(QWidget):
    """``chosen`` has the whole text once every conflict is decided; Esc or the button goes back."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[Part] = ()
        self._conflicts: list[int] = []  # indexes of parts
        self._choices: list[Choice] = []
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.mine, self.theirs = self._text("Yours"), self._text("On disk")
        self.take_mine = self._button("Take &mine", "mine")
        self.take_theirs = self._button("Take &theirs", "theirs")
        self.take_both = self._button("Take &both", "both")
        self.again = QPushButton("Start &over")
        self.again.clicked.connect(self._start)
        self.back = QPushButton("Back to the editor")
        self.back.setToolTip("Leave everything as it is (Esc)")
        self.back.clicked.connect(self.closed)
        self._lay_out()

    def _text(self, name: str) -> LongText:
        text = LongText(name)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFont(theming.fixed_font())
        return text

    def _button(self, words: str, choice: Choice) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: self._choose(choice))
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout()
        for column, (text, words) in enumerate(((self.mine, "Yours"), (self.theirs, "On disk"))):
            grid.addWidget(QLabel(words), 0, column)
            grid.addWidget(text, 1, column)
        row = FlowLayout()
        for button in (self.take_mine, self.take_theirs, self.take_both, self.again, self.back):
            row.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.title)
        box.addLayout(grid, 1)
        box.addLayout(row)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Begin with the first conflict; without one the text is chosen at once."""
        self._parts = parts
        self._conflicts = [at for at, part in enumerate(parts) if part.is_conflict]
        self._start()

    def _start(self) -> None:
        self._choices = []
        self._show()

    def _choose(self, choice: Choice) -> None:
        self._choices.append(choice)
        self._show()

    def _show(self) -> None:
        if len(self._choices) == len(self._conflicts):
            self.chosen.emit(merged(self._parts, self._choices))
            return
        at = self._conflicts[len(self._choices)]
        part = self._parts[at]
        before = self._parts[at - 1].mine[-_AROUND:] if at else ()
        after = self._parts[at + 1].mine[:_AROUND] if at + 1 < len(self._parts) else ()
        self.title.setText(
            f"Conflict {len(self._choices) + 1} of {len(self._conflicts)}: yours has "
            f"{counted(len(part.mine), 'line')} here, the file on disk {counted(len(part.theirs), 'line')}. "
            "What only one side changed is taken over."
        )
        for text, lines in ((self.mine, part.mine), (self.theirs, part.theirs)):
            shown = [*(f"  {one}" for one in before), *(f"» {one}" for one in lines)]
            text.setPlainText("\n".join([*shown, *(f"  {one}" for one in after)]))
        self.again.setEnabled(bool(self._choices))
        self.take_mine.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
