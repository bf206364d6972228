"""Lists, tables and trees: items, headers."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionHeader, QStyleOptionViewItem, QTableView, QWidget

from goop_console.widgets.style import ink
from goop_console.widgets.style.ink import HOVER, SELECTED
from goop_console.widgets.theming import color

CELL_ROOM = 5  # pixels at the left and right of a cell's content
HEADER_ROOM = QSize(12, 8)
LIST_ROOM = 8  # pixels that an item of a list is higher than its text


def item(option: QStyleOptionViewItem, painter: QPainter, widget: QWidget | None) -> None:
    """Behind a cell: the selection, what the model says, or the mouse."""
    state = ink.state_of(option)
    if state & SELECTED:
        painter.fillRect(option.rect, color("selection"))
        return
    if option.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
        painter.fillRect(option.rect, option.backgroundBrush)
    if state & HOVER and not isinstance(widget, QTableView):
        painter.fillRect(option.rect, color("hover"))


def leave_room(option: QStyleOptionViewItem) -> None:
    """Less width for a cell's content; what is behind and around it has been drawn."""
    option.rect = option.rect.adjusted(CELL_ROOM, 0, -CELL_ROOM, 0)


def cell_focus(rect: QRect, painter: QPainter, widget: QWidget | None) -> None:
    """The line around the current cell of a table; lists and trees show theirs by the selection."""
    if isinstance(widget, QTableView):
        painter.setPen(color("accent"))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))


def header_section(option: QStyleOptionHeader, painter: QPainter) -> None:
    rect = option.rect
    painter.fillRect(rect, color("window"))
    painter.setPen(color("line"))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    is_last = option.position in (
        QStyleOptionHeader.SectionPosition.End,
        QStyleOptionHeader.SectionPosition.OnlyOneSection,
    )
    if not is_last:
        painter.drawLine(rect.topRight(), rect.bottomRight())


def header_ground(rect: QRect, painter: QPainter) -> None:
    """Beyond the last section."""
    painter.fillRect(rect, color("window"))
