"""A button whose words are cut in the middle when there is no room for them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

_MIN_LETTERS = 12


class ElidedButton(QPushButton):
    """``text()`` stays whole; the width follows the room that the button gets. Where that is
    too small, ``short_text`` is painted if there is one; the tool tip says the rest.
    """

    short_text = ""

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _MIN_LETTERS, super().minimumSizeHint().height())

    def shown_text(self) -> str:
        """What is painted at this width."""
        mnemonic = int(Qt.TextFlag.TextShowMnemonic)
        words = self.fontMetrics().size(mnemonic, self.text()).width()
        room = self.width() - (self.sizeHint().width() - words)  # whole words where the hint is given
        text = self.short_text if words > room and self.short_text else self.text()
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room, mnemonic)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown_text()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
