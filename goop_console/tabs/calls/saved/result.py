"""The last run of a saved call: what differs, what came, and what can be expected of it from now on by a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from goop_console.services.theme import Colors
from goop_console.tabs.calls.pages.detail import OutcomeDetail
from goop_console.tabs.calls.pages.parts import Notice, button, plain_label
from goop_console.tabs.calls.request import CallOutcome
from goop_console.tabs.calls.saved.expecting import Offer, pointer
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.json_tree import JsonNode
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.wording import counted, elided
from lua_engine import CheckResult, Expectation

_MAX_WORDS = 34
_NOTHING = "Run it (Ctrl+Enter) to see what comes of it. Nothing is changed: it runs on a copy of the site."


class ResultPanel(QWidget):
    """``expected`` carries an expectation that was clicked together."""

    expected = Signal(object)  # Expectation

    def __init__(self, colors: Colors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = Notice("Outcome of the check")
        self.detail = OutcomeDetail(colors, "Not run yet", _NOTHING, is_compact=True)
        self.where = ElidedLabel("")
        self.equals = button("Value equals", "Expect the value of the chosen line exactly")
        self.contains = button("Value contains", "Expect at least the value of the chosen line: a part of a text, an element, some keys")
        self.offers: list[QPushButton] = []
        self._offer_row = QHBoxLayout()
        self._offer_row.setSpacing(6)
        self._value_row = QHBoxLayout()
        self._value_row.setSpacing(6)
        self._value_row.addWidget(self.equals)
        self._value_row.addWidget(self.contains)
        self._value_row.addWidget(self.where, 1)
        self._bar = QWidget()
        bar = QVBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(6)
        self._value_bar = QWidget()
        self._value_row.setContentsMargins(0, 0, 0, 0)
        self._value_bar.setLayout(self._value_row)
        bar.addLayout(self._offer_row)
        bar.addWidget(self._value_bar)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.notice)
        box.addWidget(self._bar)
        box.addWidget(self.detail, 1)
        self.equals.clicked.connect(lambda: self._expect_value("value_equals"))
        self.contains.clicked.connect(lambda: self._expect_value("value_contains"))
        self._add_actions()
        self.detail.json.tree.selectionModel().currentChanged.connect(lambda *_: self._show_where())
        self.show_result(None, None, ())

    def _add_actions(self) -> None:
        tree = self.detail.json.tree
        for text, key, kind in (("Expect this value", "Ctrl+E", "value_equals"), ("Expect it to contain this", "Ctrl+Shift+E", "value_contains")):
            action = QAction(text, tree)
            action.setShortcut(key)
            action.triggered.connect(lambda _=False, kind=kind: self._expect_value(kind))
            tree.addAction(action)

    def show_result(self, result: CheckResult | None, outcome: CallOutcome | None, offers: Sequence[Offer]) -> None:
        """``outcome`` is None when the call could not be made at all."""
        self.detail.show_outcome(outcome)
        self._show_notice(result)
        drop_widgets(self._offer_row)
        self._offer_row.addWidget(plain_label("Expect", "muted"))
        self.offers = [self._offer_button(offer) for offer in offers]
        self._offer_row.addStretch(1)
        self._bar.setVisible(bool(offers))
        has_value = outcome is not None and outcome.result.error is None and outcome.result.value is not None
        self._value_bar.setVisible(has_value)
        self._show_where()

    def _show_notice(self, result: CheckResult | None) -> None:
        if result is None or result.passed:
            self.notice.hide()  # the list says so
        else:
            self.notice.tell("error", f"Failed: {counted(len(result.failures), 'expectation')} did not hold", "\n".join(result.failures))

    def _offer_button(self, offer: Offer) -> QPushButton:
        made = button(elided(offer.words, _MAX_WORDS).replace("&", "&&"), f"Expect: {offer.words}")
        made.setAccessibleName(f"Expect: {offer.words}")
        made.setProperty("role", "chip")
        made.clicked.connect(lambda: self.expected.emit(offer.expectation))
        self._offer_row.addWidget(made)
        return made

    def _node(self) -> JsonNode | None:
        index = self.detail.json.tree.currentIndex()
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, JsonNode) else None

    def _show_where(self) -> None:
        node = self._node()
        where = pointer(node) if node is not None else ""
        words = f"of {where}" if where else "of the whole value"
        self.where.setText(words)
        self.where.setToolTip(words)
        self.where.update()

    def _expect_value(self, kind: str) -> None:
        node = self._node()
        if node is not None:
            self.expected.emit(Expectation(kind, pointer(node), node.entries))

    def set_colors(self, colors: Colors) -> None:
        self.notice.redraw()
        self.detail.set_colors(colors)
