"""What a call changed in the tables: per table, rows added, changed cell by cell, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from goop_console.widgets.data_diff_model import CHANGED, DataDiffModel

if TYPE_CHECKING:
    from lua_engine import DataDiff

_OPEN_AT_ONCE = 60  # lines that a fresh diff may open to
_ROOM = 5  # pixels of a line above and below its text
_OPEN_TABLES = 200  # rows of a table that is shown open


class DataDiffView(QTreeView):
    """Read only; Ctrl+C copies the current line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diff_model = DataDiffModel(self)
        self.setModel(self._diff_model)
        self.setAccessibleName("Data changes")
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Roomy(self))
        self.header().setStretchLastSection(False)
        self.header().resizeSection(0, 190)
        for column in (1, 2):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def set_diff(self, diff: DataDiff) -> None:
        """Show ``diff``: tables open, changed rows too while the lines stay few."""
        model = self._diff_model
        model.set_diff(diff)
        lines = 0
        for place in range(model.rowCount()):
            table = model.index(place, 0)
            self.setFirstColumnSpanned(place, QModelIndex(), True)
            lines += model.rowCount(table)
            if place == 0 or lines <= _OPEN_TABLES:
                self.expand(table)
        if lines <= _OPEN_AT_ONCE:
            self._open_changed()
        self.setCurrentIndex(model.index(0, 0))

    def _open_changed(self) -> None:
        model = self._diff_model
        for place in range(model.rowCount()):
            table = model.index(place, 0)
            for row in range(model.rowCount(table)):
                index = model.index(row, 0, table)
                if model.node(index).kind == CHANGED:
                    self.expand(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_line()
            return
        super().keyPressEvent(event)

    def copy_line(self) -> None:
        """Put the current line on the clipboard, its cells apart by tabs."""
        index = self.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(
                "\t".join(text for text in self._diff_model.node(index).full if text)
            )

    def lines(self) -> list[str]:
        """Every line that can be seen now, its cells apart by `` | ``; for tests and screen readers' eyes."""
        found, index = [], self._diff_model.index(0, 0)
        while index.isValid():
            found.append(" | ".join(text for text in self._diff_model.node(index).texts if text))
            index = self.indexBelow(index)
        return found


class _Roomy(QStyledItemDelegate):
    """A little air above and below each line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), size.height() + _ROOM)
