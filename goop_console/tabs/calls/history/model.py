"""The history as a Qt table that is read as far as it is scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QIcon

from goop_console.tabs.calls.model.entry_words import caller_title, entry_title, entry_words
from goop_console.tabs.calls.model.stranger import STRANGER
from goop_console.tabs.calls.model.words import milliseconds, one_line
from goop_console.tabs.calls.outcome_view.look import outcome_color, outcome_icon
from goop_console.widgets import theming
from goop_console.widgets.caller_picker import CallerChoice, caller_avatar, caller_color
from goop_console.widgets.wording import day_and_clock
from lua_engine import OUTCOME_WORDS, HistoryEntry

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
WHEN, CALL, CALLER, RUN, OUTCOME, REASON, ROWS, TIME = range(8)
HEADS = ("When", "Call", "Caller", "Run", "Outcome", "Reason", "Rows", "Time")
_NUMBERS = (ROWS, TIME)


class HistoryModel(QAbstractTableModel):
    """``more_requested`` asks for the next part when the table is scrolled to its end."""

    more_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[HistoryEntry] = []
        self._has_more = False
        self._is_asking = False

    def set_entries(self, entries: Sequence[HistoryEntry], *, has_more: bool) -> None:
        """Begin anew with ``entries``."""
        self.beginResetModel()
        self._entries, self._has_more, self._is_asking = list(entries), has_more, False
        self.endResetModel()

    def update(self, entries: Sequence[HistoryEntry], *, has_more: bool) -> bool:
        """The first part as it is now: what is new is put above, so that rows below keep their place.

        Answers True when that cannot be, as more is new than a part holds, or less is there than before: then
        the list began anew.
        """
        known = {entry.id for entry in self._entries}
        new = list(takewhile(lambda entry: entry.id not in known, entries))
        goes_on = len(new) < len(entries) and entries[len(new)].id == self._entries[0].id
        if not goes_on:
            self.set_entries(entries, has_more=has_more)
            return True
        self._count_again(entries[len(new) :])
        if new:
            self.beginInsertRows(QModelIndex(), 0, len(new) - 1)
            self._entries[:0] = new
            self.endInsertRows()
        return False

    def _count_again(self, entries: Sequence[HistoryEntry]) -> None:
        """Those that were there already: a page may have asked them once more."""
        places = {entry.id: row for row, entry in enumerate(self._entries)}
        for entry in entries:
            row = places.get(entry.id, -1)
            if row >= 0 and self._entries[row] != entry:
                self._entries[row] = entry
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(HEADS) - 1))

    def append(self, entries: Sequence[HistoryEntry], *, has_more: bool) -> None:
        """The next part has come."""
        self._has_more, self._is_asking = has_more, False
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries.extend(entries)
            self.endInsertRows()

    @property
    def entries(self) -> Sequence[HistoryEntry]:
        """What was read so far, newest first."""
        return self._entries

    def stop_asking(self) -> None:
        """The next part could not be read; scrolling asks again."""
        self._is_asking = False

    def entry(self, row: int) -> HistoryEntry:
        return self._entries[row]

    @property
    def has_more(self) -> bool:
        return self._has_more

    def row_of(self, entry_id: int) -> int:
        """The row of an entry that was read, or -1."""
        return next((row for row, entry in enumerate(self._entries) if entry.id == entry_id), -1)

    # Qt overrides

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and not self._is_asking

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._is_asking = True
            self.more_requested.emit()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry_words(entry)}\n{day_and_clock(entry.started_at)}{_repeated(entry)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(entry, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(entry, column)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _picture(self, entry: HistoryEntry, column: int) -> Any:
        if column == OUTCOME:
            return outcome_icon(entry.outcome)
        return self._avatar(entry) if column == CALLER else None

    def _avatar(self, entry: HistoryEntry) -> QIcon:
        return caller_avatar(CallerChoice(entry.caller.id, entry.caller.name, entry.role or STRANGER))

    def _color(self, entry: HistoryEntry, column: int) -> QColor | None:
        if column == OUTCOME:
            return theming.color(outcome_color(entry.outcome))
        if column == CALLER:
            return theming.color(caller_color(entry.role or STRANGER))
        return (
            theming.color("muted") if column in (WHEN, REASON) or (column == RUN and entry.is_dry) else None
        )


def _text(entry: HistoryEntry, column: int) -> str:
    if column == WHEN:
        return day_and_clock(entry.started_at)[:-4]
    if column == CALL:
        return f"{entry_title(entry)}  × {entry.times:,}" if entry.times > 1 else entry_title(entry)
    if column == CALLER:
        return caller_title(entry)
    if column == RUN:
        return "dry" if entry.is_dry else "live"
    if column == OUTCOME:
        return OUTCOME_WORDS[entry.outcome]
    if column == REASON:
        return one_line(entry.reason)
    if column == TIME:
        return milliseconds(entry.seconds)
    return f"{entry.rows:,}" if entry.rows else ""


def _repeated(entry: HistoryEntry) -> str:
    if entry.times == 1:
        return ""
    return f"\nasked {entry.times:,} times with this answer, last {day_and_clock(entry.last_at)}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter
