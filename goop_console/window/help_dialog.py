"""F1: every key. And what this program is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from goop_console.actions import COMMANDS, TAB_KEYS, plain_text
from goop_console.widgets.icons import pixmap
from goop_console.window.news import this_version

_NATIVE = QKeySequence.SequenceFormat.NativeText


def key_rows() -> list[tuple[str, str, str]]:
    """Where, keys, what: the window's, then the tabs'."""
    rows = [
        (
            command.menu,
            " or ".join(QKeySequence(keys).toString(_NATIVE) for keys in command.keys),
            plain_text(command),
        )
        for command in COMMANDS
        if command.keys
    ]
    rows.append(("Tabs", "Ctrl+1 … Ctrl+9", "Go to a tab; on the start page: open a recent site"))
    return rows + [(where, QKeySequence(keys).toString(_NATIVE), what) for where, keys, what in TAB_KEYS]


class KeysDialog(QDialog):
    """A list of keys that does not stop the work: it stays open beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 620)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(16, 8, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._fill(grid)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        area.setAccessibleName("Keys")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        box = QVBoxLayout(self)
        box.addWidget(area)
        box.addWidget(buttons)

    def _fill(self, grid: QGridLayout) -> None:
        group, row = "", 0
        for where, keys, what in key_rows():
            if where != group:
                title = _label(where, "heading")
                title.setContentsMargins(0, 12, 0, 2)
                grid.addWidget(title, row, 0, 1, 2)
                group, row = where, row + 1
            grid.addWidget(_label(keys, "key"), row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_label(what, ""), row, 1)
            row += 1
        grid.setRowStretch(row, 1)


def show_about(window: QWidget) -> None:
    """A box with the program's name, over ``window``."""
    box = QMessageBox(
        QMessageBox.Icon.NoIcon, "About", about_text(), QMessageBox.StandardButton.Close, window
    )
    box.setIconPixmap(pixmap("goop", 48, window.devicePixelRatioF(), "accent"))
    box.finished.connect(lambda _: box.deleteLater())
    box.open()


def about_text() -> str:
    """Name, version and what it is."""
    number = this_version() or "from source"
    return f"Goop Console {number}\n\nThe desktop console for the owner of a Goop2 site.\nMIT licence."


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
