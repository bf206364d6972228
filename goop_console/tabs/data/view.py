"""The widgets of the Data tab, put together; no logic."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.data.editing.edits_view import EditsView
from goop_console.tabs.data.questions.checks_view import ChecksView
from goop_console.tabs.data.rows.detail_view import DetailView
from goop_console.tabs.data.rows.grid_state import GridFacts
from goop_console.tabs.data.rows.row_grid import RowGrid
from goop_console.tabs.data.rows.rows_model import RowsModel
from goop_console.tabs.data.sql.sql_view import SqlView
from goop_console.tabs.data.tables.schema_view import SchemaView
from goop_console.tabs.data.tables.table_list import TableList
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import set_icon
from goop_console.widgets.made_ahead import part
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.polish import set_look
from lua_engine import ColumnInfo

_SAID_MS = 8_000
_MIN_SIDE = 140  # pixels
_MIN_FIELD = 100


class DataView(QWidget):
    """Tables on the left, rows (or the schema, the edits, ...) in the middle,
    the current cell on the right.
    """

    state_action = Signal()  # the button of what stands in the grid's place
    command = Signal(str)  # a button: "new", "delete", "undo", "redo", "import", "export", "clear-filters"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tables = part(TableList)
        self.rows = RowsModel(self)
        self.grid = RowGrid(self.rows)
        self.detail = part(DetailView)
        self.schema = part(SchemaView)
        self.edits = part(EditsView)
        self.sql = part(SqlView)
        self.checks = part(ChecksView)
        self.notice = MessageBar("What happened to an edit")
        self.filter = FilterBar("Find in rows")
        self.filter.field.setToolTip("Rows that contain this text in any column")
        self.where = QLineEdit()
        self.where.setPlaceholderText("WHERE … (SQL)")
        self.where.setMinimumWidth(_MIN_FIELD)
        self.filter.setMinimumWidth(_MIN_FIELD)
        self.where.setAccessibleName("Condition in SQL")
        self.where.setToolTip("A condition in SQL, such as: score > 5 AND text LIKE 'a%' · Enter applies it")
        self.where.setClearButtonEnabled(True)
        self.filters = self._check("Filters", "Show a filter above each column", is_on=False)
        self.system_columns = self._check("System columns", "Columns whose name begins with _, kept by Goop2")
        self.details = self._check("Details", "Show the current row and cell beside the grid", is_on=True)
        self.details.toggled.connect(lambda _: self._show_detail())
        self.filters.toggled.connect(self.grid.header.show_fields)
        self.viewer = QComboBox()
        self.viewer.setAccessibleName("View as")
        self.viewer.setToolTip("View as this caller: only what they may read directly from a page is shown")
        self.viewer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.viewer.setMinimumContentsLength(12)
        self.viewer.view().setAccessibleName("View as")
        self._why_not_file = ""
        self._build()
        self._add_shortcuts()
        self.grid.menus.changed.connect(self.enable)
        self.menu.aboutToShow.connect(self.enable)

    def _add_shortcuts(self) -> None:
        for name, keys in (("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z"), ("redo", "Ctrl+Y")):
            action = QAction(name.capitalize(), self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, name=name: self.command.emit(name))
            self.addAction(action)

    def _check(self, text: str, tip: str, *, is_on: bool = False) -> QCheckBox:
        box = QCheckBox(text)
        box.setToolTip(tip)
        names = {"System columns": "Show system columns", "Details": "Show the cell's details"}
        box.setAccessibleName(names.get(text, tip))
        box.setChecked(is_on)
        return box

    def _build(self) -> None:
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = ElidedLabel("", cut=Qt.TextElideMode.ElideRight)
        self._about.setProperty("role", "muted")
        self._external_note = QLabel("Changed by another program just now")
        self._external_note.setProperty("role", "muted")
        self._external_note.hide()
        self._external_timer = QTimer(self)
        self._external_timer.setSingleShot(True)
        self._external_timer.setInterval(_SAID_MS)
        self._external_timer.timeout.connect(self._external_note.hide)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setAccessibleName("Rows shown")
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QLabel()
        self._progress.setAccessibleName("What takes long")
        self._progress.setTextFormat(Qt.TextFormat.PlainText)
        self._progress.hide()
        self._body = QStackedWidget()
        self._body.addWidget(self.grid)
        self._state: EmptyState | None = None
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName("Rows, schema, edits, SQL, checks")
        self.pages.tabBar().setAccessibleName("Pages of the table")
        self.pages.addTab(self._rows_page(), "Rows")
        self.pages.addTab(self.schema, "Schema")
        self.pages.addTab(self.edits, "Edits")
        self.pages.addTab(self.sql, "SQL")
        self.pages.addTab(self.checks, "Checks")
        self.pages.currentChanged.connect(lambda _: self._show_detail())
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        title = QHBoxLayout()
        title.addWidget(self._heading)
        title.addWidget(self._about, 1)
        title.addWidget(self._external_note)
        box.addLayout(title)
        box.addWidget(self.pages, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.tables.setMinimumWidth(_MIN_SIDE)  # the sides give way to the rows
        self.detail.setMinimumWidth(_MIN_SIDE)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((self.tables, 0), (middle, 1), (self.detail, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([260, 720, 300])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _rows_page(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        search = QHBoxLayout()
        search.setSpacing(8)
        search.addWidget(self.filter, 2)
        search.addWidget(self.where, 3)
        for check in (self.filters, self.system_columns, self.details):
            search.addWidget(check)
        box.addLayout(search)
        box.addLayout(self._buttons())
        box.addWidget(self.notice)
        box.addWidget(self._body, 1)
        below = QHBoxLayout()
        below.addWidget(self._count, 1)
        below.addWidget(self._progress, 1)
        self.clear_filters = QPushButton("Clear all filters")
        self.clear_filters.setProperty("role", "flat")
        self.clear_filters.clicked.connect(lambda: self.command.emit("clear-filters"))
        self.clear_filters.hide()
        self.cancel = QPushButton("Cancel")
        self.cancel.hide()
        below.addWidget(self.cancel)
        below.addWidget(self.clear_filters)
        box.addLayout(below)
        return page

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.buttons: dict[str, QToolButton] = {}
        for name, text, tip, icon in (
            ("new", "New row", "Add a row in a form (Insert)", "add"),
            ("delete", "Delete", "Delete the selected rows (Ctrl+Del); can be undone", "trash"),
            ("undo", "Undo", "Undo the newest edit, in any table (Ctrl+Z)", "restore"),
            ("redo", "Redo", "Redo what was undone last (Ctrl+Shift+Z)", "refresh"),
        ):
            row.addWidget(self._button(name, text, tip, icon))
        for name in ("undo", "redo"):  # arrows that everybody knows: there is room for the rows
            self.buttons[name].setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        row.addStretch(1)
        label = QLabel("View as")
        label.setBuddy(self.viewer)
        row.addWidget(label)
        row.addWidget(self.viewer)
        self.more = QToolButton()
        self.more.setText("More")
        self.more.setAccessibleName("More actions")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu_actions: dict[str, QAction] = {}
        for name, text in (
            ("import", "Import rows from a file…"),
            ("export", "Export the rows to a file…"),
            ("export-selected", "Export the selected rows…"),
            ("paste-rows", "Paste as new rows…"),
            ("clear-filters", "Clear all filters"),
            ("show-all", "Show all columns"),
        ):
            action = self.menu_actions[name] = self.menu.addAction(text)
            action.triggered.connect(lambda _=False, name=name: self.command.emit(name))
        self.menu.setToolTipsVisible(True)
        self.more.setMenu(self.menu)
        row.addWidget(self.more)
        return row

    def _button(self, name: str, text: str, tip: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setProperty("tip", tip)
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(button, icon)
        button.clicked.connect(lambda: self.command.emit(name))
        self.buttons[name] = button
        return button

    def _show_detail(self) -> None:
        self.detail.setVisible(self.details.isChecked() and self.pages.currentIndex() == 0)

    # what is said

    def set_title(self, name: str, about: str) -> None:
        self._heading.setText(name)
        self._about.setText(about)
        self._about.setToolTip(about)

    def show_external_change(self) -> None:
        """Say for a while, quietly, that another program has written."""
        self._external_note.show()
        self._external_timer.start()

    @property
    def shows_external_change(self) -> bool:
        """It is being said."""
        return not self._external_note.isHidden()

    @property
    def about(self) -> str:
        """What is said about the table, beside its name."""
        return self._about.text()

    def set_count(self, text: str, *, is_error: bool = False) -> None:
        """The line under the grid."""
        self._count.setText(text)
        set_look(self._count, "role", "error-text" if is_error else "muted")

    def set_progress(self, text: str, *, can_cancel: bool) -> None:
        """In that line's place while something takes long; empty: no more."""
        self._progress.setText(text)
        self._progress.setVisible(bool(text))
        self._count.setVisible(not text)
        self.cancel.setVisible(bool(text))
        self.cancel.setEnabled(can_cancel)

    @property
    def count_text(self) -> str:
        return self._count.text()

    @property
    def progress_text(self) -> str:
        """What takes long; empty while nothing does."""
        return self._progress.text()

    def set_facts(self, facts: GridFacts, why_not_file: str) -> None:
        """Why nothing can be edited (empty: it can), why no file can be read or written."""
        self._why_not_file = why_not_file
        self.grid.set_facts(facts)

    def enable(self) -> None:
        """What can be done now; the others say why not."""
        why_not = self.grid.menus.why_not
        for name in ("new", "delete"):
            button, reason = self.buttons[name], why_not(name)
            button.setEnabled(not reason)
            button.setToolTip(reason or str(button.property("tip")))
        reasons = {
            "import": why_not("new") or self._why_not_file,
            "export": self._why_not_file or ("" if self.rows.columns else "No rows are shown."),
            "export-selected": self._why_not_file or why_not("copy:text"),
            "paste-rows": why_not("paste-rows"),
            "clear-filters": "" if self.is_filtered else "There are no filters.",
            "show-all": why_not("show-all"),
        }
        for name, reason in reasons.items():
            self.menu_actions[name].setEnabled(not reason)
            self.menu_actions[name].setToolTip(reason)

    @property
    def is_filtered(self) -> bool:
        """Are rows left out by a filter of a column or a condition?"""
        return bool(self.where.text().strip() or self.grid.header.texts())

    def edit_beside(self, column: ColumnInfo, value: Any, place: str) -> None:
        """Edit a cell in the pane beside the grid, which is shown if need be."""
        self.details.setChecked(True)
        self.detail.edit_cell(column, value, place)

    def show_grid(self) -> None:
        self._drop_state()
        self._body.setCurrentWidget(self.grid)

    def show_state(self, title: str, text: str, action: str = "") -> None:
        """Put a message in the grid's place; ``action`` is its button, announced by ``state_action``."""
        had_focus = self._body.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._drop_state()
        self._state = EmptyState(title, text, action)
        self._state.action_triggered.connect(self.state_action)
        self._body.addWidget(self._state)
        self._body.setCurrentWidget(self._state)
        if had_focus:
            self.tables.list.setFocus()

    @property
    def state(self) -> EmptyState | None:
        """What stands in the grid's place, or None while the grid is shown."""
        return self._state

    def _drop_state(self) -> None:
        if self._state is not None:
            self._body.removeWidget(self._state)
            self._state.deleteLater()
            self._state = None
