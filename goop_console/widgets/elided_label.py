"""One line of text that is cut when there is no room for it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from goop_console.widgets.foreign_text import shown_line, shown_tip

_MIN_LETTERS = 8


class ElidedLabel(QLabel):
    """Its width follows the room that it gets; the tool tip has the whole text. It is cut in the middle, or
    where ``cut`` says.
    """

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(parent)
        self._cut = cut
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setToolTip(shown_tip(text))

    def setText(self, text: str) -> None:
        """Qt measures all that it is given, so it is given what could be shown."""
        self._text = text
        super().setText(shown_line(text))

    def text(self) -> str:
        """The whole text."""
        return self._text

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _MIN_LETTERS, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(super().text(), self._cut, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
