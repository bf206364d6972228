"""What one call did, in sections with counts: data changes, effects, logs, SQL, and the request that it
answers.
"""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.model.words import milliseconds, run_words
from goop_console.widgets import theming
from goop_console.widgets.data_diff_model import shown_value
from goop_console.widgets.data_diff_view import DataDiffView
from goop_console.widgets.long_text import LongText
from goop_console.widgets.records import Column, RecordModel
from goop_console.widgets.table import RecordTable
from goop_console.widgets.wording import clock, counted
from lua_engine import Effect, LogLine, SqlStatement

_EFFECT_WORDS = {
    "http": "HTTP request",
    "kv": "kept key",
    "group": "group",
    "chat": "chat room",
    "listen": "listening",
    "message": "message",
    "closed": "event raised",
}


class TraceView(QTabWidget):
    """Each section says its count on its tab; an empty one says so quietly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setAccessibleName("What the call did")
        self.tabBar().setAccessibleName("What the call did")
        self.diff = DataDiffView()
        self.effects = RecordModel[Effect](_effect_columns(), parent=self)
        self.logs = RecordModel[LogLine](self._log_columns(), parent=self)
        self.statements = RecordModel[SqlStatement](self._sql_columns(), parent=self)
        self.effects_table = _table("Effects of this call", self.effects, stretch=1)
        self.logs_table = _table("Log lines of this call", self.logs, stretch=2)
        self.sql_table = _table("Statements of this call", self.statements, stretch=0)
        self.effects_table.setColumnWidth(0, 132)
        self.logs_table.setColumnWidth(0, 116)
        self.logs_table.setColumnWidth(1, 72)
        for column, width in ((1, 130), (2, 60), (3, 72)):
            self.sql_table.setColumnWidth(column, width)
        self.effect_text = _plain("The chosen effect")
        self.sql_text = _plain("The chosen statement")
        self.request_text = _plain("The request")
        self.effects_table.selectionModel().currentRowChanged.connect(
            lambda current, _: self._show_effect(current.row())
        )
        self.sql_table.selectionModel().currentRowChanged.connect(
            lambda current, _: self._show_statement(current.row())
        )
        effects, sql = _beside(self.effects_table, self.effect_text), _beside(self.sql_table, self.sql_text)
        self._sections = [
            _Section(widget) for widget in (self.diff, effects, self.logs_table, sql, self.request_text)
        ]
        for section, title in zip(
            self._sections, ("Changes", "Effects", "Logs", "SQL", "Request"), strict=True
        ):
            self.addTab(section, title)

    def show_outcome(self, outcome: CallOutcome) -> None:
        """Show what ``outcome`` did."""
        result, is_dry = outcome.result, outcome.is_dry
        self.diff.set_diff(outcome.diff)
        self.effects.set_records(result.effects)
        self.logs.set_records(result.logs)
        self.statements.set_records(result.sql)
        for table, text in ((self.effects_table, self.effect_text), (self.sql_table, self.sql_text)):
            text.clear()
            if table.model().rowCount():
                table.selectRow(0)
        self.request_text.setPlainText(_request_words(outcome))
        had = "would have" if is_dry else "had"
        self._count(
            0,
            "Changes",
            outcome.diff.row_count,
            f"No row {'would be' if is_dry else 'was'} added, changed or removed.",
        )
        self._count(
            1,
            "Would do" if is_dry else "Effects",
            len(result.effects),
            f"The call {had} no effects outside the tables.",
        )
        self._count(2, "Logs", len(result.logs), "The script logged nothing.")
        self._count(3, "SQL", len(result.sql), "The script ran no SQL.")

    def _count(self, place: int, title: str, count: int, nothing: str) -> None:
        self.setTabText(place, f"{title} ({count:,})")
        self._sections[place].set_empty("" if count else nothing)

    def _show_effect(self, row: int) -> None:
        if row >= 0:
            self.effect_text.setPlainText(_effect_words(self.effects.record(row)))

    def _show_statement(self, row: int) -> None:
        if row >= 0:
            self.sql_text.setPlainText(_statement_words(self.statements.record(row)))

    def _log_columns(self) -> list[Column[LogLine]]:
        return [
            Column("Time", lambda line: clock(line.time)),
            Column("Level", lambda line: line.level, color=self._level_color),
            Column("Message", lambda line: line.message, full=lambda line: line.message),
        ]

    def _level_color(self, line: LogLine) -> str | None:
        return {"error": "error", "warn": "warning", "info": "info"}.get(line.level)

    def _sql_columns(self) -> list[Column[SqlStatement]]:
        def color(one: SqlStatement) -> str | None:
            return "error" if one.error else None

        return [
            Column("Statement", lambda one: " ".join(one.sql.split()), color=color, full=_statement_words),
            Column("Values", lambda one: ", ".join(shown_value(value) for value in one.args)),
            Column(
                "Rows", lambda one: "failed" if one.error else f"{one.rows:,}", is_number=True, color=color
            ),
            Column("Time", lambda one: milliseconds(one.duration), is_number=True),
        ]


class _Section(QStackedWidget):
    """A widget, or a line that says why there is nothing in it."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self._nothing = QLabel()
        self._nothing.setProperty("role", "muted")
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(4, 8, 4, 8)
        box.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        box.addStretch(1)
        self.addWidget(widget)
        self.addWidget(page)

    def set_empty(self, text: str) -> None:
        """Show the widget, or ``text`` instead."""
        self._nothing.setText(text)
        self.setCurrentIndex(1 if text else 0)

    @property
    def text(self) -> str:
        """What is said instead of the widget; empty while that is shown."""
        return self._nothing.text() if self.currentIndex() else ""


def _effect_columns() -> list[Column[Effect]]:
    return [
        Column("Kind", lambda one: _EFFECT_WORDS.get(one.kind, one.kind)),
        Column("What", lambda one: one.text, full=lambda one: one.text),
    ]


def _beside(table: QWidget, text: QWidget) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.addWidget(table)
    splitter.addWidget(text)
    splitter.setSizes([460, 260])
    return splitter


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


def _plain(name: str) -> LongText:
    text = LongText(name)
    text.setFont(theming.fixed_font())
    return text


def _effect_words(effect: Effect) -> str:
    detail = (
        ""
        if effect.detail is None
        else "\n\n" + json.dumps(effect.detail, ensure_ascii=False, indent=2, default=str)
    )
    return effect.text + detail


def _statement_words(one: SqlStatement) -> str:
    """The statement, its values one a line, rows and time, and what went wrong."""
    lines = [one.sql.strip()]
    lines += [f"  ?{place} = {shown_value(value)}" for place, value in enumerate(one.args, 1)]
    lines.append(f"-- {counted(one.rows, 'row')}, {milliseconds(one.duration)}")
    if one.error:
        lines.append(f"-- failed: {one.error}")
    return "\n".join(lines)


def _request_words(outcome: CallOutcome) -> str:
    request, caller = outcome.call.request, outcome.call.caller
    facts = [
        ("call", outcome.result.call_id), ("run", run_words(outcome)), ("caller", caller.name),
        ("role", caller.role), ("id", caller.id),
        ("email", caller.email),
    ]  # fmt: skip
    if request.kind == "chat":
        facts.append(("message", str(request.argument)))
    elif request.kind == "event":
        facts += [("event", request.target), ("argument", str(request.argument))]
    else:
        action, text = outcome.call.params
        facts += [
            ("function", request.target),
            ("action", action),
            ("params", "\n" + (text.strip() or "{}")),
        ]
    return "\n".join(f"{name:<10}{value}" for name, value in facts if value)
