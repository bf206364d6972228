"""One saved call: its name, what it says of itself, who calls, what is expected; every change is kept at
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.row_table import RowTable
from goop_console.tabs.calls.controls.texts import Words, plain_label
from goop_console.tabs.calls.model.words import one_line
from goop_console.tabs.calls.saved.expecting import expectation_words, value_text
from goop_console.tabs.calls.saved.rows import expectation_columns
from goop_console.tabs.calls.saved.same import same_expectations
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.polish import set_look
from goop_console.widgets.records import RecordModel
from lua_engine import Expectation, SavedCall

_ROWS = 3  # expectations in view
_LETTERS = 12  # of a caller, at least
_CALLER_LETTERS = 80  # at most
_MAX_TIP = 600
_RAISED = "An event is raised by the owner"
_TOO_LONG = "too long to change here: change it in the file"
_NOTHING = "Nothing in particular: the call must be ok. Run it, then click below what must hold."


class SavedEditor(QWidget):
    """Shows one call at a time. Signals carry what a person changed."""

    renamed = Signal(str)
    described = Signal(str)
    caller_chosen = Signal(str)
    request_requested = Signal()  # take the request of the call page
    open_requested = Signal()
    value_given = Signal(int, str)  # place of the expectation, text
    expectation_removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved: SavedCall | None = None
        self.name, self.description, self.caller = QLineEdit(), QLineEdit(), QComboBox()
        self.name.setAccessibleName("Name of the saved call")
        self.description.setAccessibleName("Description")
        self.description.setPlaceholderText("What it shows, for people")
        self.caller.setAccessibleName("Caller of the saved call")
        self.caller.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.caller.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.caller.setMinimumContentsLength(_LETTERS)
        self.what = Words()
        set_look(self.what, "role", "")
        self.use_current = button(
            "Take current", "Replace this call with the one in the form on the Call page"
        )
        self.open = button(
            "Open in Call page",
            "Show this call on the Call page, with its last run if there is one (Enter in the list)",
        )
        self.error = ErrorLine("Why the change was not kept")
        self._build_expectations()
        self._build()
        self.name.editingFinished.connect(self._on_name)
        self.description.editingFinished.connect(self._on_description)
        self.caller.activated.connect(lambda place: self.caller_chosen.emit(self.caller.itemData(place)))
        self.use_current.clicked.connect(self.request_requested)
        self.open.clicked.connect(self.open_requested)

    def _build_expectations(self) -> None:
        self.model = RecordModel[Expectation](expectation_columns(), parent=self)
        self.expect = RowTable("Expectations", self.model, (0,))
        self.expect.horizontalHeader().hide()
        self.expect.setFixedHeight(self.expect.verticalHeader().defaultSectionSize() * _ROWS + 4)
        self.nothing = plain_label(_NOTHING, "muted", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._expected = QStackedWidget()
        self._expected.addWidget(self.expect)
        self._expected.addWidget(self.nothing)
        self._expected.setFixedHeight(self.expect.height())
        self.remove = button("Remove", "Remove this expectation (Del)")
        self.value = QLineEdit()
        self.value.setAccessibleName("Expected value")
        self.value_label = QLabel("Value")
        self.value_label.setBuddy(self.value)
        self.remove.clicked.connect(self._on_remove)
        self.expect.delete_requested.connect(self._on_remove)
        self.expect.taken.connect(lambda _: self.value.setFocus())
        self.expect.selectionModel().currentRowChanged.connect(lambda *_: self._show_value())
        self.value.returnPressed.connect(self._on_value)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.addRow("&Name", self.name)
        form.addRow("&Description", self.description)
        what = QHBoxLayout()
        what.addWidget(self.what, 1)
        what.addWidget(self.use_current)
        what.addWidget(self.open)
        what.setSpacing(6)
        form.addRow("Asks for", what)
        form.addRow("&As", self.caller)
        form.addRow("Expects", self._expected)
        value = QHBoxLayout()
        value.setSpacing(8)
        for widget, stretch in ((self.value_label, 0), (self.value, 1), (self.remove, 0)):
            value.addWidget(widget, stretch)
        form.addRow("", value)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(form)
        box.addWidget(self.error)
        order = (
            self.name,
            self.description,
            self.use_current,
            self.open,
            self.caller,
            self.expect,
            self.value,
            self.remove,
        )
        for one, after in pairwise(order):
            self.setTabOrder(one, after)

    def show_call(
        self, saved: SavedCall, title: str, details: str, callers: Sequence[tuple[str, str]]
    ) -> None:
        """Show ``saved``; ``callers`` are what can be chosen: as the file says it, and in words. What is
        being typed stays.
        """
        is_other = self._saved is None or self._saved.name != saved.name
        self._saved = saved
        for field, text in ((self.name, saved.name), (self.description, saved.description)):
            if is_other or not field.isModified() or field.text() == text:
                _fill(field, text)
        if is_other:
            self.error.say("")
        self.what.setText(one_line(title))
        self.what.setToolTip(details)
        self.what.update()
        self._show_callers(saved, callers)
        self._show_expected(saved.expect, is_other=is_other)

    def _show_expected(self, expect: tuple[Expectation, ...], *, is_other: bool) -> None:
        shown = tuple(self.model.record(place) for place in range(self.model.rowCount()))
        if not is_other and same_expectations(shown, expect):
            return
        row = 0 if is_other else min(max(self.expect.currentIndex().row(), 0), len(expect) - 1)
        self.model.set_records(expect)
        self._expected.setCurrentIndex(0 if expect else 1)
        if expect:
            self.expect.setCurrentIndex(self.model.index(row, 0))
        self._show_value()

    def _show_callers(self, saved: SavedCall, callers: Sequence[tuple[str, str]]) -> None:
        known = [(text, shown_line(words, _CALLER_LETTERS)) for text, words in callers]
        if saved.caller not in {text for text, _ in known}:
            known.append((saved.caller, f"{shown_line(saved.caller, _CALLER_LETTERS)} (not known here)"))
        if [
            (self.caller.itemData(place), self.caller.itemText(place)) for place in range(self.caller.count())
        ] != known:
            self.caller.clear()
            for text, words in known:
                self.caller.addItem(words, text)
        place = next(at for at, (text, _) in enumerate(known) if text == saved.caller)
        self.caller.setCurrentIndex(place)
        self.caller.setEnabled(saved.request.kind != "event")
        self.caller.setToolTip(_RAISED if saved.request.kind == "event" else known[place][1])

    def _show_value(self) -> None:
        place = self.expect.currentIndex().row()
        one = self.model.record(place) if 0 <= place < self.model.rowCount() else None
        text = value_text(one) if one is not None else None
        self.remove.setEnabled(one is not None)
        self.value.setEnabled(text is not None)
        _fill(self.value, text or "")
        self.value.setPlaceholderText(_placeholder(one, text))
        self.value.setToolTip(
            f"{one_line(expectation_words(one), _MAX_TIP)}\nEnter keeps what you write"
            if one is not None
            else ""
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: what was typed is let go."""
        if event.key() == Qt.Key.Key_Escape and self._saved is not None:
            _fill(self.name, self._saved.name)
            _fill(self.description, self._saved.description)
            self._show_value()
            self.error.say("")
            return
        super().keyPressEvent(event)

    def say_failed(self, text: str, name: str) -> None:
        """A change was not kept. ``name`` is the one that was typed: it can be corrected."""
        if self._saved is not None and name != self._saved.name:
            self.name.setText(name)
            self.name.setModified(True)
        self.error.say(text)

    def edit_name(self) -> None:
        """Put the keyboard into the name."""
        self.name.setFocus()
        self.name.selectAll()

    def _on_name(self) -> None:
        text = self.name.text().strip()
        if self._saved is not None and self.name.isModified() and text != self._saved.name:
            self.renamed.emit(text)

    def _on_description(self) -> None:
        text = self.description.text().strip()
        if self._saved is not None and self.description.isModified() and text != self._saved.description:
            self.described.emit(text)

    def _on_value(self) -> None:
        self.value_given.emit(self.expect.currentIndex().row(), self.value.text())

    def _on_remove(self) -> None:
        if self.expect.currentIndex().isValid():
            self.expectation_removed.emit(self.expect.currentIndex().row())


def _fill(field: QLineEdit, text: str) -> None:
    if field.text() != text:
        field.setText(text)
        field.setCursorPosition(0)  # of a long text the beginning is in view
    field.setModified(False)


def _placeholder(one: Expectation | None, text: str | None) -> str:
    if one is None:
        return ""
    if text is None:
        return _TOO_LONG if one.value is not None else ""
    return "at least one" if one.kind.startswith("rows_") else ""
