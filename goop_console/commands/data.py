"""``export-data`` and ``import-data``: the rows of a table to a file and back."""

from __future__ import annotations

import sys
from pathlib import Path

from goop_console.commands.failure import WrongInput
from goop_console.commands.open_site import open_site
from goop_console.widgets.wording import counted
from lua_engine import Deadline, ImportCheck, ImportFormat, RowQuery, export_format

_SECONDS = 24 * 3600.0
_SHOWN = 20


def run_export_data(site: Path, table: str, out: Path, where: str, columns: tuple[str, ...]) -> int:
    """Write the file and say how many rows are in it."""
    kind = export_format(out)
    with open_site(site, read_only=True) as engine:
        query = RowQuery(table, where=where, fields=columns)
        done = engine.data.export(query, out, kind, Deadline(_SECONDS))
    print(f"wrote {counted(done.rows, 'row')} of {table} to {out}")
    if done.cut:
        print(
            f"goop-console: {counted(done.cut, 'text')} cut: a cell of XLSX holds 32,767 characters",
            file=sys.stderr,
        )
    return 0


def run_import_data(
    site: Path, table: str, file: Path, *, check_only: bool, skip_bad: bool, keep_ids: bool
) -> int:
    """Check every row, then add them; 1 when rows do not fit and nothing was written."""
    with open_site(site, read_only=check_only) as engine:
        engine.data.recovered()  # what was cut off before goes first, all of it
        rows = engine.data.import_of(table, file, _format(file), keep_ids=keep_ids)
        check = rows.check(Deadline(_SECONDS))
        _say_problems(file, check)
        good = check.rows - check.bad
        if check_only or (check.bad and not skip_bad):
            print(f"{counted(good, 'row')} can be added to {table}, {counted(check.bad, 'row')} cannot")
            return 1 if check.bad else 0
        entry = rows.run(engine.owner, Deadline(_SECONDS), skip_bad=skip_bad)
        print(f"added {counted(entry.rows if entry is not None else 0, 'row')} to {table}")
    return 0


def _format(file: Path) -> ImportFormat:
    kinds: dict[str, ImportFormat] = {".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json"}
    kind = kinds.get(file.suffix.lower())
    if kind is None:
        raise WrongInput(f"{file}: the ending names no format; it may be {', '.join(kinds)}")
    return kind


def _say_problems(file: Path, check: ImportCheck) -> None:
    for one in check.problems[:_SHOWN]:
        print(f"{file}:{one.line}: {one.message}", file=sys.stderr)
    if check.bad > _SHOWN:
        print(f"... and {check.bad - _SHOWN:,} more", file=sys.stderr)
