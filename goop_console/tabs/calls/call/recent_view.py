"""The calls of this session, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.model.recent import MAX_CALLS
from goop_console.tabs.calls.model.words import outcome_sign, run_words, spoken
from goop_console.tabs.calls.outcome_view.look import outcome_color
from goop_console.widgets.caller_picker import caller_color
from goop_console.widgets.records import Column, RecordModel
from goop_console.widgets.table import RecordTable
from goop_console.widgets.wording import clock
from lua_engine import OUTCOME_WORDS, outcome_of

_CALLER_LETTERS = 15  # of name and role in the list


class RecentView(QWidget):
    """A click shows what came of a call, Enter or a double click puts it back into the form too.
    ``Run again`` repeats it as the same caller, dry or for real as it was.
    """

    chosen = Signal(object)  # CallOutcome
    opened = Signal(object)  # CallOutcome
    repeated = Signal(object)  # CallOutcome

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RecordModel[CallOutcome](self._columns(), parent=self)
        self.table = _RecentTable("Recent calls")
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 146), (2, 138)):
            self.table.setColumnWidth(column, width)
        self.table.taken.connect(self._on_taken)
        self.table.doubleClicked.connect(self._on_taken)
        self.table.clicked.connect(self._on_chosen)
        self.again = QPushButton("Run again")
        self.again.setToolTip("Repeat the chosen call with the same caller and params")
        self.again.setEnabled(False)
        self.again.clicked.connect(self._on_again)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.model.modelReset.connect(lambda: self.again.setEnabled(False))
        title = QLabel("Recent calls")
        title.setProperty("role", "muted")
        title.setBuddy(self.table)
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(self.again)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(row)
        box.addWidget(self.table, 1)

    def add(self, outcome: CallOutcome) -> None:
        self.model.prepend(outcome, MAX_CALLS)

    def replace(self, outcomes: Sequence[CallOutcome]) -> None:
        """The same calls, some of them without their values now."""
        self.model.replace(outcomes)

    def current(self) -> CallOutcome | None:
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() else None

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.again.setEnabled(current.isValid())
        if self.table.hasFocus():  # a person went there with the arrow keys
            self._on_chosen(current)

    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.model.record(index.row()))

    def _on_taken(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.model.record(index.row()))

    def _on_again(self) -> None:
        outcome = self.current()
        if outcome is not None:
            self.repeated.emit(outcome)

    def _columns(self) -> list[Column[CallOutcome]]:
        return [
            Column(
                "Call",
                lambda one: one.call.title,
                full=lambda one: f"{clock(one.result.started_at)}  {spoken(one)}",
            ),
            Column("Caller", _caller, color=lambda one: caller_color(one.call.caller.role)),
            Column("Outcome", _outcome, color=self._outcome_color),
        ]

    def _outcome_color(self, one: CallOutcome) -> str | None:
        return outcome_color(outcome_of(one.result))


def _caller(one: CallOutcome) -> str:
    """A long name gives way to the role."""
    caller = one.call.caller
    room = max(4, _CALLER_LETTERS - len(caller.role))
    name = caller.name if len(caller.name) <= room else caller.name[: room - 1].rstrip() + "…"
    return f"{name} ({caller.role})"


def _outcome(one: CallOutcome) -> str:
    """The outcome in one word, and whether anything was changed; the tool tip says more."""
    return f"{outcome_sign(one.result)} {OUTCOME_WORDS[outcome_of(one.result)]} · {run_words(one)}"


class _RecentTable(RecordTable):
    """Enter takes the current row (and is not Ctrl+Enter, which runs)."""

    taken = Signal(QModelIndex)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(self.currentIndex())
            return
        super().keyPressEvent(event)
