"""The recorded visits of the site: what each calls, and whether it still has the same results."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from goop_console.tabs.visits.rows import STEP_COLUMNS, VISIT_COLUMNS, StepRow, VisitRow, step_rows
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.foreign_text import shown_lines
from goop_console.widgets.record_list import RecordList

_NONE = "No visit is recorded yet. Invite a visitor, press Record, and click through the page."


class VisitsDialog(QDialog):
    """The visits above the calls of the chosen one; widgets only."""

    run_requested = Signal()
    run_all_requested = Signal()
    cancel_requested = Signal()
    delete_requested = Signal()
    undo_requested = Signal()
    file_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Recorded visits")
        self.visits = RecordList[VisitRow](
            "Recorded visits", VISIT_COLUMNS, lambda one: one.visit.name, keeps_place=True
        )
        self.steps = RecordList[StepRow]("Calls of the visit", STEP_COLUMNS, lambda one: str(one.number))
        self.run = QPushButton("&Run")
        self.run.setProperty("role", "primary")
        self.run.setToolTip("Make the calls of the chosen visit again, on a copy of the site (Ctrl+Enter)")
        self.run_all = QPushButton("Run &all")
        self.file = QPushButton("Open the file")
        self.file.setToolTip("Change in an editor what is asked and what is expected")
        self.delete = QPushButton("Delete")
        self.state = self._label("muted")
        self.reason = self._label("")
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.error = ErrorLine("Why that did not work")
        self.notice = ""  # what was done last, said beside the buttons
        self._is_running = False
        self._connect()
        self._build()
        self.resize(820, 600)

    @staticmethod
    def _label(role: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        return label

    def _connect(self) -> None:
        self.run.clicked.connect(self._on_run)
        self.run_all.clicked.connect(self.run_all_requested)
        self.delete.clicked.connect(self.delete_requested)
        self.file.clicked.connect(self.file_requested)
        self.visits.chosen.connect(lambda _key: self._show_steps())
        self.steps.chosen.connect(lambda _key: self._show_reason())

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for widget in (self.run, self.run_all):
            buttons.addWidget(widget)
        buttons.addWidget(self.state, 1)
        for widget in (self.file, self.delete):
            buttons.addWidget(widget)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.visits)
        parts.addWidget(self.steps)
        parts.setSizes([200, 300])
        box = QVBoxLayout(self)
        box.setSpacing(8)
        box.addLayout(buttons)
        box.addWidget(self.error)
        box.addWidget(parts, 1)
        box.addWidget(self.reason)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def show_visits(self, rows: Sequence[VisitRow]) -> None:
        """The visits as they are now; the chosen one stays chosen."""
        self.visits.set_records(rows)
        if rows and self.visits.current() is None:
            self.visits.choose(rows[0].visit.name)
        self._show_steps()
        if not self._is_running:
            self._enable()
            self.state.setText(self.notice or ("" if rows else _NONE))

    def show_running(self, words: str) -> None:
        """``words`` empty: nothing runs any more."""
        self._is_running, self.notice = bool(words), ""
        self.run.setText("&Cancel" if words else "&Run")
        self.state.setText(words)
        self._enable()

    def _enable(self) -> None:
        has_any = bool(self.visits.shown())
        self.run.setEnabled(has_any)
        for button in (self.run_all, self.delete, self.file):
            button.setEnabled(has_any and not self._is_running)

    def _show_steps(self) -> None:
        rows = step_rows(self.visits.current())
        self.steps.set_records(rows)
        failed = next((row for row in rows if row.passed is False), None)
        if self.steps.current() is None and failed is not None:
            self.steps.choose(str(failed.number))
        self._show_reason()

    def _show_reason(self) -> None:
        row, step = self.visits.current(), self.steps.current()
        problem = row.result.problem if row is not None and row.result is not None else ""
        failures = step.result.failures if step is not None and step.result is not None else ()
        text = shown_lines("\n".join([*([problem] if problem else []), *failures])[:4_000])
        self.reason.setText(text)
        self.reason.setVisible(bool(text))

    def _on_run(self) -> None:
        self.cancel_requested.emit() if self._is_running else self.run_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter runs; Del deletes, Ctrl+Z brings back; Esc cancels what runs, else closes."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.run_requested.emit()
        elif event.key() == Qt.Key.Key_Delete and self.focusWidget() is self.visits and not self._is_running:
            self.delete_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and self._is_running:
            self.cancel_requested.emit()
        else:
            super().keyPressEvent(event)
