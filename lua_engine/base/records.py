"""What a run leaves behind line by line: plain frozen data, safe to keep and to hand between threads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lua_engine.base.caller import Caller


class Origin(StrEnum):
    """Where a call comes from; the words are those of the screen."""

    WINDOW = "window"  # the Call Tester and the other tabs
    PAGE = "page"  # a visitor's page in the preview
    COMMAND_LINE = "command line"  # call, chat, batch
    CHECK = "check"  # saved calls, access checks, "Run as everyone"
    EVENT = "event"  # the engine raised an event in a script
    GOOP2 = "Goop2"  # a Goop2 that runs beside us: its real visitors
    PROGRAM = "program"  # somebody who uses the engine as a library


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a script, or the engine about it, wrote. ``time`` is seconds since the epoch.

    ``is_dry`` and ``origin`` are the call's; a line that belongs to no call has no origin.
    """

    time: float
    level: str  # "info" | "warn" | "error"
    message: str
    script: str = ""
    caller: Caller | None = None
    call_id: str = ""
    is_dry: bool = False
    origin: Origin | None = None

    @property
    def is_real(self) -> bool:
        """Of a call that somebody made for real, or of no call: neither of a dry run nor of a check."""
        return not self.is_dry and self.origin is not Origin.CHECK


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One statement as it ran. ``rows`` were read or changed; ``duration`` is in seconds; ``line`` is that of
    the
    script (0: not known).
    """

    sql: str
    args: tuple[Any, ...]
    rows: int
    duration: float
    error: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that a call did outside the tables, or, in a dry run, would do.

    ``kind``: ``http``, ``kv``, ``group``, ``chat``, ``listen``, ``message`` (sent to a group) or ``closed``
    (a script that heard of a closed group). ``text`` is one line for people, ``detail`` plain JSON data.
    """

    kind: str
    text: str
    detail: Any = None


@dataclass(frozen=True, slots=True)
class PortabilityNote:
    """Something in a script that this program and Goop2 do not do alike.

    ``id`` is the difference (a row of ``scripts/portability/differences.py``), ``what`` the code that it is
    about, ``verdict`` how the two differ, ``instead`` what to write. ``line`` counts from 1 (0: unknown).
    """

    id: str
    line: int
    what: str
    verdict: str
    instead: str

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        return f"{self.verdict}: {self.what}{place}"
