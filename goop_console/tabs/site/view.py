"""The Site tab's widgets: who is visiting, and what the chosen visitor's page asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.site.records import REQUEST_COLUMNS, VISITOR_COLUMNS, RequestItem, VisitorItem
from goop_console.tabs.site.visitor_card import VisitorCard
from goop_console.widgets.caller_picker import CallerPicker
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import set_icon
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.record_list import RecordList

LIVE = "Live: what visitors do here stays in the site that Goop2 shares."
COPY = "On a copy: the site stays as it is. The copy ends with the last visitor."
_NOBODY = (
    "Open the site in the browser as its owner, as a member or as a stranger, side by side: real pages, real "
    "calls. What each page asks is listed here as it happens."
)


class SiteView(QWidget):
    """Widgets only; the presenter fills them."""

    invite_requested = Signal()
    dismiss_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picker = CallerPicker()
        self.invite = QPushButton("Open site as…")
        self.invite.setProperty("role", "primary")
        set_icon(self.invite, "site", "accent_text")
        self.on_copy = QCheckBox("On a copy of the site")
        self.on_copy.setToolTip("Visitors may do what they like: the site stays as it is")
        self.state = ElidedLabel(LIVE, cut=Qt.TextElideMode.ElideRight)
        self.state.setProperty("role", "muted")
        self.beside = QLabel()
        self.beside.setProperty("role", "muted")
        self.beside.setWordWrap(True)
        self.beside.setTextFormat(Qt.TextFormat.PlainText)
        self.open_beside = QPushButton("Open it there as the owner")
        set_icon(self.open_beside, "site")
        self.its_sdk = QCheckBox("Use its SDK")
        self.its_sdk.setToolTip(
            "Pages here load Goop2's own /sdk files instead of ours. Saved files then do not reload the "
            "page, and its errors are not in the log."
        )
        self.beside_row = QWidget()
        row = QHBoxLayout(self.beside_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.beside, 1)
        row.addWidget(self.its_sdk)
        row.addWidget(self.open_beside)
        self.beside_row.hide()
        self.visits = QPushButton("Recorded visits")
        self.visits.setToolTip("What was recorded, and whether it still has the same results")
        set_icon(self.visits, "test")
        self.recorded = MessageBar("What was recorded")
        self.error = ErrorLine("Why that did not work")
        self.visitors = RecordList[VisitorItem](
            "Visitors",
            VISITOR_COLUMNS,
            lambda one: one.key,
            lambda one: one.visitor.role == "owner",
            keeps_place=True,
        )
        self.card = VisitorCard()
        self.filter = FilterBar("Find what the page asked, or why it was refused")
        self.requests = RecordList[RequestItem](
            "What the page asked",
            REQUEST_COLUMNS,
            lambda one: str(one.number),
            lambda one: one.request.outcome != "ok",
        )
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason.setProperty("role", "muted")
        self.reason.hide()
        self.nobody = EmptyState("Nobody is visiting", _NOBODY)
        self.pages = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.invite.clicked.connect(self.invite_requested)
        self.filter.text_changed.connect(self.requests.set_text)
        self._build()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.picker)
        tools.addWidget(self.invite)
        tools.addSpacing(8)
        tools.addWidget(self.on_copy)
        tools.addStretch(1)
        tools.addWidget(self.visits)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 8, 0, 0)
        below.setSpacing(8)
        for widget, stretch in ((self.card, 0), (self.filter, 0), (self.requests, 1), (self.reason, 0)):
            below.addWidget(widget, stretch)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.visitors)
        self.splitter.addWidget(lower)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([140, 550])
        self.pages.addWidget(self.nobody)
        self.pages.addWidget(self.splitter)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addLayout(tools)
        box.addWidget(self.state)
        box.addWidget(self.beside_row)
        box.addWidget(self.recorded)
        box.addWidget(self.error)
        box.addWidget(self.pages, 1)

    def show_beside(self, address: str) -> None:
        """A Goop2 runs this site at ``address``; empty: none does."""
        text = (
            f"Goop2 runs this site too, at {address}. What its real visitors' calls log is in the Logs tab."
        )
        self.beside.setText(text if address else "")
        self.beside_row.setVisible(bool(address))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del in the list removes the chosen visitor; Enter opens the page, or a request's call."""
        if self.focusWidget() is self.visitors and event.key() == Qt.Key.Key_Delete:
            self.dismiss_requested.emit()
            return
        if self.focusWidget() is self.visitors and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.card.open_requested.emit()
            return
        if self.focusWidget() is self.requests and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.card.call_requested.emit()
            return
        super().keyPressEvent(event)
