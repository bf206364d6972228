"""What every part of the style draws with: states as plain numbers, rounded boxes, roles of widgets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyleOption, QWidget

from goop_console.widgets.theming import color

RADIUS = 5.0
_State = QStyle.StateFlag
# As numbers: one `&` of Python's Flag costs more than all the drawing of a small control.
ENABLED, SUNKEN, ON = _State.State_Enabled.value, _State.State_Sunken.value, _State.State_On.value
FOCUS, HOVER, SELECTED = (
    _State.State_HasFocus.value,
    _State.State_MouseOver.value,
    _State.State_Selected.value,
)
SELECTED, PARTLY = _State.State_Selected.value, _State.State_NoChange.value


def state_of(option: QStyleOption) -> int:
    """The state's flags as one number."""
    value: int = option.state.value
    return value


def role_of(widget: QWidget | None) -> str:
    """The ``role`` property; empty for none."""
    return str(widget.property("role") or "") if widget is not None else ""


def name_of(widget: QWidget | None, name: str) -> str:
    """A property as text; empty for none."""
    value: Any = widget.property(name) if widget is not None else None
    return str(value or "")


def box(
    painter: QPainter,
    rect: QRect | QRectF,
    ground: QColor | None,
    line: QColor | None,
    *,
    radius: float = RADIUS,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """A rounded box; None: not filled, or without a line."""
    inner = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(line, width)
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        half = width / 2
        inner.adjust(half, half, -half, -half)
    painter.setBrush(Qt.BrushStyle.NoBrush if ground is None else ground)
    painter.drawRoundedRect(inner, radius, radius)
    painter.restore()


_ARROWS = {
    "down": ((-1.0, -0.5), (0.0, 0.5), (1.0, -0.5)),
    "up": ((-1.0, 0.5), (0.0, -0.5), (1.0, 0.5)),
    "left": ((0.5, -1.0), (-0.5, 0.0), (0.5, 1.0)),
    "right": ((-0.5, -1.0), (0.5, 0.0), (-0.5, 1.0)),
}


def arrow(painter: QPainter, rect: QRect | QRectF, way: str, name: str = "muted", size: float = 4.0) -> None:
    """A chevron in the middle of ``rect``; ``size`` is half its width."""
    middle = QRectF(rect).center()
    points = [QPointF(middle.x() + x * size, middle.y() + y * size) for x, y in _ARROWS[way]]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color(name), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.restore()
