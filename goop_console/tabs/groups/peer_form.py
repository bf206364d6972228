"""The form for a test peer: its own checks under its fields, and a fresh id to begin with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.groups.parts import add_row, heading, muted
from goop_console.widgets.error_line import ErrorLine
from lua_engine import Peer, random_peer_id

_MAX = 256  # characters, as the engine takes


class PeerForm(QFrame):
    """``submitted`` with the id that the peer had (empty: a new one) and the :class:`Peer`. Enter submits,
    Esc gives up.
    """

    submitted = Signal(str, object)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._editing = ""
        self.name_of: Callable[[str], str] = lambda _: ""
        """The name of whoever has an id, empty when it is free."""
        self.title = heading()
        self.label, self.email, self.id = (
            self._line("Name of the peer"),
            self._line("Email of the peer"),
            self._line("Peer id"),
        )
        self.email.setPlaceholderText("May stay empty")
        self.fresh = QPushButton("New id")
        self.fresh.setToolTip("An id that looks like a real one")
        self.fresh.clicked.connect(self._renew)
        self.label_error, self.email_error, self.id_error = (
            ErrorLine(f"What is wrong with the {what}") for what in ("name", "email", "id")
        )
        self.error = ErrorLine("Why the peer was not saved")
        self.save, self.cancel = QPushButton("Save"), QPushButton("Cancel")
        self.save.setProperty("role", "primary")
        self.save.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.given_up)
        for field, check in (
            (self.label, self._check_label),
            (self.email, self._check_email),
            (self.id, self._check_id),
        ):
            field.textChanged.connect(check)
        self._build()

    def _line(self, accessible_name: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(accessible_name)
        field.returnPressed.connect(self.submit)
        return field

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(form, "&Name", self.label, self.label_error)
        add_row(form, "E&mail", self.email, self.email_error)
        add_row(form, "&Id", self.id, self.id_error, beside=self.fresh)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(12)
        box.addWidget(self.title)
        box.addWidget(muted("Made up here for tests; Goop2 never sees test peers.", wraps=True))
        box.addLayout(form)
        box.addWidget(self.error)
        box.addLayout(buttons)
        box.addStretch(1)

    def start(self, peer: Peer | None) -> None:
        """Start from ``peer``, or with nothing but a fresh id."""
        self._editing = peer.id if peer is not None else ""
        self.title.setText(f"Edit {peer.name}" if peer is not None else "New test peer")
        self.save.setText("Save" if peer is not None else "Add peer")
        self.label.setText(peer.label if peer is not None else "")
        self.email.setText(peer.email if peer is not None else "")
        self.id.setText(peer.id if peer is not None else random_peer_id())
        for line in (self.label_error, self.email_error, self.id_error, self.error):
            line.say("")
        self.id.setCursorPosition(0)
        self.label.setFocus()
        self.label.selectAll()

    def _renew(self) -> None:
        self.id.setText(random_peer_id())
        self.id.setCursorPosition(0)

    def submit(self) -> None:
        """Say who it is, if every field is right and it may be said."""
        checks = (
            (self._check_label(), self.label),
            (self._check_email(), self.email),
            (self._check_id(), self.id),
        )
        wrong = [field for is_right, field in checks if not is_right]
        if wrong:
            wrong[0].setFocus()
        elif self.save.isEnabled():
            self.error.say("")
            self.submitted.emit(
                self._editing,
                Peer(self.id.text().strip(), self.label.text().strip(), self.email.text().strip(), "test"),
            )

    def _check_label(self) -> bool:
        return _show_problem(self.label_error, _plain("name", self.label.text()))

    def _check_email(self) -> bool:
        text = self.email.text().strip()
        wrong = _plain("email", text)
        if not wrong and text and ("@" not in text[1:-1] or " " in text):
            wrong = "An email looks like name@example.org."
        return _show_problem(self.email_error, wrong)

    def _check_id(self) -> bool:
        text = self.id.text().strip()
        taken = self.name_of(text) if text != self._editing else ""
        wrong = _plain("id", text)
        if not text:
            wrong = "A peer needs an id."
        elif text == "owner":
            wrong = "“owner” stands for the site's owner; choose another id."
        elif taken:
            wrong = f"The id belongs to {taken} already; choose another one."
        return _show_problem(self.id_error, wrong)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        super().keyPressEvent(event)


def _plain(what: str, text: str) -> str:
    if len(text) > _MAX:
        return f"The {what} has {len(text)} characters; at most {_MAX} are possible."
    return "" if text.isprintable() else f"The {what} has a character that cannot be shown."


def _show_problem(line: ErrorLine, wrong: str) -> bool:
    """Whether nothing is wrong."""
    line.say(wrong)
    return not wrong
