"""The stored checks: what each last came to, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.row_table import RowTable
from goop_console.tabs.calls.controls.texts import plain_label
from goop_console.tabs.calls.outcome_view.look import passed_picture
from goop_console.widgets.icons import icon
from goop_console.widgets.records import Column, RecordModel
from lua_engine import AccessCheck, AccessResult

_NO_CHECKS = (
    "None yet. Run calls as everyone and save the grid as a check: "
    "run again, it says who may do more or less than before."
)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A stored check with its last run."""

    check: AccessCheck
    result: AccessResult | None = None

    @property
    def picture(self) -> tuple[str, str, str]:
        return passed_picture(self.result.passed if self.result is not None else None)

    @property
    def words(self) -> str:
        """``passed``, ``2 now allowed``, ``not run``."""
        result = self.result
        if result is None or result.passed:
            return self.picture[2]
        if result.problem:
            return "could not run"
        counts = (
            (len(result.newly_allowed), "now allowed"),
            (len(result.newly_refused), "now refused"),
            (len(result.changed), "changed"),
        )
        return ", ".join(f"{count} {word}" for count, word in counts if count)

    @property
    def summary(self) -> str:
        """Everything, for the tool tip."""
        facts = (
            f"{self.check.name}: {len(self.check.calls)} calls, {len(self.check.callers)} callers\n"
            f"{self.words}"
        )
        problem = self.result.problem if self.result is not None else ""
        return "\n".join(part for part in (facts, problem, str(self.check.path or "")) if part)


class ChecksPanel(QWidget):
    """Enter shows the current check in the grid, Delete deletes it."""

    shown = Signal(str)
    run_requested = Signal(str)
    run_all_requested = Signal()
    delete_requested = Signal(str)
    watch_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_running = False
        self.model = RecordModel[CheckRow](self._columns(), parent=self)
        self.table = RowTable("Stored checks", self.model, (0, 150))
        self.table.horizontalHeader().hide()
        self.run = button("Run check", "Run the chosen check again and compare with what it expects")
        self.run_all = button("Run all", "Run every stored check")
        self.delete = button("Delete", "Delete the chosen check (Del)")
        self.watch = QCheckBox("Run checks when a script changes")
        self.watch.setToolTip(
            "After a script was saved, every stored check is run; a cell that changed is reported at once"
        )
        self.empty = plain_label(_NO_CHECKS, "muted", wraps=True)
        self._stack = QStackedWidget()
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.empty)
        inner.addStretch(1)
        self._stack.addWidget(page)
        self._stack.addWidget(self.table)
        title = plain_label("Stored checks", "muted")
        title.setBuddy(self.table)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.watch)
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        for widget in (self.run, self.run_all, self.delete):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._stack, 1)
        row.addLayout(buttons)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(head)
        box.addLayout(row, 1)
        self.table.taken.connect(lambda index: self._emit(self.shown, index))
        self.table.clicked.connect(lambda index: self._emit(self.shown, index))
        self.table.delete_requested.connect(lambda: self._emit(self.delete_requested))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_buttons())
        self.run.clicked.connect(lambda: self._emit(self.run_requested))
        self.run_all.clicked.connect(self.run_all_requested)
        self.delete.clicked.connect(lambda: self._emit(self.delete_requested))
        self.watch.toggled.connect(self.watch_changed)
        self._show_buttons()

    def set_checks(self, checks: Sequence[AccessCheck], results: Mapping[str, AccessResult]) -> None:
        """Show ``checks`` with the last result of each; the current one stays current."""
        current = self.current()
        self.model.set_records([CheckRow(check, results.get(check.name)) for check in checks])
        self._stack.setCurrentIndex(1 if checks else 0)
        self.choose(current)

    def set_running(self, *, is_running: bool) -> None:
        """While something runs, nothing else can be started."""
        self.is_running = is_running
        self._show_buttons()

    def choose(self, name: str) -> None:
        """Make the check ``name`` the current one."""
        row = next(
            (row for row in range(self.model.rowCount()) if self.model.record(row).check.name == name), -1
        )
        self.table.setCurrentIndex(self.model.index(row, 0) if row >= 0 else QModelIndex())
        self._show_buttons()

    def current(self) -> str:
        """The name of the current check; empty for none."""
        index = self.table.currentIndex()
        return self.model.record(index.row()).check.name if index.isValid() else ""

    def _show_buttons(self) -> None:
        is_free = not self.is_running
        self.run.setEnabled(bool(self.current()) and is_free)
        self.delete.setEnabled(bool(self.current()) and is_free)
        self.run_all.setEnabled(self.model.rowCount() > 0 and is_free)

    def _emit(self, signal: object, index: QModelIndex | None = None) -> None:
        name = self.model.record(index.row()).check.name if index is not None else self.current()
        if name:
            signal.emit(name)  # type: ignore[attr-defined]  # a bound signal; PySide's stubs have no type for it

    def _columns(self) -> list[Column[CheckRow]]:
        def picture(row: CheckRow) -> QIcon:
            name, color, _ = row.picture
            return icon(name, color)

        def color(row: CheckRow) -> str:
            return row.picture[1]

        return [
            Column("Check", lambda row: row.check.name, full=lambda row: row.summary),
            Column(
                "Last run", lambda row: row.words, icon=picture, color=color, full=lambda row: row.summary
            ),
        ]
