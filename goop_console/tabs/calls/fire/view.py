"""The widgets of "Fire N times", put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.controls.buttons import on_key
from goop_console.tabs.calls.controls.row_table import RowTable
from goop_console.tabs.calls.controls.texts import Words, plain_label
from goop_console.tabs.calls.fire.firing import MAX_AT_ONCE, MAX_COUNT
from goop_console.tabs.calls.fire.histogram import Histogram
from goop_console.tabs.calls.fire.shots import Summary
from goop_console.tabs.calls.model.words import one_line
from goop_console.tabs.calls.outcome_view.look import outcome_icon
from goop_console.widgets.check_box import CheckBox, RadioButton
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.records import Column, RecordModel
from goop_console.widgets.spin_box import SpinBox
from goop_console.widgets.wording import elided
from lua_engine import OUTCOME_WORDS

_COUNT, _AT_ONCE = 100, 4
_FORM_WIDTH, _BUTTON_PADDING = 350, 32
_LETTERS = (24, 18, 14, 10, 6)  # of a name on the button
_NOTHING = (
    "Fire the call of the Call page many times: how long it takes, what comes of it, "
    "and from which call the rate limit refuses."
)


class FireView(QWidget):
    """What is fired on the left, what came of it on the right."""

    fire_requested = Signal()
    cancel_requested = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self._outcomes: tuple[tuple[str, str, int], ...] = ()
        self._build_form()
        self._build_result()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._form)
        row.addWidget(self._pages, 1)
        on_key(self, ("Ctrl+Return", "Ctrl+Enter"), self.fire_requested.emit)
        self._cancel_key = on_key(self, ("Escape",), self.cancel_requested.emit)
        self.show_idle()

    def _build_form(self) -> None:
        self.what, self.who = Words(), Words()
        self.count = _spin("How many calls", 1, MAX_COUNT, _COUNT)
        self.at_once = _spin("How many at once", 1, MAX_AT_ONCE, _AT_ONCE)
        self.dry = RadioButton("&Dry runs: nothing is changed")
        self.live = RadioButton("For &real: what a call writes is kept")
        group = QButtonGroup(self)
        for radio in (self.dry, self.live):
            group.addButton(radio)
        self.dry.setChecked(True)
        self.counts = CheckBox("Count against the rate &limit")
        self.counts.setToolTip(
            "As a visitor's calls do; calls past the limit are refused. Dry runs and events never count."
        )
        self._forced_dry, self._can_count = "", True
        self.warning = plain_label(role="warning-text", wraps=True)
        self.warning.hide()
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
        self._form.setFixedWidth(_FORM_WIDTH)
        box = QVBoxLayout(self._form)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addLayout(form)
        for widget in (
            self.dry,
            self.live,
            self.counts,
            self.warning,
            self.fire,
            self.progress,
            self.words,
            self.error,
        ):
            box.addWidget(widget)
        box.addStretch(1)
        self.dry.toggled.connect(lambda _: self.changed.emit())
        self.counts.toggled.connect(lambda _: self.changed.emit())
        self.count.valueChanged.connect(lambda _: self.changed.emit())

    def _build_result(self) -> None:
        self.empty = EmptyState("Nothing fired yet", _NOTHING)
        self.times = plain_label(role="heading", wraps=True)
        self.about, self.facts = plain_label(wraps=True), plain_label(role="muted", wraps=True)
        self.histogram = Histogram()
        self.limit = MessageBar("Where the rate limit took effect")
        self.model = RecordModel[tuple[str, str, int]](
            [
                Column("Outcome", lambda one: OUTCOME_WORDS[one[0]], icon=lambda one: outcome_icon(one[0])),
                Column("Reason", lambda one: one_line(one[1]), full=lambda one: one[1]),
                Column("Calls", lambda one: f"{one[2]:,}", is_number=True),
            ],
            parent=self,
        )
        self.outcomes = RowTable("Outcomes", self.model, (110, 0, 80))
        self.outcomes.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        whole = QWidget()
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for widget, stretch in (
            (self.about, 0),
            (self.times, 0),
            (self.facts, 0),
            (self.limit, 0),
            (self.histogram, 3),
            (self.outcomes, 2),
        ):
            box.addWidget(widget, stretch)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(whole)

    # what is shown

    def show_request(self, what: str, who: str) -> None:
        self.what.set_words(what)
        self.who.set_words(who)

    def set_choices(self, forced_dry: str, *, can_count: bool) -> None:
        """``forced_dry``: why nothing can be for real. ``can_count``: the rate limit is about such calls."""
        self._forced_dry, self._can_count = forced_dry, can_count
        self.live.setToolTip(forced_dry)
        if forced_dry:
            self.dry.setChecked(True)

    def show_idle(
        self, verb: str = "Fire", name: str = "", role: str = "", *, is_possible: bool = False
    ) -> None:
        """Nothing runs; the button says what it does, and as whom: a long name is cut until all fits."""
        self._is_running = False
        texts = [f"{verb} as {elided(name, letters)} ({role})" for letters in _LETTERS] if name else [verb]
        full = f"{verb} as {name} ({role})" if name else verb
        self._set_button(self._first_that_fits(texts), f"{full} (Ctrl+Enter)", is_possible=is_possible)
        self.progress.hide()
        self._set_form(is_free=True)

    def show_running(self, done: int, total: int) -> None:
        self._is_running = True
        self._set_button("Cancel", "Stop; running calls are cancelled (Esc)", is_possible=True)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.show()
        self.words.setText(f"{done:,} of {total:,} calls")
        self._set_form(is_free=False)

    def _first_that_fits(self, texts: list[str]) -> str:
        font = QFont(self.fire.font())
        font.setBold(True)  # as the theme has it
        metrics, room = QFontMetrics(font), _FORM_WIDTH - _BUTTON_PADDING
        shortest = metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, room)
        return next((text for text in texts if metrics.horizontalAdvance(text) <= room), shortest)

    def _set_button(self, text: str, tip: str, *, is_possible: bool) -> None:
        self.fire.setText(text.replace("&", "&&"))
        self.fire.setAccessibleName(text)
        self.fire.setToolTip(tip)
        self.fire.setEnabled(is_possible)

    def _set_form(self, *, is_free: bool) -> None:
        if not is_free and self._form.isAncestorOf(self.focusWidget() or self):
            self.fire.setFocus()  # a field that is switched off would pass the keyboard on to anywhere
        for widget in (self.count, self.at_once, self.dry):
            widget.setEnabled(is_free)
        self.live.setEnabled(is_free and not self._forced_dry)
        self.counts.setEnabled(is_free and self._can_count and self.live.isChecked())
        for key in self._cancel_key:
            key.setEnabled(not is_free)

    def show_summary(self, summary: Summary, about: str, facts: str) -> None:
        """Everything but the bars. ``about`` says what was fired."""
        self._pages.setCurrentIndex(1)
        self.about.setText(about)
        self.times.setText(summary.words if summary.outcomes else "Firing…")
        self.facts.setText(facts)
        if summary.outcomes != self._outcomes:
            self._outcomes = summary.outcomes
            self.model.set_records(summary.outcomes)
        if not summary.limit_words:
            self.limit.hide()
        elif self.limit.title.text() != summary.limit_words or self.limit.isHidden():
            self.limit.say("warning", summary.limit_words)

    def warn(self, text: str) -> None:
        """An empty ``text`` takes the warning away."""
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def say(self, text: str) -> None:
        """One line below the button."""
        self.words.setText(text)

    def _on_fire_clicked(self) -> None:
        self.cancel_requested.emit() if self._is_running else self.fire_requested.emit()


def _spin(name: str, least: int, most: int, value: int) -> SpinBox:
    spin = SpinBox()
    spin.setAccessibleName(name)
    spin.setRange(least, most)
    spin.setValue(value)
    spin.setGroupSeparatorShown(True)
    return spin
