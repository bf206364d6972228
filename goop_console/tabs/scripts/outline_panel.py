"""The outline beside the editor: a list of what the script defines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import icon, set_icon

if TYPE_CHECKING:
    from lua_engine import Symbol

_ICONS: Final = {"function": "function", "handler": "play", "action": "command"}
_LONGEST: Final = 80  # letters of a name


class OutlinePanel(QWidget):
    """A click shows the place, Enter goes there too; Esc goes back to the editor."""

    place_wanted = Signal(int, int, bool)  # line and column from 1, and whether the keyboard goes along
    left = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbols: Sequence[Symbol] = ()
        self.title = QLabel("Outline")
        self.close_button = QToolButton()
        set_icon(self.close_button, "close")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName("Close the outline")
        self.close_button.setToolTip("Close the outline (Ctrl+J)")
        self.close_button.clicked.connect(self.closed)
        self.list = QListWidget()
        self.list.setAccessibleName("Outline of the script")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(lambda _item: self._go(with_keyboard=False))
        self.list.itemActivated.connect(lambda _item: self._go(with_keyboard=True))
        self.nothing = QLabel("No functions and no actions here")
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("role", "muted")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.nothing)
        box.addWidget(self.list, 1)
        self.setMinimumWidth(90)

    @property
    def symbols(self) -> Sequence[Symbol]:
        """What is listed."""
        return self._symbols

    def show_symbols(self, found: Sequence[Symbol]) -> None:
        """List these; the scroll position stays."""
        if found == self._symbols:
            return
        scrolled = self.list.verticalScrollBar().value()
        self._symbols = found
        self.list.clear()
        for one in found:
            name = shown_line(one.name, _LONGEST)
            item = QListWidgetItem(icon(_ICONS[one.kind]), f"{'    ' * min(one.depth, 5)}{name}")
            words = f"{one.kind} {name}, line {one.place.line}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setToolTip(words.capitalize())
            self.list.addItem(item)
        self.list.verticalScrollBar().setValue(scrolled)
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))

    def follow(self, line: int) -> None:
        """Mark what a line of the script stands in, or the last that begins above it."""
        rows = [row for row, one in enumerate(self._symbols) if one.place.line <= line]
        around = [row for row in rows if line <= self._symbols[row].end_line]
        row = (around or rows or [-1])[-1]
        if row != self.list.currentRow():
            self.list.setCurrentRow(row)

    def focus_list(self) -> None:
        """The keyboard goes to the list."""
        (self.list if self._symbols else self.close_button).setFocus()

    def _go(self, *, with_keyboard: bool) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._symbols):
            place = self._symbols[row].place
            self.place_wanted.emit(place.line, place.column + 1, with_keyboard)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):  # pictures of items are drawn once
            for row, one in enumerate(self._symbols):
                item = self.list.item(row)
                if item is not None:
                    item.setIcon(icon(_ICONS[one.kind]))
