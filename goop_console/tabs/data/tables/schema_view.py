"""What a table is: its columns, who may do what, which scripts use it, the statement that made it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.data.tables.access_words import matrix, sentences
from goop_console.widgets import theming
from goop_console.widgets.foreign_text import marked
from goop_console.widgets.long_text import LongText
from goop_console.widgets.table import RecordTable
from lua_engine import ColumnInfo, TableInfo, TableUse

_USE = Qt.ItemDataRole.UserRole
KINDS = {
    "orm": "Made from a schema: goop.orm reads and writes it.",
    "classic": "Made by SQL, without a schema: goop.orm refuses it, goop.db reads and writes it.",
    "view": "A view: a query with a name. Its rows cannot be edited.",
    "virtual": "A virtual table. Its rows cannot be edited here.",
    "system": "One of Goop2's own tables: shown, not edited.",
}


class SchemaView(QWidget):
    """``use_chosen(script, kind, line)`` when a person wants to see a script that uses the table."""

    use_chosen = Signal(str, str, int)
    change_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setProperty("role", "muted")
        self.columns = _table("Columns of the table")
        self.access = _table("Who may do what")
        self.rules = QLabel()
        self.rules.setWordWrap(True)
        self.rules.setTextFormat(Qt.TextFormat.PlainText)
        self.rules.setProperty("role", "muted")
        self.uses = _table("Scripts that use the table")
        self.uses.activated.connect(self._on_use_activated)
        self.sql = LongText("The statement that made the table")
        self.sql.setFont(theming.fixed_font())
        self.sql.setTabStopDistance(4 * self.sql.fontMetrics().averageCharWidth())
        self.sql.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(_part("Columns", self.columns))
        left.addWidget(_part("Made by", self.sql))
        left.setSizes([380, 220])
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(_part("Who may do what, directly from a page", self.access, self.rules))
        right.addWidget(_part("Used by", self.uses))
        right.setSizes([300, 300])
        both = QSplitter(Qt.Orientation.Horizontal)
        for one in (left, right):
            one.setChildrenCollapsible(False)
            both.addWidget(one)
        both.setChildrenCollapsible(False)
        both.setSizes([520, 480])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        self.change = QPushButton("Change the schema…")
        self.change.setToolTip("Add a column, allow another value, change who may do what")
        self.change.clicked.connect(self.change_requested)
        top = QHBoxLayout()
        top.addWidget(self.about, 1)
        top.addWidget(self.change)
        box.addLayout(top)
        box.addWidget(both, 1)

    def show_table(self, table: TableInfo) -> None:
        """Show ``table``; its uses come with :meth:`show_uses`."""
        self.change.setVisible(table.kind == "orm")
        problem = f"\n{table.problem}" if table.problem else ""
        origin = {"template": " It belongs to the installed template.", "owner": ""}.get(table.origin, "")
        self.about.setText(KINDS[table.kind] + origin + problem)
        _fill(
            self.columns,
            ("Column", "Type", "Required", "Default", "Values", "About"),
            [_column(one) for one in table.columns],
        )
        header, rows = matrix(table)
        _fill(self.access, header, rows)
        self.rules.setText("\n".join(sentences(table)))
        self.sql.setPlainText(table.sql)
        self.show_uses(())

    def show_uses(self, uses: Sequence[TableUse]) -> None:
        """The places in scripts that name the table."""
        words = {"function": "data function", "command": "chat command"}
        rows = [(one.script, words[one.kind], str(one.line), marked(one.text)) for one in uses]
        _fill(self.uses, ("Script", "Kind", "Line", "Text"), rows)
        model = self.uses.model()
        for row, use in enumerate(uses):
            model.setData(model.index(row, 0), (use.script, use.kind, use.line), _USE)

    def _on_use_activated(self) -> None:
        row = self.uses.currentIndex().row()
        found = self.uses.model().index(row, 0).data(_USE)
        if found:
            self.use_chosen.emit(*found)


def _table(name: str) -> RecordTable:
    table = RecordTable(name)
    table.setModel(QStandardItemModel(table))
    table.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
    table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    return table


def _part(title: str, *widgets: QWidget) -> QWidget:
    part = QWidget()
    box = QVBoxLayout(part)
    box.setContentsMargins(0, 0, 0, 0)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    heading.setBuddy(widgets[0])
    box.addWidget(heading)
    for place, one in enumerate(widgets):
        box.addWidget(one, 1 if place == 0 else 0)
    return part


def _fill(table: RecordTable, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    model = table.model()
    assert isinstance(model, QStandardItemModel)
    model.clear()
    model.setHorizontalHeaderLabels(list(header))
    for row in rows:
        model.appendRow([_item(text) for text in row])
    table.resizeColumnsToContents()
    last = table.horizontalHeader()
    last.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    last.setStretchLastSection(True)


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setToolTip(text if len(text) > 24 else "")
    return item


def _column(column: ColumnInfo) -> tuple[str, ...]:
    about = [
        word
        for word, is_so in (
            ("key", column.is_key),
            ("auto", column.auto),
            (f"generated, {column.generated}", bool(column.generated)),
            ("kept by Goop2", column.is_system),
        )
        if is_so
    ]
    values = ", ".join(key if label == key else f"{key} ({label})" for key, label in column.values)
    required = "yes" if column.required else ""
    return column.name, column.type, required, column.default or "", values, ", ".join(about)
