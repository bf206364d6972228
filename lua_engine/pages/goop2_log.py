"""Lines of Goop2's own log, as log lines of ours.

Those about Lua say a level, or which script failed::

    2026/11/29 09:08:31 LUA [info] task 5 added by Anna
    2026/11/29 09:08:31 LUA: error executing tasks: tasks.lua:12: attempt to index a nil value
    2026/11/29 09:08:31 LUA: hot reload failed for tasks: tasks.lua:3: unexpected symbol
"""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from typing import Any

from lua_engine.base.records import LogLine, Origin

MAX_TEXT = 16_000  # characters
_STAMP = re.compile(r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ")
_LEVEL = re.compile(r"LUA \[(info|warn|error)\] ?", re.IGNORECASE)
_FAILED = re.compile(r"LUA: (error executing|hot reload failed for) ([\w-]{1,64}): ?")


def goop2_line(text: str) -> LogLine | None:
    """The line that ``text`` is, or None when it is not about Lua."""
    stamp = _STAMP.match(text)
    moment = _moment(stamp.group(1)) if stamp else time.time()
    rest = text[stamp.end() :] if stamp else text
    level = _LEVEL.match(rest)
    if level:
        return _line(moment, level.group(1).lower(), rest[level.end() :], "")
    failed = _FAILED.match(rest)
    if failed:
        return _line(
            moment, "error", f"{failed.group(1)} {failed.group(2)}: {rest[failed.end() :]}", failed.group(2)
        )
    return _line(moment, "info", rest, "") if rest.startswith("LUA") else None


def message_of(data: str) -> str:
    """The text in one piece of news of ``/api/logs/stream``: ``{"ts", "msg"}``, or the text itself."""
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError):
        return data
    if isinstance(value, dict):
        value = value.get("msg")
    return value if isinstance(value, str) else ""


def _line(moment: float, level: str, message: str, script: str) -> LogLine:
    return LogLine(moment, level, message[:MAX_TEXT].rstrip(), script, origin=Origin.GOOP2)


def _moment(text: str) -> float:
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S").timestamp()
    except (ValueError, OverflowError, OSError):
        return time.time()
