"""How many entries there were over time: bars, in which errors are hatched and have a mark above."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QBrush,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from goop_console.widgets import theming
from goop_console.widgets.wording import counted, day_and_clock

BUCKETS = 120
_NOT_COUNTED = "Not counted"
_LEAST = 2.0  # pixels of a bar that is not empty
_MARK = 3.5  # pixels, half the width of the mark above errors
_DRAG = 4  # pixels: less is a click
Key = Qt.Key


@dataclass(frozen=True, slots=True)
class Buckets:
    """``counts`` are entries and errors of equal stretches of the time from ``start`` to ``end``. What is
    older than ``since`` has not been looked at: there was too much of it.
    """

    start: float = 0.0
    end: float = 1.0
    counts: tuple[tuple[int, int], ...] = ()
    since: float = 0.0

    @property
    def width(self) -> float:
        """Seconds of one."""
        return (self.end - self.start) / max(1, len(self.counts))

    def words(self, first: int, last: int) -> str:
        """What the stretches ``first`` to ``last`` hold: ``2026-… to …: 120 entries, 3 errors``."""
        part = self.counts[first : last + 1]
        entries, errors = sum(one for one, _ in part), sum(one for _, one in part)
        begin, end = self.start + first * self.width, self.start + (last + 1) * self.width
        words = f"{counted(entries, 'entry', 'entries')}, {counted(errors, 'error')}"
        said = f"{day_and_clock(begin)[:19]} to {day_and_clock(end)[11:19]}: {words}"
        if begin >= self.since:
            return said
        return f"{said}; nothing before {day_and_clock(self.since)[:19]} is counted: a pattern takes long"

    @property
    def first_counted(self) -> int:
        """The first stretch of which all is counted."""
        return max(0, ceil((self.since - self.start) / self.width)) if self.counts else 0


class HistogramView(QWidget):
    """Drag over a stretch of time to see it alone; with the keyboard Left and Right move, Shift with them
    widens, Enter goes in, Backspace out.
    """

    range_chosen = Signal(float, float)  # seconds since the epoch
    out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Entries over time")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.buckets = Buckets()
        self._cursor = self._anchor = -1  # buckets that are chosen, from one to the other
        self._pressed: float | None = None

    def sizeHint(self) -> QSize:
        return QSize(400, round(self.fontMetrics().height() * 2.6))

    def show_buckets(self, buckets: Buckets) -> None:
        self.buckets = buckets
        if max(self._cursor, self._anchor) >= len(buckets.counts):
            self._choose(-1, -1)
        self.setAccessibleDescription(
            buckets.words(0, len(buckets.counts) - 1) if buckets.counts else "nothing yet"
        )
        self.update()

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The first and the last bucket that are chosen."""
        if self._cursor < 0:
            return None
        return min(self._cursor, self._anchor), max(self._cursor, self._anchor)

    def _choose(self, anchor: int, cursor: int) -> None:
        self._anchor, self._cursor = anchor, cursor
        self.update()
        if self.chosen is not None and self.hasFocus():
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self, self.buckets.words(*self.chosen))
            )

    def _go_in(self) -> None:
        if self.chosen is not None:
            first, last = self.chosen
            start, width = self.buckets.start, self.buckets.width
            self._choose(-1, -1)
            self.range_chosen.emit(start + first * width, start + (last + 1) * width)

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theming.color("surface"))
        self._paint_not_counted(painter)
        self._paint_chosen(painter)
        counts = self.buckets.counts
        most = max((count for count, _ in counts), default=0)
        for place, (count, errors) in enumerate(counts):
            if count:
                self._paint_bar(painter, place, count / most, errors / most)
        painter.setPen(QPen(theming.color("accent" if self.hasFocus() else "line")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if not most and not self.buckets.first_counted:
            painter.setPen(theming.color("muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Nothing in this time")
        painter.end()

    def _paint_bar(self, painter: QPainter, place: int, share: float, errors: float) -> None:
        left, width = self._left(place), self._left(place + 1) - self._left(place)
        room = self.height() - 2 * _MARK - 5
        height = max(_LEAST, room * share)
        bar = QRectF(left, self.height() - 1 - height, max(1.0, width - 1), height)
        painter.fillRect(bar, theming.color("info"))
        if errors:
            part = QRectF(bar)
            part.setTop(bar.bottom() - max(_LEAST, room * errors))
            color = theming.color("error")
            painter.fillRect(part, theming.color("surface"))
            painter.fillRect(part, QBrush(color, Qt.BrushStyle.Dense2Pattern))
            top = QPointF(bar.center().x(), bar.top() - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPolygon(
                QPolygonF([top, top + QPointF(-_MARK, -2 * _MARK), top + QPointF(_MARK, -2 * _MARK)])
            )

    def _paint_not_counted(self, painter: QPainter) -> None:
        if self.buckets.first_counted:
            area = QRectF(1, 1, self._left(self.buckets.first_counted) - 1, self.height() - 2)
            painter.fillRect(area, QBrush(theming.color("line"), Qt.BrushStyle.BDiagPattern))
            painter.setPen(theming.color("muted"))
            if painter.fontMetrics().horizontalAdvance(_NOT_COUNTED) < area.width() - 8:
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _NOT_COUNTED)

    def _paint_chosen(self, painter: QPainter) -> None:
        if self.chosen is not None:
            first, last = self.chosen
            left = self._left(first)
            painter.fillRect(
                QRectF(left, 0, self._left(last + 1) - left, self.height()), theming.color("selection")
            )

    def _left(self, place: int) -> float:
        return 1 + (self.width() - 2) * place / max(1, len(self.buckets.counts))

    def _bucket_at(self, left: float) -> int:
        number = len(self.buckets.counts)
        return min(number - 1, max(0, int((left - 1) * number / max(1, self.width() - 2)))) if number else -1

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.buckets.counts:
            self._pressed = event.position().x()
            place = self._bucket_at(self._pressed)
            self._choose(place, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            self._choose(self._anchor, self._bucket_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            is_drag = abs(event.position().x() - self._pressed) >= _DRAG
            self._pressed = None
            if is_drag:
                self._go_in()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._pressed = None
        self._choose(-1, -1)
        self.out_requested.emit()

    # the keyboard

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose(-1, -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, number = event.key(), len(self.buckets.counts)
        if key in (Key.Key_Left, Key.Key_Right) and number:
            step = 1 if key == Key.Key_Right else -1
            cursor = number - 1 if self._cursor < 0 else min(number - 1, max(0, self._cursor + step))
            is_wide = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0
            self._choose(self._anchor if is_wide else cursor, cursor)
        elif key in (Key.Key_Return, Key.Key_Enter):
            self._go_in()
        elif key == Key.Key_Backspace:
            self.out_requested.emit()
        elif key == Key.Key_Escape and self.chosen is not None:
            self._choose(-1, -1)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.buckets.counts:
            place = self._bucket_at(event.pos().x())
            first, last = self.chosen or (place, place)
            QToolTip.showText(event.globalPos(), self.buckets.words(first, last), self)
            return True
        return super().event(event)


def nice_start(end: float, seconds: float, oldest: float) -> float:
    """Where a histogram of the last ``seconds`` (0: of all) begins."""
    if seconds:
        return end - seconds
    return min(oldest or end - 1, end - 1)
