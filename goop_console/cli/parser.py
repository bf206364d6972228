"""The parser of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from goop_console.cli import calls, data, scripts, site_tests, templates, window
from goop_console.cli.commands import Commands

_EXAMPLES = """examples:
  goop-console                                     the window
  goop-console demo                                the window on a copy of the demo site
  goop-console /path/to/site                       the window on a site
  goop-console call SITE tasks --action list
  goop-console call SITE tasks --action add --params '{"text": "Buy milk"}' --as Anna
  goop-console call SITE tasks --action add --params '{"text": "Buy milk"}' --as Anna --live
  goop-console chat SITE "!hello Alice" --as '{"id": "somebody-new", "label": "Bob"}'
  goop-console check SITE --strict
  goop-console lsp SITE
  goop-console dap SITE
  goop-console logs SITE --since 1h --follow
  goop-console batch SITE < requests.jsonl
  goop-console test SITE --junit results.xml
  goop-console preview SITE --as owner --as Anna --open
"""


class _Version(argparse.Action):
    """``--version``: the program, Python, Qt, Lua and SQLite; found out only when somebody asks."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str = "") -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from goop_console.commands.versions import version_lines

        print("\n".join(version_lines()))
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each sets ``run``."""
    parser = argparse.ArgumentParser(
        prog="goop-console",
        description="The desktop console for the owner of a Goop2 site.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action=_Version, help="print the versions of the program and of what it runs on"
    )
    parser.set_defaults(run=window.run_open, site=None, read_only=False)
    commands = Commands(parser)
    for subject in (window, calls, scripts, site_tests, data, templates):
        subject.add_commands(commands)
    return parser
