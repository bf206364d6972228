"""The grid's header with a field above each column in which one types what its values must be."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QTableView, QWidget

from goop_console.tabs.data.rows.filter_field import FilterField

_DELAY_MS = 200
_GAP = 2


_ROOM = 3  # letters beside a name: the edges, and the arrow of a sorted column


class FilterHeader(QHeaderView):
    """``filters_changed`` comes when typing rests, at once on Enter. There are fields for the columns in view
    only: a table may have thousands.
    """

    filters_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._fields: dict[str, FilterField] = {}  # those that are made, by column
        self._names: tuple[str, ...] = ()
        self._texts: dict[str, str] = {}
        self._probe = FilterField("", "", self)  # as high as they all are
        self._probe.hide()
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
        self._names = names
        for name in list(self._fields):
            self._drop(name)
        self.place_fields()

    def _make(self, name: str) -> FilterField:
        field = FilterField(name, self._texts.get(name, ""), self)
        field.edited.connect(self._on_edited)
        field.returnPressed.connect(self._emit)
        field.left.connect(lambda step: self._leave(name, step))
        self._fields[name] = field
        return field

    def _drop(self, name: str) -> None:
        field = self._fields.pop(name)
        field.hide()
        field.deleteLater()

    def _on_edited(self, name: str, text: str) -> None:
        self._texts[name] = text
        self._timer.start()

    def texts(self) -> dict[str, str]:
        """What is typed, by column; empty fields are left out."""
        return {name: text for name in self._names if (text := self._texts.get(name, "")).strip()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """As if it were typed, without announcing it."""
        self._texts = dict(texts)
        for name, field in self._fields.items():
            field.show_text(texts.get(name, ""))
        self._timer.stop()

    def field(self, name: str) -> FilterField | None:
        """The field of the column ``name``, while that is in view."""
        return self._fields.get(name)

    def focus_field(self, name: str) -> None:
        """Put the keyboard there; the row of fields is shown if need be."""
        self.show_fields(True)
        shown = self._in_order()
        if shown:
            self._focus(name if name in shown else shown[0], Qt.FocusReason.ShortcutFocusReason)

    def _focus(self, name: str, reason: Qt.FocusReason) -> None:
        grid = self.parentWidget()
        assert isinstance(grid, QTableView)
        place = self._names.index(name)
        bar, left = grid.horizontalScrollBar(), self.sectionViewportPosition(place)
        right = left + self.sectionSize(place) - self.viewport().width()
        if left < 0:
            bar.setValue(bar.value() + left)
        elif right > 0:
            bar.setValue(bar.value() + min(right, left))
        field = self._fields.get(name) or self._make(name)
        self.place_fields()
        field.show()
        field.setFocus(reason)
        field.selectAll()

    def _in_order(self) -> list[str]:
        """The columns that are shown, from left to right."""
        places = (self.logicalIndex(visual) for visual in range(min(self.count(), len(self._names))))
        return [self._names[place] for place in places if not self.isSectionHidden(place)]

    def _leave(self, name: str, step: int) -> None:
        """Tab: to the field beside, also where that is out of view; past the last one to the rows."""
        order = self._in_order()
        place = order.index(name) + step if name in order else -1
        reason = Qt.FocusReason.TabFocusReason if step > 0 else Qt.FocusReason.BacktabFocusReason
        if 0 <= place < len(order):
            self._focus(order[place], reason)
            return
        target = grid = self.parentWidget()
        while target is not None and step < 0 and (target is grid or not self._takes_tab(target)):
            target = target.previousInFocusChain()
        if target is not None:
            target.setFocus(reason)

    def _takes_tab(self, widget: QWidget) -> bool:
        is_open = widget.isVisible() and widget.isEnabled() and not self.isAncestorOf(widget)
        return is_open and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)

    def show_fields(self, is_shown: bool) -> None:
        """Show or hide the row of fields; what is typed in it counts all the same."""
        self._is_shown = is_shown
        self.place_fields()
        self.updateGeometries()
        self.updateGeometry()

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
        in_view = self._in_view() if self._is_shown else {}
        for name in [one for one in self._fields if one not in in_view]:
            if self._fields[name].hasFocus():
                self._fields[name].move(-self._fields[name].width(), 0)  # what is being typed in goes on
            else:
                self._drop(name)
        height = self._probe.sizeHint().height()
        top = self.height() - height - _GAP
        for name, place in in_view.items():
            field = self._fields.get(name) or self._make(name)
            left = self.sectionViewportPosition(place) + _GAP
            field.setGeometry(left, top, self.sectionSize(place) - 2 * _GAP, height)
            field.show()

    def _in_view(self) -> dict[str, int]:
        """The places of the columns in view by name, from left to right."""
        last = min(self.count(), len(self._names))
        visual = max(self.visualIndexAt(0), 0)
        found: dict[str, int] = {}
        while visual < last:
            place = self.logicalIndex(visual)
            if self.sectionViewportPosition(place) >= self.viewport().width():
                break
            if not self.isSectionHidden(place) and place < len(self._names):
                found[self._names[place]] = place
            visual += 1
        return found

    def _room(self) -> int:
        """How high the row of fields is; 0 while it is not shown."""
        return self._probe.sizeHint().height() + 2 * _GAP if self._is_shown and self._names else 0

    # Qt overrides

    def sizeHint(self) -> QSize:
        """All names are one line: Qt would look at 200 of them, each time."""
        size = self.sectionSizeFromContents(0) if self.count() else super().sizeHint()
        size.setHeight(size.height() + self._room())
        return size

    def updateGeometries(self) -> None:
        self.setViewportMargins(0, 0, 0, self._room())
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
