"""The values of a column with how many rows have each; choosing one filters by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from goop_console.tabs.data.rows.cells import cell_text
from goop_console.widgets.table import RecordTable
from goop_console.widgets.wording import counted
from lua_engine import Facet

_PLACE = Qt.ItemDataRole.UserRole


class FacetsDialog(QDialog):
    """``value_chosen(value)``."""

    value_chosen = Signal(object)

    def __init__(self, column: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Values of {column}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._facets: Sequence[Facet] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a value")
        self.search.setAccessibleName("Find a value")
        self.about = QLabel("Counting…")
        self.about.setProperty("role", "muted")
        self._model = QStandardItemModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.textChanged.connect(self._proxy.setFilterFixedString)
        self.list = RecordTable(f"Values of {column} and how many rows have each")
        self.list.setModel(self._proxy)
        self.list.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.list.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.list.activated.connect(self._on_activated)
        self.search.returnPressed.connect(self._on_activated)
        box = QVBoxLayout(self)
        box.addWidget(self.search)
        box.addWidget(self.list, 1)
        box.addWidget(self.about)
        self.resize(360, 420)

    def show_facets(self, facets: Sequence[Facet], is_cut: bool) -> None:
        """Most frequent first."""
        self._facets = facets
        self._model.setHorizontalHeaderLabels(["Value", "Rows"])
        for place, facet in enumerate(facets):
            value = QStandardItem("(empty text)" if facet.value == "" else cell_text(facet.value))
            value.setData(place, _PLACE)
            count = QStandardItem(f"{facet.count:,}")
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._model.appendRow([value, count])
        self.list.setColumnWidth(0, 230)
        self.list.horizontalHeader().setStretchLastSection(True)
        if facets:
            self.list.selectRow(0)
        more = "; the most frequent are shown" if is_cut else ""
        self.about.setText(f"{counted(len(facets), 'value')}{more} · Enter filters by one")

    def fail(self, message: str) -> None:
        """The values cannot be counted."""
        self.about.setText(message)

    def _on_activated(self) -> None:
        place: Any = self._proxy.index(max(self.list.currentIndex().row(), 0), 0).data(_PLACE)
        if isinstance(place, int) and place < len(self._facets):
            self.value_chosen.emit(self._facets[place].value)
            self.accept()
