"""What the modules of the commands add theirs with."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def folder_path(text: str) -> Path:
    """The path of a folder on the command line. An empty one would be the folder that one stands in: not
    what ``"$SITE"`` means where there is no such variable.
    """
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


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
                "site", type=folder_path, metavar="SITE", help="the site folder: the one with goop.json in it"
            )
        return added
