"""The widgets of "Fire N times", put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.services.theme import Colors
from goop_console.tabs.calls.fire.firing import MAX_AT_ONCE, MAX_COUNT
from goop_console.tabs.calls.fire.histogram import Histogram
from goop_console.tabs.calls.fire.shots import Summary
from goop_console.tabs.calls.model import Column, RecordModel
from goop_console.tabs.calls.pages.asking import one_line
from goop_console.tabs.calls.pages.look import outcome_icon
from goop_console.tabs.calls.pages.parts import ErrorLine, Notice, RowTable, Words, on_key, plain_label
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.polish import set_look

_COUNT, _AT_ONCE = 100, 4
_NOTHING = "Fire the call of the Call page many times: how long it takes, what comes of it, and where the rate limit begins to bite."


class FireView(QWidget):
    """What is fired on the left, what came of it on the right."""

    fire_wanted = Signal()
    cancel_wanted = Signal()
    changed = Signal()

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors = colors
        self._is_running = False
        self._build_form()
        self._build_result()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._form)
        row.addWidget(self._pages, 1)
        on_key(self, ("Ctrl+Return", "Ctrl+Enter"), self.fire_wanted.emit)
        self._cancel_key = on_key(self, ("Escape",), self.cancel_wanted.emit)
        self.show_idle()

    def _build_form(self) -> None:
        self.what, self.who = Words(), Words()
        self.count = _spin("How many calls", 1, MAX_COUNT, _COUNT)
        self.at_once = _spin("How many at once", 1, MAX_AT_ONCE, _AT_ONCE)
        self.dry = QRadioButton("&Dry runs: nothing is changed")
        self.live = QRadioButton("For &real: what a call writes is kept")
        group = QButtonGroup(self)
        for radio in (self.dry, self.live):
            group.addButton(radio)
        self.dry.setChecked(True)
        self.counts = QCheckBox("Count against the rate &limit")
        self.counts.setToolTip("As a visitor's calls do; the limit refuses what is past it. Dry runs never count.")
        self.warning = plain_label(role="warning-text", wraps=True)
        self.fire = QPushButton("Fire")
        self.fire.setProperty("role", "primary")
        self.fire.clicked.connect(self._on_fire_clicked)
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Calls that have ended")
        self.progress.setTextVisible(False)
        self.words = plain_label(role="muted", wraps=True)
        self.error = ErrorLine("Why it does not work")
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.addRow("Call", self.what)
        form.addRow("As", self.who)
        form.addRow("&Times", self.count)
        form.addRow("At &once", self.at_once)
        self._form = QWidget()
        self._form.setFixedWidth(330)
        box = QVBoxLayout(self._form)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(form)
        for widget in (self.dry, self.live, self.counts, self.warning, self.fire, self.progress, self.words, self.error):
            box.addWidget(widget)
        box.addStretch(1)
        self.dry.toggled.connect(lambda _: self.changed.emit())
        self.counts.toggled.connect(lambda _: self.changed.emit())
        self.count.valueChanged.connect(lambda _: self.changed.emit())

    def _build_result(self) -> None:
        self.empty = EmptyState("Nothing fired yet", _NOTHING)
        self.times = plain_label(role="heading", wraps=True)
        self.facts = plain_label(role="muted", wraps=True)
        self.histogram = Histogram(self._colors)
        self.limit = Notice("Where the rate limit began to bite")
        self.model = RecordModel[tuple[str, str, int]](
            [
                Column("Outcome", lambda one: one[0], icon=lambda one: outcome_icon(one[0])),
                Column("Reason", lambda one: one_line(one[1]), full=lambda one: one[1]),
                Column("Calls", lambda one: f"{one[2]:,}", is_number=True),
            ],
            self,
        )
        self.outcomes = RowTable("Outcomes", self.model, (110, 0, 80))
        self.outcomes.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for widget, stretch in ((self.times, 0), (self.facts, 0), (self.limit, 0), (self.histogram, 3), (self.outcomes, 2)):
            box.addWidget(widget, stretch)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(whole)

    # what is shown

    def show_request(self, what: str, who: str) -> None:
        self.what.set_words(what)
        self.who.set_words(who)

    def show_idle(self, text: str = "Fire", *, is_possible: bool = False) -> None:
        """Nothing runs; the button says what it does."""
        self._is_running = False
        self._set_button(text, f"{text} (Ctrl+Enter)", is_possible=is_possible)
        self.progress.hide()
        self._set_form(is_free=True)

    def show_running(self, done: int, total: int) -> None:
        self._is_running = True
        self._set_button("Cancel", "Stop; calls under way are ended (Esc)", is_possible=True)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.show()
        self.words.setText(f"{done:,} of {total:,} calls")
        self._set_form(is_free=False)

    def _set_button(self, text: str, tip: str, *, is_possible: bool) -> None:
        self.fire.setText(text.replace("&", "&&"))
        self.fire.setAccessibleName(text)
        self.fire.setToolTip(tip)
        self.fire.setEnabled(is_possible)

    def _set_form(self, *, is_free: bool) -> None:
        for widget in (self.count, self.at_once, self.dry, self.live):
            widget.setEnabled(is_free)
        self.counts.setEnabled(is_free and self.live.isChecked())
        for key in self._cancel_key:
            key.setEnabled(not is_free)

    def show_summary(self, summary: Summary, rows: list[tuple[str, str, int]], facts: str) -> None:
        """Everything but the bars."""
        self._pages.setCurrentIndex(1)
        self.times.setText(summary.words if rows else "Firing…")
        self.facts.setText(facts)
        self.model.set_records(rows)
        if summary.limit_words:
            if self.limit.title.text() != summary.limit_words or self.limit.isHidden():
                self.limit.tell("warning", summary.limit_words)
        else:
            self.limit.hide()

    def say(self, text: str, *, is_error: bool = False) -> None:
        self.words.setText(text)
        set_look(self.words, "role", "error-text" if is_error else "muted")

    def set_colors(self, colors: Colors) -> None:
        self._colors = colors
        self.histogram.set_colors(colors)
        self.model.redraw()
        self.limit.redraw()

    def _on_fire_clicked(self) -> None:
        self.cancel_wanted.emit() if self._is_running else self.fire_wanted.emit()


def _spin(name: str, least: int, most: int, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setAccessibleName(name)
    spin.setRange(least, most)
    spin.setValue(value)
    spin.setGroupSeparatorShown(True)
    return spin
