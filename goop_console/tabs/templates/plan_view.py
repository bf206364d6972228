"""What an installation, or going back, will do: looked at before anything happens."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.templates.comparison import Comparison
from goop_console.tabs.templates.file_model import FileModel
from goop_console.tabs.templates.sentence_list import SentenceList
from goop_console.tabs.templates.words import READ_ONLY, plan_sentences, primary_words
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.icons import set_icon
from goop_console.widgets.side_by_side import SideBySide
from goop_console.widgets.table import RecordTable
from lua_engine import FileChange, InstallPlan

_NOTE_WIDTH = 150
_NOW, _THEN = "Now", "Afterwards"


class PlanView(QWidget):
    """``file_chosen(FileChange)`` asks for the comparison of the file; Esc and Back leave."""

    confirmed = Signal()
    left = Signal()
    file_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.sentences = SentenceList("What will happen")
        self.files = FileModel(self)
        self.table = self._make_table()
        self.diff = SideBySide()
        self.path = ElidedLabel("")
        self._reason = QLabel()
        self._reason.setProperty("role", "muted")
        self._reason.setWordWrap(True)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self.note = QLabel()
        self.note.setProperty("role", "warning-text")
        self.note.setWordWrap(True)
        self.primary = QPushButton()
        self.back = QPushButton("Back")
        self._build()
        QShortcut(
            QKeySequence("Esc"), self, self.left.emit, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _make_table(self) -> RecordTable:
        table = RecordTable("Files that change")
        table.setModel(self.files)
        table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        table.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        modes = (
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.Stretch,
            QHeaderView.ResizeMode.Interactive,
        )
        for column, mode in enumerate(modes):
            header.setSectionResizeMode(column, mode)
        header.resizeSection(2, _NOTE_WIDTH)
        table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        return table

    def _build(self) -> None:
        self.primary.setProperty("role", "primary")
        self.primary.clicked.connect(lambda _=False: self.confirmed.emit())
        set_icon(self.back, "back")
        self.back.setToolTip("Back to the gallery; nothing happens (Esc)")
        self.back.clicked.connect(lambda _=False: self.left.emit())
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName("What will happen")
        self._scroll.setWidget(self.sentences)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.back)
        buttons.addWidget(self.note, 1)
        buttons.addWidget(self.primary)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 12)
        box.setSpacing(10)
        box.addWidget(self.title)
        box.addWidget(self._scroll)
        box.addWidget(self._files_part(), 1)
        box.addStretch(0)
        box.addLayout(buttons)

    def _files_part(self) -> QSplitter:
        self._body = QStackedWidget()
        self._body.addWidget(self.diff)
        self._body.addWidget(self._reason)
        self.path.setProperty("role", "heading")
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.path)
        column.addWidget(self._body, 1)
        part = QSplitter(Qt.Orientation.Horizontal)
        part.setChildrenCollapsible(False)
        part.addWidget(self.table)
        part.addWidget(right)
        part.setStretchFactor(0, 2)
        part.setStretchFactor(1, 4)
        part.setSizes([500, 600])
        self.files_splitter = part
        return part

    # what is shown

    def show_plan(self, plan: InstallPlan, *, read_only: bool) -> None:
        """Show ``plan`` and choose its first file."""
        self.title.setText(plan.title)
        self.sentences.set_sentences(plan_sentences(plan))
        self.files.set_files(plan.files)
        self.table.setColumnHidden(2, not any(change.note for change in plan.files))
        words = primary_words(plan)
        self.primary.setText(words)
        self.primary.setToolTip(f"{words} (Ctrl+Enter)")
        self.primary.setEnabled(not read_only)
        self.note.setText(READ_ONLY if read_only else "")
        self.files_splitter.setVisible(bool(plan.files))
        self.path.setText("")
        self._fit_summary_soon()
        if plan.files:
            self.table.selectRow(0)
            self.table.setCurrentIndex(self.files.index(0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_summary()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_summary()

    def _fit_summary_soon(self) -> None:
        """New sentences have no height before the loop has shown them."""
        QTimer.singleShot(0, self, self._fit_summary)

    def _fit_summary(self) -> None:
        """All sentences where there is room; at most two fifths of the page, and then they scroll."""
        layout = self.sentences.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self._scroll.viewport().width()) + 2
            self._scroll.setFixedHeight(
                min(needed, max(self.height() * 2 // 5, self.fontMetrics().height() * 3))
            )

    def show_comparison(self, found: Comparison) -> None:
        """Show the lines of the chosen file, or why there are none."""
        self._body.setCurrentWidget(self._reason if found.reason else self.diff)
        self._reason.setText(found.reason)
        self.diff.show_rows(found.rows)

    def _on_row_changed(self, current: QModelIndex) -> None:
        if not current.isValid():
            return
        change = self.files.file(current.row())
        self.path.setText(change.path)
        self.path.setToolTip(change.path)
        self.path.update()
        self._name_sides(change)
        self.file_chosen.emit(change)

    def _name_sides(self, change: FileChange) -> None:
        self.diff.left_title.setText(_NOW if change.before is not None else f"{_NOW}: no file")
        self.diff.right_title.setText(_THEN if change.after is not None else f"{_THEN}: no file")
