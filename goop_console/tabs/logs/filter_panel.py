"""What is asked for: the field, levels, chips, and the menus beside them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from goop_console.tabs.logs.chips_view import ChipsView
from goop_console.tabs.logs.display import DisplayMenu
from goop_console.tabs.logs.saved_filters import SavedFilters
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import set_icon

_LEVELS = (
    ("all", "All", "log", "Calls and lines of every level"),
    ("warn", "Problems", "warn", "Warnings and errors; a call counts once, and since this start"),
    ("error", "Errors", "error", "Errors only; a call counts once, and since this start"),
    ("refused", "Refused", "lock", "Calls that were not let in: who asked, the rate limit, Lua switched off"),
)
_SEARCH_TIP = (
    "Lines with all of these words, in the message, action, script, caller or call.\n"
    '-word leaves lines out, "two words" is a phrase, /a|b/ a regular expression. Esc clears.\n'
    "What was logged before this start is searched too."
)


class FilterPanel(QWidget):
    """Widgets only."""

    level_chosen = Signal(str)
    dry_requested = Signal(bool)
    pause_requested = Signal(bool)
    hide_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = FilterBar("Filter the log")
        self.bar.field.setToolTip(_SEARCH_TIP)
        self.chips = ChipsView()
        self.problem = ErrorLine("What is wrong with the filter")
        self.display = DisplayMenu(self)
        self.saved = SavedFilters(self)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._add_levels()
        self._add_switches()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.bar)
        box.addLayout(self._row)
        for widget in (self.problem, self.chips):
            box.addWidget(widget)

    def _add_levels(self) -> None:
        self.levels: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for number, (level, text, picture, tip) in enumerate(_LEVELS, start=1):
            button = QPushButton(text)
            button.setToolTip(f"{tip} (Alt+{number})")
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setChecked(level == "all")
            button.clicked.connect(lambda _=False, level=level: self.level_chosen.emit(level))
            set_icon(button, picture)
            self._group.addButton(button)
            self.levels[level] = button
            self._row.addWidget(button)

    def _add_switches(self) -> None:
        self.dry = QPushButton("Dry runs")
        self.dry.setProperty("role", "segment")
        self.dry.setCheckable(True)
        self.dry.setToolTip("Dry runs and checks too; without it only what was real (Alt+5)")
        self.dry.clicked.connect(self.dry_requested)
        self.pause = QPushButton("Pause")
        self.pause.setCheckable(True)
        self.pause.setToolTip("Keep the view still while lines arrive; scrolling up does the same (P)")
        self.pause.clicked.connect(self.pause_requested)
        set_icon(self.pause, "pause")
        self.hide_older = QPushButton("Hide older")
        self.hide_older.setToolTip("Hide everything so far (Ctrl+L); it can be shown again")
        self.hide_older.clicked.connect(self.hide_requested)
        set_icon(self.hide_older, "clear")
        self._row.addWidget(self.dry)
        self._row.addStretch(1)
        self._row.addWidget(self.pause)
        self._row.addWidget(self.hide_older)
        self.saved_button = self._menu_button("Filters", "Saved filters", "Ctrl+B", self.saved)
        self.display_button = self._menu_button(
            "View", "How calls and lines are shown", "Ctrl+M", self.display
        )
        self.bar.add_widget(self.saved_button)
        self.bar.add_widget(self.display_button)

    def _menu_button(self, text: str, tip: str, keys: str, menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(f"{tip} ({keys})")
        button.setAccessibleName(tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        return button

    def show_level(self, level: str) -> None:
        self.levels[level].setChecked(True)

    def show_counts(self, counts: Mapping[str, int], dry: int) -> None:
        """How many calls, and lines of no call, each button leaves."""
        for level, words, _picture, _tip in _LEVELS:
            if level in counts:
                _count(self.levels[level], words, counts[level])
        _count(self.dry, "Dry runs", dry)


def _count(button: QPushButton, words: str, count: int) -> None:
    text = f"{words} ({count:,})" if count else words
    if button.text() != text:
        button.setText(text)
