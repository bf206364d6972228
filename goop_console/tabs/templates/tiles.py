"""The picture of an entry: its emoji where a font has it, else its first letter, on a tile; or one of our
icons.
"""

from __future__ import annotations

from functools import cache
from zlib import crc32

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap, QTextLayout

from goop_console.widgets import theming
from goop_console.widgets.colors import mixed
from goop_console.widgets.icons import icon as own_icon

_SVG = "svg:"
_HUES = ("syn_keyword", "syn_string", "syn_number", "syn_function", "syn_goop", "info")


@cache
def is_drawable(text: str) -> bool:
    """Does some font have a picture for every character of ``text``? (On many servers none has emojis.)"""
    plain = text.replace("\ufe0f", "").strip()
    if not plain:
        return False
    layout = QTextLayout(plain)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return bool(runs) and all(index for run in runs for index in run.glyphIndexes())


def tile_text(icon: str, title: str) -> str:
    """What stands on the tile: at most two characters of ``icon``, else the first letter of ``title``."""
    short = icon.strip()
    if short and len(short.replace("\ufe0f", "")) <= 2 and is_drawable(short):
        return short
    letter = next((char for char in title if char.isalnum()), "?")
    return letter.upper()


def draw_tile(painter: QPainter, box: QRectF, icon: str, title: str) -> None:
    """Draw the tile of an entry into ``box`` (a square)."""
    hue = (
        theming.colors().muted
        if icon.startswith(_SVG)
        else getattr(theming.colors(), _HUES[crc32(title.encode()) % len(_HUES)])
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(mixed(hue, theming.colors().surface, 0.16)))
    painter.drawRoundedRect(box, box.width() * 0.2, box.width() * 0.2)
    if icon.startswith(_SVG):
        _draw_icon(painter, box, icon.removeprefix(_SVG))
    else:
        _draw_text(painter, box, tile_text(icon, title), hue)
    painter.restore()


def _draw_icon(painter: QPainter, box: QRectF, name: str) -> None:
    side = box.width() * 0.55
    place = QRectF(0, 0, side, side)
    place.moveCenter(box.center())
    own_icon(name).paint(painter, place.toRect())


def _draw_text(painter: QPainter, box: QRectF, text: str, color: str) -> None:
    font = QFont(painter.font())
    font.setPixelSize(round(box.height() * (0.55 if len(text) == 1 else 0.42)))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def tile_pixmap(icon: str, title: str, side: int, ratio: float) -> QPixmap:
    """The tile as a picture of ``side`` logical pixels."""
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_tile(painter, QRectF(0, 0, side, side), icon, title)
    painter.end()
    return picture
