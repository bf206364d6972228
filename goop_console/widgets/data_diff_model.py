"""A data diff as a tree: tables, their rows, the cells of each row before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.wording import counted

if TYPE_CHECKING:
    from lua_engine import ChangedRow, DataDiff, TableDiff

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_HEADS = ("Row", "Before", "After")
_MAX_SHOWN = 200  # characters of a value in a cell
_MAX_FULL = 4_000  # and in its tool tip
_MAX_SUMMARY = 6  # columns of a row on its own line
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
SIGNS = {ADDED: "+", CHANGED: "~", REMOVED: "−"}
_COLORS = {
    ADDED: "ok",
    CHANGED: "warning",
    REMOVED: "error",
    "note": "muted",
}  # a sign and a word stand beside each


def shown_value(value: Any, limit: int = _MAX_SHOWN) -> str:
    """A value of a table as SQL writes it, on one line and within ``limit`` characters."""
    if value is None:
        return "NULL"
    if isinstance(value, (bytes, bytearray)):
        return f"x'{bytes(value[:16]).hex()}{'…' if len(value) > 16 else ''}'"
    if not isinstance(value, str):
        return str(value)
    shown = value if len(value) <= limit else value[:limit] + "…"
    return "'" + shown_line(shown.replace("'", "''"), limit + 10) + "'"


def diff_words(diff: DataDiff) -> str:
    """``2 rows added, 1 changed``; an empty text when nothing differs."""
    counts = [
        (sum(len(table.added) for table in diff.tables), ADDED),
        (sum(len(table.changed) for table in diff.tables), CHANGED),
        (sum(len(table.removed) for table in diff.tables), REMOVED),
        (sum(table.left_out for table in diff.tables), "more not shown"),
    ]
    parts = [(count, word) for count, word in counts if count]
    return ", ".join(
        f"{counted(count, 'row') if place == 0 else f'{count:,}'} {word}"
        for place, (count, word) in enumerate(parts)
    )


class DiffNode:
    """One line. ``kind`` is ``table``, ``added``, ``changed``, ``removed``, ``cell`` or ``note``; ``full``
    are its texts for tool tips.
    """

    __slots__ = ("_children", "_load", "full", "kind", "parent", "place", "texts")

    def __init__(
        self,
        kind: str,
        texts: tuple[str, str, str],
        load: Callable[[], Sequence[DiffNode]] = tuple,
        full: tuple[str, str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.texts = texts
        self.full = full or texts
        self.parent: DiffNode | None = None
        self.place = 0
        self._load = load
        self._children: tuple[DiffNode, ...] | None = None

    @property
    def children(self) -> tuple[DiffNode, ...]:
        """The lines below this one, made when they are first asked for."""
        if self._children is None:
            self._children = tuple(self._load())
            for place, child in enumerate(self._children):
                child.parent, child.place = self, place
        return self._children


def diff_tree(diff: DataDiff) -> DiffNode:
    """The whole diff."""
    return DiffNode("root", ("", "", ""), lambda: [_table_node(table) for table in diff.tables])


def _table_node(table: TableDiff) -> DiffNode:
    counts = [(len(table.added), ADDED), (len(table.changed), CHANGED), (len(table.removed), REMOVED)]
    words = [f"{SIGNS[word]} {count:,} {word}" for count, word in counts if count]
    return DiffNode("table", (f"{table.table}    {'    '.join(words)}", "", ""), lambda: _row_nodes(table))


def _row_nodes(table: TableDiff) -> list[DiffNode]:
    nodes = [_whole_row(table, row, ADDED) for row in table.added]
    nodes += [_changed_row(table, row) for row in table.changed]
    nodes += [_whole_row(table, row, REMOVED) for row in table.removed]
    if table.left_out:
        nodes.append(
            DiffNode("note", (f"… and {counted(table.left_out, 'more change')}, too many to show", "", ""))
        )
    return nodes


def _whole_row(table: TableDiff, row: Sequence[Any], kind: str) -> DiffNode:
    values = dict(zip(table.columns, row, strict=True))
    keys = [name.strip() for name in table.key.split(",")]
    key = ", ".join(shown_value(values[name]) for name in keys if name in values)
    shown = {name: value for name, value in values.items() if value is not None and name not in keys}
    summary = _summary(shown)
    label = f"{SIGNS[kind]} {kind}  {table.key} {key}"
    texts = (label, "", summary) if kind == ADDED else (label, summary, "")
    return DiffNode(kind, texts, lambda: [_cell(name, value, kind) for name, value in values.items()])


def _cell(name: str, value: Any, kind: str) -> DiffNode:
    shown, full = shown_value(value), shown_value(value, _MAX_FULL)
    if kind == ADDED:
        return DiffNode("cell", (name, "", shown), full=(name, "", full))
    return DiffNode("cell", (name, shown, ""), full=(name, full, ""))


def _changed_row(table: TableDiff, row: ChangedRow) -> DiffNode:
    before, after = (dict(zip(table.columns, side, strict=True)) for side in (row.before, row.after))
    key = (
        row.key if isinstance(row.key, str) else shown_value(row.key)
    )  # a text is a key of several columns, as SQL writes it
    old, new = ({name: side[name] for name in row.columns} for side in (before, after))
    return DiffNode(
        CHANGED,
        (f"{SIGNS[CHANGED]} {CHANGED}  {table.key} {key}", _summary(old), _summary(new)),
        lambda: [_changed_cell(name, old[name], new[name]) for name in row.columns],
    )


def _changed_cell(name: str, old: Any, new: Any) -> DiffNode:
    full = (name, shown_value(old, _MAX_FULL), shown_value(new, _MAX_FULL))
    return DiffNode("cell", (name, shown_value(old), f"→ {shown_value(new)}"), full=full)


def _summary(values: dict[str, Any]) -> str:
    """``text = 'Buy milk', done = 0``; the site's own columns (``_owner``) come last."""
    names = sorted(values, key=lambda name: name.startswith("_"))
    parts = [f"{name} = {shown_value(values[name], 40)}" for name in names[:_MAX_SUMMARY]]
    return ", ".join(parts) + (", …" if len(names) > _MAX_SUMMARY else "")


class DataDiffModel(QAbstractItemModel):
    """Three columns: row or column, before, after."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = DiffNode("root", ("", "", ""))
        self._bold = QFont()
        self._bold.setBold(True)

    def set_diff(self, diff: DataDiff) -> None:
        self.beginResetModel()
        self._root = diff_tree(diff)
        self.endResetModel()

    def node(self, index: Index) -> DiffNode:
        """The line at ``index``; the root for an index of nothing."""
        node = index.internalPointer() if index.isValid() else self._root
        assert isinstance(node, DiffNode)
        return node

    # Qt overrides

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        children = self.node(parent).children
        return (
            self.createIndex(row, column, children[row])
            if 0 <= row < len(children) and 0 <= column < len(_HEADS)
            else QModelIndex()
        )

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]  # QObject.parent() without an index is never asked of a model
        above = self.node(index).parent if index.isValid() else None
        return (
            QModelIndex() if above is None or above is self._root else self.createIndex(above.place, 0, above)
        )

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, _parent: Index = _ROOT) -> int:
        return len(_HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_head = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _HEADS[section] if is_head else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return shown_tip(node.full[index.column()]) or None
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if node.kind == "table" else None
        if role == Qt.ItemDataRole.ForegroundRole:
            name = _COLORS.get(node.kind) if index.column() == 0 else None
            return theming.color(name) if name else None
        return None
