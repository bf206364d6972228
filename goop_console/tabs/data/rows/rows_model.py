"""The rows of one table as a Qt model: the keys of all rows in order,
and the values of those that were in view.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont

from goop_console.tabs.data.rows.cells import cell_text, full_text, moment_of
from goop_console.tabs.data.rows.columns import column_words, columns_of
from goop_console.tabs.data.rows.merge import Span, plan_order
from goop_console.tabs.data.rows.places import place_of
from goop_console.widgets import theming
from lua_engine import ColumnInfo, LongValue, Page, RowKey, TableInfo

Index = QModelIndex | QPersistentModelIndex
Row = tuple[Any, ...]
_ROOT = QModelIndex()
_OWNER = "_owner"
_WRITABLE = frozenset({_OWNER, "_owner_email"})  # of the system columns
_FRESH_MS = 1_600  # how long a cell that somebody just wrote stands out
_NOT_READ = "…"
MAX_KEPT = 8_000  # rows whose values are kept
WINDOW = 128  # rows that are read together


class RowsModel(QAbstractTableModel):
    """``rows_requested(first, last)``: rows in view whose values are not here; :meth:`put` brings them."""

    rows_requested = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnInfo, ...] = ()
        self._keys: Sequence[RowKey] = []
        self._rows: OrderedDict[RowKey, Row] = OrderedDict()
        self._fresh: set[tuple[RowKey, int]] = set()
        self._names: Mapping[str, str] = {}
        self._null_font = QFont()
        self._null_font.setItalic(True)
        self._missing: set[int] = set()
        self.has_more = False  # rows follow that are not known yet
        self.keeps_all = False  # those of a view, which cannot be asked for again
        self._fresh_timer = self._timer(_FRESH_MS, self._on_fresh_over)
        self._wanted_timer = self._timer(0, self._on_requested)

    def _timer(self, milliseconds: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    # filling

    def clear(self) -> None:
        """No table."""
        self.beginResetModel()
        self._columns, self._keys, self.has_more = (), [], False
        self._rows.clear()
        self._fresh.clear()
        self._missing.clear()
        self.endResetModel()

    def show_page(self, table: TableInfo, page: Page) -> None:
        """Begin again with the first page of ``table``."""
        self.beginResetModel()
        self._columns = columns_of(table, page.columns)
        self._keys = list(page.keys)
        self._rows = OrderedDict(zip(page.keys, page.rows, strict=True))
        self._fresh.clear()
        self._missing.clear()
        self.has_more = page.has_more
        self.endResetModel()

    def put(
        self, rows: Mapping[RowKey, Row], *, is_change: bool = False, in_view: Span | None = None
    ) -> None:
        """The values of some rows. ``is_change``: cells that differ from what was shown stand out; views are
        told of those ``in_view`` (None: of all), since the others are asked for again when they come there.
        """
        last_column = len(self._columns) - 1
        places = self._places_of(rows, in_view) if is_change else []
        for key, row in rows.items():
            old = self._rows.get(key)
            if is_change and old is not None and old != row:
                self._fresh |= {(key, at) for at in range(len(row)) if old[at] != row[at]}
            self._rows[key] = row
            self._rows.move_to_end(key)
        for place in places:
            self.dataChanged.emit(self.index(place, 0), self.index(place, last_column))
        if not is_change and self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, last_column))
        while len(self._rows) > MAX_KEPT and not self.keeps_all:
            self._rows.popitem(last=False)
        if self._fresh:
            self._fresh_timer.start()

    def set_order(self, keys: Sequence[RowKey], *, is_whole: bool = True, mark_new: bool = False) -> None:
        """Become the rows ``keys`` with the fewest changes. ``mark_new``:
        rows that were not there stand out.
        """
        old = self._keys
        self.has_more = not is_whole
        plan = plan_order(old, keys)
        if plan is None:
            self._replace(keys)
        else:
            self._remove(plan.removals)
            self._permute(plan.order, plan.start)
            self._insert(plan.insertions, keys, mark_new)
        if self._fresh:
            self._fresh_timer.start()

    def keep_only(self, keys: Iterable[RowKey]) -> None:
        """Forget the values of all other rows."""
        wanted = set(keys)
        for key in [key for key in self._rows if key not in wanted]:
            del self._rows[key]

    def set_names(self, names: Mapping[str, str]) -> None:
        """Peer id to label, for the ``_owner`` column."""
        self._names = names
        self._redraw()

    def _on_fresh_over(self) -> None:
        self._fresh.clear()
        self._redraw()

    def _redraw(self) -> None:
        if self._keys and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, len(self._columns) - 1))

    # looking things up

    @property
    def columns(self) -> tuple[ColumnInfo, ...]:
        return self._columns

    @property
    def keys(self) -> Sequence[RowKey]:
        """The keys of the rows, in order; not to be changed."""
        return self._keys

    @property
    def names(self) -> Mapping[str, str]:
        """Peer id to label."""
        return self._names

    def is_fresh(self, row: int, column: int) -> bool:
        """Did somebody just write the cell?"""
        return (self._keys[row], column) in self._fresh

    def text(self, row: int, column: int) -> str:
        """The value as its cell shows it."""
        return str(self.index(row, column).data())

    def text_beside(self, index: Index, column: int) -> str:
        """A cell of the row of ``index`` as it is shown; empty when that is gone."""
        if not index.isValid() or column >= len(self._columns):
            return ""
        return self.text(index.row(), column)

    def first_texts(self, count: int, places: range) -> list[list[str]]:
        """Some cells of the first rows, as far as they are read, as they are shown."""
        values = [row for key in self._keys[:count] if (row := self._rows.get(key)) is not None]
        return [[self._display(row[place], self._columns[place]) for place in places] for row in values]

    def value(self, row: int, column: int) -> Any:
        """The value itself (long ones: :class:`LongValue`); None also when it is not read yet."""
        values = self._rows.get(self._keys[row])
        return None if values is None else values[column]

    def is_read(self, row: int) -> bool:
        """Are the values of ``row`` here?"""
        return 0 <= row < len(self._keys) and self._keys[row] in self._rows

    def key(self, row: int) -> RowKey:
        return self._keys[row]

    def row_of_key(self, key: RowKey, near: int = 0) -> int:
        """The row with that key, or -1; ``near`` is where it was."""
        return place_of(self._keys, key, near)

    def keys_between(self, first: int, last: int) -> list[RowKey]:
        """The keys of some rows, ends included."""
        return list(self._keys[max(first, 0) : last + 1])

    def owner_of(self, row: int) -> str:
        """Whose the row is, when that is a peer the site knows; else empty."""
        place = self.column_place(_OWNER)
        value = self.value(row, place) if row >= 0 and place >= 0 else None
        return value if isinstance(value, str) and value in self._names else ""

    def column_place(self, name: str) -> int:
        """The place of the column ``name``, or -1."""
        return next((place for place, column in enumerate(self._columns) if column.name == name), -1)

    def _places_of(self, rows: Mapping[RowKey, Row], in_view: Span | None) -> list[int]:
        first, last = in_view if in_view is not None else (0, len(self._keys) - 1)
        places = range(max(first, 0), min(last, len(self._keys) - 1) + 1)
        return [place for place in places if self._keys[place] in rows]

    # the steps from one order to another

    def _remove(self, spans: Sequence[Span]) -> None:
        for first, last in spans:
            self.beginRemoveRows(QModelIndex(), first, last)
            self._keys = _without(self._keys, first, last)
            self.endRemoveRows()

    def _permute(self, order: Sequence[int] | None, start: int) -> None:
        if order is None:
            return
        self.layoutAboutToBeChanged.emit()
        part = self._keys[start : start + len(order)]
        moved = [part[source] for source in order]
        places = {start + source: start + place for place, source in enumerate(order)}
        before = self.persistentIndexList()
        self._keys = _joined(self._keys[:start], moved, self._keys[start + len(order) :])
        after = [self.index(places.get(one.row(), one.row()), one.column()) for one in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert(self, spans: Sequence[Span], new: Sequence[RowKey], mark_new: bool) -> None:
        for first, last in spans:
            if mark_new and last - first < WINDOW:
                columns = range(len(self._columns))
                self._fresh |= {(key, at) for key in new[first : last + 1] for at in columns}
            self.beginInsertRows(QModelIndex(), first, last)
            is_final = (first, last) == spans[-1]  # a million keys are not copied once more
            self._keys = new if is_final else _with(self._keys, first, new[first : last + 1])
            self.endInsertRows()
        self._keys = new

    def _replace(self, keys: Sequence[RowKey]) -> None:
        """Too much has changed for single steps: the number of rows first, then their places; what is
        selected moves
        with its row.
        """
        kept = {one.row(): self._keys[one.row()] for one in self.persistentIndexList()}
        length, wanted = len(self._keys), len(keys)
        if wanted > length:
            self.beginInsertRows(QModelIndex(), length, wanted - 1)
            self._keys = keys
            self.endInsertRows()
        elif wanted < length:
            self.beginRemoveRows(QModelIndex(), wanted, length - 1)
            self._keys = keys
            self.endRemoveRows()
        self.layoutAboutToBeChanged.emit()
        self._keys = keys
        before = self.persistentIndexList()
        places = {row: self.row_of_key(key, row) for row, key in kept.items()}
        after = [
            self.index(place, one.column()) if (place := places.get(one.row(), -1)) >= 0 else QModelIndex()
            for one in before
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if self.is_editable(index.column()) else flags

    def is_editable(self, place: int) -> bool:
        """May a person write in the column?"""
        if not 0 <= place < len(self._columns):
            return False
        column = self._columns[place]
        return not column.generated and not (column.is_system and column.name not in _WRITABLE)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        key, place = self._keys[index.row()], index.column()
        row = self._rows.get(key)
        if row is None:
            return self._not_read(index.row(), role)
        value, column = row[place], self._columns[place]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._display(value, column)
        if role == Qt.ItemDataRole.EditRole:
            return full_text(value.start if isinstance(value, LongValue) else value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(value, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            is_quiet = value is None or column.is_system or column.generated
            return theming.color("muted") if is_quiet else None
        if role == Qt.ItemDataRole.BackgroundRole:
            return theming.color("selection") if (key, place) in self._fresh else None
        if role == Qt.ItemDataRole.FontRole:
            return self._null_font if value is None else None
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(value, (int, float)):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(value, column, (key, place) in self._fresh)
        return None

    def _display(self, value: Any, column: ColumnInfo) -> str:
        if column.name == _OWNER and isinstance(value, str) and value in self._names:
            return cell_text(self._names[value])
        return cell_text(value, column.type)

    def _spoken(self, value: Any, column: ColumnInfo, is_fresh: bool) -> str:
        text = "empty text" if value == "" else self._display(value, column)
        return f"{column.name}: {text}{', just changed' if is_fresh else ''}"

    def _not_read(self, row: int, role: int) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return theming.color("muted") if role == Qt.ItemDataRole.ForegroundRole else None
        self._missing.add(row)
        if not self._wanted_timer.isActive():
            self._wanted_timer.start()
        return _NOT_READ

    def _on_requested(self) -> None:
        missing, self._missing = self._missing, set()
        if missing:
            self.rows_requested.emit(min(missing), max(missing))

    def _tool_tip(self, value: Any, column: ColumnInfo) -> str | None:
        if column.name == _OWNER and value in self._names:
            return f"{self._names[value]}\n{value}"
        label = next((label for key, label in column.values if key == value), "")
        if label and label != value:
            return f"{value}: {label}"
        moment = moment_of(value) if column.type == "datetime" and isinstance(value, str) else None
        if moment is not None:
            return f"{cell_text(value, column.type)} here\n{moment:%Y-%m-%d %H:%M:%S} UTC\nstored as {value}"
        text = cell_text(value)
        return text if len(text) > 30 else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"ƒ {column.name}" if column.generated else column.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return column_words(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theming.color("muted") if column.is_system else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._is_number(section) else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _is_number(self, section: int) -> bool:
        """Whether numbers stand on the right below it; of what a statement answers the first row tells."""
        kind = self._columns[section].type
        first = next(iter(self._rows.values()), ()) if not kind else ()
        return kind in ("integer", "real") or (bool(first) and isinstance(first[section], (int, float)))


def _joined(*parts: Sequence[RowKey]) -> Sequence[RowKey]:
    """The keys of ``parts``, as compactly as they are: rowids stay in an array."""
    if any(isinstance(part, array) for part in parts):
        whole = array("q")
        for part in parts:
            whole.extend(part)  # type: ignore[arg-type]  # rowids
        return whole
    return [key for part in parts for key in part]


def _with(keys: Sequence[RowKey], at: int, added: Sequence[RowKey]) -> Sequence[RowKey]:
    return _joined(keys[:at], added, keys[at:])


def _without(keys: Sequence[RowKey], first: int, last: int) -> Sequence[RowKey]:
    return _joined(keys[:first], keys[last + 1 :])
