"""The list of hosted groups, with a box that narrows it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.groups.snapshot import GroupItem
from goop_console.tabs.groups.words import kind_icon, kind_sentence, member_count, member_sentence
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import icon, set_icon
from goop_console.widgets.record_list import RecordList
from goop_console.widgets.records import Column

_COLUMNS: tuple[Column[GroupItem], ...] = (
    Column(
        "Group",
        lambda one: one.row.name,
        icon=lambda one: icon(kind_icon(one.row.group_type), "muted"),
        full=lambda one: f"{one.row.name}\n{one.row.id}",
    ),
    Column(
        "Type",
        lambda one: one.row.group_type,
        80,
        full=lambda one: f"{one.row.group_type}\n{kind_sentence(one.row.group_type)}",
    ),
    Column("Members", member_count, 84, is_number=True, full=member_sentence, order=lambda one: one.members),
    Column("Context", lambda one: one.row.context, 84),
)


class GroupList(QWidget):
    """``new_requested``: somebody wants to create a group."""

    new_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = FilterBar("Find a group")
        self.table = RecordList[GroupItem]("Groups", _COLUMNS, lambda one: one.row.id)
        self.filter.text_changed.connect(self.table.set_text)
        self.new = QPushButton("New group")
        self.new.setAccessibleName("Create a group")
        set_icon(self.new, "add")
        self.new.clicked.connect(self.new_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.filter, 1)
        row.addWidget(self.new)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 0, 8)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
