"""The last run of a saved call: what differs, what came, and what can be expected of it from now on by a
click.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.texts import Words, plain_label
from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.outcome_view.detail import OutcomeDetail
from goop_console.tabs.calls.saved.expecting import Offer, pointer
from goop_console.tabs.calls.saved.rows import SavedRow
from goop_console.widgets.flow_layout import FlowLayout
from goop_console.widgets.json_tree import JsonNode
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.wording import counted, elided
from lua_engine import CallResult, Expectation

_MAX_WORDS = 34
_NOT_RUN = (
    "Not run yet",
    "Run it (Ctrl+Enter) to see its result. Nothing is changed: it runs on a copy of the site.",
)
_NOT_MADE = (
    "No result",
    "The call could not be made. Change what the message above names, then run it again (Ctrl+Enter).",
)
_EQUALS = "Expect the value of the chosen line exactly (Ctrl+E in the tree)"
_RANGE = (
    "The chosen line is a part of a long list: choose a line within it, or expect that the list contains it"
)
_CONTAINS = (
    "Expect at least the value of the chosen line: "
    "a part of a text, an element, some keys (Ctrl+Shift+E in the tree)"
)


class ResultPanel(QWidget):
    """``expected`` carries an expectation that was clicked together."""

    expected = Signal(object)  # Expectation

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: CallResult | None = None
        self.notice = MessageBar("Outcome of the check")
        self.detail = OutcomeDetail(*_NOT_RUN, is_compact=True)
        self.where = Words()
        self.equals = button("Value equals", _EQUALS)
        self.contains = button("Value contains", _CONTAINS)
        self.offers: list[QPushButton] = []
        self._build()
        self.equals.clicked.connect(lambda: self._expect_value("value_equals"))
        self.contains.clicked.connect(lambda: self._expect_value("value_contains"))
        self._add_actions()
        self.detail.json.tree.selectionModel().currentChanged.connect(lambda *_: self._show_where())
        self._show_offers(())

    def _build(self) -> None:
        self._offer_bar, self._value_bar = QWidget(), QWidget()
        self._offer_row = FlowLayout(self._offer_bar)
        values = QHBoxLayout(self._value_bar)
        values.setContentsMargins(0, 0, 0, 0)
        values.setSpacing(6)
        for widget, stretch in ((self.equals, 0), (self.contains, 0), (self.where, 1)):
            values.addWidget(widget, stretch)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.notice)
        box.addWidget(self._offer_bar)
        box.addWidget(self._value_bar)
        box.addWidget(self.detail, 1)

    def _add_actions(self) -> None:
        tree = self.detail.json.tree
        for text, key, kind in (
            ("Expect this value", "Ctrl+E", "value_equals"),
            ("Expect it to contain this", "Ctrl+Shift+E", "value_contains"),
        ):
            action = QAction(text, tree)
            action.setShortcut(key)
            action.setShortcutContext(
                Qt.ShortcutContext.WidgetShortcut
            )  # of the line that the keyboard is on
            action.triggered.connect(lambda _=False, kind=kind: self._expect_value(kind))
            tree.addAction(action)

    def show_row(self, row: SavedRow, outcome: CallOutcome | None, offers: Sequence[Offer]) -> None:
        """The last run of ``row``; ``outcome`` is None when there is none, or the call could not be made at
        all.
        """
        self._show_notice(row)
        result = row.result.result if row.result is not None else None
        if result is None:
            self.detail.empty.set_texts(*(_NOT_MADE if row.result is not None else _NOT_RUN))
        elif result is self._shown:
            return  # what a person chose in the tree stays chosen
        keys = self._keys()
        self._shown = result
        self.detail.show_outcome(outcome)
        self._show_offers(offers)
        self._value_bar.setVisible(
            outcome is not None and outcome.result.error is None and outcome.result.value is not None
        )
        self._choose(keys)
        self._show_where()

    def _show_notice(self, row: SavedRow) -> None:
        result = row.result
        if result is None or result.passed:
            self.notice.hide()  # the list says so
            return
        title = (
            f"Failed: {counted(len(result.failures), 'expectation')} did not hold"
            if result.result is not None
            else "Failed"
        )
        self.notice.say("error", title, row.reasons)

    def _show_offers(self, offers: Sequence[Offer]) -> None:
        drop_widgets(self._offer_row)
        words = plain_label("Expect", "muted")
        words.setMinimumHeight(self.equals.sizeHint().height())  # on one line with the buttons
        self._offer_row.addWidget(words)
        self.offers = [self._offer_button(offer) for offer in offers]
        self._offer_bar.setVisible(bool(offers))
        self._value_bar.setVisible(False)

    def _offer_button(self, offer: Offer) -> QPushButton:
        offered = button(elided(offer.words, _MAX_WORDS).replace("&", "&&"), f"Expect: {offer.words}")
        offered.setAccessibleName(f"Expect: {offer.words}")
        offered.clicked.connect(lambda: self.expected.emit(offer.expectation))
        self._offer_row.addWidget(offered)
        return offered

    # the chosen line of the value

    def _node(self) -> JsonNode | None:
        index = self.detail.json.tree.currentIndex()
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, JsonNode) else None

    def _keys(self) -> list[tuple[str | int, tuple[int, int] | None]]:
        """The way from the whole value to the chosen line."""
        found, at = [], self._node()
        while at is not None and at.parent is not None:
            found.append((at.key, at.span))
            at = at.parent
        return found[::-1]

    def _choose(self, keys: Sequence[tuple[str | int, tuple[int, int] | None]]) -> None:
        """The same line as before, or the nearest one around it that is there."""
        tree = self.detail.json.tree
        model, index = tree.model(), tree.model().index(0, 0)
        for key in keys:
            below = (model.index(row, 0, index) for row in range(model.rowCount(index)))
            found: QModelIndex | None = next((one for one in below if _key(one) == key), None)
            if found is None:
                break
            index = found
        tree.setCurrentIndex(index)

    def _show_where(self) -> None:
        node = self._node()
        where = pointer(node) if node is not None else ""
        is_part = node is not None and node.span is not None
        self.where.set_words(f"of {where}" if where else "of the whole value")
        self.equals.setEnabled(not is_part)
        self.equals.setToolTip(_RANGE if is_part else _EQUALS)

    def _expect_value(self, kind: str) -> None:
        node = self._node()
        if node is not None and not (node.span is not None and kind == "value_equals"):
            self.expected.emit(Expectation(kind, pointer(node), node.entries))


def _key(index: QModelIndex) -> tuple[str | int, tuple[int, int] | None] | None:
    node = index.internalPointer()
    return (node.key, node.span) if isinstance(node, JsonNode) else None
