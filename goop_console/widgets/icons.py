"""Our own icons, drawn in the theme's colours.

``icon`` answers an icon in the colours of this moment: what paints anew (a model's ``data``) follows the
theme by itself. A button or an action that keeps its icon gets it from ``set_icon`` and is changed with the
theme by ``refresh``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QWidget

from goop_console.resources import resource
from goop_console.widgets import theming
from goop_console.widgets.colors import tints

_NAME, _COLOR, _SIZE = "iconName", "iconColor", "iconSide"
_GAP = (
    0.25  # of the icon's size: room between the icon and the words of a button; the style leaves too little
)


def icon(name: str, color: str = "text") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the theme's ``color`` (a name of :class:`Colors`)."""
    return _themed(name, color, 0)


def _themed(name: str, color: str, gap: float) -> QIcon:
    colors = theming.colors()
    return _icon(name, getattr(colors, color), tints(colors)["disabled"], gap)


def pixmap(name: str, size: int, ratio: float, color: str = "text") -> QPixmap:
    """The icon as a picture of ``size`` logical pixels."""
    return _picture(name, getattr(theming.colors(), color), size, ratio)


def set_picture(label: QLabel, name: str, size: int, color: str = "text") -> None:
    """Show an icon of ``size`` logical pixels in ``label``; it follows the theme."""
    label.setProperty(_NAME, name)
    label.setProperty(_COLOR, color)
    label.setProperty(_SIZE, size)
    _draw_picture(label)


def _draw_picture(label: QLabel) -> None:
    name, size, color = (label.property(one) for one in (_NAME, _SIZE, _COLOR))
    label.setPixmap(pixmap(name, size, label.devicePixelRatioF(), color))


def set_icon(target: QAction | QAbstractButton, name: str, color: str = "text") -> None:
    """Give ``target`` an icon that follows the theme."""
    target.setProperty(_NAME, name)
    target.setProperty(_COLOR, color)
    _draw(target)


def _draw(target: QAction | QAbstractButton) -> None:
    name, color = target.property(_NAME), target.property(_COLOR)
    if isinstance(target, QAction) or not _has_words(target):
        target.setIcon(icon(name, color))
        return
    height = target.iconSize().height()
    target.setIconSize(QSize(round(height * (1 + _GAP)), height))
    is_mirrored = target.layoutDirection() == Qt.LayoutDirection.RightToLeft
    target.setIcon(_themed(name, color, -_GAP if is_mirrored else _GAP))


def _has_words(button: QAbstractButton) -> bool:
    """Words stand beside the icon."""
    if isinstance(button, QToolButton):
        return button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    return bool(button.text())


def refresh(roots: Iterable[QWidget]) -> None:
    """Draw again every icon that ``set_icon`` and ``set_picture`` gave to ``roots`` and what is in them.
    Called by
    the theme.
    """
    for root in roots:
        found: list[QObject] = [root, *root.findChildren(QAction), *root.findChildren(QAbstractButton)]
        for one in found:
            if isinstance(one, (QAction, QAbstractButton)) and one.property(_NAME):
                _draw(one)
        for label in root.findChildren(QLabel):
            if label.property(_NAME):
                _draw_picture(label)


class _Engine(QIconEngine):
    """Draws an icon when it is asked for, in the size that is wanted: most are shown in one size and colour,
    and drawn ahead in all of them they took 8 MB. ``gap``: empty room at the right side, at the left one
    when negative, as a share of the size.
    """

    def __init__(self, name: str, color: str, disabled: str, gap: float) -> None:
        super().__init__()
        self._name, self._color, self._disabled, self._gap = name, color, disabled, gap
        self._drawn: dict[tuple[int, int, bool], QPixmap] = {}

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        is_disabled = mode == QIcon.Mode.Disabled  # Qt would tint a selected one
        key = (size.width(), size.height(), is_disabled)
        if key not in self._drawn:
            self._drawn[key] = self._draw(size, self._disabled if is_disabled else self._color)
        return self._drawn[key]

    def _draw(self, size: QSize, color: str) -> QPixmap:
        side = min(size.height(), round(size.width() / (1 + abs(self._gap))))
        room = round(side * abs(self._gap))
        left, top = (size.width() - side - room) / 2, (size.height() - side) / 2
        picture = QPixmap(size)
        if picture.isNull():  # a row or a button that has no room yet
            return picture
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        place = QRectF(left + (room if self._gap < 0 else 0), top, side, side)
        _renderer(self._name, color).render(painter, place)
        painter.end()
        return picture

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        picture = QPixmap(self.pixmap(rect.size() * ratio, mode, state))
        picture.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.topLeft(), picture)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color, self._disabled, self._gap)


@cache
def _icon(name: str, color: str, disabled: str, gap: float) -> QIcon:
    return QIcon(_Engine(name, color, disabled, gap))


@cache
def _svg(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode()))


@lru_cache(200)
def _picture(name: str, color: str, size: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _renderer(name, color).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
