"""The fields of a row's form, made some at a time as they come into view: a table may have 2,000 columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from goop_console.tabs.data.editing.form_field import FormField
from lua_engine import ColumnInfo

_PART = 8  # columns whose fields are made together
_MAX_LABEL = 180  # pixels that labels of all parts have in common
_HEIGHT = 34  # of a field that is not made, about


class FormBody(QScrollArea):
    """``fields`` are those that are made, by column; :meth:`field` makes the others."""

    def __init__(self, columns: Sequence[ColumnInfo], make: Callable[[ColumnInfo], FormField]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.fields: dict[str, FormField] = {}
        self._make = make
        self._parts: dict[int, QFormLayout] = {}
        self._places = {column.name: place for place, column in enumerate(self.columns)}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._make_next)
        self._label_width = self._common_label_width()
        self._body = QWidget()
        self._box = QVBoxLayout(self._body)
        self._boxes = [QWidget() for _ in range(0, len(self.columns), _PART)]
        for place, one in enumerate(self._boxes):
            one.setMinimumHeight(_HEIGHT * len(self._columns_of(place)))
            self._box.addWidget(one)
        self._box.addStretch(1)
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._timer.start())

    def make_first(self) -> None:
        """The first fields, with the keyboard in one of them."""
        if self.columns:
            self._make_part(0)
            self.fields[self.columns[0].name].focus()

    def field(self, name: str) -> FormField:
        """The field of a column, made if need be."""
        self._make_part(self._places[name] // _PART)
        return self.fields[name]

    def show_column(self, name: str) -> None:
        """Scroll to its field."""
        field = self.field(name)
        self._lay_out()
        self.ensureWidgetVisible(field, 0, self.viewport().height() // 3)

    def go_to(self, name: str) -> None:
        """Put the keyboard in its field."""
        self.show_column(name)
        self.fields[name].focus()

    # making

    def _columns_of(self, part: int) -> tuple[ColumnInfo, ...]:
        return self.columns[part * _PART : (part + 1) * _PART]

    def _make_part(self, part: int) -> None:
        if part in self._parts:
            return
        box = self._boxes[part]
        form = self._parts[part] = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        last = self._last_stop_before(part)
        for column in self._columns_of(part):
            field = self.fields[column.name] = self._make(column)
            label = QLabel(f"{column.name} *" if column.required else column.name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setMinimumWidth(self._label_width)
            label.setBuddy(field.editor)
            form.addRow(label, field)
            label.show()  # Qt would show them later, and they would have no height until then
            field.show()
            for one in field.stops:  # Tab goes from one part to the next, whichever was made first
                if last is not None:
                    QWidget.setTabOrder(last, one)
                last = one
        box.setMinimumHeight(0)

    def _last_stop_before(self, part: int) -> QWidget | None:
        made = max((one for one in self._parts if one < part), default=-1)
        return self.fields[self._columns_of(made)[-1].name].stops[-1] if made >= 0 else None

    def _make_next(self) -> None:
        """One part that is in view, or would be next; the others afterwards."""
        part = next((one for one in self._wanted() if one not in self._parts), -1)
        if part < 0:
            return
        bar, box = self.verticalScrollBar(), self._boxes[part]
        is_above, height, is_at_end = box.y() < bar.value(), box.height(), 0 < bar.value() == bar.maximum()
        self._make_part(part)
        self._lay_out()
        if is_at_end:
            bar.setValue(bar.maximum())
        elif is_above:  # what is in view stays there
            bar.setValue(bar.value() + box.height() - height)
        self._timer.start()

    def _wanted(self) -> list[int]:
        """The parts in view from top to bottom, then those beside them."""
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        view = QRect(0, top, self._body.width(), height)
        shown = [part for part, box in enumerate(self._boxes) if box.geometry().intersects(view)]
        beside = [shown[-1] + 1, shown[0] - 1] if shown else []
        return shown + [part for part in beside if 0 <= part < len(self._boxes)]

    def _lay_out(self) -> None:
        self._box.activate()
        height = max(self._box.sizeHint().height(), self.viewport().height())
        self._body.resize(self._body.width(), height)
        self._box.activate()

    def _common_label_width(self) -> int:
        """So that the fields of all parts stand below each other."""
        if len(self.columns) <= _PART:
            return 0
        advance = self.fontMetrics().horizontalAdvance
        longest = sorted((f"{column.name} *" for column in self.columns), key=len)[-_PART:]
        return min(max(map(advance, longest)), _MAX_LABEL)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._timer.start()
