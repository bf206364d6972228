"""Two calls beside each other: facts above, then value, SQL and changed rows line by line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from goop_console.services.icons import icon
from goop_console.services.theme import Colors
from goop_console.tabs.calls.model import Column, RecordModel
from goop_console.tabs.calls.pages.parts import RowTable, button, plain_label
from goop_console.tabs.calls.past.comparing import Comparison, Fact, differences
from goop_console.widgets.side_by_side import Row, SideBySide
from goop_console.widgets.wording import counted

_TITLES = ("Value", "SQL", "Data changes")
_FACT_ROWS = 10


class CompareView(QWidget):
    """Esc, or ``Back``, leads to the list."""

    closed = Signal()

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self.title = plain_label("Two calls compared", "heading")
        self.summary = plain_label(role="muted", wraps=True)
        self.back = button("Back to the list", "Back to the list (Esc)", "back")
        self.back.clicked.connect(self.closed)
        self.model = RecordModel[Fact](self._columns(), self)
        self.facts = RowTable("Facts of both calls", self.model, (140, 0, 0, 110))
        self.sides = [SideBySide(colors) for _ in _TITLES]
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("What is compared")
        self.tabs.tabBar().setAccessibleName("What is compared")
        for side, title in zip(self.sides, _TITLES, strict=True):
            side.left_title.setText("Earlier")
            side.right_title.setText("Later")
            side.left.setAccessibleName(f"{title}, earlier call")
            side.right.setAccessibleName(f"{title}, later call")
            self.tabs.addTab(side, title)
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.title)
        head.addWidget(self.summary, 1)
        head.setSpacing(12)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.facts)
        self.splitter.addWidget(self.tabs)
        row = self.facts.verticalHeader().defaultSectionSize()
        self.splitter.setSizes([row * (_FACT_ROWS + 1) + 12, 400])
        self.splitter.setStretchFactor(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.splitter, 1)

    def show_comparison(self, one: Comparison) -> None:
        """Show ``one``, the first difference in view."""
        self.model.set_records(one.facts)
        parts: tuple[tuple[Row, ...], ...] = (one.value, one.sql, one.rows)
        counts = [differences(rows) for rows in parts]
        for place, (side, rows, count) in enumerate(zip(self.sides, parts, counts, strict=True)):
            side.show_rows(rows)
            self.tabs.setTabText(place, f"{_TITLES[place]} ({count:,})" if count else f"{_TITLES[place]} (same)")
        self.tabs.setCurrentIndex(next((place for place, count in enumerate(counts) if count), 0))
        told = [f"{name.lower()}: {counted(count, 'line')}" for name, count in zip(_TITLES, counts, strict=True) if count]
        self.summary.setText(" · ".join(["; ".join(told) + " differ" if told else "Value, SQL and data changes are the same", *one.notes]))
        self.facts.setFocus()

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.model.redraw()
        for side in self.sides:
            side.set_colors(colors)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _columns(self) -> list[Column[Fact]]:
        def color(fact: Fact) -> str | None:
            return None if fact.is_same else self._colors.warning

        return [
            Column("", lambda one: one.name, icon=lambda one: icon("same", "muted") if one.is_same else icon("replace", "warning")),
            Column("Earlier", lambda one: one.left, full=lambda one: one.left),
            Column("Later", lambda one: one.right, color=color, full=lambda one: one.right),
            Column("Difference", lambda one: one.difference or ("same" if one.is_same else "differs")),
        ]
