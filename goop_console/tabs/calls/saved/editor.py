"""One saved call: its name, what it says of itself, who calls, what is expected; every change is kept at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.model import RecordModel
from goop_console.tabs.calls.pages.asking import one_line
from goop_console.tabs.calls.pages.parts import ErrorLine, RowTable, button, plain_label
from goop_console.tabs.calls.saved.expecting import expectation_words, value_text
from goop_console.tabs.calls.saved.rows import expectation_columns
from goop_console.widgets.elided_label import ElidedLabel
from lua_engine import Expectation, SavedCall

_ROWS = 3  # expectations in view
_NOTHING = "Nothing in particular: the call must be ok. Run it, then click below what must hold."


class SavedEditor(QWidget):
    """Shows one call at a time. Signals carry what a person changed."""

    renamed = Signal(str)
    described = Signal(str)
    caller_chosen = Signal(str)
    request_wanted = Signal()  # take the request of the call page
    open_wanted = Signal()
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
        self.what = ElidedLabel("")
        self.use_current = button("Take the current one", "Replace what is asked for with what stands in the form of the Call page")
        self.open = button("Open in Call page", "Put this call into the form of the Call page (Ctrl+O)")
        self.error = ErrorLine("Why the change was not kept")
        self._build_expectations()
        self._build()
        self.name.editingFinished.connect(self._on_name)
        self.description.editingFinished.connect(self._on_description)
        self.caller.activated.connect(lambda place: self.caller_chosen.emit(self.caller.itemData(place)))
        self.use_current.clicked.connect(self.request_wanted)
        self.open.clicked.connect(self.open_wanted)

    def _build_expectations(self) -> None:
        self.model = RecordModel[Expectation](expectation_columns(), self)
        self.expect = RowTable("Expectations", self.model, (0,))
        self.expect.horizontalHeader().hide()
        self.expect.setFixedHeight(self.expect.verticalHeader().defaultSectionSize() * _ROWS + 4)
        self.nothing = plain_label(_NOTHING, "muted", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._expected = QStackedWidget()
        self._expected.addWidget(self.expect)
        self._expected.addWidget(self.nothing)
        self._expected.setFixedHeight(self.expect.height())
        self.remove = button("Remove", "Expect this no more (Del)")
        self.value = QLineEdit()
        self.value.setAccessibleName("Expected value")
        self.value_label = QLabel("Value")
        self.value_label.setBuddy(self.value)
        self.remove.clicked.connect(self._on_remove)
        self.expect.delete_wanted.connect(self._on_remove)
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

    def show_call(self, saved: SavedCall, title: str, details: str, callers: Sequence[tuple[str, str]]) -> None:
        """Show ``saved``; ``callers`` are what can be chosen: as the file says it, and in words."""
        is_other = self._saved is None or self._saved.name != saved.name
        self._saved = saved
        for field, text in ((self.name, saved.name), (self.description, saved.description)):
            if field.text() != text:
                field.setText(text)
        self.what.setText(one_line(title))
        self.what.setToolTip(details)
        self.what.update()
        self._show_callers(saved.caller, callers)
        row = self.expect.currentIndex().row()
        self.model.set_records(saved.expect)
        self._expected.setCurrentIndex(0 if saved.expect else 1)
        if saved.expect:
            self.expect.setCurrentIndex(self.model.index(0 if is_other else min(max(row, 0), len(saved.expect) - 1), 0))
        self._show_value()

    def _show_callers(self, current: str, callers: Sequence[tuple[str, str]]) -> None:
        self.caller.clear()
        known = list(callers)
        if current not in {text for text, _ in known}:
            known.append((current, f"{current} (not known here)"))
        for text, words in known:
            self.caller.addItem(words, text)
        self.caller.setCurrentIndex(self.caller.findData(current))

    def _show_value(self) -> None:
        place = self.expect.currentIndex().row()
        one = self.model.record(place) if 0 <= place < self.model.rowCount() else None
        text = value_text(one) if one is not None else None
        self.remove.setEnabled(one is not None)
        self.value.setEnabled(text is not None)
        self.value.setText(text or "")
        self.value.setPlaceholderText("at least one" if one is not None and one.kind.startswith("rows_") else "")
        self.value.setToolTip(f"{expectation_words(one)}\nEnter keeps what you write" if one is not None else "")

    def _on_name(self) -> None:
        if self._saved is not None and self.name.text().strip() != self._saved.name:
            self.renamed.emit(self.name.text().strip())

    def _on_description(self) -> None:
        if self._saved is not None and self.description.text().strip() != self._saved.description:
            self.described.emit(self.description.text().strip())

    def _on_value(self) -> None:
        self.value_given.emit(self.expect.currentIndex().row(), self.value.text())

    def _on_remove(self) -> None:
        if self.expect.currentIndex().isValid():
            self.expectation_removed.emit(self.expect.currentIndex().row())
