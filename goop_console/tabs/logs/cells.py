"""How a row of the log reads: words, colours and pictures of its cells."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QIcon

from goop_console.tabs.logs.entry import Group, LogEntry
from goop_console.tabs.logs.groups import Row
from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import icon
from goop_console.widgets.wording import clock, counted, elided
from lua_engine import LogRecord

HEADERS = ("Time", "Level", "Script", "Caller", "From", "Call", "Message")
TIME, LEVEL, SCRIPT, CALLER, ORIGIN, CALL, MESSAGE = range(len(HEADERS))
LEVEL_WORDS = {"info": "Info", "warn": "Warning", "error": "Error", "refused": "Refused"}
LEVEL_COLORS = {"info": "info", "warn": "warning", "error": "error", "refused": "warning"}
LEVEL_ICONS = {"info": "info", "warn": "warn", "error": "error", "refused": "lock"}
_MAX_SHOWN = 500  # characters of a message in its cell
_FOLDED, _UNFOLDED, _NO_FOLD = "▸ ", "▾ ", "   "
_MARK = "◆ "


class Shown(NamedTuple):
    """One row as it stands now."""

    row: Row
    entry: LogEntry
    is_folded: bool
    is_marked: bool
    is_hit: bool
    role: str  # of the caller, today

    @property
    def group(self) -> Group | None:
        """When the row is a group's own."""
        return self.row if isinstance(self.row, Group) else None

    @property
    def is_inside(self) -> bool:
        """A line of the call above it."""
        row = self.row
        return not isinstance(row, Group) and row.group is not None


def data(shown: Shown, column: int, role: int) -> Any:
    """What the cell answers Qt."""
    if role == Qt.ItemDataRole.DisplayRole:
        return text(shown, column)
    if role == Qt.ItemDataRole.ForegroundRole:
        return _color(shown, column)
    if role == Qt.ItemDataRole.DecorationRole and column == LEVEL:
        return _picture(shown)
    if role == Qt.ItemDataRole.BackgroundRole:
        return theming.color("accent_soft") if shown.is_hit else None
    if role == Qt.ItemDataRole.FontRole:
        return _bold() if shown.is_hit and column == MESSAGE else None
    if role == Qt.ItemDataRole.ToolTipRole:
        return _tip(shown, column)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return _spoken(shown, column)
    return None


def text(shown: Shown, column: int) -> str:
    """The words of a cell. A line inside a call leaves out what stands in the row of the call."""
    record = shown.entry.record
    if column == TIME:
        return _time(shown)
    if column == LEVEL:
        return level_word(shown)
    if column == MESSAGE:
        return message(shown)
    if shown.is_inside and shown.group is None and _is_in_call(shown):
        return ""
    if column == SCRIPT:
        return _script(record)
    if column == CALLER:
        return _caller(shown)
    if column == ORIGIN:
        return origin_words(record)
    return f"{record.call_id[:8]} dry" if record.is_dry else record.call_id[:8]


def _is_in_call(shown: Shown) -> bool:
    group = shown.row.group if isinstance(shown.row, LogEntry) else None
    return group is not None and group.is_call


def _time(shown: Shown) -> str:
    sign = _NO_FOLD
    if shown.group is not None and shown.group.can_fold:
        sign = _FOLDED if shown.is_folded else _UNFOLDED
    return f"{sign}{clock(_begin(shown))}{f' {_MARK}' if shown.is_marked else ''}"


def _begin(shown: Shown) -> float:
    """A call's own row says when it began, for its lines follow."""
    record = shown.entry.record
    is_above = record.call is not None and shown.group is not None and shown.group.is_call
    return record.time - record.call.seconds if is_above and record.call is not None else record.time


def level_word(shown: Shown) -> str:
    """``OK`` for a call that answered; ``Running`` while it does not."""
    record = shown.entry.record
    if record.call is not None:
        words = {"ok": "OK", "invalid": "Invalid"}
        return words.get(record.call.outcome) or LEVEL_WORDS[record.level]
    if shown.group is not None and shown.group.is_call:
        return "Running" if shown.entry.number > 0 else "Call"
    return LEVEL_WORDS.get(record.level, record.level)


def _script(record: LogRecord) -> str:
    action = record.call.action if record.call is not None else ""
    return shown_line(f"{record.script} · {action}" if record.script and action else record.script or action)


