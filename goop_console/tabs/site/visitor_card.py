"""One visitor: the address, what can be switched, and where what it did can be looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.site.records import OFTEN, VisitorItem
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.flow_layout import FlowLayout
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import set_icon
from goop_console.widgets.wording import elided

_RECORD = "Record"
_RECORD_TIP = (
    "Keep what this page calls and what it is answered, as a test of the site. On a copy of the site the "
    "visit can be made again whatever it deletes."
)
DELAYS = ((0.0, "at once"), (0.3, "after 0.3 s"), (1.0, "after 1 s"), (3.0, "after 3 s"))


class VisitorCard(QFrame):
    """``delay_chosen`` has seconds."""

    open_requested = Signal()
    dismiss_requested = Signal()
    call_requested = Signal()
    logs_requested = Signal()
    record_requested = Signal()
    stop_requested = Signal()
    delay_chosen = Signal(float)
    offline_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.name = ElidedLabel("")
        self.name.setProperty("role", "heading")
        self.address = ElidedLabel("")
        self.copy = QToolButton()
        self.copy.setProperty("role", "flat")
        self.copy.setAccessibleName("Copy the address")
        self.copy.setToolTip("Copy the address")
        set_icon(self.copy, "copy", "muted")
        self.often = QLabel()
        self.often.setWordWrap(True)
        self.often.setProperty("role", "muted")
        self.often.setTextFormat(Qt.TextFormat.PlainText)
        self.open = QPushButton("&Open in the browser")
        self.dismiss = QPushButton("Remove")
        self.dismiss.setToolTip("The address stops working")
        self.call = QPushButton("Last call")
        self.call.setToolTip("The visitor's last call, in the Call Tester")
        self.logs = QPushButton("Log lines")
        self.logs.setToolTip("What this visitor's calls and page logged")
        self.stop = QPushButton("Stop in next call")
        self.stop.setToolTip(
            "The next real call of this script stops at its first line, in the debugger of the Scripts tab"
        )
        self.record = QPushButton(_RECORD)
        self.record.setCheckable(True)
        self.delay = QComboBox()
        self.delay.setAccessibleName("When the site answers")
        for seconds, text in DELAYS:
            self.delay.addItem(f"Answer {text}", seconds)
        self.offline = QCheckBox("Site cannot be reached")
        set_icon(self.open, "site")
        set_icon(self.call, "calls")
        set_icon(self.logs, "log")
        set_icon(self.stop, "debug")
        self._connect()
        self._build()

    def _connect(self) -> None:
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.address.text()))
        for button, signal in (
            (self.open, self.open_requested),
            (self.dismiss, self.dismiss_requested),
            (self.call, self.call_requested),
            (self.logs, self.logs_requested),
            (self.stop, self.stop_requested),
            (self.record, self.record_requested),
        ):
            button.clicked.connect(signal)
        self.delay.activated.connect(lambda _: self.delay_chosen.emit(float(self.delay.currentData())))
        self.offline.clicked.connect(self.offline_chosen)

    def _build(self) -> None:
        address = QHBoxLayout()
        address.setSpacing(4)
        address.addWidget(self.address)
        address.addWidget(self.copy)
        address.addStretch(1)
        doing = FlowLayout()
        for widget in (
            self.open, self.record, self.call, self.logs, self.stop, self.dismiss, self.delay, self.offline
        ):  # fmt: skip
            doing.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(8)
        box.addWidget(self.name)
        box.addLayout(address)
        box.addLayout(doing)
        box.addWidget(self.often)

    def show_visitor(
        self,
        item: VisitorItem,
        address: str,
        last_call: str,
        often: tuple[str, int] | None,
        script: str,
    ) -> None:
        """``last_call`` is a call's id, ``script`` the one whose next call can be stopped, each empty for
        none; ``often`` what the page asks most, and how often.
        """
        self.name.setText(shown_line(f"{item.visitor.name} ({item.role})"))
        self.address.setText(address)
        self.address.setToolTip(address)
        self.call.setEnabled(bool(last_call))
        self.show_script(script)
        recorder = item.visitor.recorder
        self.record.setChecked(recorder is not None)
        self.record.setText(_RECORD if recorder is None else f"End recording ({recorder.count})")
        self.record.setToolTip(_RECORD_TIP if recorder is None else "Save what was called so far as a visit")
        set_icon(self.record, "stop" if recorder is not None else "record", "error")
        self.delay.setCurrentIndex(max(0, self.delay.findData(item.visitor.delay)))
        self.offline.setChecked(item.visitor.is_offline)
        is_often = often is not None and often[1] >= OFTEN
        text = ""
        if often is not None and is_often:
            text = f"This page asks “{shown_line(often[0])}” {often[1]} times a minute. "
            text += "Goop2 lets a visitor make 30 calls a minute to one script, "
            text += "unless goop.json or @rate_limit says otherwise."
        self.often.setText(text)
        self.often.setVisible(is_often)

    def show_script(self, script: str) -> None:
        """The data function whose next real call can be stopped; empty for none."""
        self.stop.setEnabled(bool(script))
        words = f"Stop in next call of {elided(script, 24)}" if script else "Stop in next call"
        self.stop.setText(shown_line(words))
