"""What a table is: its columns, who may do what, which scripts use it, the statement that made it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.data.tables.access_words import matrix, sentences
from goop_console.tabs.data.text_table import TextTable
from goop_console.widgets import theming
from goop_console.widgets.foreign_text import marked
from goop_console.widgets.long_text import LongText
from lua_engine import ColumnInfo, TableInfo, TableUse

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
        self._uses: tuple[TableUse, ...] = ()
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
        self.columns.show_rows(
            ("Column", "Type", "Required", "Default", "Values", "About"),
            [_column(one) for one in table.columns],
        )
        self.access.show_rows(*matrix(table))
        self.rules.setText("\n".join(sentences(table)))
        self.sql.setPlainText(table.sql)
        self.show_uses(())

    def show_uses(self, uses: Sequence[TableUse]) -> None:
        """The places in scripts that name the table."""
        words = {"function": "data function", "command": "chat command"}
        rows = [(one.script, words[one.kind], str(one.line), marked(one.text)) for one in uses]
        self._uses = tuple(uses)
        self.uses.show_rows(("Script", "Kind", "Line", "Text"), rows)

    def _on_use_activated(self, index: QModelIndex) -> None:
        use = self._uses[index.row()]
        self.use_chosen.emit(use.script, use.kind, use.line)


def _table(name: str) -> TextTable:
    table = TextTable(name)
    table.setSelectionMode(TextTable.SelectionMode.SingleSelection)
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
