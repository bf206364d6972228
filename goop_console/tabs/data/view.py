"""The widgets of the Data tab, put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.data.detail_view import DetailView
from goop_console.tabs.data.row_grid import RowGrid
from goop_console.tabs.data.rows_model import RowsModel
from goop_console.tabs.data.table_list import TableList
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.polish import set_look

_SAID_MS = 8_000


class DataView(QWidget):
    """Tables on the left, rows in the middle, the current cell on the right."""

    state_action = Signal()  # the button of what stands in the grid's place

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tables = TableList()
        self.rows = RowsModel(self)
        self.grid = RowGrid(self.rows)
        self.detail = DetailView()
        self.filter = FilterBar("Rows that contain this text")
        self.system_columns = QCheckBox("System columns")
        self.system_columns.setAccessibleName("Show system columns")
        self.system_columns.setToolTip("Columns whose name begins with _, kept by Goop2")
        self.details = QCheckBox("Details")
        self.details.setAccessibleName("Show the cell's details")
        self.details.setChecked(True)
        self.details.toggled.connect(self.detail.setVisible)
        self.filter.add_widget(self.system_columns)
        self.filter.add_widget(self.details)
        self._build()

    def _build(self) -> None:
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = ElidedLabel("", cut=Qt.TextElideMode.ElideRight)
        self._about.setProperty("role", "muted")
        self._outside = QLabel("Changed by another program just now")
        self._outside.setProperty("role", "muted")
        self._outside.hide()
        self._outside_timer = QTimer(self)
        self._outside_timer.setSingleShot(True)
        self._outside_timer.setInterval(_SAID_MS)
        self._outside_timer.timeout.connect(self._outside.hide)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setAccessibleName("Rows shown")
        self._body = QStackedWidget()
        self._body.addWidget(self.grid)
        self._state: EmptyState | None = None
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        title = QHBoxLayout()
        title.addWidget(self._heading)
        title.addWidget(self._about, 1)
        title.addWidget(self._outside)
        box.addLayout(title)
        box.addWidget(self.filter)
        box.addWidget(self._body, 1)
        box.addWidget(self._count)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((self.tables, 0), (middle, 1), (self.detail, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([280, 690, 310])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    # what is said

    def set_title(self, name: str, about: str) -> None:
        self._heading.setText(name)
        self._about.setText(about)
        self._about.setToolTip(about)

    def say_changed_outside(self) -> None:
        """Say for a while, quietly, that another program has written."""
        self._outside.show()
        self._outside_timer.start()

    @property
    def is_changed_outside(self) -> bool:
        """It is being said."""
        return not self._outside.isHidden()

    @property
    def about(self) -> str:
        """What is said about the table, beside its name."""
        return self._about.text()

    def set_count(self, text: str, *, is_error: bool = False) -> None:
        """The line under the grid."""
        self._count.setText(text)
        set_look(self._count, "role", "error-text" if is_error else "muted")

    @property
    def count_text(self) -> str:
        return self._count.text()

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
