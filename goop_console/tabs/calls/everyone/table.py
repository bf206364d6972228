"""The table of the grid: each cell says its outcome with icon and word, and below why."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from goop_console.tabs.calls.everyone.grid import Mark
from goop_console.tabs.calls.everyone.model import (
    CELL_ROLE,
    MARK_ROLE,
    REASON_ROLE,
    WAITING,
    EveryoneModel,
    cell_words,
)
from goop_console.tabs.calls.outcome_view.look import outcome_color
from goop_console.widgets import theming
from goop_console.widgets.colors import mixed
from goop_console.widgets.table import RecordTable
from lua_engine import Cell

_ICON = 16
_PADDING, _GAP = 8, 6
_BAR = 4
_MIN_COLUMN = 132
_HEAD_WIDTH = (96, 240)  # of the calls' names, least and most
_SOFT = 0.14


class CellDelegate(QStyledItemDelegate):
    """Two lines: icon and word, then the reason."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell, mark = index.data(CELL_ROLE), index.data(MARK_ROLE)
        self._paint_ground(painter, option, index, mark)
        painter.save()
        painter.setFont(option.font)
        if isinstance(cell, Cell):
            self._paint_cell(painter, option.rect, index, cell, mark)
        elif index.data() == WAITING:
            painter.setPen(theming.color("muted"))
            painter.drawText(
                option.rect.adjusted(_PADDING, 0, -_PADDING, 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                WAITING,
            )
        painter.restore()

    def _paint_ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        mark: Mark | None,
    ) -> None:
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text, plain.features = "", QStyleOptionViewItem.ViewItemFeature.None_
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        color = getattr(theming.colors(), mark.severity) if mark is not None else ""
        if color and not is_selected:
            painter.fillRect(option.rect, QColor(mixed(color, theming.colors().surface, _SOFT)))
        else:
            style = option.widget.style() if option.widget is not None else QApplication.style()
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, option.widget)
        if color:
            painter.fillRect(
                QRect(option.rect.left(), option.rect.top() + 1, _BAR, option.rect.height() - 2),
                QColor(color),
            )
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theming.color("accent"))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def _paint_cell(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        cell: Cell,
        mark: Mark | None,
    ) -> None:
        line = painter.fontMetrics().height()
        reason, picture = index.data(REASON_ROLE), index.data(Qt.ItemDataRole.DecorationRole)
        height = line * 2 + 2 if reason else line
        top = rect.top() + (rect.height() - height) // 2
        picture.paint(painter, rect.left() + _PADDING, top + (line - _ICON) // 2, _ICON, _ICON)
        left = rect.left() + _PADDING + _ICON + _GAP
        room = max(0, rect.right() - _PADDING - left)
        font = painter.font()
        font.setBold(mark is not None)
        painter.setFont(font)
        painter.setPen(theming.color(outcome_color(cell.outcome) if mark is None else mark.severity))
        self._line(painter, QRect(left, top, room, line), cell_words(cell, mark))
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(theming.color("muted"))
        self._line(painter, QRect(left, top + line + 2, room, line), reason)

    def _line(self, painter: QPainter, rect: QRect, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class EveryoneTable(RecordTable):
    """Cells are chosen one at a time. Enter opens the current one; Delete takes its call out."""

    opened = Signal()
    delete_requested = Signal()
    moved = Signal()  # another cell is current

    def __init__(self, model: EveryoneModel, parent: QWidget | None = None) -> None:
        super().__init__("Calls by callers", parent)
        self._delegate = CellDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setAlternatingRowColors(False)
        self.setShowGrid(True)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setModel(model)
        down = self.verticalHeader()
        down.show()
        down.setMinimumWidth(_HEAD_WIDTH[0])
        down.setMaximumWidth(_HEAD_WIDTH[1])
        down.setHighlightSections(False)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across = self.horizontalHeader()
        across.setMinimumSectionSize(_MIN_COLUMN)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.doubleClicked.connect(lambda _: self.opened.emit())
        self.selectionModel().currentChanged.connect(lambda *_: self.moved.emit())
        model.modelReset.connect(self.moved)

    def _fix_height(self) -> None:
        vertical = self.verticalHeader()
        vertical.setSectionResizeMode(vertical.ResizeMode.Fixed)
        height = self.fontMetrics().height() * 2 + _PADDING + 6
        vertical.setMinimumSectionSize(height)
        vertical.setDefaultSectionSize(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
        elif plain and event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        else:
            super().keyPressEvent(event)
