"""What a group is: the heading with its type, and its facts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.groups.parts import ChoiceField, CopyableText, muted
from goop_console.tabs.groups.snapshot import GroupItem
from goop_console.tabs.groups.words import kind_icon, kind_sentence, member_sentence, moment
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.icons import set_picture
from goop_console.widgets.plain_label import plain_label

_ICON = 20
_NONE = "–"
_KIND_LETTERS = 40


class FactsView(QWidget):
    """``default_role_requested`` with the role for those who join from now on."""

    default_role_requested = Signal(str)
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = ""
        self.stored_role = ""
        self.picture = QLabel()
        self.name = ElidedLabel("")
        self.name.setProperty("role", "heading")
        self.kind = plain_label("")
        self.kind.setProperty("role", "chip")
        self.close_group = QPushButton("Close group…")
        self.close_group.setProperty("role", "danger")
        self.close_group.clicked.connect(self.close_requested)
        self.id = CopyableText("group's id")
        self.context, self.created, self.roles = ElidedLabel(""), QLabel(), ElidedLabel("")
        self.members = QLabel()
        self.default_role = ChoiceField("Default role: for those who join from now on")
        self.set_default = QPushButton("Set")
        self.set_default.setAccessibleName("Set the default role")
        self.error = ErrorLine("Why the default role was not set")
        self.set_default.clicked.connect(self._on_set)
        self.default_role.entered.connect(self._on_set)
        self.default_role.editTextChanged.connect(lambda _: self._show_button())
        self._can_edit = True
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.picture)
        head.addWidget(self.name, 1)
        head.addWidget(self.kind)
        head.addWidget(self.close_group)
        role = QHBoxLayout()
        role.setSpacing(6)
        role.addWidget(self.default_role, 1)
        role.addWidget(self.set_default)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        left: tuple[tuple[str, QWidget], ...] = (
            ("Id", self.id),
            ("Context", self.context),
            ("Created", self.created),
        )
        right: tuple[tuple[str, QWidget], ...] = (("Members", self.members), ("Roles", self.roles))
        for column, facts in ((0, left), (3, right)):
            for row, (title, shown) in enumerate(facts):
                grid.addWidget(muted(title), row, column)
                grid.addWidget(shown, row, column + 1)
        grid.addWidget(muted("Default role"), 2, 3)
        grid.addLayout(role, 2, 4)
        grid.setColumnMinimumWidth(2, 16)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        grid.addWidget(self.error, 3, 3, 1, 2)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addLayout(grid)
        for label in (self.created, self.members):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_group(self, group: GroupItem, *, is_other: bool) -> None:
        """``is_other``: another group than before, so what is half typed is not kept."""
        row = group.row
        self._kind = row.group_type
        self._set(self.name, row.name)
        self.kind.setText(shown_line(row.group_type, _KIND_LETTERS))
        self.kind.setToolTip(kind_sentence(row.group_type))
        self.id.set_text(row.id)
        self._set(self.context, row.context or _NONE)
        self.created.setText(moment(row.created_at) or _NONE)
        self.members.setText(member_sentence(group))
        self._set(self.roles, ", ".join(row.roles) or "any name")
        self.roles.setToolTip(
            f"Roles of its template: {', '.join(row.roles)}"
            if row.roles
            else "Its template names no roles: any name will do."
        )
        is_untouched = is_other or self.default_role.value() == self.stored_role
        self.stored_role = row.default_role
        self.default_role.set_choices(
            [(role, role) for role in dict.fromkeys((row.default_role, *row.roles))]
        )
        if is_untouched:
            self.default_role.setEditText(row.default_role)
        if is_other:
            self.error.say("")
        set_picture(self.picture, kind_icon(self._kind), _ICON, "accent")
        self._show_button()

    def _set(self, label: ElidedLabel, text: str) -> None:
        label.setText(text)
        label.setToolTip(shown_tip(text))

    def set_can_edit(self, can_edit: bool) -> None:
        self._can_edit = can_edit
        self.default_role.setEnabled(can_edit)
        self.close_group.setEnabled(can_edit)
        self._show_button()

    def _show_button(self) -> None:
        role = self.default_role.value()
        self.set_default.setEnabled(self._can_edit and bool(role) and role != self.stored_role)

    def _on_set(self) -> None:
        if self.set_default.isEnabled():
            self.error.say("")
            self.default_role_requested.emit(self.default_role.value())
