"""The rows that are shown, as a Qt table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from goop_console.tabs.logs import cells
from goop_console.tabs.logs.cells import HEADERS, Shown
from goop_console.tabs.logs.entry import Group, LogEntry
from goop_console.tabs.logs.groups import Grouping, Mode, Row, entry_of, order, place_of

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class LogModel(QAbstractTableModel):
    """Read-only; grows at both ends, and inside groups."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.grouping = Grouping()
        self.marks: dict[int, LogEntry] = {}  # those that a person marked, by number
        self.is_hit: Callable[[LogEntry], bool] = lambda _entry: False  # what is highlighted
        self.role_of: Callable[[str], str] = lambda _peer_id: ""

    # the rows

    def row(self, place: int) -> Row:
        return self._rows[place]

    def entry(self, place: int) -> LogEntry:
        """The entry that a row is about: of a call its summary, else its newest line."""
        return entry_of(self._rows[place])

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    def entries(self) -> list[LogEntry]:
        """All that is shown or folded away, in the order of the rows."""
        found: list[LogEntry] = []
        for row in self._rows:
            if isinstance(row, Group):
                found += [*row.lines, *([row.head] if row.head is not None else [])]
            elif row.group is None:
                found.append(row)
        return found

    def place_of(self, row: Row) -> int:
        """Where ``row`` stands, or the group that it is folded into; -1 when it is not shown."""
        place = place_of(self._rows, row)
        if place < 0 and isinstance(row, LogEntry) and row.group is not None:
            return self._place_of_group(row.group, row)
        if place < 0 and isinstance(row, Group):
            again = self.grouping.group(row.key)
            return -1 if again is None else place_of(self._rows, again)
        return place

    def _place_of_group(self, group: Group, entry: LogEntry) -> int:
        is_in = entry is group.head or any(one is entry for one in group.lines)
        return place_of(self._rows, group) if is_in else -1

    def place_from(self, row: Row) -> int:
        """The first row that is not before ``row``."""
        return bisect_left(self._rows, order(row), key=order)

    def first_from(self, number: int) -> int:
        """The first row that does not stand before the number ``number``."""
        return bisect_left(self._rows, number, key=lambda row: order(row)[0])

    # what is shown

    def show(self, entries: Sequence[LogEntry], mode: Mode, heads: Sequence[Mapping[str, LogEntry]]) -> None:
        """Show ``entries`` and nothing else."""
        self.beginResetModel()
        self.grouping.start(mode, heads)
        placed = self.grouping.place(entries)
        self._rows = self._laid_out(placed.rows) if placed.inside else placed.rows
        self.endResetModel()

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Add newer entries."""
        self._add(entries, at_end=True)

    def prepend(self, entries: Sequence[LogEntry]) -> int:
        """Add older entries; how many rows came before the first one."""
        return self._add(entries, at_end=False)

    def _add(self, entries: Sequence[LogEntry], *, at_end: bool) -> int:
        placed = self.grouping.place(entries)
        if placed.rows:
            first = len(self._rows) if at_end else 0
            self.beginInsertRows(QModelIndex(), first, first + len(placed.rows) - 1)
            self._rows[first:first] = placed.rows
            self.endInsertRows()
        for entry in placed.inside:
            place = bisect_left(self._rows, order(entry), key=order)
            self.beginInsertRows(QModelIndex(), place, place)
            self._rows.insert(place, entry)
            self.endInsertRows()
        for group in placed.changed.values():
            self._tell(group)
        return len(placed.rows)

    def set_head(self, entry: LogEntry) -> None:
        """A call whose lines are shown has come to its end, whether its summary passes the filter or not."""
        group = self.grouping.group(entry.record.call_id)
        if group is not None and group.head is None:
            group.head = entry
            self._tell(group)

    def _tell(self, group: Group) -> None:
        place = place_of(self._rows, group)
        if place >= 0:
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(HEADERS) - 1))

    def drop_before(self, number: int) -> None:
        """Let what stands before the entry ``number`` go."""
        count = self.first_from(number)
        if count:
            self.beginRemoveRows(QModelIndex(), 0, count - 1)
            del self._rows[:count]
            self.grouping.forget_before(number)
            self.endRemoveRows()

    # folding

    def group_at(self, place: int) -> Group | None:
        """The group of a row, whether the row is its own or one of its lines."""
        row = self._rows[place]
        return row if isinstance(row, Group) else row.group

    def fold(self, group: Group, *, folded: bool) -> None:
        """Fold one group, or unfold it."""
        if folded == self.grouping.is_folded(group):
            return
        place = place_of(self._rows, group)
        lines = self.grouping.rows_of(group)
        if folded and lines:
            self.beginRemoveRows(QModelIndex(), place + 1, place + len(lines))
            self.grouping.set_folded(group, folded=True)
            del self._rows[place + 1 : place + 1 + len(lines)]
            self.endRemoveRows()
        else:
            self.grouping.set_folded(group, folded=folded)
            lines = self.grouping.rows_of(group)
            if lines and place >= 0:
                self.beginInsertRows(QModelIndex(), place + 1, place + len(lines))
                self._rows[place + 1 : place + 1] = lines
                self.endInsertRows()
        self._tell(group)

    def fold_all(self, *, folded: bool) -> None:
        """Fold every group, or unfold them."""
        self.beginResetModel()
        self.grouping.fold_all(folded)
        self._rows = self._laid_out(self._rows)
        self.endResetModel()

    def _laid_out(self, rows: Sequence[Row]) -> list[Row]:
        """The groups of ``rows`` with all their lines as they are folded now, and what is in none."""
        found: list[Row] = []
        for row in rows:
            if isinstance(row, Group):
                found.append(row)
                found += self.grouping.rows_of(row)
            elif row.group is None:
                found.append(row)
        return found

    def repaint_all(self) -> None:
        """Marks, highlighting or roles are others now."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(HEADERS) - 1))

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

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
        return cells.data(self._shown(index.row()), index.column(), role)

    def _shown(self, place: int) -> Shown:
        row = self._rows[place]
        entry = entry_of(row)
        caller = entry.record.caller
        return Shown(
            row,
            entry,
            self.grouping.is_folded(row) if isinstance(row, Group) else False,
            entry.number in self.marks,
            self.is_hit(entry),
            self.role_of(caller.id) if caller is not None else "",
        )
