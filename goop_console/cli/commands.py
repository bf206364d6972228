"""What the modules of the commands add theirs with."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


class Commands:
    """The commands of ``parser``."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        self, name: str, run: Callable[[argparse.Namespace], int], text: str, *, site: bool = True
    ) -> argparse.ArgumentParser:
        """The parser of one more command. ``run`` answers the exit code; ``site``: it takes a site folder."""
        added = self._commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        if site:
            added.add_argument(
                "site", type=Path, metavar="SITE", help="the site folder: the one with goop.json in it"
            )
        return added
