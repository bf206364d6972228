"""The widgets of "Saved calls", put together; no logic."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.controls.buttons import button, on_key
from goop_console.tabs.calls.controls.row_table import RowTable
from goop_console.tabs.calls.controls.save_bar import SaveBar
from goop_console.tabs.calls.controls.texts import Words
from goop_console.tabs.calls.saved.editor import SavedEditor
from goop_console.tabs.calls.saved.result import ResultPanel
from goop_console.tabs.calls.saved.rows import SavedRow, saved_columns
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.polish import set_look
from goop_console.widgets.records import RecordModel

_MAX_PROBLEMS = 4  # lines
_RIGHT = 430  # pixels, at least
_FIRST_WORDS = (
    "Compose a call on the Call page and save it here. Then say by clicking what must come of it: "
    "one press runs them all again, and so does goop-console test."
)


class SavedView(QWidget):
    """The list on the left; on the right the chosen call above its last run."""

    save_requested = Signal()
    run_requested = Signal()
    run_all_requested = Signal()
    cancel_requested = Signal()
    undo_requested = Signal()
    open_requested = Signal()
    delete_requested = Signal()
    visits_requested = Signal()
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RecordModel[SavedRow](saved_columns(), parent=self)
        self.table = RowTable("Saved calls", self.model, (0, 106, 76, 72, 86))
        self.editor = SavedEditor()
        self.result = ResultPanel()
        self.notice = MessageBar("What was done")
        self.save_bar = SaveBar("Name of the call")
        self.problems = ErrorLine("Damaged files")
        self._is_running = False
        self._build_tools()
        self._build()
        self._cancel_key = on_key(self, ("Escape",), self.cancel_requested.emit)
        on_key(self, ("Ctrl+Return", "Ctrl+Enter"), self.run_requested.emit)
        on_key(self, ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), self.run_all_requested.emit)
        on_key(self, ("Ctrl+S",), self.save_requested.emit)
        on_key(self, ("Ctrl+Z",), self.undo_requested.emit)
        on_key(self.table, ("F2",), self.editor.edit_name)
        self.table.taken.connect(lambda _: self.open_requested.emit())
        self.table.delete_requested.connect(self.delete_requested)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.chosen.emit())
        self.save_bar.cancel.clicked.connect(self.focus_list)
        self.editor.open_requested.connect(self.open_requested)
        self.delete.clicked.connect(self.delete_requested)
        self.show_idle(has_calls=False)

    def _build_tools(self) -> None:
        self.save = button("Save current", "Save the call in the form on the Call page (Ctrl+S)", "save")
        self.run = QPushButton("Run")
        self.run.setProperty("role", "primary")
        self.run_all = button(
            "Run all", "Run every saved call, each on its own copy of the site (Ctrl+Shift+Enter)"
        )
        self.delete = button("Delete", "Delete the chosen call; it can be undone (Del)")
        self.visits = button("Recorded visits", "What visitors' pages called, to be run again")
        self.visits.clicked.connect(self.visits_requested)
        self.visits.hide()
        self.save.clicked.connect(self.save_requested)
        self.run.clicked.connect(self._on_run_clicked)
        self.run_all.clicked.connect(self.run_all_requested)
        self.words = Words()
        self._tools = QHBoxLayout()
        self._tools.setSpacing(6)
        for widget in (self.save, self.run, self.run_all, self.visits):
            self._tools.addWidget(widget)
        self._tools.addWidget(self.words, 1)
        self._tools.addWidget(self.delete)

    def _build(self) -> None:
        self.empty = EmptyState("No saved calls", _FIRST_WORDS, "Save the current call")
        self.empty.action_triggered.connect(self.save_requested)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        self.folder = ElidedLabel("")
        set_look(self.folder, "role", "muted")
        self.copy = button("Copy path", "Copy the path of the folder with the files")
        self.copy.setProperty("role", "flat")
        where = QHBoxLayout()
        where.addWidget(QLabel("Files"))
        where.addWidget(self.folder, 1)
        where.addWidget(self.copy)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(self._tools)
        box.addWidget(self.save_bar)
        box.addWidget(self.notice)
        box.addWidget(self._stack, 1)
        box.addWidget(self.problems)
        box.addLayout(where)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.editor)
        parts.addWidget(self.result)
        parts.setStretchFactor(1, 1)
        self.right = QScrollArea()  # a low window scrolls it, and is not made higher by it
        self.right.setWidget(parts)
        self.right.setWidgetResizable(True)
        self.right.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keyboard
        self.right.setFrameShape(QFrame.Shape.NoFrame)
        self.right.setMinimumWidth(_RIGHT)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([560, 600])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(self.splitter)

    def show_visits(self, count: int) -> None:
        """How many visits are recorded; without any there is nothing to lead to."""
        self.visits.setText(f"Recorded visits ({count})")
        self.visits.setVisible(count > 0)

    def show_idle(self, *, has_calls: bool) -> None:
        """Nothing runs."""
        self._is_running = False
        self._show_list(has_calls=has_calls)
        self._set_run("Run", "Run the chosen call on a copy of the site and compare (Ctrl+Enter)")
        self.run.setEnabled(has_calls)
        self.run_all.setEnabled(has_calls)
        self.delete.setEnabled(has_calls)
        for key in self._cancel_key:
            key.setEnabled(False)

    def _show_list(self, *, has_calls: bool) -> None:
        focused = QApplication.focusWidget()
        was_here = focused is not None and self.isAncestorOf(focused)
        is_other = self._stack.currentIndex() != int(has_calls)
        self._stack.setCurrentIndex(int(has_calls))
        self.right.setVisible(has_calls)
        if was_here and is_other:
            self.focus_list()

    def show_rows(self, rows: Sequence[SavedRow], wanted: str) -> None:
        """The list as it is now; ``wanted`` is the name of the call to choose. Where nothing moved, nothing
        moves in view.
        """
        names = [row.saved.name for row in rows]
        place = max(0, self.table.currentIndex().row())
        if names == [self.model.record(at).saved.name for at in range(self.model.rowCount())]:
            self.model.replace(rows)
        else:
            self.model.set_records(rows)
        if names:
            self.table.setCurrentIndex(
                self.model.index(names.index(wanted) if wanted in names else min(place, len(names) - 1), 0)
            )

    def show_problems(self, problems: Sequence[str]) -> None:
        """Name the files that cannot be read."""
        lines = [f"Damaged: {one}" for one in problems]
        left = len(lines) - _MAX_PROBLEMS
        text = "\n".join([*lines[:_MAX_PROBLEMS], f"… and {left} more"] if left > 0 else lines)
        if text != self.problems.text():
            self.problems.say(text)
        self.problems.setToolTip("\n".join(lines))

    def show_folder(self, words: str, path: str) -> None:
        """Where the files are."""
        self.folder.setText(words)
        self.folder.setToolTip(path)

    def focus_list(self) -> None:
        """Put the keyboard into the list, or where it begins."""
        (self.table if self.model.rowCount() else self.empty.button).setFocus()

    def show_running(self, words: str) -> None:
        self._is_running = True
        self._set_run("Cancel", "Stop after the call that runs now (Esc)")
        self.run_all.setEnabled(False)
        for key in self._cancel_key:
            key.setEnabled(True)
        self.say(words)

    def say(self, text: str, *, is_error: bool = False) -> None:
        """One line beside the buttons."""
        self.words.set_words(text)
        set_look(self.words, "role", "error-text" if is_error else "muted")

    def current(self) -> SavedRow | None:
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() else None

    def _set_run(self, text: str, tip: str) -> None:
        self.run.setText(text)
        self.run.setAccessibleName(text)
        self.run.setToolTip(tip)

    def _on_run_clicked(self) -> None:
        self.cancel_requested.emit() if self._is_running else self.run_requested.emit()
