"""What lives for exactly one call: who, what, how long, and what it left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import length_hint
from sys import getsizeof
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.records import Effect, LogLine, Origin, SqlStatement

MAX_LOG_LINES = 1_000
MAX_LOG_LINE = 8_192  # characters
MAX_LOG_BYTES = 256 * 1024
MAX_SQL_RECORDS = 1_000
MAX_SQL_TEXT = 4_096
MAX_EFFECTS = 1_000
MAX_EFFECT_TEXT = 500  # characters
MAX_WARNINGS = 50
MAX_RECORD_BYTES = 8 * 1024 * 1024  # of statements, their arguments and effects, as they lie in memory
_OBJECT_BYTES = 64  # a Python object, about


def size_of(value: Any) -> int:
    """About how many bytes ``value`` takes in memory."""
    size, todo = 0, [value]
    while todo:
        one = todo.pop()
        size += _OBJECT_BYTES
        kind = one.__class__
        if kind is int or kind is float or one is None:
            continue
        if isinstance(one, str):
            size += len(one) if one.isascii() else 4 * len(one)
        elif isinstance(one, bytes):
            size += len(one)
        elif isinstance(one, dict):
            todo.extend(one)
            todo.extend(one.values())
        elif isinstance(one, (list, tuple)):
            todo.extend(one)
    return size


def _cut_texts(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """``args`` with each text and blob as a record keeps it."""
    if max(map(length_hint, args), default=0) <= MAX_SQL_TEXT:  # a number has none
        return args
    return tuple(one[:MAX_SQL_TEXT] if isinstance(one, (str, bytes)) else one for one in args)


def cut_line(message: str) -> str:
    """``message`` as a log line may be."""
    return message if len(message) <= MAX_LOG_LINE else message[:MAX_LOG_LINE] + "... (line cut)"


@dataclass(slots=True)
class RunContext:
    """One run of one script; host functions get it as ``host.run``."""

    call_id: str
    script: str
    kind: str  # "call" | "chat" | "event"
    caller: Caller
    owner: Caller
    deadline: Deadline
    publish_log: Callable[[LogLine], None]
    logs: list[LogLine] = field(default_factory=list)
    sql: list[SqlStatement] = field(default_factory=list)
    sql_seconds: float = 0.0
    host_seconds: float = 0.0
    http_requests: int = 0
    is_dry: bool = False  # nothing of what this run does stays
    origin: Origin = Origin.PROGRAM
    checked_role: bool = False  # the script looked at the caller's role
    effects: list[Effect] = field(default_factory=list)
    line: int = 0  # of the script, where the host function under way was called
    hide: Callable[[str], str] = str  # takes the caller's secrets out of a log line
    warnings: dict[str, None] = field(default_factory=dict)  # an ordered set
    record_bytes: int = 0  # of statements, their arguments and effects
    _log_bytes: int = 0
    _log_closed: bool = False

    @property
    def is_owner(self) -> bool:
        """By the real caller: nothing that a script does changes it."""
        return self.caller.id == self.owner.id

    def log(self, level: str, message: str) -> None:
        """Record and publish a line; past the caps one last line says so and the rest is dropped."""
        if self._log_closed:
            return
        message = cut_line(self.hide(message[: 2 * MAX_LOG_LINE]))
        self._log_bytes += len(message)
        if len(self.logs) >= MAX_LOG_LINES or self._log_bytes > MAX_LOG_BYTES:
            self._log_closed = True
            level, message = (
                "warn",
                (f"log cut: a call may write {MAX_LOG_LINES} lines and {MAX_LOG_BYTES // 1024} KB"),
            )
        line = LogLine(
            time.time(), level, message, self.script, self.caller, self.call_id, self.is_dry, self.origin
        )
        self.logs.append(line)
        self.publish_log(line)

    def record_sql(
        self, sql: str, args: tuple[Any, ...], rows: int, duration: float, error: str = ""
    ) -> None:
        """Note a statement that ran; past the cap only its time is counted."""
        self.sql_seconds += duration
        if len(self.sql) >= MAX_SQL_RECORDS:
            self.warn(f"more than {MAX_SQL_RECORDS:,} SQL statements: the later ones are not listed")
            return
        args, sql = _cut_texts(args), sql[:MAX_SQL_TEXT]
        if self._has_room(sum(map(getsizeof, args), getsizeof(sql))):
            self.sql.append(SqlStatement(sql, args, rows, duration, error, self.line))

    def effect(self, kind: str, text: str, detail: Any = None, *, would: str = "") -> None:
        """Note something that was done outside the tables; ``would`` is how a dry run says it, when ``text``
        does not fit both.
        """
        line = _one_line(would if would and self.is_dry else text)
        if len(self.effects) < MAX_EFFECTS and self._has_room(len(line) + size_of(detail)):
            self.effects.append(Effect(kind, line, detail))

    def _has_room(self, size: int) -> bool:
        """Whether ``size`` more bytes fit into what is kept of this call; what does not fit is said once."""
        if self.record_bytes + size > MAX_RECORD_BYTES:
            limit = MAX_RECORD_BYTES // 2**20
            self.warn(
                f"more than {limit} MB of SQL, arguments and effects: the rest is left out of the record"
            )
            return False
        self.record_bytes += size
        return True

    def warn(self, text: str) -> None:
        """Note that something was lost on its way between Lua, JSON and the database; each text once."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.setdefault(_one_line(text))


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_EFFECT_TEXT else text[:MAX_EFFECT_TEXT] + "…"
