"""The widgets of the Logs tab, put together; no logic."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.logs.detail_view import DetailView
from goop_console.tabs.logs.export import FILTERS
from goop_console.tabs.logs.filter_panel import FilterPanel
from goop_console.tabs.logs.log_table import LogTable
from goop_console.tabs.logs.model import LogModel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.icons import set_icon
from goop_console.widgets.wording import counted


class LogsView(QWidget):
    """Filters above, calls and lines in the middle, the chosen one below."""

    hide_requested = Signal()
    unhide_requested = Signal()
    pause_requested = Signal(bool)
    export_requested = Signal()
    export_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LogModel(self)
        self.table = LogTable(self.model)
        self.detail = DetailView()
        self.panel = FilterPanel()
        self.filter = self.panel.bar
        self.error = ErrorLine("What went wrong with the log")
        self.panel.pause_requested.connect(self.pause_requested)
        self.panel.hide_requested.connect(self.hide_requested)
        self.table.pause_toggled.connect(self.panel.pause.click)
        self._build_beside()
        self._build_paused_bar()
        self._build_foot()
        self._build()
        self._build_keys()

    def _build_beside(self) -> None:
        self.beside = QFrame()
        self.beside_text = QLabel()
        self.beside_text.setTextFormat(Qt.TextFormat.PlainText)
        self.beside_text.setWordWrap(True)
        self.beside_lines = QPushButton("Only its lines")
        self.beside_lines.setProperty("role", "link")
        row = QHBoxLayout(self.beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.beside_text, 1)
        row.addWidget(self.beside_lines)
        self.beside.hide()

    def _build_paused_bar(self) -> None:
        self.paused_bar = QFrame()
        self._paused_text = QLabel()
        self.resume = QPushButton("Resume (End)")
        for widget in (self.paused_bar, self._paused_text, self.resume):
            widget.setProperty("role", "paused")
        self.resume.clicked.connect(lambda: self.pause_requested.emit(False))
        row = QHBoxLayout(self.paused_bar)
        row.setContentsMargins(12, 4, 6, 4)
        row.addWidget(self._paused_text, 1)
        row.addWidget(self.resume)
        self.paused_bar.hide()

    def _build_foot(self) -> None:
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.summary.setAccessibleName("What is shown")
        self.unhide = QPushButton()
        self.unhide.setProperty("role", "link")
        self.unhide.setToolTip("Show them again (Ctrl+Shift+L)")
        self.unhide.clicked.connect(self.unhide_requested)
        self.unhide.hide()
        self.export = QPushButton("Export…")
        self.export.setProperty("role", "flat")
        self.export.setToolTip("Write what is shown to a file: JSON lines, CSV or text (Ctrl+S)")
        self.export.clicked.connect(self.export_requested)
        set_icon(self.export, "save", "muted")
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.summary)
        self._foot.addWidget(self.unhide)
        self._foot.addStretch(1)
        self._foot.addWidget(self.export)

    def _build(self) -> None:
        self.empty = EmptyState("", "")
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(self.empty)
        upper = QWidget()
        self._upper = QVBoxLayout(upper)
        self._upper.setContentsMargins(0, 0, 0, 0)
        self._upper.setSpacing(8)
        for widget in (self.beside, self.panel, self.error):
            self._upper.addWidget(widget)
        self._upper.addWidget(self._body, 1)
        self._upper.addWidget(self.paused_bar)
        self._upper.addLayout(self._foot)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([520, 160])
        self.detail.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(self.splitter)

    def add_histogram(self, histogram: QWidget) -> None:
        """Between the filters and the list."""
        self._upper.insertWidget(self._upper.indexOf(self.error), histogram)

    def _build_keys(self) -> None:
        for keys, slot in (
            ("Ctrl+L", self.hide_requested.emit),
            ("Ctrl+Shift+L", self.unhide_requested.emit),
            ("F8", lambda: self.table.step_requested.emit("problem", 1)),
            ("Shift+F8", lambda: self.table.step_requested.emit("problem", -1)),
            ("Ctrl+Shift+C", self.detail.copy_as_json),
            ("Ctrl+Z", self.unhide.click),
            ("Ctrl+S", self.export.click),
            ("F12", self.detail.open_place),
            ("Ctrl+Shift+Return", self.detail.debug_again),
            ("Ctrl+B", self.panel.saved_button.showMenu),
            ("Ctrl+M", self.panel.display_button.showMenu),
            ("Alt+5", self.panel.dry.click),
            *((f"Alt+{at}", one.click) for at, one in enumerate(self.panel.levels.values(), start=1)),
        ):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # what is shown

    def show_beside(self, address: str) -> None:
        """A Goop2 runs this site at ``address``; empty: none does."""
        self.beside_text.setText(
            f"Goop2 runs this site too, at {address}. What its real visitors' calls log comes here, "
            "marked as from Goop2."
        )
        self.beside.setVisible(bool(address))

    def show_paused(self, is_paused: bool, new: int) -> None:
        """The bar that says that the view stands still."""
        if is_paused == self.paused_bar.isHidden():
            self.paused_bar.setVisible(is_paused)
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(
                    self.table, "Paused" if is_paused else "Following the newest line"
                )
            )
        self._paused_text.setText(f"Paused · {new:,} new" if new else "Paused · nothing new")
        self.panel.pause.setChecked(is_paused)

    def show_summary(self, shown: int, hidden: int, notes: str) -> None:
        """The line below: how many entries, how many are hidden, and what else is to be said."""
        words = counted(shown, "entry", "entries")
        self.summary.setText(f"{words} · {notes}" if notes else words)
        self.unhide.setText(f"{counted(hidden, 'older line')} hidden · Show")
        self.unhide.setVisible(hidden > 0)

    def show_empty(self, title: str, text: str, action: str) -> None:
        """Words in the place of the list."""
        self.empty.set_texts(title, text, action)
        self._show_body(self.empty)

    def show_table(self) -> None:
        self._show_body(self.table)

    def _show_body(self, widget: QWidget) -> None:
        self._body.setCurrentWidget(widget)
        self.export.setEnabled(widget is self.table)

    def ask_export(self, suggested: Path) -> None:
        """Ask for a file, without stopping anything; ``export_chosen`` follows. The name says the form."""
        dialog = QFileDialog(self, "Export what is shown", str(suggested.parent), ";;".join(FILTERS.values()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(next(one for one in FILTERS if FILTERS[one] == chosen))
        )
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.export_chosen.emit(Path(name)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()
