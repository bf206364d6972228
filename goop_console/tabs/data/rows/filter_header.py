"""The grid's header with a field above each column in which one types what its values must be."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QLineEdit, QStyleOptionHeader, QWidget

HELP = (
    "anna: contains · =anna: is exactly · an*: begins with\n"
    ">5, >=5, <5, <=5: compares · 5..10: lies between\n"
    "null, <>null: is (not) NULL · <>x: is not x · =: is empty text\n"
    'Text in "quotes" stands for itself'
)
_DELAY_MS = 200
_GAP = 2


_ROOM = 3  # letters beside a name: the edges, and the arrow of a sorted column


class FilterHeader(QHeaderView):
    """``filters_changed`` comes when typing rests, at once on Enter."""

    filters_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._fields: list[QLineEdit] = []
        self._names: tuple[str, ...] = ()
        self._texts: dict[str, str] = {}  # what the fields begin with, once they are made
        self._is_shown = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self.filters_changed)
        self.sectionResized.connect(lambda *_: self.place_fields())
        self.sectionMoved.connect(lambda *_: self.place_fields())

    # fields

    def set_columns(self, names: tuple[str, ...]) -> None:
        """One field a column; what stood in a field of the same name stays."""
        if names == self._names:
            return
        self._texts = self.texts()
        for field in self._fields:
            field.deleteLater()
        self._names, self._fields = names, []
        if self._is_shown:
            self._make_fields()

    def _make_fields(self) -> None:
        """When they are first shown: those of 300 columns take a while."""
        self._fields = [self._field(name, self._texts.get(name, "")) for name in self._names]
        self.place_fields()

    def _field(self, name: str, text: str) -> QLineEdit:
        field = QLineEdit(text, self)
        field.setAccessibleName(f"Filter of {name}")
        field.setAccessibleDescription(HELP)
        field.setToolTip(HELP)
        field.setPlaceholderText("filter")
        field.setClearButtonEnabled(True)
        field.setProperty("role", "column-filter")
        field.textEdited.connect(lambda _: self._timer.start())
        field.textChanged.connect(lambda text: None if text else self._timer.start())
        field.returnPressed.connect(self._emit)
        field.setVisible(self._is_shown)
        return field

    def texts(self) -> dict[str, str]:
        """What is typed, by column; empty fields are left out."""
        if not self._fields:
            return {name: text for name in self._names if (text := self._texts.get(name, "")).strip()}
        pairs = zip(self._names, self._fields, strict=True)
        return {name: field.text() for name, field in pairs if field.text().strip()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """As if it were typed, without announcing it."""
        self._texts = dict(texts)
        for name, field in zip(self._names, self._fields, strict=False):  # no fields yet, or one a column
            if field.text() != texts.get(name, ""):
                field.setText(texts.get(name, ""))
        self._timer.stop()

    def field(self, name: str) -> QLineEdit | None:
        """The field of the column ``name``."""
        return next((one for own, one in zip(self._names, self._fields, strict=False) if own == name), None)

    def focus_field(self, name: str) -> None:
        """Put the keyboard there; the row of fields is shown if need be."""
        self.show_fields(True)
        field = self.field(name) or next(iter(self._fields), None)
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def mark(self, name: str, problem: str) -> None:
        """``problem``: what is wrong with the filter of ``name``; empty: nothing is."""
        field = self.field(name)
        if field is not None:
            field.setProperty("state", "error" if problem else "")
            field.setToolTip(f"{problem}\n\n{HELP}" if problem else HELP)
            field.style().unpolish(field)
            field.style().polish(field)

    def show_fields(self, is_shown: bool) -> None:
        """Show or hide the row of fields; what is typed in it counts all the same."""
        self._is_shown = is_shown
        if is_shown and not self._fields:
            self._make_fields()
        self.updateGeometries()
        self.updateGeometry()
        self.place_fields()

    @property
    def has_fields(self) -> bool:
        """Is the row of fields shown?"""
        return self._is_shown

    @property
    def is_settled(self) -> bool:
        """What stands in the fields was told."""
        return not self._timer.isActive()

    def _emit(self) -> None:
        self._timer.stop()
        self.filters_changed.emit()

    def place_fields(self) -> None:
        """Each below the name of its column, wherever the grid is scrolled to."""
        height = self._field_height()
        top = self.height() - height - _GAP
        for place, field in enumerate(self._fields):
            if not self._is_shown or self.isSectionHidden(place):
                field.hide()
                continue
            left = self.sectionViewportPosition(place)
            field.setGeometry(left + _GAP, top, self.sectionSize(place) - 2 * _GAP, height)
            field.show()

    def _field_height(self) -> int:
        return self._fields[0].sizeHint().height() if self._fields else 0

    # Qt overrides

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        if self._is_shown and self._fields:
            size.setHeight(size.height() + self._field_height() + 2 * _GAP)
        return size

    def updateGeometries(self) -> None:
        room = self._field_height() + 2 * _GAP if self._is_shown and self._fields else 0
        self.setViewportMargins(0, 0, 0, room)
        super().updateGeometries()
        self.place_fields()

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logical_index: int) -> None:
        """Without asking whether the whole column is selected:
        Qt asks every row for it, 20 s with a million.
        """
        visual = self.visualIndex(logical_index)
        last = self.count() - 1
        option.section = logical_index
        option.position = QStyleOptionHeader.SectionPosition.Middle
        if visual == 0:
            option.position = QStyleOptionHeader.SectionPosition.Beginning
        if visual == last:
            option.position = QStyleOptionHeader.SectionPosition.End
        option.orientation = Qt.Orientation.Horizontal
        model = self.model()
        name = str(model.headerData(logical_index, Qt.Orientation.Horizontal) or "")
        room = self.sectionSize(logical_index) - _ROOM * self.fontMetrics().averageCharWidth()
        option.text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, max(0, room))
        role = Qt.ItemDataRole.TextAlignmentRole
        option.textAlignment = model.headerData(logical_index, Qt.Orientation.Horizontal, role)
        if self.isSortIndicatorShown() and self.sortIndicatorSection() == logical_index:
            is_down = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            arrows = QStyleOptionHeader.SortIndicator
            option.sortIndicator = arrows.SortDown if is_down else arrows.SortUp
