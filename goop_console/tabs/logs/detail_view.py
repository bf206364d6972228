"""Everything about one entry."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.services.log_formats import json_line
from goop_console.tabs.logs.cells import LEVEL_COLORS, LEVEL_ICONS, LEVEL_WORDS, call_words, origin_words
from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.filter import FIELDS, VALUES, Chip, Field
from goop_console.tabs.logs.message_text import place_in, with_json_laid_out
from goop_console.tabs.logs.record_text import record_text
from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import set_picture
from goop_console.widgets.long_text import LongText
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import day_and_clock, elided
from lua_engine import LogRecord

_PICTURE = 16
_ROLES = {"error": "error-text", "warn": "warning-text", "refused": "warning-text"}
_VALUE_TEXT = 32
_NAMES: dict[Field, str] = {"script": "script", "caller": "caller", "call": "call", "origin": "origin"}


class DetailView(QWidget):
    """The chosen entry: all of its message, its facts, and the ways on. A value is a button: a click asks for
    the entries that have it, Alt and a click for those that have it not.
    """

    place_opened = Signal(str, str, int)  # script, kind or "", line
    call_opened = Signal(str)
    debug_requested = Signal(str)  # call id
    chip_chosen = Signal(object)  # Chip
    copied = Signal(str)  # what is on the clipboard now, in words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: LogEntry | None = None
        self._picture = QLabel()
        self._level = QLabel()
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self.since_mark = QLabel()
        self.since_mark.setProperty("role", "muted")
        self.message = LongText("Message of the chosen line")
        self.message.setFont(theming.fixed_font())
        self.message.setTabStopDistance(4.0 * self.message.fontMetrics().horizontalAdvance(" "))
        self.values: dict[Field, QPushButton] = {field: self._value(field) for field in FIELDS}
        self.place = self._button("", self.open_place)
        self.call = self._button("Open in Call Tester", self._on_call)
        self.debug = self._button("Debug again", self.debug_again)
        self.debug.setToolTip("Make the same call as a dry run in the debugger (Ctrl+Shift+Return)")
        self.place.setToolTip("Where the line says (F12)")
        self.call.setToolTip("With the same caller and params (Return in the list)")
        self.laid_out = self._button("JSON laid out", self._show_message)
        self.laid_out.setCheckable(True)
        self.laid_out.setChecked(True)
        self.laid_out.setToolTip("Show the JSON value in this line on lines of its own")
        self.copy_json = self._button("Copy as JSON", self.copy_as_json)
        self.copy_json.setToolTip("Copy the whole record (Ctrl+Shift+C)")
        self._build()
        self.show_entry(None)

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: slot())
        return button

    def _value(self, field: Field) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "link")
        button.clicked.connect(lambda: self._on_value(field))
        return button

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self._picture, self._level, self._facts, *self.values.values(), self.since_mark):
            head.addWidget(widget)
        head.addStretch(1)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        for button in (self.place, self.call, self.debug):
            ways.addWidget(button)
        ways.addStretch(1)
        for button in (self.laid_out, self.copy_json):
            ways.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.message, 1)
        box.addLayout(ways)

    def show_entry(self, entry: LogEntry | None, since_mark: str = "") -> None:
        """Show ``entry``; None: nothing is chosen. ``since_mark``: how long after the marked one it came."""
        self._entry = entry
        if entry is None:
            return
        record = entry.record
        level = record.level
        set_picture(self._picture, LEVEL_ICONS.get(level, "info"), _PICTURE, LEVEL_COLORS.get(level, "info"))
        self._level.setText(_level_words(record))
        set_look(self._level, "role", _ROLES.get(level, ""))
        self._facts.setText(_facts(record))
        self.since_mark.setText(since_mark)
        for field, button in self.values.items():
            self._show_value(field, button, entry)
        self._show_message()
        self._show_ways(record)

    def _show_value(self, field: Field, button: QPushButton, entry: LogEntry) -> None:
        value = VALUES[field](entry)
        button.setVisible(bool(value))
        if value:
            words = elided(shown_line(value_words(field, entry)), _VALUE_TEXT)
            button.setText(words.replace("&", "&&"))
            button.setAccessibleName(f"{_NAMES[field]} {words}: only these")
            button.setToolTip(
                f"Click: only this {_NAMES[field]}. Alt+click: without it.\n{shown_line(value)}"
            )

    def _show_message(self) -> None:
        if self._entry is None:
            return
        record = self._entry.record
        text = record.message if record.call is None else record_text(record, record.call)
        laid_out = with_json_laid_out(text)
        self.laid_out.setVisible(laid_out is not None)
        shown = laid_out if laid_out is not None and self.laid_out.isChecked() else text
        if self.message.whole_text != shown:
            self.message.setPlainText(shown)

    def _show_ways(self, record: LogRecord) -> None:
        place = place_in(record.message)
        script = elided(record.script, _VALUE_TEXT)
        self.place.setText(f"Open {place[0]}.lua:{place[2]}" if place else f"Open {script}.lua")
        self.place.setVisible(bool(place or record.script))
        self.call.setVisible(bool(record.call_id))
        self.debug.setVisible(bool(record.call_id))

    def copy_as_json(self) -> None:
        """Put the record on the clipboard."""
        if self._entry is not None:
            QGuiApplication.clipboard().setText(json_line(self._entry.record))
            self.copied.emit("Copied the record as JSON")

    def _on_value(self, field: Field) -> None:
        if self._entry is not None:
            is_alt = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier)
            self.chip_chosen.emit(Chip(field, VALUES[field](self._entry), is_alt))

    def open_place(self) -> None:
        """The script, where the entry says."""
        if self._entry is not None and not self.place.isHidden():
            place = place_in(self._entry.record.message)
            self.place_opened.emit(*(place or (self._entry.record.script, "", 0)))

    def _on_call(self) -> None:
        if self._entry is not None:
            self.call_opened.emit(self._entry.record.call_id)

    def debug_again(self) -> None:
        """The entry's call, as a dry run in the debugger."""
        if self._entry is not None and not self.debug.isHidden():
            self.debug_requested.emit(self._entry.record.call_id)


def value_words(field: Field, entry: LogEntry) -> str:
    """How a value is named: a caller by name."""
    record = entry.record
    if field == "script":
        return f"{record.script}.lua"
    if field == "caller":
        return record.caller.name if record.caller is not None else ""
    return f"call {record.call_id}" if field == "call" else origin_words(record)


def _level_words(record: LogRecord) -> str:
    if record.call is not None and record.call.outcome == "ok":
        return "OK"
    return LEVEL_WORDS.get(record.level, record.level)


def _facts(record: LogRecord) -> str:
    facts = [day_and_clock(record.time)]
    if record.call is not None:
        facts.append(call_words(record, with_reason=False))
        if record.call.role:
            facts.append(f"as {shown_line(record.call.role, 40)}")
    return "  ·  ".join(facts)