def _caller(shown: Shown) -> str:
    record = shown.entry.record
    if record.caller is None:
        return ""
    role = record.call.role if record.call is not None else shown.role
    name = elided(record.caller.name, 28)
    return f"{name} ({role})" if role and role.casefold() != name.casefold() else name


def origin_words(record: LogRecord) -> str:
    """``page``, ``window, dry``."""
    origin = record.origin.value if record.origin is not None else ""
    return f"{origin}, dry" if record.is_dry else origin


def message(shown: Shown) -> str:
    """On one line. Of a call: what it took, and why it failed where no line of it says that below."""
    group, record = shown.group, shown.entry.record
    words = one_line(call_words(record, with_reason=not _says_itself(shown)))
    if group is None:
        return f"    {words}" if _is_in_call(shown) else words
    if not group.is_call:
        return f"{len(group.lines):,} × {words}" if group.can_fold else words
    if record.call is not None:
        return words
    lines = counted(len(group.lines), "line")
    return f"{lines} so far" if shown.entry.number > 0 else lines


def call_words(record: LogRecord, *, with_reason: bool = True) -> str:
    """``3.2 ms · 4 SQL · 312 bytes · 5 lines``, and the reason of a refusal or an error before that."""
    call = record.call
    if call is None:
        return record.message
    took = f"{call.seconds * 1000:,.1f} ms"
    facts = [
        took,
        f"{call.statements:,} SQL" if call.statements else "",
        counted(call.result_bytes, "byte") if call.result_bytes else "",
        counted(call.lines, "line") if call.lines else "",
    ]
    words = " · ".join(fact for fact in facts if fact)
    return f"{record.message} · {words}" if record.message and with_reason else words


def _color(shown: Shown, column: int) -> QColor | None:
    level = shown.entry.record.level
    if shown.entry.is_context:
        return theming.color("muted")
    if column == LEVEL and level_word(shown) == "OK":
        return theming.color("ok")
    if column == LEVEL or (column == MESSAGE and level == "error" and shown.group is None):
        return theming.color(LEVEL_COLORS.get(level, "info"))
    if column == CALL:
        return theming.color("info")
    is_quiet = column in (TIME, CALLER, ORIGIN) or (column == MESSAGE and _is_quiet_call(shown))
    return theming.color("muted") if is_quiet else None


def _is_quiet_call(shown: Shown) -> bool:
    """The row of a call says only what it took."""
    record = shown.entry.record
    return record.call is not None and (not record.message or _says_itself(shown))


def _says_itself(shown: Shown) -> bool:
    """Below the row of a call are its lines, which say what went wrong."""
    group = shown.group
    return group is not None and group.is_call and group.can_fold and not shown.is_folded


def _picture(shown: Shown) -> QIcon:
    word, level = level_word(shown), shown.entry.record.level
    if word == "OK":
        return icon("ok", "ok")
    if word == "Running":
        return icon("play", "info")
    return icon(LEVEL_ICONS.get(level, "info"), LEVEL_COLORS.get(level, "info"))


def _tip(shown: Shown, column: int) -> str | None:
    record = shown.entry.record
    if column in (CALL, ORIGIN) and record.call_id:
        run = "dry run" if record.is_dry else "for real"
        origin = f", from: {record.origin}" if record.origin is not None else ""
        return f"Call {record.call_id}, {run}{origin}"
    if column == CALLER and record.caller is not None:
        return f"{record.caller.name}\n{record.caller.id}"
    if column == SCRIPT:
        return _script(record) or None
    is_long = "\n" in record.message or len(record.message) > 80
    return record.message[:2_000] if column == MESSAGE and is_long else None


def _spoken(shown: Shown, column: int) -> str | None:
    """What a screen reader says where the cell shows a sign, or less than there is."""
    if column == TIME:
        words = [clock(_begin(shown))]
        if shown.group is not None and shown.group.can_fold:
            words.append("folded" if shown.is_folded else "unfolded")
        if shown.is_marked:
            words.append("marked")
        return ", ".join(words)
    return f"{text(shown, column)}, found" if column == MESSAGE and shown.is_hit else text(shown, column)


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font


def one_line(text: str) -> str:
    """The message as a cell shows it."""
    shown = text[:_MAX_SHOWN] + ("…" if len(text) > _MAX_SHOWN else "")
    return shown_line(shown.strip())
