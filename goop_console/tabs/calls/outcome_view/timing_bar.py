"""Where a call's time went: a bar, and the same in words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from goop_console.tabs.calls.model.words import milliseconds
from goop_console.widgets import theming
from lua_engine import Timings

_HEIGHT = 8


_COLORS = {"wait": "muted", "load": "info", "Lua": "accent", "SQL": "warning", "host": "ok", "other": "line"}


def timing_parts(timings: Timings) -> list[tuple[str, float]]:
    """Name and seconds of each part, in the order in which a call passes them; they add up to the total."""
    parts = [
        ("wait", timings.wait),
        ("load", timings.load),
        ("Lua", timings.lua),
        ("SQL", timings.sql),
        ("host", max(timings.host - timings.sql, 0.0)),
    ]
    rest = timings.total - sum(seconds for _, seconds in parts)
    return [*parts, ("other", max(rest, 0.0))]


class TimingBar(QWidget):
    """The parts side by side, with a legend below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[tuple[str, float]] = []
        self._strip = _Strip()
        self._legend = QLabel()
        self._legend.setProperty("role", "muted")
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._strip)
        box.addWidget(self._legend)

    def set_timings(self, timings: Timings) -> None:
        self._parts = [part for part in timing_parts(timings) if part[1] > 0]
        self._show()

    @property
    def words(self) -> str:
        """The legend as plain text."""
        return ", ".join(f"{name} {milliseconds(seconds)}" for name, seconds in self._parts)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._show()

    def _show(self) -> None:
        self._strip.set_parts([(seconds, _COLORS[name]) for name, seconds in self._parts])
        self._legend.setText("&nbsp;&nbsp; ".join(_entry(*part) for part in self._parts))
        self._strip.setAccessibleName(f"Time: {self.words}")


def _entry(name: str, seconds: float) -> str:
    """One part in the legend, as HTML."""
    color = getattr(theming.colors(), _COLORS[name])
    return f'<span style="color:{color}">■</span>&nbsp;{name}&nbsp;{milliseconds(seconds)}'


class _Strip(QWidget):
    """The bar itself."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[float, str]] = []
        self.setFixedHeight(_HEIGHT)

    def set_parts(self, parts: list[tuple[float, str]]) -> None:
        self._parts = parts
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)
        painter.setClipPath(clip)
        total = sum(seconds for seconds, _ in self._parts)
        x = 0.0
        for seconds, color in self._parts:
            width = self.width() * seconds / total
            painter.fillRect(QRectF(x, 0, width, _HEIGHT), theming.color(color))
            x += width
        painter.end()
