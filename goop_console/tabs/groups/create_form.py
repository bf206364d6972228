"""The form for a new group. It stands where a group's details stand, and keeps what is typed while the site
changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.groups.parts import add_row, heading, muted
from goop_console.tabs.groups.snapshot import CHAT, LISTEN, GroupKind
from goop_console.tabs.groups.words import kind_icon, kind_sentence
from goop_console.widgets import theming
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.icons import icon

_MAX_MEMBERS = 1_000_000
_WIDTH = 520


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What the form says."""

    name: str
    kind: str
    context: str
    limit: int
    description: str


class CreateForm(QWidget):
    """``submitted`` with a :class:`NewGroup`; Enter submits, Esc gives up."""

    submitted = Signal(object)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = self._line("Name of the group")
        self.kind = QComboBox()
        self.kind.setAccessibleName("Type of the group")
        self.context = self._line("Context of the group")
        self.context.setPlaceholderText("Which template or function it belongs to; may be empty")
        self.description = self._line("Description of the room")
        self.limit = self._line("Most members, the owner included")
        self.limit.setPlaceholderText("Most members, the owner included; empty: no limit")
        self.about, self.note = muted(wraps=True), muted(wraps=True)
        self.error = ErrorLine("Why the group cannot be created")
        self.make = QPushButton("Create group")
        self.make.setProperty("role", "primary")
        self.cancel = QPushButton("Cancel")
        self._hosted: Mapping[str, str] = {}
        self._kinds: tuple[GroupKind, ...] = ()
        self._build()
        self.make.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.given_up)
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())

    def _line(self, accessible_name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(accessible_name)
        field.returnPressed.connect(self.submit)
        return field

    def _build(self) -> None:
        self.form = QFormLayout()
        self.form.setSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(self.form, "&Name", self.name)
        add_row(self.form, "&Type", self.kind, self.about, self.note)
        self._rows = {
            "description": add_row(self.form, "&Description", self.description),
            "context": add_row(self.form, "Conte&xt", self.context),
            "limit": add_row(self.form, "Li&mit", self.limit),
        }
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.make)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(_WIDTH)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 12, 16, 16)
        inner.setSpacing(12)
        inner.addWidget(heading("New group"))
        inner.addLayout(self.form)
        inner.addWidget(self.error)
        inner.addLayout(buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(card)
        box.addStretch(1)

    def set_kinds(self, kinds: Sequence[GroupKind], hosted: Mapping[str, str]) -> None:
        """The types there are; ``hosted`` names the group that a new one of a volatile type would close."""
        self._hosted = hosted
        if tuple(kinds) != self._kinds:
            chosen = self.kind.currentText() or CHAT
            self._kinds = tuple(kinds)
            self.kind.blockSignals(True)
            self.kind.clear()
            for one in kinds:
                self.kind.addItem(icon(kind_icon(one.name), "muted"), one.name)
            self.kind.setCurrentIndex(max(0, self.kind.findText(chosen)))
            self.kind.blockSignals(False)
        self._show_kind()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            for place, one in enumerate(self._kinds):
                self.kind.setItemIcon(place, icon(kind_icon(one.name), "muted"))

    def _show_kind(self) -> None:
        kind = self.kind.currentText()
        self.about.setText(kind_sentence(kind))
        self.form.setRowVisible(self._rows["description"], kind == CHAT)
        for name in ("context", "limit"):
            self.form.setRowVisible(self._rows[name], kind != LISTEN)
        replaced = self._hosted.get(kind, "")
        self.note.setText(f"This closes “{replaced}”." if replaced else "")
        self.note.setVisible(bool(replaced))

    def start(self) -> None:
        """Nothing typed yet, and the keyboard in the first field."""
        for field in (self.name, self.context, self.description, self.limit):
            field.clear()
        self.error.say("")
        self.name.setFocus()

    def submit(self) -> None:
        """Say what the form says, if it says enough and may be sent."""
        name = self.name.text().strip()
        if not self.make.isEnabled():
            return
        if not name:
            self.error.say("A group needs a name.")
            self.name.setFocus()
            return
        limit = _number(self.limit.text())
        if limit is None:
            self.error.say(f"The limit must be a whole number from 0 (no limit) to {_MAX_MEMBERS:,}.")
            self.limit.setFocus()
            return
        self.error.say("")
        new = NewGroup(
            name, self.kind.currentText(), self.context.text().strip(), limit, self.description.text().strip()
        )
        self.submitted.emit(new)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        super().keyPressEvent(event)


def _number(text: str) -> int | None:
    """The limit that ``text`` says; 0 for nothing, None for what is no limit."""
    plain = text.strip().replace(",", "")
    if not plain:
        return 0
    return (
        int(plain)
        if plain.isascii() and plain.isdigit() and int(plain[:9]) <= _MAX_MEMBERS and len(plain) <= 7
        else None
    )
