"""The window: on a site, on the demo, and as pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from goop_console.cli.commands import Commands, folder_path


def add_commands(commands: Commands) -> None:
    opened = commands.add("open", run_open, "Open the window, on a site folder if one is given.", site=False)
    opened.add_argument("site", type=folder_path, nargs="?", metavar="SITE")
    opened.add_argument(
        "--read-only",
        action="store_true",
        help="change nothing in the folder; another console may have it open",
    )
    demo = commands.add("demo", _demo, "Open the window on a copy of the demo site.", site=False)
    demo.add_argument("--fresh", action="store_true", help="make a new copy, even if there is one")
    demo.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="no window: save the tour as pictures in DIR"
    )
    screenshots = commands.add(
        "screenshots", _screenshots, "Save every tab, light and dark, as pictures; needs no display."
    )
    screenshots.add_argument("--out", type=Path, required=True, metavar="DIR")
    screenshots.add_argument(
        "--theme", choices=("light", "dark", "both"), default="both", help="both, unless one is named"
    )


def run_open(options: argparse.Namespace) -> int:
    from goop_console.commands.window import run_window

    return run_window(options.site, read_only=options.read_only)


def _demo(options: argparse.Namespace) -> int:
    from goop_console.commands.window import run_demo

    return run_demo(fresh=options.fresh, screenshots=options.screenshots)


def _screenshots(options: argparse.Namespace) -> int:
    from goop_console.commands.window import run_screenshots

    return run_screenshots(options.site, options.out, options.theme)
