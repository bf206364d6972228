"""The places of a name in a text, under the editor: arrows show them, Enter stays there, Esc goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.wording import counted

_ROWS: Final = 7


class ListedPlace(NamedTuple):
    """``line`` and ``column`` count from 1."""

    line: int
    column: int
    text: str


class PlacesBar(QFrame):
    """Hidden until there is something to list."""

    place_requested = Signal(int, int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._places: Sequence[ListedPlace] = ()
        self._start = 0
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.list = QListWidget()
        self.list.setAccessibleName("Places of the name")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemActivated.connect(lambda _item: self.close_bar())
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 4, 8, 4)
        box.setSpacing(4)
        box.addWidget(self.title)
        box.addWidget(self.list)
        self.setVisible(False)

    def open(self, name: str, places: Sequence[ListedPlace], current: int) -> None:
        """List ``places`` of ``name``; ``current`` is the one where the cursor stands."""
        self._places = ()  # filling the list goes nowhere
        self.title.setText(f"{counted(len(places), 'place')} of {name}  ·  Enter stays there, Esc goes back")
        self.list.clear()
        self.list.setFont(theming.fixed_font())
        width = len(str(places[-1].line))
        for one in places:
            item = QListWidgetItem(f"{one.line:>{width}}  {shown_line(one.text.strip(), 200)}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"Line {one.line}: {one.text.strip()[:200]}")
            self.list.addItem(item)
        self.list.setFixedHeight(max(self.list.sizeHintForRow(0), 1) * min(len(places), _ROWS) + 6)
        self._places, self._start = places, current
        self.setVisible(True)
        self.list.setCurrentRow(current)
        self.list.setFocus()

    def close_bar(self) -> None:
        self.setVisible(False)
        self.closed.emit()

    def _on_row(self, row: int) -> None:
        """The text follows the list."""
        if 0 <= row < len(self._places):
            self.place_requested.emit(self._places[row].line, self._places[row].column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._places:
                self.list.setCurrentRow(self._start)
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_bar()
        else:
            super().keyPressEvent(event)
