"""A JSON value as a tree or as text."""

from __future__ import annotations

import json
from typing import Any, Literal

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from goop_console.widgets import theming
from goop_console.widgets.json_text import JsonCopier, JsonTextView
from goop_console.widgets.json_tree import JsonNode, JsonTreeModel

Mode = Literal["tree", "raw"]
ModelIndex = QModelIndex | QPersistentModelIndex
_OPEN_AT_ONCE = 60  # lines that a fresh value may open to by itself
_KEY_WIDTH = 200
_KEY_WIDTH_MAX = 360
_EXPAND_LIMIT = 2_000  # lines that "Expand all" opens at most


class JsonView(QWidget):
    """Tree and raw text of any plain JSON value (dict, list, str, int, float, bool, None).

    Setting a value costs the same for 20 bytes and for 20 MB: both sides are made as they are looked at. What
    was open stays open in the next value where the same paths exist.
    """

    copied = Signal(str)  # what was copied, in words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = "result"
        self._value: Any = None
        self._has_value = False
        self._raw_is_current = False
        self._open_paths: set[str] = set()
        self._model = JsonTreeModel(self)
        self._build()
        self._build_actions()

    # the public side

    def set_value(self, value: Any, name: str = "result") -> None:
        """Show ``value``; ``name`` begins the paths that are copied."""
        is_first = not self._open_paths or name != self._name
        self._value, self._name, self._has_value = value, name, True
        self._raw_is_current = False
        self._model.set_value(value, name)
        self._open_fresh() if is_first else self._reopen()
        self.tree.setColumnWidth(0, _KEY_WIDTH)
        self.tree.setCurrentIndex(self._model.index(0, 0))
        if self.mode == "raw":
            self._fill_raw()

    def clear(self) -> None:
        """Show nothing."""
        self._value, self._has_value = None, False
        self._open_paths.clear()
        self._model.clear()
        self.text.editor.clear()

    @property
    def mode(self) -> Mode:
        return "raw" if self._stack.currentIndex() == 1 else "tree"

    def set_mode(self, mode: Mode) -> None:
        (self._raw_button if mode == "raw" else self._tree_button).setChecked(True)
        self._stack.setCurrentIndex(1 if mode == "raw" else 0)
        for action in (self.expand_action, self.collapse_action, self.copy_path_action):
            action.setEnabled(mode == "tree")
        if mode == "raw":
            self._fill_raw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_size_change(event):
            self._model.use_font()

    # building

    def _build(self) -> None:
        self.tree = QTreeView()
        self.tree.setModel(self._model)
        self.tree.setUniformRowHeights(True)
        self.tree.setItemDelegateForColumn(0, _KeyDelegate(self.tree))
        self.tree.setAlternatingRowColors(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setAccessibleName("JSON tree")
        self.tree.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        self.tree.expanded.connect(lambda index: self._remember(index, is_open=True))
        self.tree.collapsed.connect(lambda index: self._remember(index, is_open=False))
        self.text = JsonTextView()
        self.copier = JsonCopier(self)
        self.copier.copied.connect(lambda size: self.copied.emit(f"{size:,} characters of JSON"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.text)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(4)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(self._bar)
        box.addWidget(self._stack, 1)

    def _build_actions(self) -> None:
        self.copy_action = self._action(
            "Copy value", self.copy_value, QKeySequence(QKeySequence.StandardKey.Copy)
        )
        self.copy_path_action = self._action("Copy path", self.copy_path, QKeySequence("Ctrl+Shift+C"))
        self.copy_all_action = self._action("Copy all", self.copy_all)
        self.expand_action = self._action("Expand all", self.expand_all)
        self.collapse_action = self._action("Collapse all", self.collapse_all)
        group = QButtonGroup(self)
        self._tree_button = self._mode_button("Tree", "tree", group)
        self._raw_button = self._mode_button("Raw", "raw", group)
        self._tree_button.setChecked(True)
        self._bar.addStretch(1)
        self._buttons: list[QToolButton] = []
        for action, short in (
            (self.expand_action, "Expand"),
            (self.collapse_action, "Collapse"),
            (self.copy_all_action, "Copy"),
        ):
            action.setIconText(short)  # what the button shows; its tool tip and the menu say it in full
            button = QToolButton()
            button.setProperty("role", "flat")
            button.setDefaultAction(action)
            button.setAccessibleName(action.text())
            self._bar.addWidget(button)
            self._buttons.append(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all their words, what the menu and keys do as well has no button."""
        super().resizeEvent(event)
        modes = self._tree_button.sizeHint().width() + self._raw_button.sizeHint().width()
        words = sum(button.sizeHint().width() for button in self._buttons)
        has_room = self.width() >= modes + words + self._bar.spacing() * (self._bar.count() - 1)
        for button in self._buttons[:-1]:
            button.setVisible(has_room)

    def _action(self, text: str, slot: Any, keys: QKeySequence | None = None) -> QAction:
        action = QAction(text, self.tree)
        action.triggered.connect(lambda: slot())
        if keys is not None:
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.tree.addAction(action)
        return action

    def _mode_button(self, text: str, mode: Mode, group: QButtonGroup) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setAccessibleName(f"Show as {text.lower()}")
        button.setProperty("role", "segment")
        button.clicked.connect(lambda: self.set_mode(mode))
        group.addButton(button)
        self._bar.addWidget(button)
        return button

    def _fill_raw(self) -> None:
        if self._has_value and not self._raw_is_current:
            self.text.set_value(self._value)
            self._raw_is_current = True

    # opening and closing

    def _open_fresh(self) -> None:
        """Open level by level as long as the lines stay few."""
        self._open_paths.clear()
        self._expand_within(_OPEN_AT_ONCE)
        self.tree.setExpanded(self._model.index(0, 0), True)

    def expand_all(self) -> None:
        """Open everything below the current line, up to a bound, nearest levels first."""
        current = self.tree.currentIndex().siblingAtColumn(0)
        self._expand_within(_EXPAND_LIMIT, current if current.isValid() else None)

    def _expand_within(self, limit: int, start: QModelIndex | None = None) -> None:
        level = [start if start is not None else self._model.index(0, 0)]
        lines = 1
        while level:
            following: list[QModelIndex] = []
            for index in level:
                lines += self._model.rowCount(index)
                if lines > limit:
                    return
                self.tree.setExpanded(index, True)
                following += [child for child in self._children(index) if self._model.hasChildren(child)]
            level = following

    def _children(self, index: QModelIndex) -> list[QModelIndex]:
        return [self._model.index(row, 0, index) for row in range(self._model.rowCount(index))]

    def collapse_all(self) -> None:
        """Close everything but the first level."""
        self.tree.collapseAll()
        self._open_paths.clear()
        self.tree.setExpanded(self._model.index(0, 0), True)

    def _remember(self, index: QModelIndex, *, is_open: bool) -> None:
        node = self._model.node(index)
        wanted = self.tree.sizeHintForColumn(0)
        if is_open and wanted > self.tree.columnWidth(0):
            self.tree.setColumnWidth(0, min(wanted, _KEY_WIDTH_MAX))
        if node.span is None:
            (self._open_paths.add if is_open else self._open_paths.discard)(node.path)

    def _reopen(self) -> None:
        """Open what was open before, walking only into open lines."""
        wanted, self._open_paths = self._open_paths, set()
        pending = [self._model.index(0, 0)]
        opened = 0
        while pending and opened < _EXPAND_LIMIT:
            index = pending.pop()
            node = self._model.node(index)
            if node.span is None and node.path in wanted and node.has_children:
                self.tree.setExpanded(index, True)
                opened += self._model.rowCount(index)
                pending += [child for child in self._children(index) if self._model.hasChildren(child)]

    # copying

    def _current_node(self) -> JsonNode | None:
        index = self.tree.currentIndex()
        return self._model.node(index) if index.isValid() else None

    def copy_all(self) -> None:
        """Copy the whole value as indented JSON; ``copied`` tells when it is on the clipboard."""
        if self._has_value:
            self.copier.start(self._value)

    def copy_value(self) -> None:
        """Copy the current line's value: a string as itself, anything else as JSON."""
        node = self._current_node()
        if node is None:
            return
        if node.has_children:
            self.copier.start(node.entries)
            return
        QGuiApplication.clipboard().setText(
            node.value if isinstance(node.value, str) else json.dumps(node.value, default=repr)
        )
        self.copied.emit(f"the value of {node.path}")

    def copy_path(self) -> None:
        """Copy how a page's script reaches the current line."""
        node = self._current_node()
        if node is not None:
            QGuiApplication.clipboard().setText(node.path)
            self.copied.emit(node.path)

    def _on_menu_requested(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.copy_action, self.copy_path_action, self.copy_all_action])
        menu.addSeparator()
        menu.addActions([self.expand_action, self.collapse_action])
        menu.popup(self.tree.viewport().mapToGlobal(position))


class _KeyDelegate(QStyledItemDelegate):
    """Keys that are alike differ at their end: a long one is cut in the middle."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
