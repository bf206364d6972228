"""Tests of a site, and its pages in a browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from goop_console.cli.commands import Commands


def add_commands(commands: Commands) -> None:
    test = commands.add(
        "test",
        _test,
        "Run the site's saved calls, access checks and visits, each on its own copy (docs/checks.md).",
    )
    test.add_argument("names", nargs="*", metavar="NAME", help="only these; default: all")
    test.add_argument("--junit", type=Path, metavar="FILE", help="write the results as JUnit XML")
    test.add_argument("--json", action="store_true", help="print the results as one line of JSON")
    test.add_argument(
        "--coverage", action="store_true", help="say which lines and branches of the scripts were reached"
    )
    test.add_argument("--lcov", type=Path, metavar="FILE", help="write the coverage for lcov and its readers")
    preview = commands.add(
        "preview",
        _preview,
        "Serve the site's pages on this machine, as any visitor; print one address for each (docs/pages.md).",
    )
    preview.add_argument(
        "--as",
        dest="callers",
        action="append",
        default=[],
        metavar="WHO",
        help="who visits, as for call; repeat for more visitors; default: the owner",
    )
    preview.add_argument("--open", action="store_true", help="open each address in the browser")
    preview.add_argument(
        "--copy", action="store_true", help="work on a copy of the site's data; the site stays as it is"
    )
    preview.add_argument("--json", action="store_true", help="print the addresses as one line of JSON")
    preview.add_argument(
        "--own-ports",
        action="store_true",
        help="for a browser that does not know names below localhost (Safari): a port for each visitor",
    )
    preview.add_argument(
        "--goop2-sdk",
        action="store_true",
        help="serve /sdk of the Goop2 that runs this site on this machine; ours where it has no such file",
    )
    preview.add_argument(
        "--record",
        default="",
        metavar="NAME",
        help="record what the pages call, a file for each visitor, for the test command (docs/checks.md)",
    )


def _test(options: argparse.Namespace) -> int:
    from goop_console.commands.test import run_test

    return run_test(
        options.site,
        options.names,
        options.junit,
        as_json=options.json,
        with_coverage=options.coverage,
        lcov_file=options.lcov,
    )


def _preview(options: argparse.Namespace) -> int:
    from goop_console.commands.preview import run_preview

    return run_preview(
        options.site,
        options.callers,
        on_copy=options.copy,
        opens=options.open,
        as_json=options.json,
        own_ports=options.own_ports,
        record=options.record,
        goop2_sdk=options.goop2_sdk,
    )
