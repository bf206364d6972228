"""``logs``: the log of a site, as it stands on disk and, with ``--follow``, as it grows. Nothing is opened
but the log, so the console's window may be at work beside it.
"""

from __future__ import annotations

import re
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from goop_console.commands.failure import WrongInput
from goop_console.services.log_formats import json_line, summary
from lua_engine import LogQuery, LogReader, LogRecord, SiteFolder

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhd])\Z")
PERIOD: Final = 0.3  # seconds between two looks at the file


def since_of(text: str) -> float:
    """Seconds since the epoch of ``1h`` (ago) or ``2026-11-29 14:30``. Raises :class:`WrongInput`."""
    if found := _SPAN.match(text):
        return time.time() - float(found[1]) * _UNITS[found[2]]
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise WrongInput(
            f"--since {text!r}: write how long ago (30s, 15m, 2h, 7d) or a time (2026-11-29 14:30)"
        ) from None


def run_logs(site: Path, query: LogQuery, *, follow: bool, as_json: bool, limit: int) -> int:
    """Print the newest ``limit`` records, oldest first, then what comes."""
    reader = LogReader(SiteFolder.open(site, read_only=True).log_path)
    try:
        last = reader.last_id()
        for record in reversed(reader.page(query, limit=limit)):
            print(json_line(record) if as_json else _line(record))
        while follow:
            for record in reader.after(last, query):
                print(json_line(record) if as_json else _line(record), flush=True)
                last = record.id
            time.sleep(PERIOD)
    except KeyboardInterrupt:
        return 130
    finally:
        reader.close()
    return 0


def _line(record: LogRecord) -> str:
    when = datetime.fromtimestamp(record.time).strftime("%Y-%m-%d %H:%M:%S")
    who = record.caller.name if record.caller is not None else ""
    dry = " (dry run)" if record.is_dry else ""
    origin = f" [{record.origin.value}]" if record.origin is not None else ""
    where = " ".join(part for part in (record.script, who) if part)
    whole = f"{when} {record.level:<7} {where}{origin}{dry}: {summary(record)}"
    return "\n    ".join(whole.splitlines())  # a line that begins at the edge is one of the log
