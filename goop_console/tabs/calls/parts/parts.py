"""Small widgets that the pages are put together from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.icons import set_icon
from goop_console.widgets.records import RecordModel
from goop_console.widgets.table import RecordTable

_PICTURE = 20


class Words(ElidedLabel):
    """One line beside buttons, cut where there is no room; the tool tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setProperty("role", "muted")

    def set_words(self, text: str) -> None:
        self.setText(text)
        self.setToolTip(text)
        self.update()


class RowTable(RecordTable):
    """A list of records by the row. Enter and a double click take the current one, Delete removes it; Tab
    leaves the table.
    """

    taken = Signal(QModelIndex)
    delete_wanted = Signal()

    def __init__(
        self,
        accessible_name: str,
        model: RecordModel[Any],
        widths: Sequence[int],
        parent: QWidget | None = None,
    ) -> None:
        """``widths`` of the columns in pixels; 0 stretches."""
        super().__init__(accessible_name, parent)
        self.setModel(model)
        self.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        for column, width in enumerate(widths):
            if width:
                self.setColumnWidth(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self.taken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex())
        elif plain and event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)


class Question(QFrame):
    """Asks before something that cannot be taken back. Esc and ``keep`` leave everything as it is; the
    keyboard is there at first.
    """

    confirmed = Signal()

    def __init__(self, accessible_name: str, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("severity", "warning")
        self.setAccessibleName(accessible_name)
        self.picture, self.title, self.text = QLabel(), plain_label(), plain_label(wraps=True)
        self.title.setProperty("role", "strong")
        self.confirm, self.keep = QPushButton(yes), QPushButton(no)
        self.confirm.setProperty("role", "danger")
        self.confirm.clicked.connect(self._on_confirm)
        self.keep.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.confirm)
        row.addWidget(self.keep)
        self.hide()

    def ask(self, title: str, text: str) -> None:
        """Name what will happen."""
        self.title.setText(title)
        self.text.setText(text)
        self.show()
        self.keep.setFocus()

    def _on_confirm(self) -> None:
        self.hide()
        self.confirmed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.keep.click()  # whoever listens to the button puts the keyboard back
            return
        super().keyPressEvent(event)


def plain_label(text: str = "", role: str = "", *, wraps: bool = False) -> QLabel:
    """A label that shows what it is given as it is."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if wraps:
        label.setMinimumWidth(
            1
        )  # else the longest word is, and one of 2,000 letters would stretch the window
    return label


def button(text: str, tip: str, picture: str = "", role: str = "") -> QPushButton:
    """A button with words; ``tip`` names its key too."""
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    if role:
        made.setProperty("role", role)
    if picture:
        set_icon(made, picture, "accent_text" if role == "primary" else "text")
    return made


def on_key(owner: QWidget, keys: Sequence[str], slot: Callable[[], object]) -> list[QShortcut]:
    """Keys that work while the keyboard is anywhere in ``owner``."""
    made = []
    for key in keys:
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
        made.append(shortcut)
    return made
