"""A lazy Qt tree model over a plain JSON value.

Nothing is walked in advance: a node's children are made when it is opened, and a container with more than
``RANGE`` entries opens as ranges (``0 … 999``), so that opening any node costs at most ``RANGE`` small
objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import marked, shown_line, shown_tip

RANGE = 1_000
MAX_SHOWN = 400
MAX_PREVIEW = 96
_ROW_PADDING = 6
_PREVIEW_ENTRIES = 4

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class JsonNode:
    """One line of the tree: an entry of a container, or a range of a big container's entries."""

    __slots__ = ("_children", "key", "parent", "row", "span", "value")

    def __init__(
        self,
        key: str | int,
        value: Any,
        parent: JsonNode | None,
        row: int,
        span: tuple[int, int] | None = None,
    ) -> None:
        self.key = key
        self.value = value
        self.parent = parent
        self.row = row
        self.span = span
        self._children: list[JsonNode] | None = None

    @property
    def has_children(self) -> bool:
        return isinstance(self.value, (dict, list, tuple)) and len(self.value) > 0

    @property
    def children(self) -> list[JsonNode]:
        """The children, made on the first look."""
        if self._children is None:
            self._children = list(self._make_children()) if self.has_children else []
        return self._children

    def _make_children(self) -> Iterator[JsonNode]:
        start, stop = self.span or (0, len(self.value))
        step = _range_step(stop - start)
        if step:
            for row, first in enumerate(range(start, stop, step)):
                yield JsonNode("", self.value, self, row, (first, min(first + step, stop)))
            return
        for row, (key, value) in enumerate(islice(_entries(self.value), start, stop)):
            yield JsonNode(key, value, self, row)

    @property
    def entries(self) -> Any:
        """What this line stands for: the value, or the part of it that a range covers."""
        if self.span is None:
            return self.value
        part = islice(_entries(self.value), *self.span)
        return dict(part) if isinstance(self.value, dict) else [value for _, value in part]

    @property
    def path(self) -> str:
        """How a page's script reaches this value: ``result.todos[0].text``."""
        if self.parent is None:
            return str(self.key)
        if self.span is not None:
            return self.parent.path
        if isinstance(self.key, int):
            return f"{self.parent.path}[{self.key}]"
        return self.parent.path + (
            f".{self.key}" if _is_js_name(self.key) else f"[{json.dumps(self.key, ensure_ascii=False)}]"
        )


def _range_step(count: int) -> int:
    """How many entries one range holds, or 0 when ``count`` entries need no ranges."""
    step = 0
    while count > RANGE * max(step, 1):
        step = RANGE * max(step, 1)
    return step


def _entries(value: Any) -> Iterable[tuple[str | int, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _is_js_name(key: str) -> bool:
    return key.isascii() and key.replace("$", "_").isidentifier()


def scalar_text(value: Any, limit: int = MAX_SHOWN) -> str:
    """``value`` as JSON writes it; a long string is cut and says how long it is."""
    if isinstance(value, str) and len(value) > limit:
        return marked(json.dumps(value[:limit], ensure_ascii=False)[:-1]) + f'…" ({len(value):,} characters)'
    return marked(json.dumps(value, ensure_ascii=False, default=repr))


def value_summary(value: Any) -> str:
    """One line for any value: the scalar itself, or a container's size and its first entries."""
    if not isinstance(value, (dict, list, tuple)):
        return scalar_text(value)
    is_dict = isinstance(value, dict)
    noun = "key" if is_dict else "item"
    size = f"{len(value):,} {noun}{'' if len(value) == 1 else 's'}"
    head = f"{{{size}}}" if is_dict else f"[{size}]"
    return f"{head}  {_preview(value)}" if value else head


def _preview(value: Any) -> str:
    parts = []
    for key, entry in islice(_entries(value), _PREVIEW_ENTRIES):
        if isinstance(entry, (dict, list, tuple)):
            shown = "{…}" if isinstance(entry, dict) else "[…]"
        else:
            shown = scalar_text(entry, 32)
        parts.append(f"{key}: {shown}" if isinstance(value, dict) else shown)
    text = ", ".join(parts) + (", …" if len(value) > _PREVIEW_ENTRIES else "")
    return text if len(text) <= MAX_PREVIEW else text[: MAX_PREVIEW - 1] + "…"


class JsonTreeModel(QAbstractItemModel):
    """Columns: key, value. ``node(index)`` is the way back to the data."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._top: list[JsonNode] = []
        self._mono = theming.fixed_font()
        self._row_size = QSize(0, QFontMetrics(self._mono).height() + _ROW_PADDING)

    def use_font(self) -> None:
        """Text has another size."""
        self._mono = theming.fixed_font()
        self._row_size = QSize(0, QFontMetrics(self._mono).height() + _ROW_PADDING)
        self.layoutChanged.emit()

    def set_value(self, value: Any, name: str) -> None:
        """Show ``value`` under one top node called ``name``."""
        self.beginResetModel()
        self._top = [JsonNode(name, value, None, 0)]
        self.endResetModel()

    def clear(self) -> None:
        self.beginResetModel()
        self._top = []
        self.endResetModel()

    def node(self, index: Index) -> JsonNode:
        """The node of a valid ``index``."""
        node: JsonNode = index.internalPointer()
        return node

    def _nodes(self, parent: Index) -> list[JsonNode]:
        return self.node(parent).children if parent.isValid() else self._top

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.column() > 0 else len(self._nodes(parent))

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: ARG002  Qt's signature
        return 2

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        if not parent.isValid():
            return bool(self._top)
        return parent.column() == 0 and self.node(parent).has_children

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        nodes = self._nodes(parent)
        return (
            self.createIndex(row, column, nodes[row])
            if 0 <= row < len(nodes) and 0 <= column < 2
            else QModelIndex()
        )

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # Qt overloads parent()
        node = self.node(index).parent if index.isValid() else None
        return QModelIndex() if node is None else self.createIndex(node.row, 0, node)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Key", "Value")[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return _key_text(node) if index.column() == 0 else _value_text(node)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._key_color(node) if index.column() == 0 else self._value_color(node)
        if role == Qt.ItemDataRole.FontRole and index.column() == 1:
            return self._mono
        if role == Qt.ItemDataRole.SizeHintRole:
            return self._row_size if index.column() == 1 else None  # the key column's own hint sets its width
        if role == Qt.ItemDataRole.ToolTipRole:
            return shown_tip(node.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_key_text(node)}: {_value_text(node)}"
        return None

    def _key_color(self, node: JsonNode) -> QColor:
        return (
            theming.color("muted")
            if node.span is not None or isinstance(node.key, int)
            else theming.color("text")
        )

    def _value_color(self, node: JsonNode) -> QColor:
        value = node.value
        if value is None or isinstance(value, bool):
            return theming.color("syn_builtin")
        if isinstance(value, (int, float)):
            return theming.color("syn_number")
        return theming.color("syn_string" if isinstance(value, str) else "muted")


def _key_text(node: JsonNode) -> str:
    if node.span is not None:
        return f"{node.span[0]:,} … {node.span[1] - 1:,}"
    return shown_line(str(node.key))


def _value_text(node: JsonNode) -> str:
    return f"{node.span[1] - node.span[0]:,} entries" if node.span is not None else value_summary(node.value)
