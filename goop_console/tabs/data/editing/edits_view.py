"""What was edited since the site was opened, newest first; each edit can be undone from here."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.data.text_table import TextTable
from lua_engine import UndoEntry


class EditsView(QWidget):
    """``undo_chosen(id)`` and ``redo_chosen(id)``."""

    undo_chosen = Signal(int)
    redo_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[UndoEntry, ...] = ()
        self.about = QLabel(
            "Every edit is saved at once. It can be undone until the site is closed, in any order; "
            "when somebody "
            "has changed a row since, both values are shown first."
        )
        self.about.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.list = TextTable("Edits")
        self.list.setSelectionMode(TextTable.SelectionMode.SingleSelection)
        self.undo = QPushButton("Undo this edit")
        self.redo = QPushButton("Do it again")
        self.undo.clicked.connect(lambda: self._emit(self.undo_chosen))
        self.redo.clicked.connect(lambda: self._emit(self.redo_chosen))
        self.list.selectionModel().currentRowChanged.connect(lambda *_: self._enable())
        buttons = QHBoxLayout()
        buttons.addWidget(self.undo)
        buttons.addWidget(self.redo)
        buttons.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.addWidget(self.about)
        box.addWidget(self.list, 1)
        box.addLayout(buttons)
        self.show_entries(())

    def show_entries(self, entries: Sequence[UndoEntry]) -> None:
        """``entries`` come oldest first."""
        current = self._current()
        self._entries = tuple(reversed(entries))
        shown = self._entries

        def cell(row: int, column: int) -> str:
            return _words(shown[row])[column]

        self.list.show_cells(("Time", "Edit", "Table", "Rows", "State"), len(shown), cell)
        row = next((at for at, one in enumerate(self._entries) if current and one.id == current.id), 0)
        if self._entries:
            self.list.selectRow(row)
        self._enable()

    def _current(self) -> UndoEntry | None:
        row = self.list.currentIndex().row() if self._entries else -1
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _enable(self) -> None:
        entry = self._current()
        self.undo.setEnabled(entry is not None and not entry.is_undone)
        self.redo.setEnabled(entry is not None and entry.is_undone)

    def _emit(self, signal: SignalInstance) -> None:
        entry = self._current()
        if entry is not None:
            signal.emit(entry.id)


def _words(entry: UndoEntry) -> tuple[str, ...]:
    moment = time.strftime("%H:%M:%S", time.localtime(entry.time))
    return moment, entry.title, entry.table, f"{entry.rows:,}", "undone" if entry.is_undone else "done"
