"""The grid as a Qt table: rows are calls, columns are callers."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from goop_console.tabs.calls.everyone.grid import Grid, Mark
from goop_console.tabs.calls.model.callers import caller_words
from goop_console.tabs.calls.model.words import one_line
from goop_console.tabs.calls.outcome_view.look import outcome_icon
from goop_console.widgets.caller_picker import CallerChoice, caller_avatar
from goop_console.widgets.icons import icon
from lua_engine import OUTCOME_WORDS, Cell, SavedCall

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MAX_PARAMS = 600
CELL_ROLE = Qt.ItemDataRole.UserRole + 1
MARK_ROLE = Qt.ItemDataRole.UserRole + 2
REASON_ROLE = Qt.ItemDataRole.UserRole + 3
WAITING = "…"


class EveryoneModel(QAbstractTableModel):
    """Shows one :class:`Grid` at a time; a cell that comes in changes nothing else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.grid = Grid()
        self._is_running = False

    def set_grid(self, grid: Grid, *, is_running: bool = False) -> None:
        """Show ``grid``; while it runs, empty cells wait."""
        is_same_shape = (grid.calls, grid.callers) == (self.grid.calls, self.grid.callers)
        if not is_same_shape:
            self.beginResetModel()
        self.grid, self._is_running = grid, is_running
        if not is_same_shape:
            self.endResetModel()
        else:
            self.redraw()

    def add_cell(self, cell: Cell) -> None:
        """``cell`` has come."""
        self.grid = self.grid.with_cell(cell)
        index = self.index_of(cell)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def index_of(self, cell: Cell) -> QModelIndex:
        """Where ``cell`` stands; an index of nothing when its call or caller is not in the grid."""
        rows = [row for row, call in enumerate(self.grid.calls) if call.name == cell.call]
        columns = [column for column, caller in enumerate(self.grid.callers) if caller == cell.caller]
        return self.index(rows[0], columns[0]) if rows and columns else QModelIndex()

    def redraw(self) -> None:
        """Everything may look different."""
        if self.grid.size:
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(self.grid.calls) - 1, len(self.grid.callers) - 1)
            )
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.grid.callers) - 1)

    def cell(self, index: Index) -> Cell | None:
        return self.grid.cell(index.row(), index.column()) if index.isValid() else None

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.grid.calls)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.grid.callers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            call = self.grid.calls[section]
            return {
                Qt.ItemDataRole.DisplayRole: call.name,
                Qt.ItemDataRole.ToolTipRole: call_words(call),
            }.get(Qt.ItemDataRole(role))
        name, kind = caller_words(self.grid.callers[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.DecorationRole:
            return caller_avatar(CallerChoice("", name, kind))
        return self.grid.callers[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self.cell(index)
        if role == CELL_ROLE:
            return cell
        if cell is None:
            waiting = WAITING if self._is_running else ""
            return waiting if role == Qt.ItemDataRole.DisplayRole else None
        mark = self.grid.mark(cell)
        if role == MARK_ROLE:
            return mark
        if role == Qt.ItemDataRole.DisplayRole:
            return ": ".join(part for part in (cell_words(cell, mark), one_line(cell.reason)) if part)
        if role == Qt.ItemDataRole.DecorationRole:
            return outcome_icon(cell.outcome) if mark is None else icon("warn", mark.severity)
        if role == REASON_ROLE:
            return one_line(cell.reason) or (
                f"expected {self.grid.expected(cell)}" if mark is not None else ""
            )
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(cell, mark)
        return None

    def _spoken(self, cell: Cell, mark: Mark | None) -> str:
        name, kind = caller_words(cell.caller)
        who = name if kind in ("owner", "stranger") else f"{kind} {name}"
        expected = f"\nThe check expects: {self.grid.expected(cell)}" if mark is not None else ""
        reason = f"\n{cell.reason}" if cell.reason else ""
        return f"{cell.call} as {who}: {cell_words(cell, mark)}{reason}{expected}"


def cell_words(cell: Cell, mark: Mark | None) -> str:
    """The outcome, or how it differs from what was expected."""
    return OUTCOME_WORDS[cell.outcome] if mark is None else mark.words


def call_words(call: SavedCall) -> str:
    """A call in full, for a tool tip."""
    if call.request.kind != "call" or not call.request.argument:
        return f"{call.name}\n{call.request.title}"
    text = json.dumps(call.request.argument, ensure_ascii=False, indent=1, default=str)
    return (
        f"{call.name}\n{call.request.title}\n{text if len(text) <= _MAX_PARAMS else text[:_MAX_PARAMS] + '…'}"
    )
