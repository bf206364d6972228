"""A ring around a widget: look here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from goop_console.widgets.theming import color

_WIDTH = 3
_RADIUS = 6


class Ring(QWidget):
    """Lies over ``window`` around one widget of it and follows that; the mouse goes through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._around: QWidget | None = None
        window.installEventFilter(self)
        self.hide()

    @property
    def around(self) -> QWidget | None:
        """The widget in the ring."""
        return self._around

    def lie_around(self, widget: QWidget | None) -> None:
        """Go there; None: go away."""
        if self._around is not None:
            self._around.removeEventFilter(self)
            self._around.destroyed.disconnect(self._on_destroyed)
        self._around = widget
        if widget is not None:
            widget.installEventFilter(self)
            widget.destroyed.connect(self._on_destroyed)
        self._place()

    def _on_destroyed(self) -> None:
        self._around = None
        self.hide()

    def _place(self) -> None:
        widget, window = self._around, self._window
        if widget is None or not widget.isVisible():
            self.hide()
            return
        corner = widget.mapTo(window, QPoint(0, 0))
        self.setGeometry(QRect(corner, widget.size()).adjusted(-5, -5, 5, 5).intersected(window.rect()))
        self.raise_()
        self.show()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("accent"), _WIDTH))
        inset = _WIDTH // 2 + 1
        painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
