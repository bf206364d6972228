"""The lines that are shown, as a Qt table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from goop_console.tabs.logs.filter import LogEntry
from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import icon
from goop_console.widgets.wording import clock, elided

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
HEADERS = ("Time", "Level", "Script", "Caller", "Call", "Message")
TIME, LEVEL, SCRIPT, CALLER, CALL, MESSAGE = range(len(HEADERS))
LEVEL_WORDS = {"info": "Info", "warn": "Warning", "error": "Error"}
LEVEL_COLORS = {"info": "info", "warn": "warning", "error": "error"}
_MAX_SHOWN = 500  # characters of a message in its cell


class LogModel(QAbstractTableModel):
    """Read-only; grows at the end, shrinks at the front."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[LogEntry] = []

    # the entries

    def entry(self, row: int) -> LogEntry:
        return self._entries[row]

    @property
    def entries(self) -> Sequence[LogEntry]:
        return self._entries

    def row_from(self, number: int) -> int:
        """The first row that is not before the line ``number``."""
        return bisect_left(self._entries, number, key=lambda entry: entry.number)

    def row_of(self, number: int) -> int:
        """The row of the line ``number``, or -1."""
        row = self.row_from(number)
        return row if row < len(self._entries) and self._entries[row].number == number else -1

    def set_entries(self, entries: list[LogEntry]) -> None:
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def append(self, entries: Sequence[LogEntry]) -> None:
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries.extend(entries)
            self.endInsertRows()

    def drop_before(self, number: int) -> None:
        """Let the lines before ``number`` go."""
        count = self.row_from(number)
        if count:
            self.beginRemoveRows(QModelIndex(), 0, count - 1)
            del self._entries[:count]
            self.endRemoveRows()

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line, column = self._entries[index.row()].line, index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self._entries[index.row()], column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(line.level, column)
        if role == Qt.ItemDataRole.DecorationRole and column == LEVEL:
            return icon(
                {"warn": "warn", "error": "error"}.get(line.level, "info"),
                LEVEL_COLORS.get(line.level, "info"),
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(self._entries[index.row()], column)
        return None

    def _text(self, entry: LogEntry, column: int) -> str:
        line = entry.line
        if column == TIME:
            return clock(line.time)
        if column == LEVEL:
            return LEVEL_WORDS.get(line.level, line.level)
        if column == SCRIPT:
            return line.script
        if column == CALLER:
            return elided(line.caller.name, 28) if line.caller is not None else ""
        if column == CALL:
            return f"{line.call_id[:8]} dry" if line.is_dry else line.call_id[:8]
        return one_line(line.message)

    def _color(self, level: str, column: int) -> QColor | None:
        if column == LEVEL or (column == MESSAGE and level == "error"):
            return theming.color(LEVEL_COLORS[level]) if level in LEVEL_COLORS else None
        if column == CALL:
            return theming.color("info")
        return theming.color("muted") if column in (TIME, CALLER) else None

    def _tip(self, entry: LogEntry, column: int) -> str | None:
        line = entry.line
        if column == CALL and line.call_id:
            run = "dry run" if line.is_dry else "for real"
            origin = f", from: {line.origin}" if line.origin is not None else ""
            return f"Call {line.call_id}, {run}{origin}: open it in the Call Tester"
        if column == CALLER and line.caller is not None:
            return f"{line.caller.name}\n{line.caller.id}"
        return (
            line.message[:2_000]
            if column == MESSAGE and ("\n" in line.message or len(line.message) > 80)
            else None
        )


def one_line(message: str) -> str:
    """The message as a cell shows it."""
    shown = message[:_MAX_SHOWN] + ("…" if len(message) > _MAX_SHOWN else "")
    return shown_line(shown.strip())
