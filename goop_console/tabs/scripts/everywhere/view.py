"""The page of Ctrl+Shift+F: what is looked for, every place with its line before and after, and a choice."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.everywhere.found import FileHits, Found, Hit
from goop_console.tabs.scripts.record import KIND_WORDS
from goop_console.widgets import theming
from goop_console.widgets.code_editor.search import Query
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.icons import icon
from goop_console.widgets.plain_delegate import PlainDelegate
from goop_console.widgets.polish import set_look
from goop_console.widgets.switch import switch
from goop_console.widgets.wording import counted

_PLACE: Final = Qt.ItemDataRole.UserRole
_BEFORE: Final = 10  # letters of the line that stand before the place
_MOST_SHOWN: Final = 500  # letters of a line: a script may be a single one
_MOST_OPEN: Final = 200  # places: with more of them the scripts are folded
_Check = Qt.CheckState


class _Tree(QTreeWidget):
    """Enter opens the place."""

    opened = Signal(QTreeWidgetItem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self.opened.emit(item)
            return
        super().keyPressEvent(event)


class EverywhereView(QWidget):
    """``asked`` comes when what is looked for changed, ``replace_requested`` with the button,
    ``place_requested`` (key, line) for a place, ``closed`` with Esc.
    """

    search_requested = Signal()
    replace_requested = Signal()
    place_requested = Signal(str, int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files: tuple[FileHits, ...] = ()
        self._chosen: dict[int, set[int]] = {}
        self.field = self._field("Find in all scripts")
        self.replacement = self._field("Replace with")
        self.case = self._switch("Aa", "Match case")
        self.word = self._switch("Word", "Whole words only")
        self.pattern = self._switch(".*", "Regular expression; \\1 in the replacement is its first group")
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.count.setAccessibleName("Places found")
        self.error = ErrorLine("What is wrong with the search")
        self.tree = _Tree()
        self._set_up_tree()
        self.replace = QPushButton("Remove")
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("Back to the script (Esc)")
        self._lay_out()
        self.replace.clicked.connect(self.replace_requested)
        self.close_button.clicked.connect(self.closed)
        self.field.returnPressed.connect(self._enter_tree)
        self.tree.opened.connect(self._open)
        self.tree.itemDoubleClicked.connect(lambda item, _: self._open(item))
        self.tree.itemChanged.connect(lambda item, _: self._on_ticked(item))

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        field.textChanged.connect(lambda _: self.search_requested.emit())
        return field

    def _switch(self, text: str, name: str) -> QToolButton:
        button = switch(text, name)
        button.toggled.connect(lambda _: self.search_requested.emit())
        return button

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setAccessibleName("Places")
        tree.setHeaderLabels(["Place", "Now", "After"])
        tree.setUniformRowHeights(True)
        tree.setItemDelegate(PlainDelegate(tree))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(8)
        switches = QHBoxLayout()
        switches.setSpacing(4)
        for one in (self.case, self.word, self.pattern):
            switches.addWidget(one)
        grid.addWidget(self.field, 0, 0)
        grid.addLayout(switches, 0, 1)
        grid.addWidget(self.replacement, 1, 0)
        grid.addWidget(self.replace, 1, 1)
        grid.setColumnStretch(0, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.close_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(grid)
        box.addWidget(self.error)
        box.addWidget(self.tree, 1)
        box.addLayout(foot)

    # what is asked

    def query(self) -> Query:
        return Query(
            self.field.text(), self.case.isChecked(), self.word.isChecked(), self.pattern.isChecked()
        )

    def start(self, text: str) -> None:
        """The keyboard in the field; ``text`` was selected in the editor."""
        if text:
            self.field.setText(text)
        self.field.selectAll()
        self.field.setFocus()

    # what was found

    def show_found(self, found: Found) -> None:
        """Every place with its tick, all chosen that can be."""
        self.files = found.files
        self._chosen = {
            number: set(range(len(file.hits)))
            for number, file in enumerate(found.files)
            if not file.source.refusal
        }
        self.error.say(found.problem)
        self.tree.blockSignals(True)
        self.tree.clear()
        has_replacement = bool(self.replacement.text())
        self.tree.setColumnHidden(2, not has_replacement)
        self.tree.addTopLevelItems([self._file_item(number) for number in range(len(found.files))])
        if found.count <= _MOST_OPEN:
            self.tree.expandAll()
        self.tree.blockSignals(False)
        places = f"{counted(found.count, 'place')} in {counted(len(found.files), 'script')}"
        more = "; there are more, which are neither shown nor replaced" if found.is_cut else ""
        self.count.setText(f"{places}{more}" if self.field.text() and not found.problem else "")
        self._show_choice()

    def _file_item(self, number: int) -> QTreeWidgetItem:
        file = self.files[number]
        info, refusal = file.source.info, file.source.refusal
        kind = KIND_WORDS.get(info.kind, info.kind).lower()
        item = QTreeWidgetItem([f"{info.name} ({len(file.hits)})", refusal or kind])
        item.setIcon(0, icon(info.kind if info.kind in KIND_WORDS else "script", "muted"))
        item.setToolTip(0, str(info.path))
        if not refusal:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsAutoTristate)
        font = theming.fixed_font()
        for place, hit in enumerate(file.hits):
            item.addChild(_hit_item(hit, (number, place), font, can_choose=not refusal))
        return item

    def _show_choice(self) -> None:
        chosen = self.chosen()
        places, scripts = sum(map(len, chosen.values())), len(chosen)
        word = "Replace" if self.replacement.text() else "Remove"
        self.replace.setText(f"{word} {places:,} in {counted(scripts, 'script')}" if places else word)
        set_look(self.replace, "role", "primary" if self.replacement.text() else "")
        self.replace.setEnabled(bool(places))

    def chosen(self) -> dict[int, set[int]]:
        """The places that are ticked, by the number of their script in ``files``."""
        return {number: places for number, places in self._chosen.items() if places}

    def _on_ticked(self, item: QTreeWidgetItem) -> None:
        """A script's own tick comes as that of each of its places: to count all of them anew each time would
        take seconds.
        """
        target = item.data(0, _PLACE)
        if target is None:
            return
        number, place = target
        if number in self._chosen:
            change = set.add if item.checkState(0) == _Check.Checked else set.discard
            change(self._chosen[number], place)
            self._show_choice()

    # what a person does

    def _enter_tree(self) -> None:
        first = self.tree.topLevelItem(0)
        if first is not None:
            if self.tree.currentItem() is None:
                self.tree.setCurrentItem(first.child(0) or first)
            self.tree.setFocus()

    def _open(self, item: QTreeWidgetItem) -> None:
        target = item.data(0, _PLACE)
        if target is None:
            item.setExpanded(not item.isExpanded())
            return
        number, place = target
        file = self.files[number]
        self.place_requested.emit(file.source.key, file.hits[place].line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)


def _hit_item(hit: Hit, target: tuple[int, int], font: Any, *, can_choose: bool) -> QTreeWidgetItem:
    """The line begins a little before the place, so that the place is in view."""
    cut = max(0, hit.column - 1 - _BEFORE)
    texts = [("…" if cut else "") + text[cut : cut + _MOST_SHOWN].strip() for text in (hit.now, hit.after)]
    item = QTreeWidgetItem([f"Line {hit.line:,}", *texts])
    for column, text in ((1, hit.now), (2, hit.after)):
        item.setFont(column, font)
        item.setToolTip(column, text[:1_000])
    item.setData(0, _PLACE, target)
    if can_choose:
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, _Check.Checked)
    return item
