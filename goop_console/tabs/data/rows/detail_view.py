"""The detail pane: the current row as a list, and the current cell in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPixmap
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.data.editing.cell_editor import CellEditor
from goop_console.tabs.data.rows.cells import NULL, as_image, as_json, describe, detail_text
from goop_console.tabs.data.rows.columns import column_words
from goop_console.tabs.data.rows.row_fields import Field, RowFields
from goop_console.widgets import theming
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.foreign_text import shown_tip
from goop_console.widgets.json_view import JsonView
from goop_console.widgets.long_text import LongText
from lua_engine import ColumnInfo

_PICTURE = QSize(240, 240)


class DetailView(QWidget):
    """Follows the grid's current cell: JSON as a tree, a blob as a hex dump, text as it is."""

    column_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, type, Any] | None = None
        self._title = ElidedLabel("Cell")
        self._title.setProperty("role", "heading")
        self._about = QLabel()
        self._about.setProperty("role", "muted")
        self._about.setWordWrap(True)
        self.text = LongText("Cell value")
        self.json = JsonView()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.text)
        self._pages.addWidget(self.json)
        self.image = QLabel()
        self.image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.image.setAccessibleName("Picture")
        self._pages.addWidget(self.image)
        self.editor = CellEditor()
        self._pages.addWidget(self.editor)
        self.editor.closed.connect(self._on_editor_closed)
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fields = RowFields()
        self.fields.column_chosen.connect(self.column_chosen)
        cell = QWidget()
        lower = QVBoxLayout(cell)
        lower.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._about):
            lower.addWidget(widget)
        lower.addWidget(self._pages, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.fields)
        self.splitter.addWidget(cell)
        self.splitter.setSizes([320, 360])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 8, 8)
        self._nothing = QLabel("The chosen row is shown here, and its chosen cell.")
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._whole = QStackedWidget()
        self._whole.addWidget(self.splitter)
        self._whole.addWidget(self._nothing)
        box.addWidget(self._whole)
        self.clear()

    def clear(self) -> None:
        """No cell is current. What is being typed stays, with the cell that it is of."""
        if self.editor.is_open:
            return
        self._shown = None
        self._title.setText("Cell")
        self._about.setText("Choose a cell to see all of it.")
        self.fields.show_row((), lambda _place: "", -1)
        self.text.setPlaceholderText("")
        self.text.clear()
        self._pages.setCurrentWidget(self.text)

    def show_nothing(self) -> None:
        """There is no cell to choose."""
        if self.editor.is_open:
            return
        self.clear()
        self._whole.setCurrentWidget(self._nothing)

    @property
    def is_empty(self) -> bool:
        """There is no cell to choose."""
        return self._whole.currentWidget() is self._nothing

    def show_row(self, fields: Sequence[Field], value: Callable[[int], str], current: int) -> None:
        """Show the row that the cell belongs to."""
        self._whole.setCurrentWidget(self.splitter)
        self.fields.show_row(fields, value, current)

    def show_cell(self, column: ColumnInfo, value: Any, peer_name: str = "") -> None:
        """Show ``value`` of ``column``; ``peer_name`` is who an ``_owner`` id belongs to."""
        if self.editor.is_open:
            return
        self._title.setText(column.name)
        self._title.setToolTip(shown_tip(column.name))
        about = [describe(value), *column_words(column).split("\n")[1:]]
        if column.type:
            about.insert(1, f"column type {column.type}")
        self._about.setText((f"{peer_name} · " if peer_name else "") + " · ".join(about))
        if self._shown == (column.name, type(value), value):
            return  # a merge brought the same value: keep what is open and scrolled
        self._shown = (column.name, type(value), value)
        picture = QPixmap()
        image = as_image(value)
        if image is not None and picture.loadFromData(image):
            self._show_picture(picture)
            return
        parsed = as_json(value)
        if parsed is not None:
            self.json.set_value(parsed, column.name)
            self._pages.setCurrentWidget(self.json)
            return
        is_blob = isinstance(value, (bytes, bytearray, memoryview))
        self.text.setFont(theming.fixed_font() if is_blob else QFont())
        self.text.setLineWrapMode(
            QPlainTextEdit.LineWrapMode.NoWrap if is_blob else QPlainTextEdit.LineWrapMode.WidgetWidth
        )
        self.text.setPlaceholderText(NULL if value is None else "(empty)")
        self.text.setPlainText(detail_text(value))
        self._pages.setCurrentWidget(self.text)

    def edit_cell(self, column: ColumnInfo, value: Any, place: str) -> None:
        """Edit the cell here; ``place`` says in words which it is, also when another one is chosen."""
        self._title.setText(column.name)
        self._about.setText(f"Being edited: {column.name} of {place}")
        self._whole.setCurrentWidget(self.splitter)
        self.editor.begin(column, value)
        self._pages.setCurrentWidget(self.editor)

    def _on_editor_closed(self) -> None:
        self._shown = None
        self._pages.setCurrentWidget(self.text)

    def _show_picture(self, picture: QPixmap) -> None:
        room = self._pages.size().boundedTo(picture.size()).expandedTo(picture.size().boundedTo(_PICTURE))
        kept = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        self.image.setPixmap(picture.scaled(room, kept, smooth))
        self.image.setAccessibleDescription(f"{picture.width()} by {picture.height()} pixels")
        self._pages.setCurrentWidget(self.image)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def about(self) -> str:
        return self._about.text()
