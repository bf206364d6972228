"""The Checks page: what is wrong with the data, and where."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.tab import TabContext
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.polish import set_look
from goop_console.widgets.table import RecordTable
from goop_console.widgets.wording import counted
from lua_engine import DataFinding, DataReport, Deadline, KnownError, ReadCancelled

SECONDS = 120.0
_NOT_YET = ("Not checked yet", "What is wrong with the data will be listed here, with the way to the rows.")
_NONE = ("No problems found", "Every row fits its schema, ids lead to rows, and the file is not damaged.")


class ChecksView(QWidget):
    """``rows_requested(table, condition)`` leads to the rows of a finding."""

    rows_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings: tuple[DataFinding, ...] = ()
        self.start = QPushButton("Check the data")
        self.start.setProperty("role", "primary")
        self.cancel = QPushButton("Cancel")
        self.cancel.setEnabled(False)
        self.about = QLabel(
            "Looks for rows that break their schema, for ids that lead nowhere, and for damage to the file. "
            "Changes nothing."
        )
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setProperty("role", "muted")
        self.list = _table("Findings")
        self.list.activated.connect(lambda _: self._show_rows())
        self.list.selectionModel().currentRowChanged.connect(lambda current, _: self._enable(current.row()))
        self.rows = QPushButton("Show the rows")
        self.rows.setEnabled(False)
        self.rows.clicked.connect(self._show_rows)
        self.sizes = _table("Size by table")
        self.empty = EmptyState(*_NOT_YET)
        self._found = QStackedWidget()
        self._found.addWidget(self.empty)
        self._found.addWidget(self.list)
        self._build()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.start)
        top.addWidget(self.cancel)
        top.addWidget(self.about, 1)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._found, 1)
        row = QHBoxLayout()
        row.addWidget(self.rows)
        row.addStretch(1)
        box.addLayout(row)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(left)
        both.addWidget(self.sizes)
        both.setSizes([640, 260])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.addLayout(top)
        whole.addWidget(both, 1)

    def say(self, text: str, *, is_error: bool = False) -> None:
        self.about.setText(text)
        set_look(self.about, "role", "error-text" if is_error else "muted")

    def set_running(self, is_running: bool) -> None:
        """The keyboard goes from the button that cannot be pressed any more to the one that can."""
        left, entered = (self.start, self.cancel) if is_running else (self.cancel, self.start)
        entered.setEnabled(True)
        if left.hasFocus():
            entered.setFocus()
        left.setEnabled(False)

    def show_report(self, report: DataReport) -> None:
        """The findings, and the sizes as far as SQLite tells."""
        self._findings = report.findings
        rows = [
            (
                one.table or "the file",
                one.text,
                "many" if one.rows is None and one.where else f"{one.rows or ''}",
            )
            for one in report.findings
        ]
        _fill(self.list, ("Table", "What", "Rows"), rows)
        sizes = [(one.table, f"{one.size / 1024:,.0f} KB") for one in report.sizes]
        _fill(self.sizes, ("Table", "Size"), sizes)
        _put_right(self.sizes, 1)
        self.empty.set_texts(*_NONE)
        self._found.setCurrentIndex(1 if rows else 0)
        self._enable(-1)
        questions = counted(report.checked, "check")
        if report.findings:
            self.say(f"{counted(len(report.findings), 'problem')} found by {questions}.")
            self.list.selectRow(0)
        else:
            self.say(f"{questions} passed.")

    def _enable(self, row: int) -> None:
        """Damage to the file has no rows."""
        self.rows.setEnabled(0 <= row < len(self._findings) and bool(self._findings[row].where))

    def _show_rows(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._findings) and self._findings[row].where:
            self.rows_requested.emit(self._findings[row].table, self._findings[row].where)


class ChecksPresenter(QObject):
    """Runs the checks off the Qt thread."""

    _progressed = Signal(str)

    def __init__(self, context: TabContext, view: ChecksView) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._deadline: Deadline | None = None
        view.start.clicked.connect(self.run)
        view.cancel.clicked.connect(self.cancel)
        self._progressed.connect(self._on_progressed)

    @property
    def is_running(self) -> bool:
        return self._deadline is not None

    def run(self) -> None:
        """Check all tables."""
        deadline = self._deadline = Deadline(SECONDS)
        self._view.set_running(True)
        self._context.operations.run_long(
            lambda: self._data.check(deadline, self._progressed.emit),
            owner=self,
            done=self._on_checked,
            failed=self._on_failed,
        )

    def cancel(self) -> None:
        """End the checks under way."""
        if self._deadline is not None:
            self._deadline.revoke()

    def _on_progressed(self, what: str) -> None:
        if self._deadline is not None:
            self._view.say(f"Checking {what}…")

    def _on_checked(self, report: DataReport) -> None:
        self._deadline = None
        self._view.set_running(False)
        self._view.show_report(report)

    def _on_failed(self, error: Exception) -> None:
        self._deadline = None
        self._view.set_running(False)
        if isinstance(error, ReadCancelled):
            self._view.say("Cancelled.")
        elif isinstance(error, KnownError):
            self._view.say(str(error), is_error=True)
        else:
            self._context.notify.exception(error)


def _table(name: str) -> RecordTable:
    table = RecordTable(name)
    table.setModel(QStandardItemModel(table))
    table.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
    table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    return table


def _fill(table: RecordTable, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    model = table.model()
    assert isinstance(model, QStandardItemModel)
    model.clear()
    model.setHorizontalHeaderLabels(list(header))
    for row in rows:
        items = [QStandardItem(text) for text in row]
        for item in items:
            item.setEditable(False)
        model.appendRow(items)
    table.resizeColumnsToContents()
    table.horizontalHeader().setStretchLastSection(True)


def _put_right(table: RecordTable, column: int) -> None:
    """Numbers end below each other."""
    model = table.model()
    assert isinstance(model, QStandardItemModel)
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    model.horizontalHeaderItem(column).setTextAlignment(side)
    for row in range(model.rowCount()):
        model.item(row, column).setTextAlignment(side)
