"""The page of groups, put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from goop_console.tabs.groups.closing_view import ClosedView, ClosePanel
from goop_console.tabs.groups.create_form import CreateForm
from goop_console.tabs.groups.facts_view import FactsView
from goop_console.tabs.groups.group_list import GroupList
from goop_console.tabs.groups.listen_view import ListenView
from goop_console.tabs.groups.members_view import MembersView
from goop_console.tabs.groups.room_view import RoomView
from goop_console.tabs.groups.snapshot import CHAT, LISTEN
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.made_ahead import part


class DetailsView(QWidget):
    """One group: its facts, then its room or session and its members."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts, self.closing = FactsView(), ClosePanel()
        self.members, self.room, self.listen = MembersView(self), RoomView(self), ListenView(self)
        for section in (self.members, self.room, self.listen):
            section.hide()  # a section shows it
        self.sections = QTabWidget()
        self.sections.setTabBarAutoHide(True)
        self.sections.setDocumentMode(True)
        self.sections.tabBar().setAccessibleName("Parts of the group")
        self._kind: str | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addWidget(self.facts)
        box.addWidget(self.closing)
        box.addWidget(self.sections, 1)

    def set_kind(self, kind: str) -> None:
        """A chat has a room, a listening session its player; every group has members."""
        if kind == self._kind:
            return
        self._kind = kind
        self.sections.clear()
        if kind == CHAT:
            self.sections.addTab(self.room, "Room")
        elif kind == LISTEN:
            self.sections.addTab(self.listen, "Player")
        self.sections.addTab(self.members, "Members")


class GroupsView(QWidget):
    """Groups on the left; on the right one of them, the form for a new one, or what stands there when there
    is none.
    """

    state_action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list, self.details = part(GroupList), part(DetailsView)
        self.form, self.closed = CreateForm(), ClosedView()
        self.state = EmptyState("", "")
        self.state.action_triggered.connect(self.state_action)
        self.body = QStackedWidget()
        for page in (self.state, self.details, self.form, self.closed):
            self.body.addWidget(page)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.body)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([440, 760])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def show_state(self, title: str, text: str, action: str = "") -> None:
        """Put a message in the details' place."""
        self.state.set_texts(title, text, action)
        self.body.setCurrentWidget(self.state)
