"""Draws docs/tour.png, the README's picture that moves: the steps of the guided tour, off screen, as an APNG.

An APNG is a PNG with more pictures behind the first (``acTL``: how many; for each ``fcTL``: size and time;
the later ones' data in ``fdAT``); whoever does not know that shows the first.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from goop_console.app import Console, make_application
from goop_console.services.settings import AppSettings
from goop_console.window.guide_steps import STEPS

OUT = Path(__file__).resolve().parents[1] / "docs/tour.png"
SIZE, WIDTH = (1100, 720), 800
SECONDS = 4
WAIT = 300
PLAIN = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="goop-picture-") as home:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = home
        app = make_application()
        app.setCursorFlashTime(0)
        console = Console(app, AppSettings(Path(home, "settings.json")))
        console.window.resize(*SIZE)
        console.show()
        small = [smaller(one) for one in pictures(app, console)]
        console.window.close()
        console.close()
    palette = common_colors(small)
    frames = [as_png(one, palette) for one in small]
    OUT.write_bytes(animated(frames, SECONDS))
    print(f"{OUT.name}: {len(frames)} pictures, {OUT.stat().st_size / 1000:.0f} kB")
    return 0


def pictures(app: QApplication, console: Console) -> Iterator[QImage]:
    """The window at each step."""
    window, tour = console.window, console.window.tour
    tour.start()
    wait(app, lambda: tour.is_running and window.is_settled())
    guide = tour.guide
    assert guide is not None
    for _ in STEPS:
        wait(app, lambda: guide.ring.around is not None and window.is_settled())
        yield window.grab().toImage()
        guide.go(1)


def wait(app: QApplication, holds: Callable[[], bool]) -> None:
    """Let the window work until ``holds``, and what it set off is painted."""
    end = time.monotonic() + WAIT
    calm = 0
    while calm < 20:
        app.processEvents()
        time.sleep(0.02)
        calm = calm + 1 if holds() else 0
        if time.monotonic() > end:
            raise TimeoutError("the window did not come to rest")


def smaller(picture: QImage) -> QImage:
    """Of the README's width, in the colours of 16 bits."""
    small = picture.scaledToWidth(WIDTH, Qt.TransformationMode.SmoothTransformation)
    return small.convertToFormat(QImage.Format.Format_RGB16, PLAIN).convertToFormat(
        QImage.Format.Format_RGB32
    )


def common_colors(pictures: list[QImage]) -> list[int]:
    """The 256 that most pixels have: a window has few."""
    counted: Counter[int] = Counter()
    for one in pictures:
        counted.update(memoryview(one.constBits()).cast("B").cast("I"))
    return [color for color, _ in counted.most_common(256)]


def as_png(picture: QImage, palette: list[int]) -> bytes:
    """The picture in the colours of ``palette``, as small as it gets."""
    few = picture.convertToFormat(QImage.Format.Format_Indexed8, palette, PLAIN)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    few.save(buffer, "PNG", 0)  # type: ignore[call-overload]  # PySide's stubs know only file names
    return bytes(data.data())


def animated(frames: list[bytes], seconds: int) -> bytes:
    """One APNG of PNGs of one size."""
    parts = [list(chunks(frame)) for frame in frames]
    head = next(data for kind, data in parts[0] if kind == b"IHDR")
    width, height = struct.unpack_from(">II", head)
    palette = next(data for kind, data in parts[0] if kind == b"PLTE")
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"PLTE", palette)
    out += chunk(b"acTL", struct.pack(">II", len(frames), 0))
    number = 0
    for place, one in enumerate(parts):
        control = struct.pack(">IIIIIHHBB", number, width, height, 0, 0, seconds, 1, 0, 0)
        out += chunk(b"fcTL", control)
        number += 1
        data = b"".join(data for kind, data in one if kind == b"IDAT")
        if place == 0:
            out += chunk(b"IDAT", data)
        else:
            out += chunk(b"fdAT", struct.pack(">I", number) + data)
            number += 1
    return out + chunk(b"IEND", b"")


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(kind, data) of each chunk."""
    place = 8
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    sys.exit(main())
