"""Draws the program's icon in the sizes that desktops ask for: PNG, and ICO for Windows."""

from __future__ import annotations

import os
import struct
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).with_name("linux") / "goop-console.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def png(size: int) -> bytes:
    """The icon, ``size`` pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide's stubs know only file names
    return bytes(data.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """PNGs of up to 256 pixels in one Windows icon."""
    small = {size: data for size, data in pictures.items() if size <= 256}
    head, body = struct.pack("<HHH", 0, 1, len(small)), b""
    for size, data in small.items():
        place = 6 + 16 * len(small) + len(body)
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), place)
        body += data
    return head + body


def draw(folder: Path) -> None:
    """Write all of them into ``folder``."""
    application = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {size: png(size) for size in SIZES}
    for size, data in pictures.items():
        (folder / f"goop-console-{size}.png").write_bytes(data)
    (folder / "goop-console.ico").write_bytes(ico(pictures))
    (folder / "goop-console.svg").write_bytes(SOURCE.read_bytes())
    del application
