"""The one table view: fixed row height, and quick on a million rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QToolTip, QWidget

from goop_console.widgets.foreign_text import shown_tip
from goop_console.widgets.plain_delegate import PlainDelegate

MAX_COPIED = 200_000  # cells; more would stop the window
_PADDING = 8


class RecordTable(QTableView):
    """Alternating rows, no grid lines, no editing. Ctrl+C copies the selection as tab-separated text."""

    copied = Signal(int, int)  # rows copied, rows selected

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setItemDelegate(PlainDelegate(self))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(40)
        header.setHighlightSections(False)
        self._fix_height()

    def _fix_height(self) -> None:
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(vertical.ResizeMode.Fixed)
        height = self.fontMetrics().height() + _PADDING
        vertical.setMinimumSectionSize(height)
        vertical.setDefaultSectionSize(height)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fix_height()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tool tips of foreign text are plain, bounded and broken into lines."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.indexAt(event.pos()).data(Qt.ItemDataRole.ToolTipRole)
            QToolTip.showText(event.globalPos(), shown_tip(str(tip)) if tip else "", self)
            return True
        return super().viewportEvent(event)

    def selectAll(self) -> None:
        """One range, whatever the number of rows (Qt's own walks every cell)."""
        model, selection = self.model(), self.selectionModel()
        if (
            model is None
            or selection is None
            or self.selectionMode() == QAbstractItemView.SelectionMode.SingleSelection
        ):
            return
        rows, columns = model.rowCount(), model.columnCount()
        if rows and columns:
            everything = QItemSelection(model.index(0, 0), model.index(rows - 1, columns - 1))
            selection.select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        super().keyPressEvent(event)

    def copy_selection(self) -> None:
        """Put the selected cells on the clipboard, hidden columns left out; at most ``MAX_COPIED`` cells."""
        rows, columns = self._selected()
        if not rows or not columns:
            return
        taken = rows[: max(1, MAX_COPIED // len(columns))]
        QGuiApplication.clipboard().setText(
            "\n".join("\t".join(self._cell(row, column) for column in columns) for row in taken)
        )
        self.copied.emit(len(taken), len(rows))

    def _selected(self) -> tuple[list[int], list[int]]:
        """The selection's rows, and its columns from left to right."""
        if self.selectionModel() is None:
            return [], []
        rows: set[int] = set()
        columns: set[int] = set()
        selection = self.selectionModel().selection()
        for place in range(selection.count()):
            part = selection.at(place)
            rows.update(range(part.top(), part.bottom() + 1))
            columns.update(range(part.left(), part.right() + 1))
        header = self.horizontalHeader()
        shown = [column for column in columns if not self.isColumnHidden(column)]
        return sorted(rows), sorted(shown, key=header.visualIndex)

    def _cell(self, row: int, column: int) -> str:
        value = self.model().index(row, column).data(Qt.ItemDataRole.DisplayRole)
        text = "" if value is None else str(value)
        return text.replace("\t", " ").replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
