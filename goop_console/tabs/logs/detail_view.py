"""Everything about one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.logs.model import LEVEL_COLORS, LEVEL_WORDS
from goop_console.widgets import theming
from goop_console.widgets.icons import set_picture
from goop_console.widgets.long_text import LongText
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import counted, day_and_clock, elided
from lua_engine import CallResult, LogLine

_PLACE = re.compile(r"(?P<functions>functions/)?(?P<name>[A-Za-z0-9_-]+)\.lua:(?P<line>\d+)")
_PICTURE = 16
_ROLES = {"error": "error-text", "warn": "warning-text"}


@dataclass(frozen=True, slots=True)
class CallNote:
    """What is kept of a call, without its value."""

    kind: str
    script: str
    params: object
    caller_id: str
    ok: bool
    seconds: float
    statements: int


def call_note(result: CallResult) -> CallNote:
    return CallNote(
        result.kind,
        result.script,
        result.request.argument,
        result.caller.id,
        result.ok,
        result.timings.total,
        len(result.sql),
    )


def place_in(message: str) -> tuple[str, str, int] | None:
    """The first place in a script that ``message`` names: script, kind (``""``: not said), line."""
    found = _PLACE.search(message)
    if not found:
        return None
    return found["name"], "function" if found["functions"] else "", int(found["line"])


class DetailView(QWidget):
    """The chosen line: all of its message, its facts, and the ways on."""

    place_opened = Signal(str, str, int)  # script, kind or "", line
    call_opened = Signal(str)
    debug_wanted = Signal(str)  # call id
    narrowed = Signal(str, str)  # name of a condition of LogFilter, value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: LogLine | None = None
        self._picture = QLabel()
        self._level = QLabel()
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = LongText("Message of the chosen line")
        self.message.setFont(theming.fixed_font())
        self.message.setTabStopDistance(4.0 * self.message.fontMetrics().horizontalAdvance(" "))
        self.place = self._button("", self._on_place)
        self.call = self._button("Open in Call Tester", self._on_call)
        self.debug = self._button("Debug again", self._on_debug)
        self.debug.setToolTip("Make the same call as a dry run in the debugger")
        self.only_script = self._button("Only this script", lambda: self._narrow("script"))
        self.only_caller = self._button("Only this caller", lambda: self._narrow("caller_id"))
        self.only_call = self._button("Only this call", lambda: self._narrow("call_id"))
        self._build()
        self.show_line(None, None)

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: slot())
        return button

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self._picture, self._level):
            head.addWidget(widget)
        head.addWidget(self._facts, 1)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        for button in (self.place, self.call, self.debug):
            ways.addWidget(button)
        ways.addStretch(1)
        for button in (self.only_script, self.only_caller, self.only_call):
            ways.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.message, 1)
        box.addLayout(ways)

    def show_line(self, line: LogLine | None, note: CallNote | None) -> None:
        """Show ``line``; None: nothing is chosen."""
        self._line = line
        if line is None:
            return
        name = line.level if line.level in ("warn", "error") else "info"
        set_picture(self._picture, name, _PICTURE, LEVEL_COLORS.get(line.level, "info"))
        self._level.setText(LEVEL_WORDS.get(line.level, line.level))
        set_look(self._level, "role", _ROLES.get(line.level, ""))
        self._facts.setText("  ·  ".join(_facts(line, note)))
        self._facts.setToolTip(line.caller.id if line.caller is not None else "")
        if self.message.toPlainText() != line.message:
            self.message.setPlainText(line.message)
        self._show_ways(line)

    def _show_ways(self, line: LogLine) -> None:
        place = place_in(line.message)
        self.place.setText(f"Open {place[0]}.lua:{place[2]}" if place else f"Open {line.script}.lua")
        self.place.setVisible(bool(place or line.script))
        for button, is_shown in (
            (self.call, bool(line.call_id)),
            (self.debug, bool(line.call_id)),
            (self.only_call, bool(line.call_id)),
            (self.only_script, bool(line.script)),
            (self.only_caller, line.caller is not None),
        ):
            button.setVisible(is_shown)

    def _on_place(self) -> None:
        if self._line is not None:
            place = place_in(self._line.message)
            self.place_opened.emit(*(place or (self._line.script, "", 0)))

    def _on_call(self) -> None:
        if self._line is not None:
            self.call_opened.emit(self._line.call_id)

    def _on_debug(self) -> None:
        if self._line is not None:
            self.debug_wanted.emit(self._line.call_id)

    def _narrow(self, name: str) -> None:
        line = self._line
        if line is not None:
            caller_id = line.caller.id if line.caller is not None else ""
            self.narrowed.emit(
                name, {"script": line.script, "caller_id": caller_id, "call_id": line.call_id}[name]
            )


def _facts(line: LogLine, note: CallNote | None) -> list[str]:
    facts = [
        day_and_clock(line.time),
        f"{line.script}.lua" if line.script else "",
        elided(line.caller.name, 40) if line.caller else "",
    ]
    if line.call_id:
        facts.append(f"call {line.call_id}")
    if note is not None:
        facts += [
            "ok" if note.ok else "failed",
            f"{note.seconds * 1000:.1f} ms",
            counted(note.statements, "statement"),
        ]
    return [fact for fact in facts if fact]
