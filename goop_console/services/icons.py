"""Our own icons, drawn in the theme's colours.

``icon`` answers an icon in the colours of this moment: what paints anew (a model's ``data``) follows the theme by itself.
A button or an action that keeps its icon gets it from ``set_icon`` and is changed with the theme by ``refresh``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QWidget

from goop_console.resources import resource
from goop_console.services.colors import LIGHT, Colors, mixed

_SIZES = (16, 20, 24, 32, 48)
_NAME, _COLOR = "iconName", "iconColor"
_current: list[Colors] = [LIGHT]


def use_colors(colors: Colors) -> None:
    """Draw icons in ``colors`` from now on. Called by the theme."""
    _current[0] = colors


def icon(name: str, color: str = "text") -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the theme's ``color`` (a name of :class:`Colors`)."""
    colors = _current[0]
    return _icon(name, getattr(colors, color), mixed(colors.muted, colors.window, 0.65))


def pixmap(name: str, size: int, ratio: float, color: str = "text") -> QPixmap:
    """The icon as a picture of ``size`` logical pixels."""
    return _drawn(name, getattr(_current[0], color), size, ratio)


def set_icon(target: QAction | QAbstractButton, name: str, color: str = "text") -> None:
    """Give ``target`` an icon that follows the theme."""
    target.setProperty(_NAME, name)
    target.setProperty(_COLOR, color)
    target.setIcon(icon(name, color))


def refresh(roots: Iterable[QWidget]) -> None:
    """Draw again every icon that ``set_icon`` gave to ``roots`` and what is in them. Called by the theme."""
    for root in roots:
        found: list[QObject] = [root, *root.findChildren(QAction), *root.findChildren(QAbstractButton)]
        for one in found:
            name = one.property(_NAME)
            if name and isinstance(one, (QAction, QAbstractButton)):
                one.setIcon(icon(name, one.property(_COLOR)))


@cache
def _icon(name: str, color: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in _SIZES:
        picture = _drawn(name, color, size, 1.0)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint a selected one
            made.addPixmap(picture, mode)
        made.addPixmap(_drawn(name, disabled, size, 1.0), QIcon.Mode.Disabled)
    return made


@cache
def _svg(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def _drawn(name: str, color: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode()))
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
