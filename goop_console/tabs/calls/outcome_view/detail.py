"""One call that a page made, beside the list it stands in: outcome and reason, the value, everything that it
did.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.texts import Words, plain_label
from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.model.words import milliseconds, run_words
from goop_console.tabs.calls.outcome_view.look import outcome_picture
from goop_console.tabs.calls.outcome_view.trace_view import TraceView
from goop_console.widgets import theming
from goop_console.widgets.caller_picker import caller_avatar
from goop_console.widgets.data_diff_model import diff_words
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.icons import set_picture
from goop_console.widgets.json_view import JsonView
from goop_console.widgets.polish import set_look
from goop_console.widgets.style.roles import font_of
from goop_console.widgets.wording import counted
from lua_engine import OUTCOME_WORDS, outcome_of, reason_of

_PICTURE = 18


class OutcomeDetail(QWidget):
    """``show_outcome(None)`` says what would stand here. ``is_compact``: who calls what stands elsewhere
    already.
    """

    open_requested = Signal()

    def __init__(
        self,
        title: str,
        text: str,
        *,
        is_compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_compact = is_compact
        self.outcome: CallOutcome | None = None
        self.empty = EmptyState(title, text)
        self._build_head()
        self.json = JsonView()
        self.trace = TraceView()
        self.nothing = plain_label(role="muted", wraps=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._value = QStackedWidget()
        self._value.addWidget(self.json)
        self._value.addWidget(self.nothing)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._value)
        self.splitter.addWidget(self.trace)
        self.splitter.setSizes([240, 260])
        self._whole = QWidget()
        self.box = QVBoxLayout(self._whole)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(6)
        self.box.addLayout(self._head)
        if not is_compact:
            self.box.addLayout(self._who)
        self.box.addWidget(self.reason)
        if not is_compact:
            self.box.addWidget(self.facts)
        self.box.addWidget(self.splitter, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._whole)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._pages)

    def _build_head(self) -> None:
        self._picture, self.word = QLabel(), plain_label()
        self.word.setFont(font_of("strong"))
        self.title, self.caller = Words(), Words()
        for label in (self.title, self.caller):
            label.setProperty("role", "")
        self._avatar = QLabel()
        self.open = button(
            "Open in Call page",
            "Show this call, its request in the form, on the Call page (Enter in the list)",
        )
        self.open.clicked.connect(self.open_requested)
        self.reason = plain_label(wraps=True)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = plain_label(role="muted", wraps=not self._is_compact)
        self._head, self._who = QHBoxLayout(), QHBoxLayout()
        for row in (self._head, self._who):
            row.setSpacing(6)
        self._head.addWidget(self._picture)
        self._head.addWidget(self.word)
        self._head.addWidget(self.facts if self._is_compact else self.title, 1)
        if self._is_compact:
            for unused in (self.title, self._avatar, self.caller, self.open):
                unused.setParent(self)  # gone with this view
                unused.hide()  # a child without a layout would lie, large, below everything
            return
        self._who.addWidget(self._avatar)
        self._who.addWidget(self.caller, 1)
        self._who.addWidget(self.open)

    def show_outcome(self, outcome: CallOutcome | None, mark: str = "") -> None:
        """Show ``outcome``; ``mark`` is put beside its word (``now allowed!``)."""
        self.outcome = outcome
        self._pages.setCurrentIndex(0 if outcome is None else 1)
        if outcome is None:
            return
        result = outcome.result
        word = OUTCOME_WORDS[outcome_of(result)]
        self.word.setText(f"{word} · {mark}" if mark else word)
        self.title.set_words(outcome.call.title)
        self.caller.set_words(outcome.call.caller.title)
        self.reason.setText(reason_of(result))
        self.reason.setVisible(bool(self.reason.text()))
        self.facts.setText(" · ".join(_facts(outcome)))
        self._show_value(outcome)
        self.trace.show_outcome(outcome)
        self.redraw()

    def _show_value(self, outcome: CallOutcome) -> None:
        value = outcome.result.value
        if outcome.result.error is not None:
            self.nothing.setText("No value: the page gets the message above.")
        elif value is None:
            self.nothing.setText("nil: the script returned nothing, the page gets null.")
        else:
            self.json.set_value(value, "result")
        self._value.setCurrentIndex(1 if outcome.result.error is not None or value is None else 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self.redraw()

    def redraw(self) -> None:
        """Draw what is a picture again."""
        if self.outcome is None:
            return
        outcome = outcome_of(self.outcome.result)
        name, color = outcome_picture(outcome)
        ratio = self.devicePixelRatioF()
        set_picture(self._picture, name, _PICTURE, color)
        self._avatar.setPixmap(
            caller_avatar(self.outcome.call.caller).pixmap(QSize(_PICTURE, _PICTURE), ratio)
        )
        set_look(self.word, "role", f"{color}-text" if color in ("ok", "warning", "error") else "muted")


def _facts(outcome: CallOutcome) -> list[str]:
    result = outcome.result
    rows = diff_words(outcome.diff) or "no rows changed"
    facts = [
        run_words(outcome),
        milliseconds(result.timings.total),
        counted(len(result.sql), "statement"),
        rows,
    ]
    return [*facts, outcome.note] if outcome.note else facts
