"""One call, one page: outcome, who, whether it was for real, value or reply, error, and below what it did."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.model.words import (
    byte_size,
    milliseconds,
    outcome_sign,
    outcome_words,
    rate_words,
    run_words,
    spoken,
)
from goop_console.tabs.calls.outcome_view.dry_banner import DryBanner
from goop_console.tabs.calls.outcome_view.error_panel import ErrorPanel
from goop_console.tabs.calls.outcome_view.look import outcome_color
from goop_console.tabs.calls.outcome_view.timing_bar import TimingBar
from goop_console.tabs.calls.outcome_view.trace_view import TraceView
from goop_console.widgets import theming
from goop_console.widgets.caller_picker import caller_avatar
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.json_view import JsonView
from goop_console.widgets.long_text import LongText
from goop_console.widgets.made_ahead import part
from goop_console.widgets.wording import clock, elided
from lua_engine import outcome_of

_AVATAR = 20
_MAX_REMARKS = 6  # lines
_EARLIER = "This is the result of an earlier call: the form has changed since."


class ResultView(QWidget):
    """Shows a :class:`CallOutcome`."""

    location_opened = Signal(str, int)  # script, line
    script_requested = Signal(str)  # one that there is none of
    logs_opened = Signal(str)  # call id
    apply_requested = Signal(object)  # CallOutcome of a dry run
    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outcome: CallOutcome | None = None
        self._build_head()
        self._build_value()
        self.trace = part(TraceView)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._value)
        self.splitter.addWidget(self.trace)
        self.splitter.setSizes([300, 300])
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(self._head)
        box.addLayout(self._facts_row)
        box.addWidget(self.earlier)
        box.addWidget(self.banner)
        box.addWidget(self.timing)
        box.addWidget(self.error)
        box.addWidget(self.remarks)
        box.addWidget(self.splitter, 1)

    def _build_head(self) -> None:
        self._status = QLabel()
        self._title = ElidedLabel("")
        self._title.setProperty("role", "heading")
        self._avatar = QLabel()
        self._caller = ElidedLabel("")
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
        self._facts.setMinimumWidth(1)
        self.call_id = QPushButton()
        self.call_id.setProperty("role", "link")
        self.call_id.clicked.connect(self._on_call_id_clicked)
        self._head = QHBoxLayout()
        for widget in (self._status, self._title):
            self._head.addWidget(widget)
        self._head.addStretch(1)
        for widget in (self._avatar, self._caller):
            self._head.addWidget(widget)
        self._facts_row = QHBoxLayout()
        self._facts_row.addWidget(self._facts, 1)
        self._facts_row.addWidget(self.call_id)
        self.timing = TimingBar()
        self.banner = DryBanner()
        self.banner.apply_requested.connect(self.apply_requested)
        self.error = ErrorPanel()
        self.error.location_opened.connect(self.location_opened)
        self.error.script_requested.connect(self.script_requested)
        self.earlier = QLabel(_EARLIER)
        self.earlier.setProperty("role", "muted")
        self.earlier.setWordWrap(True)
        self.earlier.hide()
        self.remarks = QLabel()
        self.remarks.setProperty("role", "warning-text")
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.setWordWrap(True)
        self.remarks.setMinimumWidth(1)
        self.remarks.setAccessibleName("Warnings about this call")
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remarks.hide()

    def _build_value(self) -> None:
        self.json = JsonView()
        self.json.copied.connect(self.copied)
        self.reply = LongText("Reply as the visitor reads it")
        self._nothing = QLabel()
        self._nothing.setProperty("role", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._nothing.setWordWrap(True)
        self._pages = QStackedWidget()
        for widget in (self.json, self.reply, self._nothing):
            self._pages.addWidget(widget)
        self._value_title = QLabel()
        self._value_title.setProperty("role", "muted")
        self._value = QWidget()
        box = QVBoxLayout(self._value)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._value_title)
        box.addWidget(self._pages, 1)

    # showing

    @property
    def outcome(self) -> CallOutcome | None:
        return self._outcome

    def show_outcome(self, outcome: CallOutcome) -> None:
        """Show everything about ``outcome``."""
        self._outcome = outcome
        result, request = outcome.result, outcome.call
        self._show_status()
        self._title.setText(elided(request.title, 60))
        self._title.setToolTip(elided(request.title, 1_000))
        self._caller.setText(f"{elided(request.caller.name, 30)} · {request.caller.role}")
        self._caller.setToolTip(f"{request.caller.title}\n{request.caller.id}")
        self._facts.setText(" · ".join(_facts(outcome)))
        self._facts.setToolTip(outcome.note)
        self.call_id.setText(f"Logs of call {result.call_id[:8]}")
        self.call_id.setToolTip(f"Call {result.call_id}: show it in Logs")
        self.call_id.setAccessibleName(f"Show call {result.call_id} in Logs")
        self.timing.set_timings(result.timings)
        self.banner.show_outcome(outcome)
        self.error.show_outcome(outcome)
        self._show_value(outcome)
        self.trace.show_outcome(outcome)
        self._show_remarks(outcome)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken(outcome)))

    def set_earlier(self, *, is_earlier: bool) -> None:
        """Whether the form asks for something else by now than what is shown."""
        self.earlier.setVisible(is_earlier)

    def _show_remarks(self, outcome: CallOutcome) -> None:
        """What was lost on the way, and where Goop2 would do otherwise."""
        result = outcome.result
        lines = [*result.warnings, *(f"{note}. {note.instead}" for note in result.notes)]
        left = len(lines) - _MAX_REMARKS
        shown = lines[:_MAX_REMARKS] + ([f"… and {left} more"] if left > 0 else [])
        self.remarks.setText("\n".join(f"⚠ {elided(line, 300)}" for line in shown))
        self.remarks.setVisible(bool(lines))

    @property
    def facts(self) -> str:
        """Script, times, memory and limits, as they are shown."""
        return self._facts.text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._show_status()

    def _show_status(self) -> None:
        if self._outcome is None:
            return
        result = self._outcome.result
        color = getattr(theming.colors(), outcome_color(outcome_of(result)))
        self._status.setText(
            f'<b style="color:{color}">{outcome_sign(result)} {outcome_words(result)}</b>&nbsp;· '
            f"<b>{run_words(self._outcome)}</b>"
        )
        avatar = caller_avatar(self._outcome.call.caller)
        self._avatar.setPixmap(avatar.pixmap(QSize(_AVATAR, _AVATAR), self.devicePixelRatioF()))

    def _show_value(self, outcome: CallOutcome) -> None:
        value, request = outcome.result.value, outcome.call
        self._value.show()
        if outcome.value_dropped:
            self._say("Result", "The value was dropped to save memory. Run the call again to see it.")
        elif request.kind == "chat":
            self._show_reply(outcome)
        elif not outcome.result.ok:
            self._value.hide()  # the error stands there already
        elif value is None:
            self._say("Result", "nil: the script returned nothing, the page gets null.")
        else:
            self._value_title.setText("Result")
            self._pages.setCurrentWidget(self.json)
            self.json.set_value(value, "result")

    def _show_reply(self, outcome: CallOutcome) -> None:
        value = outcome.result.value
        if value is None or value == "":
            self._say("Reply", f"No reply: {outcome.call.caller.name} reads nothing.")
            return
        self._value_title.setText(f"Reply as {outcome.call.caller.name} reads it")
        self.reply.setPlainText(str(value))
        self._pages.setCurrentWidget(self.reply)

    def _say(self, title: str, text: str) -> None:
        self._value_title.setText(title)
        self._nothing.setText(text)
        self._pages.setCurrentWidget(self._nothing)

    def _on_call_id_clicked(self) -> None:
        if self._outcome is not None:
            self.logs_opened.emit(self._outcome.result.call_id)


def _facts(outcome: CallOutcome) -> list[str]:
    result = outcome.result
    facts = [
        f"{result.script}.lua" if result.script else "",
        milliseconds(result.timings.total),
        f"at {clock(result.started_at)[:8]}",
    ]
    if result.peak_memory:
        facts.append(f"memory {byte_size(result.peak_memory)} of {byte_size(outcome.memory_limit)}")
    if result.ok and result.value is not None and outcome.call.kind == "call":
        facts.append(f"result {byte_size(result.value_bytes)}")
    facts.append(rate_words(result.rate))
    return [fact for fact in facts if fact]
