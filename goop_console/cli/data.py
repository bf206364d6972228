"""Rows of tables, to and from files."""

from __future__ import annotations

import argparse
from pathlib import Path

from goop_console.cli.commands import Commands


def add_commands(commands: Commands) -> None:
    exported = commands.add(
        "export-data", _export_data, "Write the rows of a table or view to a file (docs/data.md)."
    )
    exported.add_argument("table", metavar="TABLE")
    exported.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="the file to write; its ending is the format: .csv .json .sql .xlsx",
    )
    exported.add_argument(
        "--where", default="", metavar="SQL", help="only rows for which this condition holds"
    )
    exported.add_argument("--columns", default="", metavar="NAMES", help="only these, separated by commas")
    imported = commands.add(
        "import-data", _import_data, "Add the rows of a CSV or JSON file to a table: all of them or none."
    )
    imported.add_argument("table", metavar="TABLE")
    imported.add_argument("file", type=Path, metavar="FILE")
    imported.add_argument("--check", action="store_true", help="say what would be added; write nothing")
    imported.add_argument("--skip-bad", action="store_true", help="leave out the rows that do not fit")
    imported.add_argument(
        "--keep-ids", action="store_true", help="take _id, _created_at and _updated_at from the file too"
    )


def _export_data(options: argparse.Namespace) -> int:
    from goop_console.commands.data import run_export_data

    columns = tuple(name.strip() for name in options.columns.split(",") if name.strip())
    return run_export_data(options.site, options.table, options.out, options.where, columns)


def _import_data(options: argparse.Namespace) -> int:
    from goop_console.commands.data import run_import_data

    return run_import_data(
        options.site,
        options.table,
        options.file,
        check_only=options.check,
        skip_bad=options.skip_bad,
        keep_ids=options.keep_ids,
    )
