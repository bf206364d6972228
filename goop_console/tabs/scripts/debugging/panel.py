"""The debugger's panel: buttons, where the call stands, call stack, variables, watches, console, breakpoints,
time line. Widgets only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSlider,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.debugging.breakpoint_form import BreakpointForm
from goop_console.tabs.scripts.debugging.values_page import ValuesPage
from goop_console.tabs.scripts.debugging.variables import VariablesTree
from goop_console.tabs.scripts.debugging.words import frame_words
from goop_console.widgets import icons, theming
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.layouts import scrolled
from goop_console.widgets.polish import set_look
from lua_engine import DebugValue, StackFrame, SuspendedCoroutine

_KEY = Qt.ItemDataRole.UserRole
_MAX_BLOCKS: Final = 2_000
_WATCHES: Final = 1  # of the pages


class DebugCommand(NamedTuple):
    """A button: ``keys`` as on the keyboard; ``when`` says in which state it can be pressed."""

    name: str
    text: str
    icon: str
    keys: str
    when: str  # "paused" | "running" | "session" | "past"


COMMANDS: Final = (
    DebugCommand("resume", "Continue", "play", "F5", "paused"),
    DebugCommand("pause", "Pause", "pause", "F6", "running"),
    DebugCommand("step_over", "Step over", "step-over", "F10", "paused"),
    DebugCommand("step_into", "Step into", "step-into", "F11", "paused"),
    DebugCommand("step_out", "Step out", "step-out", "Shift+F11", "paused"),
    DebugCommand("run_to_cursor", "Run to the cursor", "run-to", "Ctrl+F10", "paused"),
    DebugCommand("step_back", "Step back", "step-back", "Shift+F10", "past"),
    DebugCommand("run_back", "Back to the breakpoint before", "run-back", "Shift+F9", "past"),
    DebugCommand("to_present", "To the present", "restore", "Ctrl+Shift+F10", "past"),
    DebugCommand("restart", "Run again on the same data", "refresh", "Ctrl+Shift+F5", "session"),
    DebugCommand("again_to_here", "Run again to here", "run-again-to", "Ctrl+Shift+F9", "past"),
    DebugCommand("stop", "Stop", "stop", "Shift+F5", "session"),
)


class DebugPanel(QWidget):
    """Below the editor while a call is debugged, or for the breakpoints."""

    command = Signal(str)
    frame_chosen = Signal(int)
    evaluate_requested = Signal(str, bool)  # the text; with host calls
    watch_added = Signal(str)
    watch_removed = Signal(int)
    step_requested = Signal(int)
    breakpoint_opened = Signal(str)
    breakpoint_removed = Signal(str)
    breakpoint_toggled = Signal(str, bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self.state = ElidedLabel("Nothing is debugged", cut=Qt.TextElideMode.ElideRight)
        self.state.setAccessibleName("State of the debugger")
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.note.setAccessibleName("What the debugger says")
        self.stack = QListWidget()
        self.stack.setAccessibleName("Call stack")
        self.stack.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )  # lines are cut instead
        self.variables = VariablesTree()
        self.watches = QListWidget()
        self.watches.setAccessibleName("Watches")
        self.output = QPlainTextEdit()
        self.output.setReadOnly(True)
        self.output.setMaximumBlockCount(_MAX_BLOCKS)
        self.output.setAccessibleName("Answers of the console, and what the call did")
        self.breakpoints = QListWidget()
        self.breakpoints.setAccessibleName("Breakpoints")
        for rows in (self.watches, self.breakpoints):
            rows.setWordWrap(True)
            rows.setResizeMode(QListWidget.ResizeMode.Adjust)
            rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.form = BreakpointForm()
        self.happened = QPlainTextEdit()
        self.happened.setReadOnly(True)
        self.happened.setAccessibleName("What the call did so far: SQL, data changes, logs")
        self.values = ValuesPage()
        self.value_line = QLineEdit()
        self.value_line.setAccessibleName("New value")
        self._value_given: Callable[[str], None] = lambda _text: None
        self.time_line = QSlider(Qt.Orientation.Horizontal)
        self.time_line.setAccessibleName("Time line: steps of the past, the last one is the present")
        self.time_text = QLabel()
        self.time_text.setProperty("role", "muted")
        self.time_text.setTextFormat(Qt.TextFormat.PlainText)
        self._build()
        self._take_font()
        self._connect()

    def _build(self) -> None:
        self.console_line = QLineEdit()
        self.console_line.setPlaceholderText("Evaluate Lua")
        self.console_line.setToolTip("Lua in the chosen frame, such as: #rows or params.id = 3")
        self.console_line.setAccessibleName("Evaluate in the chosen frame")
        self.with_host = QCheckBox("with &goop.*")
        self.with_host.setToolTip(
            "An evaluation may call goop functions, which may change the data of this run"
        )
        self.watch_line = QLineEdit()
        self.watch_line.setPlaceholderText("Watch an expression")
        self.watch_line.setAccessibleName("Expression to watch")
        bar = QHBoxLayout()
        for one in COMMANDS:
            bar.addWidget(self._button(one))
        bar.addStretch(1)
        close = QToolButton()
        close.setAccessibleName("Close the debugger")
        close.setToolTip("Close the debugger")
        icons.set_icon(close, "close")
        close.clicked.connect(self.closed)
        bar.addWidget(close)
        lower = QTabWidget()
        lower.setAccessibleName("Watches, console, breakpoints")
        lower.addTab(_stacked(self.output, _row(self.console_line, self.with_host)), "C&onsole")
        lower.addTab(_stacked(self.watches, self.watch_line), "&Watches")
        lower.addTab(self.happened, "So &far")
        lower.addTab(self.values, "&Values")
        lower.addTab(scrolled(_stacked(self.breakpoints, self.form)), "&Breakpoints")
        self.pages = lower
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        for widget in (self.stack, self.variables, lower):
            self.splitter.addWidget(widget)
        self.splitter.setSizes([240, 370, 360])
        time = QHBoxLayout()
        time.addWidget(self.time_line, 1)
        time.addWidget(self.time_text)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(bar)
        box.addWidget(self.state)
        box.addWidget(self.note)
        box.addWidget(self.value_line)
        box.addWidget(self.splitter, 1)
        box.addLayout(time)
        self.note.hide()
        self.value_line.hide()
        self.set_state("", is_paused=False, has_session=False, can_go_back=False, has_error=False)

    def _button(self, one: DebugCommand) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(one.text)
        button.setToolTip(f"{one.text} ({one.keys})")
        icons.set_icon(button, one.icon)
        button.clicked.connect(lambda: self.command.emit(one.name))
        self.buttons[one.name] = button
        return button

    def _connect(self) -> None:
        self.stack.currentItemChanged.connect(self._on_frame)
        self.console_line.returnPressed.connect(self._on_console)
        self.watch_line.returnPressed.connect(self._on_watch)
        self.variables.watch_requested.connect(self.watch)
        self.value_line.returnPressed.connect(self._on_value)
        remove = QShortcut(QKeySequence("Del"), self.breakpoints, self._on_remove)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        forget = QShortcut(QKeySequence("Del"), self.watches, self._on_forget)
        forget.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave = QShortcut(QKeySequence("Esc"), self.value_line, self._leave_value)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.time_line.valueChanged.connect(self.step_requested)
        self.breakpoints.itemActivated.connect(lambda item: self.breakpoint_opened.emit(item.data(_KEY)))
        self.breakpoints.itemChanged.connect(
            lambda item: self.breakpoint_toggled.emit(
                item.data(_KEY), item.checkState() is Qt.CheckState.Checked
            )
        )

    # What is shown

    def set_state(
        self, words: str, *, is_paused: bool, has_session: bool, can_go_back: bool, has_error: bool
    ) -> None:
        """Words and which buttons can be pressed."""
        self.state.setText(words or "Nothing is debugged: press Debug in the Call Tester, or F5 here")
        self.state.setToolTip(words)
        set_look(self.state, "role", "error-text" if has_error else "strong")
        allowed = {
            "paused": is_paused,
            "running": has_session and not is_paused,
            "session": has_session,
            "past": is_paused and can_go_back,
        }
        for one in COMMANDS:
            self.buttons[one.name].setEnabled(allowed[one.when])
        self.console_line.setEnabled(is_paused)
        self.time_line.setEnabled(is_paused and can_go_back)

    def say(self, text: str) -> None:
        """A line under the buttons; an empty text takes it away."""
        self.note.setText(shown_line(text, 400))
        self.note.setToolTip(text)
        self.note.setVisible(bool(text))

    def set_frames(
        self, frames: Sequence[StackFrame], chosen: int, suspended: Sequence[SuspendedCoroutine] = ()
    ) -> None:
        """The call stack, innermost first; below it the stacks of coroutines that wait to be resumed."""
        pairs = zip((None, *frames), frames, strict=False)
        rows = [(frame, frame_words(frame, above)) for above, frame in pairs]
        waiting = [frame for one in suspended for frame in one.frames]
        rows += [(frame, frame_words(frame, None, is_suspended=True)) for frame in waiting]
        self.stack.blockSignals(True)
        self.stack.clear()
        for frame, words in rows:
            item = QListWidgetItem(words)
            item.setToolTip(shown_tip(words))
            item.setData(_KEY, frame.id)
            self.stack.addItem(item)
            if frame.id == chosen:
                self.stack.setCurrentItem(item)
        self.stack.blockSignals(False)

    def set_steps(self, first: int, last: int, shown: int, words: str) -> None:
        """The time line from step ``first`` to ``last``; ``shown`` 0 is the present, one past the last."""
        self.time_line.blockSignals(True)
        self.time_line.setRange(first, last + 1)
        self.time_line.setValue(shown or last + 1)
        self.time_line.blockSignals(False)
        self.time_text.setText(words)

    def set_watches(self, rows: Sequence[tuple[str, str]]) -> None:
        self.watches.clear()
        for text, value in rows:
            item = QListWidgetItem(f"{shown_line(text, 100)} = {shown_line(value, 300)}")
            item.setToolTip(shown_tip(f"{text} = {value}"))
            self.watches.addItem(item)

    def chosen_breakpoint(self) -> str:
        """The id of the chosen one; empty for none."""
        item = self.breakpoints.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def set_breakpoints(self, rows: Sequence[tuple[str, str, bool]], chosen: str) -> None:
        """Id, words, whether it is on; ``chosen`` stays chosen."""
        self.breakpoints.blockSignals(True)
        self.breakpoints.clear()
        for key, words, is_on in rows:
            item = QListWidgetItem(words)
            item.setData(_KEY, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
            self.breakpoints.addItem(item)
            if key == chosen:
                self.breakpoints.setCurrentItem(item)
        self.breakpoints.blockSignals(False)

    def ask_value(self, value: DebugValue, given: Callable[[str], None]) -> None:
        """Ask for a new value, as Lua; ``given`` hears it. Esc leaves everything as it is."""
        self._value_given = given
        self.value_line.setPlaceholderText(f"New value of {shown_line(value.name, 60)}, as Lua (Enter, Esc)")
        self.value_line.setText(value.text if value.type in ("number", "string", "boolean") else "")
        self.value_line.show()
        self.value_line.selectAll()
        self.value_line.setFocus()

    def _on_value(self) -> None:
        text = self.value_line.text().strip()
        self._leave_value()
        if text:
            self._value_given(text)

    def _leave_value(self) -> None:
        self.value_line.hide()
        self.variables.setFocus()

    def write(self, text: str) -> None:
        """A line for the console."""
        self.output.appendPlainText(shown_line(text, 4_000))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._take_font()

    def _take_font(self) -> None:
        for box in (self.output, self.happened):
            box.setFont(theming.fixed_font())

    def _on_frame(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.frame_chosen.emit(item.data(_KEY))

    def _on_console(self) -> None:
        text = self.console_line.text().strip()
        if text:
            self.evaluate_requested.emit(text, self.with_host.isChecked())
            self.console_line.clear()

    def _on_remove(self) -> None:
        if self.chosen_breakpoint():
            self.breakpoint_removed.emit(self.chosen_breakpoint())

    def _on_forget(self) -> None:
        self.watch_removed.emit(self.watches.currentRow())

    def watch(self, text: str) -> None:
        """Watch an expression, and bring the watches into view."""
        self.pages.setCurrentIndex(_WATCHES)
        self.watch_added.emit(text)

    def _on_watch(self) -> None:
        text = self.watch_line.text().strip()
        if text:
            self.watch_added.emit(text)
            self.watch_line.clear()


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    box = QHBoxLayout(row)
    box.setContentsMargins(0, 0, 0, 0)
    for at, widget in enumerate(widgets):
        box.addWidget(widget, 0 if at else 1)
    return row


def _stacked(*widgets: QWidget) -> QWidget:
    whole = QWidget()
    box = QVBoxLayout(whole)
    box.setContentsMargins(4, 4, 4, 4)
    box.setSpacing(4)
    for at, widget in enumerate(widgets):
        box.addWidget(widget, 0 if at else 1)
    return whole
