"""The widgets of "Run as everyone", put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.controls.buttons import button, on_key
from goop_console.tabs.calls.controls.save_bar import SaveBar
from goop_console.tabs.calls.controls.texts import Words
from goop_console.tabs.calls.everyone.callers_bar import CallersBar
from goop_console.tabs.calls.everyone.checks_panel import ChecksPanel
from goop_console.tabs.calls.everyone.model import EveryoneModel
from goop_console.tabs.calls.everyone.table import EveryoneTable
from goop_console.tabs.calls.outcome_view.detail import OutcomeDetail
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.icons import set_icon
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.polish import set_look

_FIRST_WORDS = (
    "Choose calls. Every caller makes each of them on their own copy of the site: "
    "you see who may, who is refused and why. "
    "Nothing is changed."
)
_NO_CELL = (
    "Run the grid: why the chosen cell came out so, its value, the rows that it would change and its "
    "log stand here then."
)


class EveryoneView(QWidget):
    """The grid, and at its right the stored checks above the chosen cell."""

    run_requested = Signal()
    cancel_requested = Signal()
    current_requested = Signal()  # add the current call
    remove_requested = Signal()
    clear_requested = Signal()
    save_requested = Signal()
    undo_requested = Signal()  # of the last change of a check
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = EveryoneModel(self)
        self.checks = ChecksPanel()
        self.callers = CallersBar()
        self.table = EveryoneTable(self.model)
        self.detail = OutcomeDetail("Not run yet", _NO_CELL)
        self.detail.hide()
        self.notice = MessageBar("Outcome of the run")
        self.save_bar = SaveBar("Name of the check")
        self._is_running = False
        self._build_tools()
        self._build_run()
        self._build()
        self._cancel_key = on_key(self, ("Escape",), self.cancel_requested.emit)
        on_key(self, ("Ctrl+Return", "Ctrl+Enter"), self.run_requested.emit)
        on_key(self, ("Ctrl+S",), self.save_requested.emit)
        on_key(self, ("Ctrl+Z",), self.undo_requested.emit)
        self.table.opened.connect(self.open_requested)
        self.table.delete_requested.connect(self.remove_requested)
        self.detail.open_requested.connect(self.open_requested)
        self.show_idle(can_run=False, can_save=False)

    def _build_tools(self) -> None:
        self.add_current = button("Add the current call", "Add the call in the form on the Call page", "add")
        self.add_saved = button("Add a saved call", "Add one of the site's saved calls")
        self.add_function = button("Every action of…", "Add every action of a data function")
        self.saved_menu, self.function_menu = QMenu(self.add_saved), QMenu(self.add_function)
        self.saved_menu.setAccessibleName("Saved calls")
        self.function_menu.setAccessibleName("Data functions")
        self.add_saved.setMenu(self.saved_menu)
        self.add_function.setMenu(self.function_menu)
        self.remove = _tool("Remove the call", "Remove the call of the current row (Del)", "remove")
        self.clear = _tool("Remove every call", "Remove every call", "clear")
        self.add_current.clicked.connect(self.current_requested)
        self.remove.clicked.connect(self.remove_requested)
        self.clear.clicked.connect(self.clear_requested)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(6)
        for widget in (self.add_current, self.add_saved, self.add_function):
            self._tools.addWidget(widget)
        self._tools.addStretch(1)

    def _build_run(self) -> None:
        self.run = QPushButton("Run as everyone")
        self.run.setProperty("role", "primary")
        self.run.clicked.connect(self._on_run_clicked)
        self.save = button(
            "Save as check", "Keep these calls, callers and outcomes as a check (Ctrl+S)", "save"
        )
        self.save.clicked.connect(self.save_requested)
        self.words = Words()
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Cells that have run")
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(160)
        self._run_row = QHBoxLayout()
        self._run_row.setSpacing(8)
        for widget, stretch in (
            (self.run, 0),
            (self.progress, 0),
            (self.words, 1),
            (self.remove, 0),
            (self.clear, 0),
            (self.save, 0),
        ):
            self._run_row.addWidget(widget, stretch)

    def _build(self) -> None:
        self.empty = EmptyState("Who may do what?", _FIRST_WORDS, "Add the current call")
        self.empty.action_triggered.connect(self.current_requested)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(self._tools)
        box.addWidget(self.callers)
        box.addLayout(self._run_row)
        box.addWidget(self.save_bar)
        box.addWidget(self.notice)
        box.addWidget(self._stack, 1)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for splitter, parts in (
            (self.right, (self.checks, self.detail)),
            (self.splitter, (middle, self.right)),
        ):
            splitter.setChildrenCollapsible(False)
            for part in parts:
                splitter.addWidget(part)
        self.right.setStretchFactor(1, 1)
        self.right.setSizes([150, 590])
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([800, 390])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(self.splitter)

    # what is shown

    def show_idle(self, *, can_run: bool, can_save: bool) -> None:
        """Nothing runs."""
        self._is_running = False
        self._set_run(
            "Run as everyone", "Run every call as every caller, each on its own copy of the site (Ctrl+Enter)"
        )
        self.run.setEnabled(can_run)
        self.save.setEnabled(can_save)
        self.progress.hide()
        self._set_tools(is_free=True)

    def show_running(self, done: int, total: int) -> None:
        """``done`` of ``total`` cells have come."""
        self._is_running = True
        self._set_run("Cancel", "Stop after the cells that run now (Esc)")
        self.run.setEnabled(True)
        self.save.setEnabled(False)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.show()
        self.say(f"{done} of {total} cells")
        self._set_tools(is_free=False)

    def say(self, text: str, *, is_error: bool = False) -> None:
        """One line beside the run button."""
        self.words.set_words(text)
        set_look(self.words, "role", "error-text" if is_error else "muted")

    def show_grid(self, *, has_calls: bool) -> None:
        self._stack.setCurrentIndex(1 if has_calls else 0)
        self.remove.setEnabled(has_calls and not self._is_running)
        self.clear.setEnabled(has_calls and not self._is_running)

    def _set_run(self, text: str, tip: str) -> None:
        self.run.setText(text)
        self.run.setAccessibleName(text)
        self.run.setToolTip(tip)

    def _set_tools(self, *, is_free: bool) -> None:
        for widget in (
            self.add_current,
            self.add_saved,
            self.add_function,
            self.remove,
            self.clear,
            self.callers,
        ):
            widget.setEnabled(is_free)
        for key in getattr(self, "_cancel_key", ()):
            key.setEnabled(not is_free)
        self.checks.set_running(is_running=not is_free)

    def _on_run_clicked(self) -> None:
        self.cancel_requested.emit() if self._is_running else self.run_requested.emit()


def _tool(name: str, tip: str, picture: str) -> QToolButton:
    tool = QToolButton()
    tool.setAccessibleName(name)
    tool.setToolTip(tip)
    set_icon(tool, picture)
    return tool
