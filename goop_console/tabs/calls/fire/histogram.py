"""How long the calls took, as bars; the same in words for who does not see them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from goop_console.tabs.calls.fire.shots import Bar, Summary
from goop_console.tabs.calls.model.words import milliseconds
from goop_console.widgets import theming
from goop_console.widgets.wording import counted

_HEIGHT, _MIN_HEIGHT = 200, 120
_SIDE = 8
_GAP = 2
_ONLY_BAR = 80  # pixels: a single bar does not fill everything
_MARKS = 3  # numbers on the left


class Histogram(QWidget):
    """Equal steps from the quickest call to the slowest; lines mark median and 95 %.

    The arrow keys, Home and End go from bar to bar; the one that is chosen says its numbers, as it does under
    the pointer.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._lines: tuple[tuple[str, float], ...] = ()
        self._current = -1
        self.setMinimumHeight(_MIN_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_bars((), None)

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def show_bars(self, bars: Sequence[Bar], summary: Summary | None) -> None:
        """Show ``bars``; ``summary`` has the lines and the words."""
        if len(bars) != len(self._bars):
            self._current = -1
        self._bars = tuple(bars)
        has_lines = summary is not None and summary.count > 1
        self._lines = (
            (("median", summary.median), ("95%", summary.p95)) if has_lines and summary is not None else ()
        )
        words = summary.words if summary is not None else "no calls yet"
        self.setAccessibleName(f"Histogram of times. {words}")
        self.setAccessibleDescription("; ".join(bar_words(bar) for bar in self._bars if bar.count))
        self.update()

    def event(self, event: QEvent) -> bool:
        """A bar says its numbers under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = next(
                (bar for bar, rect in self._rects() if rect.left() <= event.pos().x() <= rect.right() + _GAP),
                None,
            )
            QToolTip.showText(event.globalPos(), bar_words(bar) if bar is not None else "", self)
            return True
        return super().event(event)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    @property
    def current_words(self) -> str:
        """The numbers of the bar that was chosen; empty when none is."""
        return bar_words(self._bars[self._current]) if 0 <= self._current < len(self._bars) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        filled = [place for place, bar in enumerate(self._bars) if bar.count]
        ways = {
            Qt.Key.Key_Right: [place for place in filled if place > self._current][:1],
            Qt.Key.Key_Left: [place for place in filled if place < self._current][-1:],
            Qt.Key.Key_Home: filled[:1],
            Qt.Key.Key_End: filled[-1:],
        }
        if event.key() not in ways:
            super().keyPressEvent(event)
            return
        for place in ways[Qt.Key(event.key())]:
            self._current = place
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.current_words))
            self.update()

    # painting

    def _plot(self) -> QRectF:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("10,000") + _SIDE
        top = metrics.height() + 6
        return QRectF(
            left, top, max(1, self.width() - left - _SIDE), max(1, self.height() - top - metrics.height() - 8)
        )

    def _rects(self) -> list[tuple[Bar, QRectF]]:
        if not self._bars:
            return []
        plot, most = self._plot(), max(bar.count for bar in self._bars)
        width = plot.width() / len(self._bars)
        found = []
        for place, bar in enumerate(self._bars):
            height = plot.height() * bar.count / most
            shown = width if len(self._bars) > 1 else min(width, _ONLY_BAR)
            rect = QRectF(plot.left() + place * width, plot.bottom() - height, max(1.0, shown - _GAP), height)
            found.append((bar, rect))
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(theming.color("accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        plot = self._plot()
        self._paint_scale(painter, plot)
        for place, (bar, rect) in enumerate(self._rects()):
            if bar.count:
                shown = rect.adjusted(0, min(0.0, rect.height() - 2), 0, 0)
                painter.fillRect(shown, theming.color("text" if place == self._current else "accent"))
        self._paint_lines(painter, plot)
        painter.end()

    def _paint_scale(self, painter: QPainter, plot: QRectF) -> None:
        most = max((bar.count for bar in self._bars), default=0)
        height = self.fontMetrics().height()
        for count in sorted({round(most * place / (_MARKS - 1)) for place in range(_MARKS)}):
            y = plot.bottom() - (plot.height() * count / most if most else 0)
            painter.setPen(theming.color("line"))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theming.color("muted"))
            label = QRectF(0, y - height / 2, plot.left() - 6, height)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{count:,}")
        if self._bars:
            below = QRectF(plot.left(), plot.bottom() + 4, plot.width(), height)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, milliseconds(self._bars[0].start))
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, milliseconds(self._bars[-1].end))
            painter.setPen(theming.color("text"))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self.current_words)

    def _paint_lines(self, painter: QPainter, plot: QRectF) -> None:
        if not self._bars or self._bars[-1].end <= self._bars[0].start:
            return
        start, span = self._bars[0].start, self._bars[-1].end - self._bars[0].start
        end_of_last = -1.0
        for name, seconds in self._lines:
            x = plot.left() + plot.width() * (seconds - start) / span
            pen = painter.pen()
            pen.setColor(theming.color("text"))
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, plot.top() - 2), QPointF(x, plot.bottom()))
            pen.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            words = f"{name} {milliseconds(seconds)}"
            width = self.fontMetrics().horizontalAdvance(words)
            left = min(max(x - width / 2, plot.left(), end_of_last + 10), plot.right() - width)
            painter.drawText(QPointF(left, plot.top() - 6), words)
            end_of_last = left + width


def bar_words(bar: Bar) -> str:
    """``12 calls took 1.0 ms to 1.4 ms``."""
    return f"{counted(bar.count, 'call')} took {milliseconds(bar.start)} to {milliseconds(bar.end)}"
