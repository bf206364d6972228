"""Rows of the clipboard before they are added: a preview, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.data.editing.pasting import PastedRow
from goop_console.tabs.data.rows.cells import cell_text
from goop_console.tabs.data.text_table import TextTable
from goop_console.widgets.wording import counted
from lua_engine import ColumnInfo

_SHOWN = 200


class PasteDialog(QDialog):
    """``submitted(rows)`` adds them."""

    submitted = Signal(object)

    def __init__(self, table: str, columns: tuple[ColumnInfo, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Paste as new rows of {table}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._columns = columns
        self._rows: list[PastedRow] = []
        self._problems: dict[int, str] = {}
        self.about = QLabel("Reading the clipboard…")
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.preview = TextTable("Rows to be added")
        self.skip = QCheckBox("Leave out the rows with a problem")
        self.skip.setVisible(False)
        self.skip.toggled.connect(self._show)
        self.add = QPushButton("Add")
        self.add.setProperty("role", "primary")
        self.add.setEnabled(False)
        self.add.clicked.connect(self._submit)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.skip)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.add)
        box = QVBoxLayout(self)
        box.addWidget(self.about)
        box.addWidget(self.preview, 1)
        box.addLayout(buttons)
        self.resize(760, 460)

    def show_rows(self, rows: list[PastedRow], problems: Mapping[int, str]) -> None:
        """What is on the clipboard, and what is wrong with it by place of the row."""
        self._rows, self._problems = rows, dict(problems)
        self._show()

    def fail(self, reason: str) -> None:
        """There are no rows to be read on the clipboard."""
        self.about.setText(reason)

    @property
    def problems(self) -> Mapping[int, str]:
        """What is wrong, by place of the row."""
        return self._problems

    def _good_rows(self) -> list[Mapping[str, Any]]:
        return [row.values for at, row in enumerate(self._rows) if at not in self._problems]

    def _show(self) -> None:
        good, bad = len(self._good_rows()), len(self._problems)
        if not self._rows:
            self.about.setText("There are no rows on the clipboard.")
        elif bad:
            self.about.setText(f"{counted(good, 'row')} can be added, {counted(bad, 'row')} cannot.")
        else:
            self.about.setText(f"{counted(good, 'row')} to be added. Nothing is written before you add them.")
        self.skip.setVisible(bool(bad))
        self.add.setText(f"Add {counted(good, 'row')}")
        self.add.setEnabled(bool(good) and (not bad or self.skip.isChecked()))
        self._fill()

    def _fill(self) -> None:
        names, rows = [column.name for column in self._columns], self._rows

        def cell(row: int, column: int) -> str:
            if column == 0:
                return self._problems.get(row, "")
            values, name = rows[row].values, names[column - 1]
            return cell_text(values[name]) if name in values else ""

        self.preview.show_cells(["Problem", *names], min(len(rows), _SHOWN), cell)
        self.preview.setColumnHidden(0, not self._problems)

    def _submit(self) -> None:
        self.submitted.emit(self._good_rows())
        self.accept()
