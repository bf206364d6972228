"""How wide the columns of the log are: as a person made them, less where the message would have no room."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHeaderView, QTableView

from goop_console.tabs.logs.cells import CALL, CALLER, LEVEL, MESSAGE, ORIGIN, SCRIPT, TIME

_USUAL = {
    TIME: 1900,
    LEVEL: 1350,
    SCRIPT: 1800,
    CALLER: 1700,
    ORIGIN: 1400,
    CALL: 1200,
}  # hundredths of a digit's width: they grow with the text
_NARROWEST, _WIDEST = 400, 20_000
_MESSAGE = 2600  # what a message needs at least
_SQUEEZED = {SCRIPT: 700, CALLER: 700}  # columns that give room, and what they keep


class ColumnWidths(QObject):
    """Where there is too little room, the origin goes first, then script and caller are cut, then calls go;
    what a person chose comes back with the room.
    """

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._chosen = dict(_USUAL)
        self._is_fitting = False
        self._has_calls = False  # the column of calls is wanted
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._on_resized)
        self.fit()

    def stored(self) -> dict[str, int]:
        """Widths by column number, in hundredths of a digit's width."""
        return {str(column): width for column, width in self._chosen.items()}

    def restore(self, stored: object) -> None:
        """Take back what ``stored`` gave; anything that does not fit is left out."""
        if isinstance(stored, dict):
            for column in _USUAL:
                width = stored.get(str(column))
                if isinstance(width, int) and _NARROWEST <= width <= _WIDEST:
                    self._chosen[column] = width
            self.fit()

    def show_calls(self, is_wanted: bool) -> None:
        """Show the column of calls, or not."""
        self._has_calls = is_wanted
        self.fit()

    def fit(self) -> None:
        """The room, the text or the columns are others now."""
        digit = self._table.fontMetrics().horizontalAdvance("0")
        widths = {
            column: width for column, width in self._chosen.items() if column != CALL or self._has_calls
        }
        missing = sum(widths.values()) + _MESSAGE - self._table.viewport().width() * 100 // max(1, digit)
        if missing > 0:
            missing -= widths.pop(ORIGIN)
        for column, least in _SQUEEZED.items():
            if missing > 0 and widths.get(column, 0) > least:
                given = min(missing, widths[column] - least)
                widths[column] -= given
                missing -= given
        if missing > 0:
            widths.pop(CALL, None)
        self._is_fitting = True
        for column in _USUAL:
            self._table.setColumnHidden(column, column not in widths)
            if column in widths:
                self._table.setColumnWidth(column, round(widths[column] * digit / 100))
        self._is_fitting = False

    def _on_resized(self, column: int, _old: int, width: int) -> None:
        """By a person, unless we did it."""
        digit = self._table.fontMetrics().horizontalAdvance("0")
        if not self._is_fitting and column in self._chosen and width > 0 and digit:
            self._chosen[column] = min(_WIDEST, max(_NARROWEST, round(width * 100 / digit)))
