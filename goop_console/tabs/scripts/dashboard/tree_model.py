"""The lines as a Qt tree: scripts, and under each its actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QSortFilterProxyModel, Qt

from goop_console.tabs.scripts.dashboard.rows import COLUMNS, TIPS, Cell, Line
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.records import Index

Role = Qt.ItemDataRole
SORT_ROLE: Final = Role.UserRole
_ROOT = QModelIndex()


class ScriptTreeModel(QAbstractItemModel):
    """The internal id of a script's index is 0; that of an action's is the row of its script plus 1."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()

    def set_lines(self, lines: Sequence[Line]) -> bool:
        """Show ``lines``; rows stay what they are when only their content changed. Answers whether they are
        others.
        """
        old, new = self._lines, tuple(lines)
        if len(old) != len(new) or not all(map(_has_same_rows, old, new)):
            self.beginResetModel()
            self._lines = new
            self.endResetModel()
            return True
        self._lines = new
        last = len(COLUMNS) - 1
        for row, (before, now) in enumerate(zip(old, new, strict=True)):
            if before is now or before == now:
                continue
            parent = self.index(row, 0)
            self.dataChanged.emit(parent, self.index(row, last))
            if before.children != now.children:
                end = self.index(len(now.children) - 1, last, parent)
                self.dataChanged.emit(self.index(0, 0, parent), end)
        return False

    def line(self, index: Index) -> Line:
        """The script or the action of a row."""
        at = index.internalId()
        return self._lines[at - 1].children[index.row()] if at else self._lines[index.row()]

    def cell(self, index: Index) -> Cell:
        return self.line(index).cells[index.column()]

    def row_of(self, key: str) -> int:
        """-1 when there is no such script."""
        return next((row for row, one in enumerate(self._lines) if one.key == key), -1)

    def size(self) -> int:
        """Scripts and actions."""
        return sum(1 + len(one.children) for one in self._lines)

    # Qt overrides

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]  # two in one in Qt
        at = index.internalId() if index.isValid() else 0
        return self.createIndex(at - 1, 0, 0) if at else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self._lines)
        is_script = parent.internalId() == 0 and parent.column() == 0
        return len(self._lines[parent.row()].children) if is_script else 0

    def columnCount(self, _parent: Index = _ROOT) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return COLUMNS[section]
        return TIPS.get(COLUMNS[section]) if role == Role.ToolTipRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self.cell(index)
        if role == Role.DisplayRole:
            return shown_line(cell.text)
        if role == Role.ToolTipRole:
            return cell.tip
        if role == Role.AccessibleTextRole:
            return shown_line(cell.spoken)
        return cell.order if role == SORT_ROLE else None


def _has_same_rows(one: Line, other: Line) -> bool:
    if one is other:
        return True
    names = [[child.action for child in line.children] for line in (one, other)]
    return one.key == other.key and names[0] == names[1]


class ScriptFilter(QSortFilterProxyModel):
    """Sorts by any column; every word of the filter must be somewhere in the line of the script, or of one of
    its actions.
    """

    def __init__(self, model: ScriptTreeModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._model = model
        self.setSourceModel(model)
        self.setSortRole(SORT_ROLE)

    def set_words(self, text: str) -> None:
        self.beginFilterChange()
        self._words = text.lower().split()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        if not self._words:
            return True
        if not parent.isValid():
            line = self._model.line(self._model.index(row, 0))
            return self._fits(line) or any(map(self._fits, line.children))
        script = self._model.line(parent)
        return self._fits(script) or self._fits(script.children[row])

    def _fits(self, line: Line) -> bool:
        return all(word in line.search for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        """Actions keep the order of the text."""
        if left.parent().isValid():
            is_up = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return left.row() < right.row() if is_up else left.row() > right.row()
        return bool(left.data(SORT_ROLE) < right.data(SORT_ROLE))
