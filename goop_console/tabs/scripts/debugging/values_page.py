"""All rounds of the line at the cursor: what it computed each time that it ran."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.wording import counted
from lua_engine import LineRound, LineValues

_MAX_TEXT = 300
_NOTHING = "Put the cursor on a line of a script that was debugged."


class ValuesPage(QWidget):
    """A table with a row for each round that is kept: the first hundred, and the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(_NOTHING)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.title.setAccessibleName("Which line")
        self.table = QTableWidget()
        self.table.setAccessibleName("Values of each round of the line")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        box.setSpacing(4)
        box.addWidget(self.title)
        box.addWidget(self.table, 1)

    def show_nothing(self) -> None:
        """No line of a run is chosen."""
        self.title.setText(_NOTHING)
        self.table.setRowCount(0)
        self.table.setColumnCount(0)

    def show_line(self, line: int, values: LineValues | None) -> None:
        """The rounds of ``line``; None: it did not run."""
        rounds = _rounds(values) if values is not None else []
        names = list(dict.fromkeys(name for one in rounds for name, _text in one.values))
        self.title.setText(_title(line, values, len(rounds)))
        self.table.setColumnCount(len(names) + 1 if rounds else 0)
        self.table.setRowCount(len(rounds))
        self.table.setHorizontalHeaderLabels(["Round", *(shown_line(name, 60) for name in names)])
        self.table.setFont(theming.fixed_font())
        for row, one in enumerate(rounds):
            texts = dict(one.values)
            self._put(row, 0, f"{one.number:,}")
            for column, name in enumerate(names, 1):
                self._put(row, column, shown_line(texts.get(name, ""), _MAX_TEXT))

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        self.table.setItem(row, column, item)


def _rounds(values: LineValues) -> list[LineRound]:
    last = values.last
    is_new = last is not None and all(one.number != last.number for one in values.rounds)
    return [*values.rounds, *((last,) if last is not None and is_new else ())]


def _title(line: int, values: LineValues | None, shown: int) -> str:
    if values is None:
        return f"Line {line:,} did not run"
    ran = f"Line {line:,} ran {counted(values.count, 'time')}"
    if not shown:
        return f"{ran}; it computes nothing that has a name"
    return ran if shown >= values.count else f"{ran}; {shown:,} of them are shown, the last one too"
