"""The widgets of "History", put together; no logic."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.buttons import button, on_key
from goop_console.tabs.calls.controls.question import Question
from goop_console.tabs.calls.controls.texts import Words
from goop_console.tabs.calls.history.compare_view import CompareView
from goop_console.tabs.calls.history.filter import HistoryFilter
from goop_console.tabs.calls.history.model import HistoryModel
from goop_console.tabs.calls.history.table import HistoryTable
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.wording import elided
from lua_engine import OUTCOME_WORDS, OUTCOMES, HistoryEntry

_NOTHING = (
    "Every call that you make on the Call page is kept here, on this computer: "
    "who called what, what came of it, and what it changed."
)


class HistoryView(QWidget):
    """Filters, the list, and in its place two calls compared."""

    filter_changed = Signal()
    opened = Signal()
    again_requested = Signal()
    debug_requested = Signal()
    cancel_requested = Signal()
    compare_requested = Signal()
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HistoryModel(self)
        self.table = HistoryTable(self.model)
        self.search = FilterBar("Find in scripts, callers, reasons and params")
        self.caller = _combo("Caller", "Any caller")
        self.script = _combo("Script", "Any script")
        self.outcome = _combo("Outcome", "Any outcome")
        self.run = _combo("Run", "Dry and live")
        for outcome in OUTCOMES:
            self.outcome.addItem(OUTCOME_WORDS[outcome], outcome)
        self.run.addItem("dry runs", "dry")
        self.run.addItem("live", "live")
        self.compare = CompareView()
        self.question = Question("Clear the history?", "Clear the history", "Keep it")
        self.question.confirm.clicked.connect(lambda _: self.focus_list())
        self.question.keep.clicked.connect(lambda _: self.focus_list())
        self.error = ErrorLine("Why it did not work")
        self.words = Words()
        self._build()
        self._cancel_key = on_key(self, ("Escape",), self.cancel_requested.emit)
        on_key(self, ("Ctrl+Return", "Ctrl+Enter"), self.again_requested.emit)
        on_key(self, ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), self.debug_requested.emit)
        on_key(self, ("Ctrl+D",), self.compare_requested.emit)
        self._connect()
        self.show_idle()

    def _build(self) -> None:
        for combo in (self.caller, self.script, self.outcome, self.run):
            self.search.add_widget(combo)
        self.open = button("Open", "Show this call again on the Call page, its request in the form (Enter)")
        self.again = button("Run again", "Make the same call again as the same caller (Ctrl+Enter)", "play")
        self.debug = button("Debug again", "The same call as a dry run in the debugger (Ctrl+Shift+Enter)")
        self.compare_button = button(
            "Compare",
            "Choose two calls with Ctrl or Shift: their values, SQL and times side by side (Ctrl+D)",
        )
        self.clear = button("Clear history", "Forget every call", "clear")
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for widget in (self.open, self.again, self.debug, self.compare_button):
            buttons.addWidget(widget)
        buttons.addWidget(self.words, 1)
        buttons.addWidget(self.clear)
        self.empty = EmptyState("No calls yet", _NOTHING)
        self._list = QStackedWidget()
        self._list.addWidget(self.empty)
        self._list.addWidget(self.table)
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.search)
        box.addLayout(buttons)
        box.addWidget(self.question)
        box.addWidget(self.error)
        box.addWidget(self._list, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        self._pages.addWidget(self.compare)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(self._pages)

    def _connect(self) -> None:
        self.search.text_changed.connect(lambda _: self.filter_changed.emit())
        for combo in (self.caller, self.script, self.outcome, self.run):
            combo.activated.connect(lambda _: self.filter_changed.emit())
        self.table.taken.connect(lambda _: self.opened.emit())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.show_buttons())
        self.model.modelReset.connect(self.show_buttons)
        self.open.clicked.connect(self.opened)
        self.debug.clicked.connect(self.debug_requested)
        self.again.clicked.connect(self._on_again_clicked)
        self.compare_button.clicked.connect(self.compare_requested)
        self.clear.clicked.connect(self.clear_requested)
        self.compare.closed.connect(self.show_list)
        self.empty.action_triggered.connect(self.show_all)

    # what is shown

    def filter(self) -> HistoryFilter:
        """What the filters say."""
        return HistoryFilter(
            self.search.text().strip(),
            self.caller.currentData() or "",
            self.script.currentData() or "",
            self.outcome.currentData() or "",
            self.run.currentData() or "",
        )

    def show_all(self) -> None:
        """Take every filter away."""
        for combo in (self.caller, self.script, self.outcome, self.run):
            combo.setCurrentIndex(0)
        self.search.set_text("")
        self.filter_changed.emit()

    def offer(self, callers: Sequence[tuple[str, str]], scripts: Sequence[str]) -> None:
        """Who and what can be filtered by: ids with names, and names of scripts; what is chosen stays."""
        _fill(self.caller, callers)
        _fill(self.script, [(name, name) for name in scripts])

    def entry(self) -> HistoryEntry | None:
        """The chosen entry, if it is one alone: what the buttons are about."""
        rows = self.table.rows()
        return self.model.entry(rows[0]) if len(rows) == 1 else None

    def show_entries(self, *, has_entries: bool, is_filtered: bool) -> None:
        """The list, or why there is nothing in it."""
        if is_filtered:
            texts = (
                "No call fits",
                "No call in the history matches the search and the filters.",
                "Show all calls",
            )
        else:
            texts = "No calls yet", _NOTHING, ""
        self._show_list_or(*texts, has_entries=has_entries)
        self.clear.setEnabled(has_entries or is_filtered)
        self.show_buttons()

    def show_unreadable(self) -> None:
        """There is nothing to show because it could not be read; why stands in the error line."""
        self._show_list_or(
            "The history cannot be read", "The line above says why.", "Try again", has_entries=False
        )

    def _show_list_or(self, title: str, text: str, action: str, *, has_entries: bool) -> None:
        """The keyboard does not get lost with what goes out of view."""
        had_focus = self.table.hasFocus() or self.empty.button.hasFocus()
        self.empty.set_texts(title, text, action)
        self._list.setCurrentIndex(1 if has_entries else 0)
        if had_focus and not (self.table if has_entries else self.empty.button).hasFocus():
            self.focus_list()

    def show_buttons(self) -> None:
        """What can be done with the chosen rows."""
        rows = self.table.rows()
        self.open.setEnabled(len(rows) == 1)
        self.debug.setEnabled(len(rows) == 1)
        self.compare_button.setEnabled(len(rows) == 2)
        if self._is_running:
            return
        entry, text = self.entry(), "Run again"
        if entry is not None:
            text = "Run again (dry)" if entry.is_dry else "Run again for real"
        self.again.setText(text)
        self.again.setAccessibleName(text)
        self.again.setEnabled(entry is not None)

    def show_running(self, words: str) -> None:
        """A call is repeated; its button cancels."""
        self._is_running = True
        self.again.setText("Cancel")
        self.again.setAccessibleName("Cancel")
        self.again.setEnabled(True)
        self._set_cancel_key(is_on=True)
        self.say(words)

    def show_idle(self) -> None:
        self._is_running = False
        self._set_cancel_key(is_on=False)
        self.show_buttons()

    def _set_cancel_key(self, *, is_on: bool) -> None:
        """Esc has its other meanings (clear the search, back, keep) while nothing runs."""
        for key in self._cancel_key:
            key.setEnabled(is_on)

    def show_list(self) -> None:
        self._pages.setCurrentIndex(0)
        self.focus_list()

    def focus_main(self) -> None:
        """Put the keyboard into what is in view: the comparison stays until somebody goes back."""
        if self._pages.currentIndex() == 1:
            self.compare.facts.setFocus()
        else:
            self.focus_list()

    def focus_list(self) -> None:
        """Put the keyboard into the list, on the newest call if none is chosen; into the search while there
        is no list.
        """
        if self._list.currentIndex() == 0:
            self.search.setFocus()
            return
        self.table.setFocus()
        if not self.table.rows() and self.model.rowCount():
            self.table.selectRow(max(0, self.table.currentIndex().row()))

    def show_comparison(self) -> None:
        self._pages.setCurrentIndex(1)

    def say(self, text: str) -> None:
        """One line beside the buttons."""
        self.words.set_words(text)

    def _on_again_clicked(self) -> None:
        self.cancel_requested.emit() if self._is_running else self.again_requested.emit()


def _fill(combo: QComboBox, items: Sequence[tuple[str, str]]) -> None:
    """Offer ``items`` (value and words) below "any"; what is chosen stays, also when nobody offers it any
    more: the list is still cut down to it.
    """
    chosen, words = combo.currentData(), combo.currentText()
    offered = [(value, elided(text, 36)) for value, text in items]
    if chosen and all(value != chosen for value, _ in offered):
        offered.append((chosen, words))
    if offered == [(combo.itemData(place), combo.itemText(place)) for place in range(1, combo.count())]:
        return
    while combo.count() > 1:
        combo.removeItem(1)
    for value, text in offered:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))


def _combo(name: str, anything: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(f"Filter by {name.lower()}")
    combo.addItem(anything, "")
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setMaximumWidth(200)
    return combo
