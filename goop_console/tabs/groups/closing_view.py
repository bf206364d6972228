"""Closing a group: what it will do, asked before; and what scripts did about it, shown after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.groups.parts import heading, muted
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.icons import icon, set_picture
from goop_console.widgets.long_text import LongText
from goop_console.widgets.record_list import RecordList
from goop_console.widgets.records import Column
from goop_console.widgets.wording import counted
from lua_engine import CallResult

_ICON = 20


class ClosePanel(QFrame):
    """The question. Esc and ``Keep it`` leave the group as it is."""

    confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("severity", "warning")
        self.setAccessibleName("Close the group?")
        self.picture, self.title, self.text = QLabel(), QLabel(), QLabel()
        set_picture(self.picture, "warn", _ICON, "warning")
        self.title.setProperty("role", "strong")
        for label in (self.title, self.text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.confirm, self.keep = QPushButton("Close group"), QPushButton("Keep it")
        self.confirm.setProperty("role", "danger")
        self.error = ErrorLine("Why the group was not closed")
        self.confirm.clicked.connect(self._on_confirm)
        self.keep.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.title, self.text, self.error):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.confirm)
        row.addWidget(self.keep)
        self.hide()

    def ask(self, name: str, effects: str) -> None:
        """Name what will happen; the keyboard is on the answer that changes nothing."""
        self.say(name, effects)
        self.error.say("")
        self.confirm.setEnabled(True)
        self.show()
        self.keep.setFocus()

    def say(self, name: str, effects: str) -> None:
        """The effects as they are now."""
        self.title.setText(f"Close “{name}”?")
        self.text.setText(effects)

    def fail(self, text: str) -> None:
        self.error.say(text)
        self.confirm.setEnabled(True)

    def _on_confirm(self) -> None:
        self.confirm.setEnabled(False)
        self.error.say("")
        self.confirmed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)


@dataclass(frozen=True, slots=True)
class Closing:
    """A group that was closed and the calls of ``on_group_close`` so far; ``expected`` of them come in all.
    ``note``: why there are none.
    """

    group_id: str
    name: str
    expected: int
    note: str = ""
    results: tuple[CallResult, ...] = ()

    def with_result(self, result: CallResult) -> Closing:
        return replace(self, results=(*self.results, result))


def _milliseconds(result: CallResult) -> str:
    return f"{result.timings.total * 1000:.0f} ms"


def _last_line(result: CallResult) -> str:
    if result.error is not None:
        return result.error.message
    return result.logs[-1].message if result.logs else ""


_COLUMNS: tuple[Column[CallResult], ...] = (
    Column("Function", lambda one: one.script, 160, icon=lambda _: icon("function", "muted")),
    Column(
        "Outcome",
        lambda one: "ok" if one.ok else "failed",
        90,
        icon=lambda one: icon("ok", "ok") if one.ok else icon("error", "error"),
    ),
    Column("Time", _milliseconds, 80, is_number=True, order=lambda one: one.timings.total),
    Column("Last line", _last_line),
)


class ClosedView(QWidget):
    """The calls that closing a group made, each with its log; ``call_opened`` with a call's id."""

    call_opened = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.text = heading(), muted(wraps=True)
        self.title.setWordWrap(True)
        self.table = RecordList[CallResult]("Calls of on_group_close", _COLUMNS, lambda one: one.call_id)
        self.log = LongText("Log of the chosen call")
        self.open = QPushButton("Open in Logs")
        self.done = QPushButton("Done")
        self.table.chosen.connect(lambda _: self._show_log())
        self.table.doubleClicked.connect(lambda _: self._on_open())
        self.open.clicked.connect(self._on_open)
        self.done.clicked.connect(self.dismissed)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        buttons.addWidget(self.done)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        for widget, stretch in ((self.title, 0), (self.text, 0), (self.table, 2), (self.log, 1)):
            box.addWidget(widget, stretch)
        box.addLayout(buttons)
        self._filler = QWidget()
        box.addWidget(self._filler, 1)

    def show_closing(self, closing: Closing) -> None:
        self.title.setText(f"“{closing.name}” is closed")
        self.text.setText(_progress(closing))
        has_calls = bool(closing.results)
        for widget in (self.table, self.log, self.open):
            widget.setVisible(has_calls)
        self._filler.setVisible(not has_calls)
        self.table.set_records(closing.results)
        if has_calls and self.table.current() is None:
            self.table.choose(closing.results[0].call_id)
        self._show_log()

    def _show_log(self) -> None:
        result = self.table.current()
        lines = [f"{line.level}  {line.message}" for line in result.logs] if result is not None else []
        if result is not None and result.error is not None:
            lines.append(f"error  {result.error.message}")
        self.log.setPlainText("\n".join(lines) or "Nothing was logged.")

    def _on_open(self) -> None:
        result = self.table.current()
        if result is not None:
            self.call_opened.emit(result.call_id)


def _progress(closing: Closing) -> str:
    done = len(closing.results)
    if closing.note and not done:
        return closing.note
    failed = _failures(closing.results)
    if done < closing.expected:
        return f"on_group_close: {done} of {counted(closing.expected, 'function')} done…"
    return f"on_group_close ran in {counted(done, 'function')}{f', {failed} failed' if failed else ''}."


def _failures(results: Sequence[CallResult]) -> int:
    return sum(not one.ok for one in results)
