"""Frames by role: cards, messages, panels; the frames of views; labels that have one."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QStyleOptionFrame, QWidget

from goop_console.widgets.style import ink
from goop_console.widgets.style.ink import ENABLED, FOCUS
from goop_console.widgets.theming import color


class Frame(NamedTuple):
    """Names of colours and a radius."""

    ground: str
    line: str
    radius: float = 6.0


_FRAMES = {
    "card": Frame("surface", "line", 8.0),
    "popup": Frame("surface", "strong_line", 8.0),
    "panel": Frame("surface", "line", 5.0),
    "error-panel": Frame("error_soft", "error"),
    "message": Frame("info_soft", "info"),
    "toast": Frame("surface", "strong_line"),
    "key": Frame("surface", "strong_line", 4.0),
    "chip": Frame("surface", "strong_line", 12.0),
    "paused": Frame("accent", "accent", 5.0),
}
_SEVERE = {
    ("message", "error"): Frame("error_soft", "error"),
    ("message", "warning"): Frame("warning_soft", "warning"),
    ("toast", "error"): Frame("surface", "error"),
}


def shaped(option: QStyleOptionFrame, painter: QPainter, widget: QWidget | None) -> bool:
    """Draw the frame of ``widget``; False: Qt draws it."""
    role = ink.role_of(widget)
    frame = _SEVERE.get((role, ink.name_of(widget, "severity"))) or _FRAMES.get(role)
    if frame is not None:
        is_drop = ink.name_of(widget, "drop") == "true"
        _draw(painter, _rect(option, widget), frame, is_drop=is_drop)
    elif role == "line":
        painter.fillRect(option.rect, color("line"))
    elif role == "rail":
        painter.fillRect(option.rect, color("window"))
        painter.fillRect(option.rect.adjusted(option.rect.width() - 1, 0, 0, 0), color("line"))
    elif role == "bar":
        top = QRect(option.rect.left(), option.rect.top(), option.rect.width(), 1)
        painter.fillRect(option.rect, color("window"))
        painter.fillRect(top, color("line"))
    elif option.frameShape == QFrame.Shape.StyledPanel:
        _view(option, painter, widget)
    else:
        return option.frameShape == QFrame.Shape.NoFrame
    return True


def _rect(option: QStyleOptionFrame, widget: QWidget | None) -> QRect:
    """Around a widget's margins too, which Qt leaves out of a frame."""
    return widget.rect() if widget is not None else option.rect


def _draw(painter: QPainter, rect: QRect, frame: Frame, *, is_drop: bool) -> None:
    line = color("accent" if is_drop else frame.line)
    radius = min(frame.radius, rect.height() / 2)
    width = 2.0 if is_drop else 1.0
    ink.box(painter, rect, color(frame.ground), line, radius=radius, width=width, dashed=is_drop)


def _view(option: QStyleOptionFrame, painter: QPainter, widget: QWidget | None) -> None:
    """Around a list, a table, a text."""
    state = ink.state_of(option)
    line = "line"
    if state & FOCUS and state & ENABLED:
        line = "accent"
    ground = "surface" if state & ENABLED or not isinstance(widget, QAbstractScrollArea) else "window"
    ink.box(painter, option.rect, color(ground), color(line), radius=4)
