"""The small signs for errors and warnings, drawn so that shape tells them apart as well as colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from goop_console.widgets import theming

COLORS = {"error": "error", "warning": "warning", "hint": "info"}


def draw_mark(painter: QPainter, box: QRectF, severity: str) -> None:
    """A disc with a cross for an error, a triangle with a stroke for a warning, an i for a hint."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theming.color(COLORS[severity]))
    if severity != "warning":
        painter.drawEllipse(box)
    else:
        painter.drawPolygon(
            QPolygonF([QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()])
        )
    pen = QPen(theming.color("code_bg"), max(1.2, box.width() / 8))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    _draw_sign(painter, box, severity)
    painter.restore()


def _draw_sign(painter: QPainter, box: QRectF, severity: str) -> None:
    middle, reach = box.center(), box.width() / 5
    if severity == "hint":
        painter.drawLine(middle + QPointF(0, -reach / 3), middle + QPointF(0, reach * 1.4))
        painter.drawPoint(middle + QPointF(0, -reach * 1.3))
    elif severity == "error":
        painter.drawLine(middle + QPointF(-reach, -reach), middle + QPointF(reach, reach))
        painter.drawLine(middle + QPointF(-reach, reach), middle + QPointF(reach, -reach))
    else:
        painter.drawLine(
            QPointF(middle.x(), box.top() + box.height() * 0.4),
            QPointF(middle.x(), box.top() + box.height() * 0.66),
        )
        painter.drawPoint(QPointF(middle.x(), box.top() + box.height() * 0.84))


def mark_pixmap(severity: str, size: int, ratio: float) -> QPixmap:
    """The sign as a picture of ``size`` logical pixels."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_mark(painter, QRectF(1, 1, size - 2, size - 2), severity)
    painter.end()
    return picture


def draw_breakpoint(painter: QPainter, box: QRectF, kind: str) -> None:
    """A disc, with a sign in it for a condition; a diamond for a message; hollow when it does not stop."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = theming.color("muted" if kind in ("disabled", "unbound") else "error")
    painter.setPen(QPen(color, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush if kind in ("disabled", "unbound") else color)
    middle, reach = box.center(), box.width() / 2 - 1
    if kind == "message":
        corners = [QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)]
        painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))
    else:
        painter.drawEllipse(middle, reach, reach)
    if kind == "condition":
        painter.setPen(QPen(theming.color("code_bg"), 1.4))
        for height in (-1.5, 1.5):
            painter.drawLine(middle + QPointF(-reach / 2, height), middle + QPointF(reach / 2, height))
    painter.restore()


def draw_pointer(painter: QPainter, box: QRectF, *, is_past: bool) -> None:
    """An arrow to the right: here the call stands; only its outline for a step of the past."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = theming.color("warning")
    painter.setPen(QPen(color, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush if is_past else color)
    left, right, middle = box.left() + 3, box.right() + 2, box.center().y()
    high = box.height() / 2 - 1
    painter.drawPolygon(
        QPolygonF([QPointF(left, middle - high), QPointF(right, middle), QPointF(left, middle + high)])
    )
    painter.restore()


def draw_fold(painter: QPainter, box: QRectF, *, is_folded: bool) -> None:
    """An angle that points down where lines can be folded away, and right where they are."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theming.color("text" if is_folded else "muted"), 1.4))
    middle, reach = box.center(), box.width() / 4
    if is_folded:
        corners = (QPointF(-reach, -2 * reach), QPointF(reach, 0), QPointF(-reach, 2 * reach))
    else:
        corners = (QPointF(-2 * reach, -reach), QPointF(0, reach), QPointF(2 * reach, -reach))
    painter.drawPolyline([middle + one for one in corners])
    painter.restore()


def draw_verdict(painter: QPainter, box: QRectF, *, is_ok: bool) -> None:
    """A tick for a script that did what it should, a cross for one that did not."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theming.color("ok" if is_ok else "error"), 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    middle, reach = box.center(), box.width() / 3
    if is_ok:
        corners = (QPointF(-reach, 0), QPointF(-reach / 4, reach * 0.8), QPointF(reach, -reach * 0.8))
        painter.drawPolyline([middle + one for one in corners])
    else:
        painter.drawLine(middle + QPointF(-reach, -reach), middle + QPointF(reach, reach))
        painter.drawLine(middle + QPointF(-reach, reach), middle + QPointF(reach, -reach))
    painter.restore()
