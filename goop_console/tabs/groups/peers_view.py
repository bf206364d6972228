"""The page of peers: everybody the site knows, and one of them in full."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.groups.parts import CopyableText, muted
from goop_console.tabs.groups.peer_form import PeerForm
from goop_console.tabs.groups.snapshot import PeerItem
from goop_console.tabs.groups.words import STRANGER, moment, source_icon, source_sentence, source_word
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import icon, set_icon
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.record_list import RecordList
from goop_console.widgets.records import Column
from goop_console.widgets.wording import elided

_NOT_SEEN = "Not seen by Goop2"


def _role(item: PeerItem) -> str:
    return "Role in the template's group" if item.role else "Not in the template's group"


def _seen(item: PeerItem) -> str:
    return f"{item.last_seen} UTC" if item.last_seen else _NOT_SEEN


def _picture(item: PeerItem) -> QIcon:
    return icon(source_icon(item.peer.source), "muted")


_COLUMNS: tuple[Column[PeerItem], ...] = (
    Column("Name", lambda one: elided(one.peer.name, 60), icon=_picture, full=lambda one: one.peer.name),
    Column("Known as", lambda one: source_word(one.peer.source), 96,
           full=lambda one: source_sentence(one.peer.source)),
    Column("Role", lambda one: one.role or STRANGER, 90, full=_role),
    Column("Email", lambda one: one.peer.email, 200),
    Column("Last seen", lambda one: moment(one.last_seen), 132, full=_seen, order=lambda one: one.last_seen),
    Column("Peer id", lambda one: elided(one.peer.id, 18), 184, full=lambda one: one.peer.id,
           order=lambda one: one.peer.id),
)  # fmt: skip
_TEST_ONLY = "Only test peers can be changed here; Goop2 keeps the others."


class PeerCard(QFrame):
    """One peer and what can be done with it."""

    call_requested = Signal()
    add_requested = Signal()
    edit_requested = Signal()
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.name = ElidedLabel("")
        self.name.setProperty("role", "heading")
        self.source, self.note = muted(wraps=True), muted(wraps=True)
        self.email, self.id = ElidedLabel(""), CopyableText("peer id")
        self.role, self.seen = QLabel(), QLabel()
        self.call, self.add = QPushButton("Call as this peer"), QPushButton("Add to the template's group")
        self.edit, self.remove = QPushButton("Edit…"), QPushButton("Remove")
        self.error = ErrorLine("Why that did not work")
        set_icon(self.call, "calls")
        set_icon(self.add, "group")
        pairs = (
            (self.call, self.call_requested),
            (self.add, self.add_requested),
            (self.edit, self.edit_requested),
            (self.remove, self.remove_requested),
        )
        for button, signal in pairs:
            button.clicked.connect(signal)
        self._build()

    def _build(self) -> None:
        facts = QFormLayout()
        facts.setSpacing(6)
        facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, shown in (
            ("Role", self.role),
            ("Email", self.email),
            ("Last seen", self.seen),
            ("Id", self.id),
        ):
            facts.addRow(muted(title), shown)
        own = QHBoxLayout()
        own.setSpacing(8)
        own.addWidget(self.edit)
        own.addWidget(self.remove)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(10)
        box.addWidget(self.name)
        box.addWidget(self.source)
        box.addLayout(facts)
        box.addWidget(self.call)
        box.addWidget(self.add)
        box.addLayout(own)
        for line in (self.note, self.error):
            box.addWidget(line)
        box.addStretch(1)

    def show_peer(self, item: PeerItem, group_name: str, *, can_edit: bool) -> None:
        """``group_name`` is the template's group, empty when there is none."""
        peer, is_test = item.peer, item.peer.source == "test"
        for label, text in ((self.name, peer.name), (self.email, peer.email or "–")):
            label.setText(text)
            label.setToolTip(text)
        self.source.setText(source_sentence(peer.source))
        self.role.setText(item.role or STRANGER)
        self.seen.setText(moment(item.last_seen) or "–")
        self.id.set_text(peer.id)
        why_not = _why_not_added(item, group_name)
        self.add.setText(
            f"Add to {elided(group_name, 28)}".replace("&", "&&")
            if group_name
            else "Add to the template's group"
        )
        self.add.setEnabled(can_edit and not why_not)
        self.add.setToolTip(why_not)
        for button in (self.edit, self.remove):
            button.setEnabled(can_edit and is_test)
            button.setToolTip("" if is_test else _TEST_ONLY)
        self.note.setText("" if is_test or peer.source == "owner" else _TEST_ONLY)
        self.note.setVisible(bool(self.note.text()))


def _why_not_added(item: PeerItem, group_name: str) -> str:
    if not group_name:
        return "The installed template has no group."
    return f"{item.peer.name} is in {group_name} already." if item.role else ""


class PeersView(QWidget):
    """Peers on the left; on the right one of them, or the form for a test peer."""

    new_requested = Signal()
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = FilterBar("Find a peer by name, email, role or id")
        self.new = QPushButton("Add test peer")
        set_icon(self.new, "add")
        self.table = RecordList[PeerItem](
            "Peers",
            _COLUMNS,
            lambda one: one.peer.id,
            lambda one: one.peer.source == "owner",
            keeps_place=True,
            spare=(5, 4),  # id and last sight stand beside the table too
        )
        self.hint = muted(wraps=True)
        self.undo = MessageBar("Removed test peer")
        self.card, self.form = PeerCard(), PeerForm()
        self.nobody = EmptyState("Nobody chosen", "Choose a peer to see who it is and to call as this peer.")
        self.side = QStackedWidget()
        for page in (self.nobody, self.card, self.form):
            self.side.addWidget(page)
        self.filter.text_changed.connect(self.table.set_text)
        self.new.clicked.connect(self.new_requested)
        self._build()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.new)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(8, 8, 0, 8)
        box.setSpacing(8)
        box.addLayout(tools)
        box.addWidget(self.table, 1)
        box.addWidget(self.hint)
        box.addWidget(self.undo)
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 8, 8, 8)
        side.addWidget(self.side)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([860, 340])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del in the table removes the chosen test peer; it can be undone."""
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.remove_requested.emit()
            return
        super().keyPressEvent(event)
