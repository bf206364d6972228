"""What is shown, as a file: JSON lines, CSV, or text. Runs off the Qt thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from goop_console.services.atomic_file import write_text
from goop_console.services.log_formats import LINES, lines_of
from lua_engine import LogRecord

FILTERS = {
    "jsonl": "JSON, one object a line (*.jsonl)",
    "csv": "CSV for spreadsheets (*.csv)",
    "txt": "Text (*.txt)",
}


def form_of(path: Path) -> str:
    """The form of a file with that name; text for endings that are none of ours."""
    ending = path.suffix.lower().removeprefix(".")
    return {"json": "jsonl", "ndjson": "jsonl"}.get(ending, ending if ending in LINES else "txt")


def export_records(path: Path, records: Sequence[LogRecord]) -> int:
    """Write ``records`` to ``path``, all or nothing; answers how many. Raises OSError."""
    write_text(path, "".join(f"{line}\n" for line in lines_of(records, form_of(path))))
    return len(records)
