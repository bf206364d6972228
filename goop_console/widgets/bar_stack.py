"""Message bars one above the other, with room around them only while one is to be seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

_SHOWS = frozenset((QEvent.Type.ShowToParent, QEvent.Type.HideToParent))


class BarStack(QWidget):
    """Hidden while all of ``bars`` are."""

    def __init__(self, *bars: QWidget) -> None:
        super().__init__()
        self._bars = bars
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 0)
        box.setSpacing(8)
        for bar in bars:
            box.addWidget(bar)
            bar.installEventFilter(self)
        self._follow()

    def eventFilter(self, bar: QObject, event: QEvent) -> bool:
        if event.type() in _SHOWS:
            self._follow()
        return super().eventFilter(bar, event)

    def _follow(self) -> None:
        self.setVisible(any(not bar.isHidden() for bar in self._bars))
