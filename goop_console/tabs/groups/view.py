"""The two pages of the tab, and the switch between them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.groups.groups_view import GroupsView
from goop_console.tabs.groups.parts import muted
from goop_console.tabs.groups.peers_view import PeersView
from goop_console.widgets.icons import set_icon
from goop_console.widgets.made_ahead import part

GROUPS, PEERS = "groups", "peers"
READ_ONLY = "This site is open read-only: groups, members and test peers cannot be changed."


class CommunityView(QWidget):
    """The groups or the peers; Alt+G and Alt+P switch too."""

    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups, self.peers = part(GroupsView), part(PeersView)
        self.read_only = muted(READ_ONLY)
        self.read_only.hide()
        self._pages = QStackedWidget()
        self._switch = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setContentsMargins(8, 8, 8, 0)
        row.setSpacing(6)
        for name, text, picture, page in (
            (GROUPS, "&Groups", "group", self.groups),
            (PEERS, "&Peers", "user", self.peers),
        ):
            self._pages.addWidget(page)
            row.addWidget(self._button(name, text, picture))
        row.addSpacing(12)
        row.addWidget(self.read_only, 1)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self._pages, 1)
        self.show_page(GROUPS)

    def _button(self, name: str, text: str, picture: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setAccessibleName(f"Show {name}")
        set_icon(button, picture)
        self._switch.addButton(button)
        self.buttons[name] = button
        button.clicked.connect(lambda: self.show_page(name))
        return button

    @property
    def page(self) -> str:
        """Which page is shown."""
        return GROUPS if self._pages.currentWidget() is self.groups else PEERS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Z where no field is being typed in."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
            return
        super().keyPressEvent(event)

    def show_page(self, name: str) -> None:
        """``groups`` or ``peers``; anything else changes nothing."""
        if name in self.buttons:
            self.buttons[name].setChecked(True)
            self._pages.setCurrentWidget(self.groups if name == GROUPS else self.peers)
