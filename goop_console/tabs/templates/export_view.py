"""The form for a new template made from this site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.widgets.icons import set_icon

_WIDTH = 720
_LINES = 6


class ExportView(QWidget):
    """``write_requested`` comes when the form is complete; Esc and Back leave."""

    write_requested = Signal()
    browse_requested = Signal()
    left = Signal()
    show_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = self._field("Name", "What people call the template")
        self.description = self._field("Description", "One sentence: what it is for")
        self.category = QComboBox()
        self._category_field = QLineEdit()
        self._category_field.setAccessibleName("Category")
        self.category.setLineEdit(self._category_field)
        self.category.setAccessibleName("Category")
        self.category.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.icon = self._field("Icon", "An emoji or one letter")
        self.icon.setMaxLength(4)
        self.tables = QListWidget()
        self.tables.setAccessibleName("Tables to include, without their rows")
        self.tables.setUniformItemSizes(True)
        self.folder = self._field("Folder", "A new folder for the template")
        self.browse = QPushButton("Browse…")
        self.browse.setAccessibleName("Browse for the folder")
        self.no_tables = self._label("muted")
        self.error = self._label("error-text")
        self.error.setAccessibleName("Why it was not written")
        self.done = self._label("ok-text")
        self.write = QPushButton("Write template")
        self.write.setProperty("role", "primary")
        self.write.setToolTip("Write the template folder (Ctrl+Enter)")
        self.show_it = QPushButton("Show it in the gallery")
        self.back = QPushButton("Back")
        self._build()
        self._connect()

    def _field(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.setAcceptDrops(False)
        field.textChanged.connect(lambda _: self.clear_error())
        return field

    def _label(self, role: str) -> QLabel:
        label = QLabel()
        label.setProperty("role", role)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.hide()
        return label

    def _build(self) -> None:
        title = QLabel("New template from this site")
        title.setProperty("role", "title")
        about = QLabel(
            "Pages, scripts and the schemas of the chosen tables go along. "
            "Rows, settings, keys and what scripts have kept stay here."
        )
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.tables.setFixedHeight(self.fontMetrics().height() * _LINES * 3 // 2)
        self._category_field.setAcceptDrops(False)
        self._category_field.setPlaceholderText("As others call it, or a new one")
        set_icon(self.back, "back")
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        form.addRow("&Name", self.name)
        form.addRow("&Description", self.description)
        form.addRow("&Category", self.category)
        form.addRow("&Icon", self.icon)
        form.addRow("&Tables", self.tables)
        form.addRow("", self.no_tables)
        folder = QLabel("&Folder")
        folder.setBuddy(self.folder)
        form.addRow(folder, where)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for widget in (self.back, self.show_it):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(self.write)
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(16, 16, 16, 12)
        inner.setSpacing(12)
        for one in (title, about):
            inner.addWidget(one)
        inner.addLayout(form)
        for one in (self.error, self.done):
            inner.addWidget(one)
        inner.addLayout(buttons)
        inner.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(column, 10)
        row.addStretch(1)

    def _connect(self) -> None:
        self.browse.clicked.connect(lambda _=False: self.browse_requested.emit())
        self.back.clicked.connect(lambda _=False: self.left.emit())
        self.write.clicked.connect(lambda _=False: self.write_requested.emit())
        self.show_it.clicked.connect(lambda _=False: self.show_requested.emit())
        QShortcut(
            QKeySequence("Esc"), self, self.left.emit, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    # what is shown

    def begin(self, name: str, categories: Sequence[str], tables: Sequence[str]) -> None:
        """Offer the form; every table of ``tables`` is ticked."""
        self.name.setText(name)
        self.category.clear()
        self.category.addItems(list(categories))
        self.category.setCurrentIndex(-1)
        self.category.setEditText("")
        self.tables.clear()
        for table in tables:
            item = QListWidgetItem(table)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(Qt.CheckState.Checked)
            self.tables.addItem(item)
        self.tables.setVisible(bool(tables))
        self.no_tables.setText(
            ""
            if tables
            else "This site has no tables with a schema; a template of pages and scripts alone is possible."
        )
        self.no_tables.setVisible(not tables)
        self.clear_error()

    def chosen_tables(self) -> tuple[str, ...]:
        """The ticked ones."""
        items = [self.tables.item(row) for row in range(self.tables.count())]
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def set_folder(self, folder: Path) -> None:
        self.folder.setText(str(folder))

    def say_error(self, text: str) -> None:
        self.done.hide()
        self.show_it.hide()
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def clear_error(self) -> None:
        for widget in (self.error, self.done, self.show_it):
            widget.hide()

    def say_done(self, text: str) -> None:
        self.clear_error()
        self.done.setText(text)
        self.done.show()
        self.show_it.show()

    def set_busy(self, is_busy: bool) -> None:
        self.write.setEnabled(not is_busy)
        self.write.setText("Writing…" if is_busy else "Write template")
