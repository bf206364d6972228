"""One call, one page: outcome, who, how long, value or reply, error, logs, statements."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontDatabase
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.services.theme import Colors
from goop_console.tabs.calls.error_panel import ErrorPanel
from goop_console.tabs.calls.model import Column, RecordModel
from goop_console.tabs.calls.request import CallOutcome
from goop_console.tabs.calls.timing_bar import TimingBar
from goop_console.tabs.calls.words import byte_size, milliseconds, outcome_words, spoken
from goop_console.widgets.caller_picker import caller_avatar
from goop_console.widgets.json_view import JsonView
from goop_console.widgets.table import RecordTable
from goop_console.widgets.wording import clock, counted, elided
from lua_engine import LogLine, SqlStatement

_AVATAR = 20


class ResultView(QWidget):
    """Shows a :class:`CallOutcome`."""

    location_opened = Signal(str, int)  # script, line
    logs_opened = Signal(str)  # call id
    copied = Signal(str)

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self._outcome: CallOutcome | None = None
        self._build_head()
        self._build_value()
        self._build_trace()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._value)
        self.splitter.addWidget(self._trace)
        self.splitter.setSizes([440, 220])
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(self._head)
        box.addLayout(self._facts_row)
        box.addWidget(self.timing)
        box.addWidget(self.error)
        box.addWidget(self.splitter, 1)

    def _build_head(self) -> None:
        self._status = QLabel()
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._avatar = QLabel()
        self._caller = QLabel()
        self._caller.setTextFormat(Qt.TextFormat.PlainText)
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        self._facts.setWordWrap(True)
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
        self.timing = TimingBar(self._colors)
        self.error = ErrorPanel()
        self.error.location_opened.connect(self.location_opened)

    def _build_value(self) -> None:
        self.json = JsonView(self._colors)
        self.json.copied.connect(self.copied)
        self.reply = QPlainTextEdit()
        self.reply.setReadOnly(True)
        self.reply.setTabChangesFocus(True)
        self.reply.setAccessibleName("Reply as the visitor reads it")
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

    def _build_trace(self) -> None:
        self.logs = RecordModel[LogLine](self._log_columns(), self)
        self.statements = RecordModel[SqlStatement](self._sql_columns(), self)
        self.logs_table = _table("Log lines of this call", self.logs, stretch=2)
        self.sql_table = _table("Statements of this call", self.statements, stretch=0)
        self.logs_table.setColumnWidth(0, 116)
        self.logs_table.setColumnWidth(1, 72)
        self.sql_text = _plain("The chosen statement")
        self.request_text = _plain("The request")
        self.sql_table.selectionModel().currentRowChanged.connect(lambda current, _: self._show_statement(current.row()))
        sql = QSplitter(Qt.Orientation.Horizontal)
        sql.setChildrenCollapsible(False)
        sql.addWidget(self.sql_table)
        sql.addWidget(self.sql_text)
        sql.setSizes([460, 260])
        self._trace = QTabWidget()
        self._trace.setDocumentMode(True)
        self._trace.setAccessibleName("What the call did")
        self._trace.tabBar().setAccessibleName("What the call did")
        for widget, title in ((self.logs_table, "Logs"), (sql, "SQL"), (self.request_text, "Request")):
            self._trace.addTab(widget, title)

    # showing

    @property
    def outcome(self) -> CallOutcome | None:
        return self._outcome

    def show_outcome(self, outcome: CallOutcome) -> None:
        """Show everything about ``outcome``."""
        self._outcome = outcome
        result, request = outcome.result, outcome.request
        self._show_status()
        self._title.setText(elided(request.title, 60))
        self._title.setToolTip(request.title if len(request.title) > 60 else "")
        self._caller.setText(f"{elided(request.caller.name, 36)} · {request.caller.role}")
        self._caller.setToolTip(request.caller.id)
        self._facts.setText(" · ".join(_facts(outcome)))
        self.call_id.setText(f"Logs of call {result.call_id[:8]}")
        self.call_id.setToolTip(f"Call {result.call_id}: show it in Logs")
        self.call_id.setAccessibleName(f"Show call {result.call_id} in Logs")
        self.timing.set_timings(result.timings)
        self.error.show_error(result.error)
        self._show_value(outcome)
        self._show_trace(outcome)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken(outcome)))

    def _show_status(self) -> None:
        if self._outcome is None:
            return
        result = self._outcome.result
        color = self._colors.ok if result.ok else self._colors.error
        self._status.setText(f"<b style=\"color:{color}\">{'✓' if result.ok else '✗'} {outcome_words(result)}</b>")
        avatar = caller_avatar(self._outcome.request.caller, self._colors)
        self._avatar.setPixmap(avatar.pixmap(QSize(_AVATAR, _AVATAR), self.devicePixelRatioF()))

    def _show_value(self, outcome: CallOutcome) -> None:
        value, request = outcome.result.value, outcome.request
        if outcome.value_dropped:
            self._say("Result", "The value was let go to save memory. Run the call again to see it.")
        elif request.kind == "chat":
            self._show_reply(outcome)
        elif not outcome.result.ok:
            self._say("Result", "No result: the page gets the error message.")
        elif value is None:
            self._say("Result", "nil: the script returned nothing, the page gets null.")
        else:
            self._value_title.setText("Result")
            self._pages.setCurrentWidget(self.json)
            self.json.set_value(value, "result")

    def _show_reply(self, outcome: CallOutcome) -> None:
        value = outcome.result.value
        if value is None or value == "":
            self._say("Reply", f"No reply: {outcome.request.caller.name} reads nothing.")
            return
        self._value_title.setText(f"Reply as {outcome.request.caller.name} reads it")
        self.reply.setPlainText(str(value))
        self._pages.setCurrentWidget(self.reply)

    def _say(self, title: str, text: str) -> None:
        self._value_title.setText(title)
        self._nothing.setText(text)
        self._pages.setCurrentWidget(self._nothing)

    def _show_trace(self, outcome: CallOutcome) -> None:
        result = outcome.result
        self.logs.set_records(result.logs)
        self.statements.set_records(result.sql)
        self.sql_text.clear()
        if result.sql:
            self.sql_table.selectRow(0)
        self._trace.setTabText(0, f"Logs ({len(result.logs):,})")
        self._trace.setTabText(1, f"SQL ({len(result.sql):,})")
        self.request_text.setPlainText(_request_words(outcome))

    def _show_statement(self, row: int) -> None:
        if row >= 0:
            self.sql_text.setPlainText(_statement_words(self.statements.record(row)))

    def set_colors(self, colors: Colors) -> None:
        """Take the colours of another theme."""
        self._colors = colors
        self.json.set_colors(colors)
        self.timing.set_colors(colors)
        self._show_status()
        self.logs.redraw()
        self.statements.redraw()

    def _on_call_id_clicked(self) -> None:
        if self._outcome is not None:
            self.logs_opened.emit(self._outcome.result.call_id)

    # columns

    def _log_columns(self) -> list[Column[LogLine]]:
        return [
            Column("Time", lambda line: clock(line.time)),
            Column("Level", lambda line: line.level, color=self._level_color),
            Column("Message", lambda line: line.message.replace("\n", "⏎"), full=lambda line: line.message),
        ]

    def _level_color(self, line: LogLine) -> str | None:
        return {"error": self._colors.error, "warn": self._colors.warning, "info": self._colors.info}.get(line.level)

    def _sql_columns(self) -> list[Column[SqlStatement]]:
        def color(one: SqlStatement) -> str | None:
            return self._colors.error if one.error else None

        return [
            Column("Statement", lambda one: " ".join(one.sql.split()), color=color, full=_statement_words),
            Column("Values", lambda one: ", ".join(_bound(value) for value in one.args)),
            Column("Rows", lambda one: "failed" if one.error else f"{one.rows:,}", is_number=True, color=color),
            Column("Time", lambda one: milliseconds(one.duration), is_number=True),
        ]


def _table(name: str, model: RecordModel[Any], *, stretch: int) -> RecordTable:
    table = RecordTable(name)
    table.setModel(model)
    table.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    header = table.horizontalHeader()
    header.setStretchLastSection(False)
    header.setHighlightSections(False)
    for column in range(model.columnCount()):
        mode = QHeaderView.ResizeMode.Stretch if column == stretch else QHeaderView.ResizeMode.Interactive
        header.setSectionResizeMode(column, mode)
    return table


def _plain(name: str) -> QPlainTextEdit:
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setAccessibleName(name)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    return text


def _facts(outcome: CallOutcome) -> list[str]:
    result = outcome.result
    facts = [f"{result.script}.lua" if result.script else "", milliseconds(result.timings.total), f"started {clock(result.started_at)}"]
    if result.peak_memory:
        facts.append(f"memory {byte_size(result.peak_memory)} of {byte_size(outcome.memory_limit)}")
    if result.ok and result.value is not None and outcome.request.kind == "call":
        facts.append(f"about {byte_size(outcome.size)} of result")
    facts.append(counted(len(result.sql), "statement"))
    return [fact for fact in facts if fact]


def _statement_words(one: SqlStatement) -> str:
    """The statement, its values one a line, rows and time, and what went wrong."""
    lines = [one.sql.strip()]
    lines += [f"  ?{place} = {_bound(value)}" for place, value in enumerate(one.args, 1)]
    lines.append(f"-- {counted(one.rows, 'row')}, {milliseconds(one.duration)}")
    if one.error:
        lines.append(f"-- failed: {one.error}")
    return "\n".join(lines)


def _bound(value: Any) -> str:
    """A bound value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, (bytes, bytearray)):
        return f"x'{bytes(value[:16]).hex()}{'…' if len(value) > 16 else ''}'"
    if isinstance(value, str):
        shown = value if len(value) <= 200 else value[:200] + "…"
        return "'" + shown.replace("'", "''") + "'"
    return str(value)


def _request_words(outcome: CallOutcome) -> str:
    request, caller = outcome.request, outcome.request.caller
    facts = [("call", outcome.result.call_id), ("caller", caller.name), ("role", caller.role), ("id", caller.id), ("email", caller.email)]
    if request.kind == "chat":
        facts.append(("message", request.text))
    elif request.kind == "event":
        facts += [("event", request.event), ("argument", request.argument)]
    else:
        facts += [("function", request.function), ("action", request.action), ("params", "\n" + (request.params_text.strip() or "{}"))]
    return "\n".join(f"{name:<10}{value}" for name, value in facts if value)
