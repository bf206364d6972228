"""The bar of the scripts that are open, over the editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon, QMouseEvent
from PySide6.QtWidgets import QTabBar, QWidget

from goop_console.widgets.foreign_text import shown_line, shown_tip

_WIDEST: Final = 220  # pixels of one tab


class TabLook(NamedTuple):
    """One tab. ``spoken`` is what a screen reader says of it, with its state in words."""

    key: str
    text: str
    icon: QIcon
    tip: str
    spoken: str


class TabStrip(QTabBar):
    """``chosen`` comes when a person goes to a tab, ``close_requested`` from its cross or the middle button,
    ``keep_requested`` from a double click, ``moved`` with all keys in their new order.
    """

    chosen = Signal(str)  # key
    close_requested = Signal(str)
    keep_requested = Signal(str)
    moved = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Open scripts")
        self.setExpanding(False)
        self.setMovable(True)
        self.setTabsClosable(True)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.hide()
        self.currentChanged.connect(lambda at: self._tell(self.chosen, at))
        self.tabCloseRequested.connect(lambda at: self._tell(self.close_requested, at))
        self.tabBarDoubleClicked.connect(lambda at: self._tell(self.keep_requested, at))
        self.tabMoved.connect(lambda *_: self.moved.emit(self.keys()))

    def keys(self) -> list[str]:
        """The scripts from left to right."""
        return [str(self.tabData(at)) for at in range(self.count())]

    def show_tabs(self, looks: Sequence[TabLook], current: str | None) -> None:
        """Show ``looks`` in this order, silently; ``current`` is in view."""
        self.blockSignals(True)
        wanted = [one.key for one in looks]
        for at in reversed(range(self.count())):
            if self.tabData(at) not in wanted:
                self.removeTab(at)
        for at, look in enumerate(looks):
            self._place(at, look)
        if current in wanted:
            self.setCurrentIndex(wanted.index(current))
        self.blockSignals(False)
        self.setVisible(bool(looks))

    def _place(self, at: int, look: TabLook) -> None:
        keys = self.keys()
        if look.key not in keys:
            self.insertTab(at, "")
            self.setTabData(at, look.key)
        elif keys[at] != look.key:
            self.moveTab(keys.index(look.key), at)
        text = shown_line(look.text).replace("&", "&&")
        if self.tabText(at) != text:
            self.setTabText(at, text)
        self.setTabIcon(at, look.icon)
        self.setTabToolTip(at, shown_tip(look.tip))
        self.setAccessibleTabName(at, look.spoken)

    def tabSizeHint(self, index: int) -> QSize:
        """Long names end in the middle, so that the others stay in view."""
        size = super().tabSizeHint(index)
        return QSize(min(size.width(), _WIDEST), size.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._tell(self.close_requested, self.tabAt(event.position().toPoint()))
            return
        super().mouseReleaseEvent(event)

    def _tell(self, signal: SignalInstance, at: int) -> None:
        if at >= 0 and self.tabData(at):
            signal.emit(str(self.tabData(at)))
