"""Menus, the menu bar, the status bar, tool tips."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionMenuItem

from goop_console.widgets.style import ink
from goop_console.widgets.style.ink import ENABLED, SELECTED, SUNKEN
from goop_console.widgets.theming import color

TITLE_ROOM = QSize(10, 6)  # around the words of a title in the menu bar


def panel(rect: QRect, painter: QPainter) -> None:
    """A menu's ground and line."""
    painter.fillRect(rect, color("surface"))
    frame(rect, painter)


def frame(rect: QRect, painter: QPainter) -> None:
    painter.setPen(color("strong_line"))
    painter.drawRect(rect.adjusted(0, 0, -1, -1))


def separator(rect: QRect, painter: QPainter) -> None:
    painter.fillRect(QRect(rect.left() + 6, rect.center().y(), rect.width() - 12, 1), color("line"))


def item_ground(option: QStyleOptionMenuItem, painter: QPainter) -> None:
    """Behind the line under the mouse or the keyboard."""
    if ink.state_of(option) & SELECTED:
        ink.box(painter, option.rect.adjusted(3, 1, -3, -1), color("selection"), None, radius=4)


def bar_ground(rect: QRect, painter: QPainter) -> None:
    painter.fillRect(rect, color("window"))
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line"))


def bar_item(option: QStyleOptionMenuItem, painter: QPainter) -> None:
    """A title in the menu bar."""
    bar_ground(option.rect, painter)
    if ink.state_of(option) & (SELECTED | SUNKEN):
        ink.box(painter, option.rect.adjusted(1, 2, -1, -2), color("hover"), None, radius=4)
    painter.setPen(color("text" if ink.state_of(option) & ENABLED else "disabled"))
    painter.drawText(
        option.rect, int(Qt.AlignmentFlag.AlignCenter) | Qt.TextFlag.TextShowMnemonic, option.text
    )


def status_bar(rect: QRect, painter: QPainter) -> None:
    painter.fillRect(rect, color("window"))
    painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), color("line"))


def tip(rect: QRect, painter: QPainter) -> None:
    painter.fillRect(rect, color("surface"))
    frame(rect, painter)
