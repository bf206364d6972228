"""The list of everything that can be put into the site, with its filters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.templates.card_delegate import CardDelegate
from goop_console.tabs.templates.entries import Entry, categories
from goop_console.tabs.templates.model import GalleryModel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import set_icon

_ALL = "All categories"
_CATEGORY_LETTERS = 40


class GalleryView(QWidget):
    """``chosen(Entry | None)`` follows the current line; ``activated`` comes with Enter or a double click."""

    chosen = Signal(object)
    activated = Signal()
    folder_requested = Signal()
    archive_requested = Signal()
    export_requested = Signal()
    state_action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = FilterBar("Find a template or command")
        self.filter.field.setAcceptDrops(False)  # a dropped template is not meant as text
        self.category = QComboBox()
        self.category.setAccessibleName("Category")
        self.category.addItem(_ALL, "")
        self.filter.add_widget(self.category)
        self.model = GalleryModel(self)
        self._delegate = CardDelegate(self)
        self.list = self._make_list()
        self.state = EmptyState("Reading the gallery…", "")
        self.disk = QPushButton("From disk…")
        self.new = QPushButton("New template from this site…")
        self._wanted = self._wanted_category = ""
        self._emitted: Entry | None = None
        self._build()
        self._connect()

    def _make_list(self) -> QListView:
        view = QListView()
        view.setAccessibleName("Templates, chat commands and backups")
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMouseTracking(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        return view

    def _build(self) -> None:
        menu = QMenu(self.disk)
        self.folder_action = QAction("Template folder…", menu)
        self.archive_action = QAction("Template archive (.zip, .tar.gz)…", menu)
        menu.addActions([self.folder_action, self.archive_action])
        self.disk.setMenu(menu)
        self.disk.setToolTip(
            "Read a template from a folder or an archive; dropping it on this tab does the same"
        )
        set_icon(self.disk, "folder")
        set_icon(self.new, "add")
        self.new.setToolTip("Write a template folder from this site's pages, scripts and tables")
        self._hint = QLabel("Or drop a template folder or archive here.")
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._body = QStackedWidget()
        self._body.addWidget(self.state)
        self._body.addWidget(self.list)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.disk)
        buttons.addWidget(self.new)
        buttons.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 0, 0, 8)
        box.setSpacing(8)
        box.addWidget(self.filter)
        box.addWidget(self._body, 1)
        box.addLayout(buttons)
        box.addWidget(self._hint)

    def _connect(self) -> None:
        self.filter.text_changed.connect(lambda _: self._narrow())
        self.category.currentIndexChanged.connect(lambda _: self._narrow())
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.list.activated.connect(lambda _: self.activated.emit())
        self.folder_action.triggered.connect(lambda _=False: self.folder_requested.emit())
        self.archive_action.triggered.connect(lambda _=False: self.archive_requested.emit())
        self.new.clicked.connect(lambda _=False: self.export_requested.emit())
        self.state.action_triggered.connect(self.state_action)

    # what is shown

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show ``entries``; the chosen one stays chosen."""
        self._set_categories(categories(entries))
        self.model.set_entries(entries)
        self._show_rows()

    def _set_categories(self, found: Sequence[str]) -> None:
        chosen, self._wanted_category = self._wanted_category or self.category.currentData(), ""
        self.category.blockSignals(True)
        self.category.clear()
        self.category.addItem(_ALL, "")
        for one in found:
            self.category.addItem(shown_line(one.capitalize(), _CATEGORY_LETTERS), one)
        self.category.setCurrentIndex(max(0, self.category.findData(chosen)))
        self.category.blockSignals(False)

    def _narrow(self) -> None:
        self.model.set_filter(self.filter.text(), self.category.currentData() or "")
        self._show_rows()

    def _show_rows(self) -> None:
        self.model.set_filter(self.filter.text(), self.category.currentData() or "")
        row = self.model.row_of(self._wanted)
        row = row if row >= 0 else self.model.first_row
        if row < 0:
            self.show_state(
                "Nothing found", "No template, chat command or backup has all of these words.", "Show all"
            )
            self._emit(None)
            return
        self._body.setCurrentWidget(self.list)
        index = self.model.index(row, 0)
        wanted = self._wanted
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        self._wanted = wanted or self._wanted  # a filter that hides the chosen one does not forget it
        self._emit(self.model.entry(row))

    def show_state(self, title: str, text: str, action: str = "") -> None:
        """Put a message in the list's place."""
        self.state.set_texts(title, text, action)
        self._body.setCurrentWidget(self.state)

    @property
    def is_listing(self) -> bool:
        """The list is shown, not a message."""
        return self._body.currentWidget() is self.list

    def select(self, key: str) -> bool:
        """Make ``key`` the current line, now or when it is there; filters that hide it are taken off."""
        self._wanted = key
        known = any(entry.key == key for entry in self.model.entries)
        if known and self.model.row_of(key) < 0:
            self.clear_filters()
        if known:
            self._show_rows()
        return known

    def want_category(self, category: str) -> None:
        """Show only ``category``, now or when there is something of it."""
        self._wanted_category = category
        self.category.setCurrentIndex(max(0, self.category.findData(category)))

    def clear_filters(self) -> None:
        self.filter.set_text("")
        self.category.setCurrentIndex(0)
        self._narrow()

    @property
    def current(self) -> Entry | None:
        return self._emitted

    @property
    def wanted(self) -> str:
        """The key of the line that was chosen last, whether it is shown or not."""
        return self._wanted

    def _on_current_changed(self, current: QModelIndex) -> None:
        entry = self.model.entry(current.row()) if current.isValid() else None
        if entry is not None:
            self._wanted = entry.key
            self._emit(entry)

    def _emit(self, entry: Entry | None) -> None:
        if entry is not self._emitted:
            self._emitted = entry
            self.chosen.emit(entry)
