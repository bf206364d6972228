"""How a cell of the list is drawn: two lines, an icon, the bars of the last hour."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractProxyModel, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from goop_console.tabs.scripts.dashboard.activity import BARS
from goop_console.tabs.scripts.dashboard.rows import Cell
from goop_console.tabs.scripts.dashboard.tree_model import ScriptTreeModel
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import icon
from goop_console.widgets.records import Index
from goop_console.widgets.theming import color

_ICON: Final = 16
_SIDE, _ABOVE, _GAP = 6, 4, 6
_BAR, _BETWEEN = 3, 1  # pixels


class TwoLines(QStyledItemDelegate):
    """Long names end in the middle: they often differ in their ends only."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = cell_at(index)
        view: Any = option.widget
        view.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        inside = option.rect.adjusted(_SIDE, _ABOVE, -_SIDE, -_ABOVE)
        height = option.fontMetrics.height()
        if cell.icon is not None:
            top = inside.top() + max(0, (height - _ICON) // 2)
            icon(*cell.icon).paint(painter, QRect(inside.left(), top, _ICON, _ICON))
            inside.setLeft(inside.left() + _ICON + _GAP)
        first = QRect(inside.left(), inside.top(), inside.width(), height)
        second = QRect(inside.left(), inside.top() + height, inside.width(), height)
        if cell.bars:
            _draw_bars(painter, first, cell.bars)
            first.setLeft(first.left() + BARS * (_BAR + _BETWEEN) + _GAP)
        is_name = index.column() == 0
        cut = Qt.TextElideMode.ElideMiddle if is_name else Qt.TextElideMode.ElideRight
        _write(painter, option, first, cell.text, "text", cut)
        _write(painter, option, second, cell.below, cell.color, Qt.TextElideMode.ElideRight)

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, 2 * option.fontMetrics.height() + 2 * _ABOVE)


def cell_at(index: Index) -> Cell:
    """What stands behind a cell of the sorted and filtered list."""
    proxy = index.model()
    assert isinstance(proxy, QAbstractProxyModel)
    model = proxy.sourceModel()
    assert isinstance(model, ScriptTreeModel)
    return model.cell(proxy.mapToSource(index))


def _write(
    painter: QPainter,
    option: QStyleOptionViewItem,
    rect: QRect,
    text: str,
    name: str,
    cut: Qt.TextElideMode,
) -> None:
    if text:
        painter.setPen(color(name))
        shown = option.fontMetrics.elidedText(shown_line(text), cut, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _draw_bars(painter: QPainter, rect: QRect, bars: tuple[tuple[int, int], ...]) -> None:
    """As high as the busiest five minutes; errors fill a bar from its foot."""
    most = max(max(calls for calls, _ in bars), 1)
    floor, room = rect.bottom() - 1, rect.height() - 4
    for at, (calls, errors) in enumerate(bars):
        left = rect.left() + at * (_BAR + _BETWEEN)
        high = max(2, room * calls // most) if calls else 1
        painter.fillRect(left, floor - high, _BAR, high, color("accent" if calls else "line"))
        if errors:
            foot = max(2, high * errors // calls)
            painter.fillRect(left, floor - foot, _BAR, foot, color("error"))
