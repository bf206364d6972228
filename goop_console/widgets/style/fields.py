"""Text fields, combo boxes, spin boxes, check boxes and radio buttons."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyleOption, QStyleOptionComboBox, QStyleOptionSpinBox, QWidget

from goop_console.widgets.style import ink
from goop_console.widgets.style.ink import ENABLED, FOCUS, HOVER, ON, PARTLY
from goop_console.widgets.theming import color

FIELD_ROOM = QSize(16, 10)  # around the text of a line edit
COMBO_ROOM = QSize(34, 8)
ARROW = 22
_Sub = QStyle.SubControl


def field(rect: QRect, state: int, painter: QPainter, widget: QWidget | None) -> None:
    """The box of a field."""
    line = "strong_line"
    if ink.name_of(widget, "state") == "error":
        line = "error"
    elif state & FOCUS and state & ENABLED:
        line = "accent"
    ink.box(painter, rect, color("surface" if state & ENABLED else "window"), color(line))


def combo(option: QStyleOptionComboBox, painter: QPainter, widget: QWidget | None) -> None:
    state = ink.state_of(option)
    if widget is not None and widget.focusProxy() is None and option.editable and widget.hasFocus():
        state |= FOCUS
    if not option.frame:
        return
    field(option.rect, state, painter, widget)
    rect = option.rect
    place = QRect(rect.right() - ARROW, rect.top(), ARROW, rect.height())
    ink.arrow(painter, place, "down", "muted" if state & ENABLED else "disabled")


def spin(option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget | None) -> None:
    state = ink.state_of(option)
    field(option.rect, state, painter, widget)
    for control, way in ((_Sub.SC_SpinBoxUp, "up"), (_Sub.SC_SpinBoxDown, "down")):
        place = spin_part(option, control)
        if state & HOVER and option.activeSubControls.value & control.value:
            ink.box(painter, place.adjusted(1, 1, -1, -1), color("selection"), None, radius=3)
        ink.arrow(painter, place, way, "muted" if state & ENABLED else "disabled", 3.0)


def spin_part(option: QStyleOption, control: QStyle.SubControl) -> QRect:
    """Where a part of a spin box is: the arrows above each other at the right."""
    rect = option.rect
    half = rect.height() // 2
    left = rect.right() - ARROW + 1
    if control == _Sub.SC_SpinBoxUp:
        return QRect(left, rect.top() + 1, ARROW - 2, half - 1)
    if control == _Sub.SC_SpinBoxDown:
        return QRect(left, rect.top() + half, ARROW - 2, rect.height() - half - 1)
    if control == _Sub.SC_SpinBoxEditField:
        return rect.adjusted(6, 1, -ARROW, -1)
    return QRect(rect)


def check(option: QStyleOption, painter: QPainter) -> None:
    """The square of a check box."""
    state = ink.state_of(option)
    is_on = state & (ON | PARTLY)
    rect = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    _indicator(painter, rect, state, is_on=bool(is_on), radius=3.0)
    if not is_on:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color("accent_text"), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    marks = ((0.24, 0.5), (0.76, 0.5)) if state & PARTLY else ((0.24, 0.53), (0.43, 0.71), (0.77, 0.31))
    points = [QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()) for x, y in marks]
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


def radio(option: QStyleOption, painter: QPainter) -> None:
    """The ring of a radio button."""
    state = ink.state_of(option)
    rect = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    _indicator(painter, rect, state, is_on=bool(state & ON), radius=rect.height() / 2)
    if state & ON:
        quarter = rect.width() * 0.3
        inner = rect.adjusted(quarter, quarter, -quarter, -quarter)
        ink.box(painter, inner, color("accent_text"), None, radius=inner.height() / 2)


def _indicator(painter: QPainter, rect: QRectF, state: int, *, is_on: bool, radius: float) -> None:
    if not state & ENABLED:
        ground, line = ("disabled", "disabled") if is_on else ("window", "line")
    elif is_on:
        ground, line = "accent", "accent"
    else:
        ground, line = "surface", "accent" if state & HOVER else "strong_line"
    ink.box(painter, rect, color(ground), color(line), radius=radius)
