"""A button whose words are cut in the middle when there is no room for them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

_MIN_LETTERS = 12
_PADDING = 36  # of the style, both sides


class ElidedButton(QPushButton):
    """``text()`` stays whole; the width follows the room that the button gets."""

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _MIN_LETTERS, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.width() - _PADDING - (self.iconSize().width() if not self.icon().isNull() else 0)
        mnemonic = int(Qt.TextFlag.TextShowMnemonic)
        option.text = self.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideMiddle, room, mnemonic)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
