"""Two calls beside each other: facts above, then value, SQL and changed rows line by line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QTabWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.row_table import RowTable
from goop_console.tabs.calls.controls.texts import plain_label
from goop_console.tabs.calls.history.comparing import Comparison, Fact
from goop_console.tabs.calls.model.entry_words import caller_title, entry_title
from goop_console.widgets.icons import icon
from goop_console.widgets.records import Column, RecordModel
from goop_console.widgets.side_by_side import SideBySide
from goop_console.widgets.wording import elided

_TITLES = ("Value", "SQL", "Data changes")
_FACTS_SHARE = 0.5  # of the height, at most
_TITLE_LETTERS = 70


class CompareView(QWidget):
    """Esc, or ``Back``, leads to the list."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = plain_label("Two calls compared", "heading")
        self.summary = plain_label(role="muted", wraps=True)
        self.back = button("Back to the list", "Back to the list (Esc)", "back")
        self.back.clicked.connect(self.closed)
        self.model = RecordModel[Fact](self._columns(), parent=self)
        self.facts = RowTable("Facts of both calls", self.model, (140, 0, 0, 110))
        self.sides = [SideBySide() for _ in _TITLES]
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("What is compared")
        self.tabs.tabBar().setAccessibleName("What is compared")
        for side, title in zip(self.sides, _TITLES, strict=True):
            for label in (side.left_title, side.right_title):
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setSizePolicy(
                    QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
                )  # a long title does not widen the page
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
        self.splitter.setStretchFactor(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.splitter, 1)

    def show_comparison(self, one: Comparison) -> None:
        """Show ``one``, the first difference in view."""
        self.model.set_records(one.facts)
        titles = [
            f"{when}: {entry_title(of.entry)} as {caller_title(of.entry)}"
            for when, of in (("Earlier", one.left), ("Later", one.right))
        ]
        for place, (side, part) in enumerate(zip(self.sides, one.parts, strict=True)):
            for label, title in zip((side.left_title, side.right_title), titles, strict=True):
                label.setText(elided(title, _TITLE_LETTERS))
                label.setToolTip(title)
            side.show_rows(part.rows)
            self.tabs.setTabText(place, f"{part.name} ({part.words})")
        self.tabs.setCurrentIndex(
            next((place for place, part in enumerate(one.parts) if not part.is_same), 0)
        )
        self.summary.setText(one.summary)
        self._share_room()
        self.facts.setFocus()

    def _share_room(self) -> None:
        """All the facts, but not at the cost of what is below."""
        row, height = self.facts.verticalHeader().defaultSectionSize(), self.splitter.height()
        wanted = (
            row * self.model.rowCount()
            + self.facts.horizontalHeader().height()
            + 2 * self.facts.frameWidth()
            + 2
        )
        facts = min(wanted, round(height * _FACTS_SHARE))
        self.splitter.setSizes([facts, max(1, height - facts)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _columns(self) -> list[Column[Fact]]:
        def color(fact: Fact) -> str | None:
            return None if fact.is_same else "warning"

        return [
            Column(
                "",
                lambda one: one.name,
                icon=lambda one: icon("same", "muted") if one.is_same else icon("replace", "warning"),
            ),
            Column("Earlier", lambda one: one.left, full=lambda one: one.left),
            Column("Later", lambda one: one.right, color=color, full=lambda one: one.right),
            Column("Difference", lambda one: one.difference or ("same" if one.is_same else "differs")),
        ]
