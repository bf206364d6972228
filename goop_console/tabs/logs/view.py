"""The widgets of the Logs tab, put together; no logic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
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
from goop_console.tabs.logs.log_table import LogTable
from goop_console.tabs.logs.model import LogModel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import set_icon
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.wording import counted

_LEVELS = (
    ("all", "All", "log", "Lines of every level"),
    ("warn", "Problems", "warn", "Warnings and errors"),
    ("error", "Errors", "error", "Errors only"),
)
_SEARCH_TIP = (
    "Lines with all of these words, in the message, script, caller or call.\n"
    '-word leaves lines out, "two words" is a phrase. Esc clears.'
)


class LogsView(QWidget):
    """Filters above, lines in the middle, the chosen line below."""

    level_chosen = Signal(str)
    dry_wanted = Signal(bool)
    condition_removed = Signal(str)
    hide_wanted = Signal()
    unhide_wanted = Signal()
    pause_wanted = Signal(bool)
    problem_wanted = Signal(int)  # 1: the next warning or error, -1: the one before
    export_wanted = Signal()
    export_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LogModel(self)
        self.table = LogTable(self.model)
        self.detail = DetailView()
        self.filter = FilterBar("Filter the lines")
        self.filter.field.setToolTip(_SEARCH_TIP)
        self._build_filters()
        self._build_paused_bar()
        self._build_foot()
        self._build()
        self._build_keys()

    def _build_filters(self) -> None:
        self.levels: dict[str, QPushButton] = {}
        self._level_group = QButtonGroup(self)
        for level, text, picture, tip in _LEVELS:
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setChecked(level == "all")
            button.clicked.connect(lambda _=False, level=level: self.level_chosen.emit(level))
            set_icon(button, picture)
            self._level_group.addButton(button)
            self.levels[level] = button
            self.filter.add_widget(button)
        self.dry = QPushButton("Dry runs")
        self.dry.setProperty("role", "segment")
        self.dry.setCheckable(True)
        self.dry.setToolTip("Lines of dry runs and checks too; without it only those of real calls")
        self.dry.clicked.connect(self.dry_wanted)
        self.filter.add_widget(self.dry)
        self.pause = QPushButton("Pause")
        self.pause.setCheckable(True)
        self.pause.setToolTip("Keep the view still while lines arrive; scrolling up does the same")
        self.pause.clicked.connect(self.pause_wanted)
        set_icon(self.pause, "pause")
        self.hide_older = QPushButton("Hide older")
        self.hide_older.setToolTip("Hide every line so far (Ctrl+L); they can be shown again")
        self.hide_older.clicked.connect(self.hide_wanted)
        set_icon(self.hide_older, "clear")
        self.filter.add_widget(self.pause)
        self.filter.add_widget(self.hide_older)
        self._chips = QWidget()
        self._chip_row = QHBoxLayout(self._chips)
        self._chip_row.setContentsMargins(0, 0, 0, 0)
        self._chip_row.setSpacing(8)
        self._chip_row.addStretch(1)
        self._chips.hide()

    def _build_paused_bar(self) -> None:
        self.paused_bar = QFrame()
        self._paused_text = QLabel()
        self.resume = QPushButton("Resume (End)")
        for widget in (self.paused_bar, self._paused_text, self.resume):
            widget.setProperty("role", "paused")
        self.resume.clicked.connect(lambda: self.pause_wanted.emit(False))
        row = QHBoxLayout(self.paused_bar)
        row.setContentsMargins(12, 4, 6, 4)
        row.addWidget(self._paused_text, 1)
        row.addWidget(self.resume)
        self.paused_bar.hide()

    def _build_foot(self) -> None:
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.summary.setAccessibleName("Lines shown")
        self.unhide = QPushButton()
        self.unhide.setProperty("role", "link")
        self.unhide.clicked.connect(self.unhide_wanted)
        self.unhide.hide()
        self.export = QPushButton("Export…")
        self.export.setProperty("role", "flat")
        self.export.setToolTip("Write the lines that are shown to a text file")
        self.export.clicked.connect(self.export_wanted)
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
        box = QVBoxLayout(upper)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.filter)
        box.addWidget(self._chips)
        box.addWidget(self._body, 1)
        box.addWidget(self.paused_bar)
        box.addLayout(self._foot)
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

    def _build_keys(self) -> None:
        for keys, slot in (
            ("Ctrl+L", self.hide_wanted.emit),
            ("F8", lambda: self.problem_wanted.emit(1)),
            ("Shift+F8", lambda: self.problem_wanted.emit(-1)),
        ):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # what is shown

    def show_level(self, level: str) -> None:
        self.levels[level].setChecked(True)

    def show_counts(self, warnings: int, errors: int) -> None:
        """How many lines there are for the level buttons."""
        problems = warnings + errors
        self.levels["warn"].setText(f"Problems ({problems:,})" if problems else "Problems")
        self.levels["error"].setText(f"Errors ({errors:,})" if errors else "Errors")

    def show_dry(self, lines: int) -> None:
        """How many lines are of dry runs and checks."""
        self.dry.setText(f"Dry runs ({lines:,})" if lines else "Dry runs")

    def show_chips(self, conditions: Sequence[tuple[str, str]]) -> None:
        """``conditions``: what to take away (a name of LogFilter), and the words on the chip."""
        drop_widgets(self._chip_row, keep_last=1)
        for place, (name, words) in enumerate(conditions):
            chip = QPushButton(words.replace("&", "&&"))
            chip.setProperty("role", "chip")
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands after the words
            chip.setToolTip("Remove this condition")
            chip.setAccessibleName(f"{words}: remove this condition")
            chip.clicked.connect(lambda _=False, name=name: self.condition_removed.emit(name))
            set_icon(chip, "close", "muted")
            self._chip_row.insertWidget(place, chip)
        self._chips.setVisible(bool(conditions))

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
        self.pause.setChecked(is_paused)

    def show_summary(self, shown: int, total: int, hidden: int) -> None:
        """The line below: how many lines, and how many are hidden."""
        self.summary.setText(
            counted(total, "line") if shown == total else f"{shown:,} of {counted(total, 'line')}"
        )
        self.unhide.setText(f"{counted(hidden, 'older line')} hidden · Show")
        self.unhide.setVisible(hidden > 0)

    def show_empty(self, title: str, text: str, action: str) -> None:
        """Words in the place of the lines."""
        self.empty.set_texts(title, text, action)
        self._show_body(self.empty)

    def show_table(self) -> None:
        self._show_body(self.table)

    def _show_body(self, widget: QWidget) -> None:
        self._body.setCurrentWidget(widget)
        self.export.setEnabled(widget is self.table)

    def ask_export(self, suggested: Path) -> None:
        """Ask for a file, without stopping anything; ``export_chosen`` follows."""
        dialog = QFileDialog(
            self,
            "Export the lines that are shown",
            str(suggested.parent),
            "Text (*.txt *.log);;All files (*)",
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.export_chosen.emit(Path(name)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()
