"""Scroll bars, tab bars, progress bars, the handles of splitters."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyleOption,
    QStyleOptionProgressBar,
    QStyleOptionSlider,
    QStyleOptionTab,
)

from goop_console.widgets.style import ink
from goop_console.widgets.style.ink import FOCUS, HOVER, SELECTED
from goop_console.widgets.theming import color

EXTENT = 12
PROGRESS_HEIGHT = 6
SPLITTER = 7
_MIN_HANDLE = 28
_Sub = QStyle.SubControl


def scroll_bar(option: QStyleOptionSlider, painter: QPainter) -> None:
    """The handle only."""
    if option.maximum <= option.minimum:
        return
    handle = scroll_part(option, _Sub.SC_ScrollBarSlider)
    is_over = ink.state_of(option) & HOVER and option.activeSubControls.value & _Sub.SC_ScrollBarSlider.value
    box = QRectF(handle).adjusted(2, 2, -2, -2)
    name = "muted" if is_over else "scroll"
    ink.box(painter, box, color(name), None, radius=min(box.width(), box.height()) / 2)


def scroll_part(option: QStyleOptionSlider, control: QStyle.SubControl) -> QRect:
    """Where a part of a scroll bar is: there are no buttons, the handle has the whole length.

    Example: a bar of 100 pixels over 0 to 300 with pages of 100 has a handle of 28 pixels (25, but at least
    28), which is at 72 when the value is 300.
    """
    rect = option.rect
    is_flat = option.orientation == Qt.Orientation.Horizontal
    length = rect.width() if is_flat else rect.height()
    span = option.maximum - option.minimum
    handle = length
    if span > 0:
        handle = min(length, max(_MIN_HANDLE, length * option.pageStep // (span + option.pageStep)))
    start = QStyle.sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - handle, option.upsideDown
    )
    places = {
        _Sub.SC_ScrollBarSlider: (start, handle),
        _Sub.SC_ScrollBarGroove: (0, length),
        _Sub.SC_ScrollBarSubPage: (0, start),
        _Sub.SC_ScrollBarAddPage: (start + handle, length - start - handle),
    }
    at, size = places.get(control, (0, 0))
    if is_flat:
        return QRect(rect.left() + at, rect.top(), size, rect.height())
    return QRect(rect.left(), rect.top() + at, rect.width(), size)


def tab(option: QStyleOptionTab, painter: QPainter) -> None:
    """A line under the tab in view."""
    state, rect = ink.state_of(option), option.rect
    if state & SELECTED:
        painter.fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2), color("accent"))
    if state & FOCUS and state & SELECTED:
        ink.box(painter, rect.adjusted(1, 1, -1, -3), None, color("accent"), radius=3)


def tab_words(option: QStyleOptionTab) -> str:
    """The name of the colour of a tab's words."""
    return "text" if ink.state_of(option) & (SELECTED | HOVER) else "muted"


def tab_cross(option: QStyleOption, painter: QPainter) -> None:
    """What closes a tab: a thin cross, on a ground while the mouse is over it."""
    state, box = ink.state_of(option), QRectF(option.rect)
    side = min(box.width(), box.height(), 16.0)
    ground = QRectF(0, 0, side, side)
    ground.moveCenter(box.center())
    if state & HOVER:
        ink.box(painter, ground, color("line"), None, radius=3)
    arm = ground.adjusted(side * 0.3, side * 0.3, -side * 0.3, -side * 0.3)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color("text" if state & HOVER else "muted"), 1.2))
    painter.drawLine(arm.topLeft(), arm.bottomRight())
    painter.drawLine(arm.topRight(), arm.bottomLeft())
    painter.restore()


def progress_groove(option: QStyleOption, painter: QPainter) -> None:
    ink.box(painter, option.rect, color("line"), None, radius=3)


def progress(option: QStyleOptionProgressBar, painter: QPainter) -> None:
    """What is done; without an end it is a bar in the middle."""
    rect = QRectF(option.rect)
    span = option.maximum - option.minimum
    if span <= 0:
        rect.adjust(rect.width() / 3, 0, -rect.width() / 3, 0)
    else:
        rect.setWidth(rect.width() * (option.progress - option.minimum) / span)
    if rect.width() >= 1:
        ink.box(painter, rect, color("accent"), None, radius=3)


def splitter(option: QStyleOption, painter: QPainter) -> None:
    if ink.state_of(option) & HOVER:
        painter.fillRect(option.rect, color("line"))
