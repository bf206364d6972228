"""The members of a group: the table, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.groups.parts import ChoiceField
from goop_console.tabs.groups.snapshot import GroupItem, MemberItem
from goop_console.tabs.groups.words import source_icon, source_sentence, source_word
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import icon
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.record_list import RecordList
from goop_console.widgets.records import Column
from goop_console.widgets.wording import counted, elided

_ID = 18  # characters
_WHO = "Name of a known peer, or a peer id"
_OWNER = "The owner hosts the group: they cannot be removed and keep their role. Close the group instead."
_COLUMNS: tuple[Column[MemberItem], ...] = (
    Column(
        "Name",
        lambda one: elided(one.name, 60),
        icon=lambda one: icon(source_icon(one.source), "muted"),
        full=lambda one: one.name,
    ),
    Column("Role", lambda one: one.role, 110),
    Column(
        "Peer id",
        lambda one: elided(one.peer_id, _ID),
        184,
        full=lambda one: one.peer_id,
        order=lambda one: one.peer_id,
    ),
    Column(
        "Known as", lambda one: source_word(one.source), 120, full=lambda one: source_sentence(one.source)
    ),
)


class MembersView(QWidget):
    """Signals carry peer ids; ``role_requested`` the role too."""

    add_requested = Signal(str)
    remove_requested = Signal(str)
    role_requested = Signal(str, str)
    call_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = FilterBar("Find a member")
        self.table = RecordList[MemberItem](
            "Members", _COLUMNS, lambda one: one.peer_id, lambda one: one.is_owner, keeps_place=True
        )
        self.peer = ChoiceField("Who is to be added: a known peer or a peer id", _WHO, completes=True)
        self.add = self._button("Add member", self._on_add)
        self.role = ChoiceField("Role of the chosen member", "Role")
        self.set_role = self._button("Set role", self._on_set_role)
        self.remove = self._button("Remove", self._on_remove)
        self.call = self._button("Call as…", self._on_call)
        self.call.setToolTip("Call a function as this member, in the Call Tester")
        self.count = ElidedLabel("")
        self.count.setProperty("role", "muted")
        self.add_error, self.error = (
            ErrorLine("Why nobody was added"),
            ErrorLine("Why the member was not changed"),
        )
        self.undo = MessageBar("Removed member")
        self._can_edit, self._is_full = True, ""
        self._roles: tuple[str, ...] = ()
        self._build()
        self.filter.text_changed.connect(self._on_filter_changed)
        self.table.chosen.connect(lambda _: self._show_chosen(is_other=True))
        self.table.doubleClicked.connect(lambda _: self.role.setFocus())
        self.peer.entered.connect(self._on_add)
        self.peer.editTextChanged.connect(lambda _: self._show_buttons())
        self.role.entered.connect(self._on_set_role)
        self.role.editTextChanged.connect(lambda _: self._show_buttons())

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: slot())
        return button

    def _build(self) -> None:
        chosen = QHBoxLayout()
        chosen.setSpacing(8)
        chosen.addWidget(self.count, 1)
        for widget in (self.role, self.set_role, self.remove, self.call):
            chosen.addWidget(widget)
        self.role.setMinimumWidth(140)
        adding = QHBoxLayout()
        adding.setSpacing(8)
        adding.addWidget(self.peer, 1)
        adding.addWidget(self.add)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.filter)
        box.addWidget(self.table, 1)
        box.addLayout(chosen)
        box.addWidget(self.error)
        box.addWidget(self.undo)
        box.addLayout(adding)
        box.addWidget(self.add_error)

    # what is shown

    def show_members(self, group: GroupItem, members: Sequence[MemberItem], *, is_other: bool) -> None:
        """``is_other``: of another group than before, so what is half typed is not kept."""
        self._roles = tuple(dict.fromkeys((*group.row.roles, group.row.default_role)))
        self._is_full = (
            f"The group is full: {group.members:,} of {group.row.max_members:,} members."
            if group.is_full
            else ""
        )
        if is_other:
            self.table.set_records(())  # nobody is chosen in another group
            self.peer.setEditText("")
            self.undo.hide()
            for line in (self.add_error, self.error):
                line.say("")
        self.table.set_records(members)
        self._show_chosen(is_other=is_other)

    def set_peers(self, choices: Sequence[tuple[str, str]]) -> None:
        """Who can be added: shown text and peer id."""
        self.peer.set_choices(choices)

    def set_can_edit(self, can_edit: bool) -> None:
        self._can_edit = can_edit
        for field in (self.peer, self.role):
            field.setEnabled(can_edit)
        self._show_chosen(is_other=False)

    def _on_filter_changed(self, text: str) -> None:
        self.table.set_text(text)
        self._show_count()

    def _show_chosen(self, *, is_other: bool) -> None:
        member = self.table.current()
        self.role.set_choices([(role, role) for role in self._roles])
        if is_other:
            self.role.setEditText(member.role if member else "")
            self.error.say("")
        self.role.setEnabled(self._can_edit and member is not None and not member.is_owner)
        self._show_buttons()
        self._show_count()

    def _show_buttons(self) -> None:
        member = self.table.current()
        can_change = self._can_edit and member is not None and not member.is_owner
        role = self.role.value()
        self.set_role.setEnabled(can_change and bool(role) and member is not None and role != member.role)
        self.remove.setEnabled(can_change)
        self.call.setEnabled(member is not None)
        why = _OWNER if member is not None and member.is_owner else ""
        for widget in (self.set_role, self.role):
            widget.setToolTip(why)
        self.remove.setToolTip(why or "Del")
        self.add.setEnabled(self._can_edit and not self._is_full and bool(self.peer.value()))
        self.add.setToolTip(self._is_full)
        self.peer.setToolTip(self._is_full)
        self.peer.field.setPlaceholderText(self._is_full or _WHO)

    def _show_count(self) -> None:
        everybody, shown = self.table.records.rowCount(), self.table.model().rowCount()
        total = counted(everybody, "member")
        text = f"{shown:,} of {total}" if shown != everybody else f"{total} with the owner"
        self.count.setText(f"{text} · full" if self._is_full else text)
        self.count.setToolTip(self._is_full or text)

    # what is wanted

    def _on_add(self) -> None:
        if self.add.isEnabled():
            self.add_error.say("")
            self.add_requested.emit(self.peer.value())
        elif self._is_full:
            self.add_error.say(self._is_full)

    def _on_set_role(self) -> None:
        member = self.table.current()
        if member is not None and self.set_role.isEnabled():
            self.error.say("")
            self.role_requested.emit(member.peer_id, self.role.value())

    def _on_remove(self) -> None:
        member = self.table.current()
        if member is not None and self.remove.isEnabled():
            self.error.say("")
            self.remove_requested.emit(member.peer_id)

    def _on_call(self) -> None:
        member = self.table.current()
        if member is not None:
            self.call_requested.emit(member.peer_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del in the table removes the chosen member; it can be undone."""
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._on_remove()
            return
        super().keyPressEvent(event)
