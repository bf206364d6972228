"""The gallery as a list model: headings that cannot be chosen, and entries below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from goop_console.tabs.templates.entries import Entry

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole + 1
_ROOT = QModelIndex()


class GalleryModel(QAbstractListModel):
    """Shows the entries that match a text and a category."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._rows: list[Entry | str] = []
        self._text = self._category = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, shown or not."""
        return self._entries

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)
        self._fill()

    def set_filter(self, text: str, category: str) -> None:
        """Show what has all words of ``text`` and is of ``category`` (empty: any)."""
        if (text, category) != (self._text, self._category):
            self._text, self._category = text, category
            self._fill()

    def _fill(self) -> None:
        rows: list[Entry | str] = []
        section = ""
        for entry in self._entries:
            if entry.matches(self._text, self._category):
                if entry.section != section:
                    section = entry.section
                    rows.append(section)
                rows.append(entry)
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """The entry in ``row``; None for a heading or no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Entry) else None

    def row_of(self, key: str) -> int:
        """The row of the entry ``key``, or -1 when it is not shown."""
        return next(
            (row for row, one in enumerate(self._rows) if isinstance(one, Entry) and one.key == key), -1
        )

    @property
    def first_row(self) -> int:
        """The first row that can be chosen, or -1."""
        return next((row for row, one in enumerate(self._rows) if isinstance(one, Entry)), -1)

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._rows[index.row()], Entry):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        if role == ENTRY:
            return one
        if isinstance(one, str):
            return one if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == Qt.ItemDataRole.DisplayRole:
            return one.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(
                part for part in (one.title, one.mark, one.category, *one.facts, one.description) if part
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{one.title}\n{one.description}"
        return None
