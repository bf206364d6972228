"""The earlier versions of a script: which there are, what each has otherwise, and the way back to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QSplitter, QVBoxLayout, QWidget

from goop_console.widgets.diff_view import DiffView
from goop_console.widgets.wording import counted
from lua_engine import ScriptVersion


class VersionsView(QWidget):
    """``wanted`` asks for the text of a version, ``restore_requested`` for it in the editor; Esc closes."""

    wanted = Signal(int)
    restore_requested = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.list = QListWidget()
        self.list.setAccessibleName("Saved versions, the newest first")
        self.list.currentRowChanged.connect(self._on_row)
        self.diff = DiffView()
        self.diff.back.hide()
        self.restore = QPushButton("&Restore this version")
        self.restore.setToolTip("Put it into the editor; nothing is saved, and Ctrl+Z takes it back")
        self.restore.clicked.connect(lambda: self.restore_requested.emit(self.list.currentRow()))
        self.back = QPushButton("Back to the editor")
        self.back.setToolTip("Leave everything as it is (Esc)")
        self.back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.restore)
        head.addWidget(self.back)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.diff)
        split.setStretchFactor(1, 1)
        split.setSizes([280, 600])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(head)
        box.addWidget(split, 1)

    def show_versions(self, name: str, versions: Sequence[ScriptVersion]) -> None:
        """List them; the newest is chosen."""
        self.title.setText(
            f"{counted(len(versions), 'saved version')} of {name}"
            if versions
            else f"{name} was not saved with this console yet: each save is kept from now on."
        )
        self.list.clear()
        for one in versions:
            moment = datetime.fromtimestamp(one.time)
            self.list.addItem(f"{moment:%Y-%m-%d  %H:%M:%S}  ·  {counted(one.size, 'byte')}")
        self.restore.setEnabled(False)
        self.diff.setVisible(bool(versions))
        if versions:
            self.list.setCurrentRow(0)
            self.list.setFocus()
        else:
            self.back.setFocus()

    def show_text(self, text: str, now: str, name: str) -> None:
        """What the editor has otherwise than the chosen version."""
        self.diff.show_texts(text, now, f"{name} then", f"{name} in the editor")
        self.restore.setEnabled(text != now)

    def _on_row(self, row: int) -> None:
        if row >= 0:
            self.wanted.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.restore.isEnabled():
            self.restore_requested.emit(self.list.currentRow())
        else:
            super().keyPressEvent(event)
