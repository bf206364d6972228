"""The widgets of the Call Tester, put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.call.dry_switch import DrySwitch
from goop_console.tabs.calls.call.recent_view import RecentView
from goop_console.tabs.calls.call.request_view import RequestView
from goop_console.tabs.calls.model.copies import COPIES
from goop_console.tabs.calls.outcome_view.result_view import ResultView
from goop_console.widgets.caller_picker import CallerPicker
from goop_console.widgets.check_box import CheckBox
from goop_console.widgets.elided_button import ElidedButton
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.icons import set_icon
from goop_console.widgets.made_ahead import part
from goop_console.widgets.polish import set_look

_FIRST_WORDS = (
    "Choose who you are and what you call, then press Ctrl+Enter. "
    "Result, data changes, effects, logs and SQL of the call appear here."
)
_DEBUG_TIP = (
    "A dry run in the debugger, in the Lua Scripts tab (Ctrl+Shift+Enter)\n"
    "To look into a real call: Debug, Stop in the next real call, over the script"
)


class CallView(QWidget):
    """Who and what on the left with the recent calls, what came of it on the right."""

    run_requested = Signal()
    cancel_requested = Signal()
    debug_requested = Signal()
    copy_requested = Signal(object)  # a function of copies.COPIES

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caller = CallerPicker()
        self.request = part(RequestView)
        self.recent = part(RecentView)
        self.result = part(ResultView)
        self.run = ElidedButton("Run")
        self.run.setProperty("role", "primary")
        self.run.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed
        )  # a long name must not push the panes
        self.run.clicked.connect(self._on_run_clicked)
        self.debug = QPushButton("De&bug")
        self.debug.setToolTip(_DEBUG_TIP)
        self.debug.setAccessibleName("Debug the call")
        set_icon(self.debug, "debug")
        self.debug.clicked.connect(self.debug_requested)
        self.dry = DrySwitch()
        self.counts = CheckBox("&Count against the rate limit")
        self.counts.setToolTip(
            "As a visitor's call does; without it the limits are neither checked nor used up"
        )
        self.copy = QPushButton("Cop&y")
        self.copy.setAccessibleName("Copy the call")
        self.copy.setMenu(self._copy_menu())
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "muted")
        self.hint.setMinimumHeight(
            2 * self.hint.fontMetrics().lineSpacing()
        )  # a second line must not move the form
        self._is_running = False
        self._build()
        self._build_keys()
        self.request.run_requested.connect(self.run_requested)

    def _build(self) -> None:
        who = QHBoxLayout()
        label = QLabel("&Caller")
        label.setBuddy(self.caller)
        who.addWidget(label)
        who.addWidget(self.caller, 1)
        go = QHBoxLayout()
        go.setSpacing(12)
        go.addWidget(self.dry)
        go.addWidget(self.run, 1)
        go.addWidget(self.debug)
        below = QHBoxLayout()
        below.addWidget(self.counts, 1)
        below.addWidget(self.copy)
        form = QWidget()
        box = QVBoxLayout(form)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(who)
        box.addWidget(self.request, 1)
        box.addLayout(go)
        box.addLayout(below)
        box.addWidget(self.hint)
        self.left = QSplitter(Qt.Orientation.Vertical)
        self.left.setChildrenCollapsible(False)
        self.left.addWidget(form)
        self.left.addWidget(self.recent)
        self.left.setSizes([480, 200])
        self.left.setContentsMargins(8, 8, 0, 8)
        self._right = QStackedWidget()
        self._right.addWidget(EmptyState("No call yet", _FIRST_WORDS))
        self._right.addWidget(self.result)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.left)
        self.splitter.addWidget(self._right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([440, 800])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _copy_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for text, make in COPIES:
            menu.addAction(text).triggered.connect(
                lambda _checked=False, make=make: self.copy_requested.emit(make)
            )
        return menu

    def _build_keys(self) -> None:
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.run_requested)
        for keys in ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"):
            debug = QShortcut(QKeySequence(keys), self)
            debug.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            debug.activated.connect(self.debug_requested)
        self._cancel = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._cancel.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._cancel.setEnabled(False)
        self._cancel.activated.connect(self.cancel_requested)

    def show_run(self, text: str, *, is_possible: bool) -> None:
        """What the button says, and whether it can be pressed."""
        self._is_running = False
        self._cancel.setEnabled(False)
        self.run.setText(text.replace("&", "&&"))
        self.run.setAccessibleName(text)
        self.run.setToolTip(f"{text} (Ctrl+Enter)")
        self.run.setEnabled(is_possible)
        self.debug.setEnabled(is_possible)

    def show_running(self, text: str) -> None:
        """The button cancels while a call runs."""
        self._is_running = True
        self._cancel.setEnabled(True)
        self.run.setText(text.replace("&", "&&"))
        self.run.setAccessibleName(text)
        self.run.setToolTip("Cancel the call (Esc)")
        self.run.setEnabled(True)

    def set_hint(self, text: str, *, is_error: bool = False) -> None:
        """One line under the run button."""
        self.hint.setText(text)
        set_look(self.hint, "role", "error-text" if is_error else "muted")

    def show_result(self) -> None:
        """Show the result where the empty page was."""
        self._right.setCurrentWidget(self.result)

    def _on_run_clicked(self) -> None:
        self.cancel_requested.emit() if self._is_running else self.run_requested.emit()
