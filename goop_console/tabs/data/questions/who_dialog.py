"""Who wrote a row: the calls of this console, and what is known of other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.foreign_text import marked, shown_lines
from goop_console.widgets.table import RecordTable
from goop_console.widgets.wording import day_and_clock
from lua_engine import RowHistory, RowWrite

_NOT_KEPT = "What it was before is not kept: that is only so for calls that are in the history."
_LATE = 3.0  # seconds after which what another program wrote is seen at the latest
_WORDS = {"insert": "added", "update": "changed", "delete": "deleted"}


class WhoDialog(QDialog):
    """``call_chosen(call id)`` and ``line_chosen(script, kind, line)`` lead there."""

    call_chosen = Signal(str)
    line_chosen = Signal(str, str, int)

    def __init__(
        self,
        place: str,
        history: RowHistory,
        changes: Sequence[str],
        names: Mapping[str, str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Who wrote {place}?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._writes = history.writes
        self._changes = changes
        self.about = QLabel(self._words(history))
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.changed = QLabel()
        self.changed.setWordWrap(True)
        self.changed.setTextFormat(Qt.TextFormat.PlainText)
        self.changed.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.list = RecordTable("Writes of the row, newest first")
        model = QStandardItemModel(self)
        model.setHorizontalHeaderLabels(["Time", "What", "Who", "Script", "Line", "Call", "Statement"])
        for one in history.writes:
            model.appendRow([_item(text) for text in _cells(one, names)])
        self.list.setModel(model)
        self.list.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.list.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.list.resizeColumnsToContents()
        self.list.horizontalHeader().setStretchLastSection(True)
        self.list.setColumnWidth(0, self.fontMetrics().horizontalAdvance("0000-00-00 00:00:00") + 28)
        self.list.setVisible(bool(history.writes))
        self.show_call = QPushButton("Show the call")
        self.show_line = QPushButton("Show the script")
        close = QPushButton("Close")
        self.show_call.clicked.connect(self._on_show_call)
        self.show_line.clicked.connect(self._on_show_line)
        close.clicked.connect(self.accept)
        self.list.selectionModel().currentRowChanged.connect(lambda *_: self._enable())
        buttons = QHBoxLayout()
        for button in (self.show_call, self.show_line):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        box = QVBoxLayout(self)
        box.addWidget(self.about)
        box.addWidget(self.list, 1)
        box.addWidget(self.changed)
        box.addLayout(buttons)
        self.resize(820, 340 if history.writes else 140)
        if history.writes:
            self.list.selectRow(0)
        self._enable()

    def _words(self, history: RowHistory) -> str:
        since = day_and_clock(history.since)[:-4]
        newest = history.writes[0].time + _LATE if history.writes else 0.0
        words = []
        if not history.writes:
            words.append(f"No call of this console and no edit of yours has written this row since {since}.")
        if history.external_at > newest:
            moment = day_and_clock(history.external_at)[:-4]
            words.append(
                f"Goop2 or another program wrote to the database, last at {moment}. Which rows is not known; "
                "this may be one of them."
            )
        return " ".join(words) or (
            "Who wrote this row, newest first: calls of this console, your own edits, and what was seen of "
            "other programs since the site was opened."
        )

    def _current(self) -> RowWrite | None:
        row = self.list.currentIndex().row()
        return self._writes[row] if 0 <= row < len(self._writes) else None

    def _enable(self) -> None:
        write = self._current()
        self.show_call.setEnabled(write is not None and write.is_call)
        self.show_line.setEnabled(write is not None and bool(write.script))
        words = self._changes[self.list.currentIndex().row()] if write is not None else ""
        if write is not None and write.is_call and not words:
            words = _NOT_KEPT
        self.changed.setText(shown_lines(words))
        self.changed.setVisible(bool(words))

    def _on_show_call(self) -> None:
        write = self._current()
        if write is not None:
            self.call_chosen.emit(write.origin)
            self.accept()

    def _on_show_line(self) -> None:
        write = self._current()
        if write is not None:
            self.line_chosen.emit(write.script, write.kind, write.line)
            self.accept()


_WHO = {
    "window": "You, in the Data tab",
    "undo": "You, by undo or redo",
    "external": "Goop2 or another program",
}


def _cells(one: RowWrite, names: Mapping[str, str]) -> tuple[str, ...]:
    moment = day_and_clock(one.time)[:-4]
    who = _WHO.get(one.origin, "")
    if one.caller is not None:
        who = marked(one.caller.label or names.get(one.caller.id, one.caller.id))
        who += "" if one.is_call else ", by a page without a script"
    script = f"{one.script}.lua" if one.script else ""
    line = str(one.line) if one.line else ""
    call = one.origin if one.is_call else ""
    return moment, _WORDS[one.operation], who, script, line, call, marked(" ".join(one.sql.split()))


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setToolTip(text if len(text) > 30 else "")
    return item
