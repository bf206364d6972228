"""The tabs of a site, down the left side."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from goop_console.widgets.icons import set_icon

_ICON = QSize(22, 22)
_WIDTH = 92


class Rail(QFrame):
    """One button a tab; ``chosen(place)`` counts from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAccessibleName("Tabs")
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 8, 0, 8)
        self._box.setSpacing(2)
        self._box.addStretch(1)

    def add_tab(self, title: str, picture: str) -> QToolButton:
        """A button below the others; Ctrl and its number are its keys."""
        place = len(self._group.buttons())
        button = QToolButton()
        button.setProperty("role", "rail")
        button.setText(title)
        button.setToolTip(f"{title} (Ctrl+{place + 1})")
        button.setAccessibleName(title)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(_ICON)
        button.setMinimumWidth(_WIDTH)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_icon(button, picture)
        self._group.addButton(button, place)
        self._box.insertWidget(place, button)
        return button

    def set_current(self, place: int) -> None:
        button = self._group.button(place)
        if button is not None:
            button.setChecked(True)

    def buttons(self) -> list[QToolButton]:
        return [button for button in self._group.buttons() if isinstance(button, QToolButton)]
