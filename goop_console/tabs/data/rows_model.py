"""The rows of one table as a Qt model that grows while one scrolls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

from goop_console.tabs.data.cells import cell_text, full_text
from goop_console.tabs.data.merge import MergePlan, Span, plan_merge, unique_keys
from goop_console.tabs.data.query import Row
from goop_console.widgets import theming
from lua_engine import ColumnInfo, RowPage, TableInfo

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_OWNER = "_owner"
_FRESH_MS = 1_600  # how long a row that somebody just wrote stands out


class RowsModel(QAbstractTableModel):
    """Read-only cells; ``page_wanted`` asks for the next page, ``append`` brings it."""

    page_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnInfo, ...] = ()
        self._rows: list[Row] = []
        self._key_places: tuple[int, ...] = ()
        self._names: Mapping[str, str] = {}
        self._fresh: set[Any] = set()  # keys of rows that just came or changed
        self._fresh_timer = QTimer(self)
        self._fresh_timer.setSingleShot(True)
        self._fresh_timer.setInterval(_FRESH_MS)
        self._fresh_timer.timeout.connect(self._on_fresh_over)
        self._null_font = QFont()
        self._null_font.setItalic(True)
        self.last: tuple[Any, ...] | None = None
        self.has_more = False
        self.is_loading = False

    # content

    def clear(self) -> None:
        self.beginResetModel()
        self._columns, self._rows, self.last = (), [], None
        self.has_more = self.is_loading = False
        self.endResetModel()

    def show_page(self, table: TableInfo, page: RowPage) -> None:
        """Begin again with the first page of ``table``."""
        self.beginResetModel()
        self._columns = _columns_of(table, page.columns)
        self._key_places = _key_places(self._columns)
        self._rows = list(page.rows)
        self._fresh.clear()
        self._take_end(page)
        self.endResetModel()

    def append(self, page: RowPage) -> None:
        """Add the page that was wanted."""
        self._take_end(page)
        if page.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
            self._rows += page.rows
            self.endInsertRows()

    def merge(self, page: RowPage) -> None:
        """Become the rows of ``page`` (all that are shown, read again) with the fewest changes."""
        new = list(page.rows)
        plan = plan_merge(self.keys(), self._keys_of(new))
        self._remove(plan.removals)
        self._permute(plan)
        self._insert(plan.insertions, new)
        self._update(new)
        self._take_end(page)
        if self._fresh:
            self._fresh_timer.start()

    def set_names(self, names: Mapping[str, str]) -> None:
        """Peer id to label, for the ``_owner`` column."""
        self._names = names
        self._redraw()

    def _on_fresh_over(self) -> None:
        self._fresh.clear()
        self._redraw()

    def _take_end(self, page: RowPage) -> None:
        self.last, self.has_more, self.is_loading = page.last, page.has_more, False

    def _redraw(self) -> None:
        if self._rows and self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    # looking things up

    @property
    def columns(self) -> tuple[ColumnInfo, ...]:
        return self._columns

    def text(self, row: int, column: int) -> str:
        """The value as its cell shows it."""
        return str(self.index(row, column).data())

    def value(self, row: int, column: int) -> Any:
        """The value itself, as the database gave it."""
        return self._rows[row][column]

    def keys(self) -> list[Any]:
        """What identifies each row across two reads."""
        return self._keys_of(self._rows)

    def key(self, row: int) -> Any:
        return self._key(self._rows[row])

    def row_of_key(self, key: Any) -> int:
        """The row with that key, or -1."""
        return next((row for row, values in enumerate(self._rows) if self._key(values) == key), -1)

    def _key(self, row: Row) -> Any:
        return tuple(row[place] for place in self._key_places) if self._key_places else row

    def _keys_of(self, rows: Sequence[Row]) -> list[Any]:
        return unique_keys(self._key(row) for row in rows)

    def column_place(self, name: str) -> int:
        """The place of the column ``name``, or -1."""
        return next((place for place, column in enumerate(self._columns) if column.name == name), -1)

    # the steps of a merge

    def _remove(self, spans: Sequence[Span]) -> None:
        for first, last in spans:
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()

    def _permute(self, plan: MergePlan) -> None:
        if plan.order is None:
            return
        self.layoutAboutToBeChanged.emit()
        place_of = {source: place for place, source in enumerate(plan.order)}
        before = self.persistentIndexList()
        self._rows = [self._rows[source] for source in plan.order]
        self.changePersistentIndexList(
            before, [self.index(place_of[one.row()], one.column()) for one in before]
        )
        self.layoutChanged.emit()

    def _insert(self, spans: Sequence[Span], new: Sequence[Row]) -> None:
        for first, last in spans:
            self._fresh |= {self._key(row) for row in new[first : last + 1]}
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = new[first : last + 1]
            self.endInsertRows()

    def _update(self, new: Sequence[Row]) -> None:
        last_column = len(self._columns) - 1
        for place, row in enumerate(new):
            if self._rows[place] != row:
                self._rows[place] = row
                self._fresh.add(self._key(row))
                self.dataChanged.emit(self.index(place, 0), self.index(place, last_column))

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def canFetchMore(self, parent: Index = _ROOT) -> bool:
        return not parent.isValid() and self.has_more and not self.is_loading

    def fetchMore(self, parent: Index = _ROOT) -> None:
        if self.canFetchMore(parent):
            self.is_loading = True
            self.page_wanted.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value, column = self._rows[index.row()][index.column()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names.get(value, cell_text(value)) if column.name == _OWNER else cell_text(value)
        if role == Qt.ItemDataRole.EditRole:
            return full_text(value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(value, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theming.color("muted") if value is None or column.is_system else None
        if role == Qt.ItemDataRole.BackgroundRole and self._fresh:
            return theming.color("selection") if self._key(self._rows[index.row()]) in self._fresh else None
        if role == Qt.ItemDataRole.FontRole:
            return self._null_font if value is None else None
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(value, (int, float)):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _tool_tip(self, value: Any, column: ColumnInfo) -> str | None:
        if column.name == _OWNER and value in self._names:
            return f"{self._names[value]}\n{value}"
        label = next((label for key, label in column.values if key == value), "")
        if label and label != value:
            return f"{value}: {label}"
        text = cell_text(value)
        return text if len(text) > 30 else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return column_words(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theming.color("muted") if column.is_system else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def column_words(column: ColumnInfo) -> str:
    """What is known of a column, in words, one fact a line."""
    words = [f"{column.name}: {column.type or 'any type'}"]
    if column.is_system:
        words.append("system column, kept by Goop2")
    words += [word for word, is_so in (("key", column.is_key), ("required", column.required)) if is_so]
    if column.default is not None:
        words.append(f"default {column.default}")
    if column.values:
        words.append(
            "one of: "
            + ", ".join(
                f"{key} ({label})" if label and label != key else key for key, label in column.values[:12]
            )
        )
    return "\n".join(words)


def _columns_of(table: TableInfo, names: Sequence[str]) -> tuple[ColumnInfo, ...]:
    """The columns in the order that the rows have them;
    one that the table does not tell of is shown plain.
    """
    known = {column.name: column for column in table.columns}
    plain = {
        name: ColumnInfo(name, "", name.startswith("_"), False, False, None, ())
        for name in names
        if name not in known
    }
    return tuple(known.get(name) or plain[name] for name in names)


def _key_places(columns: Sequence[ColumnInfo]) -> tuple[int, ...]:
    by_id = tuple(place for place, column in enumerate(columns) if column.name == "_id")
    return by_id or tuple(place for place, column in enumerate(columns) if column.is_key)
