"""Templates, backups, ready commands and new sites."""

from __future__ import annotations

import argparse
from pathlib import Path

from goop_console.cli.commands import Commands


def add_commands(commands: Commands) -> None:
    install = commands.add(
        "install", _install, "Install a template: a folder, a .zip or .tar.gz, or the name of a bundled one."
    )
    install.add_argument("template", metavar="TEMPLATE")
    install.add_argument("--plan", action="store_true", help="only say what would be done")
    commands.add("templates", _templates, "List the bundled templates.", site=False)
    restore = commands.add("restore", _restore, "Go back to before an installation.")
    restore.add_argument(
        "backup", nargs="?", default="", metavar="BACKUP", help="an id from --list; default: the newest"
    )
    restore.add_argument("--list", action="store_true", help="list the backups, newest first")
    restore.add_argument("--plan", action="store_true", help="only say what would be done")
    new = commands.add("new", _new, "Make a site in a new or empty folder.")
    new.add_argument("--template", default="", metavar="TEMPLATE", help="install it: as for install")
    new.add_argument("--label", default="", metavar="NAME", help="what visitors see of its owner")
    unfinished = commands.add(
        "unfinished",
        _unfinished,
        "List changes of the site that another machine began and did not finish. Undo or drop them.",
    )
    choice = unfinished.add_mutually_exclusive_group()
    choice.add_argument("--undo", default="", metavar="ID", help="put its files back as they were before")
    choice.add_argument("--drop", default="", metavar="ID", help="discard it; the site stays as it is")
    add = commands.add(
        "add",
        _add,
        "Add ready chat commands (ping, roll, weather, ...), or a set of them (basics, fun, ...).",
    )
    add.add_argument("names", nargs="+", metavar="NAME")
    export = commands.add("export", _export, "Write a template folder made from the site; it installs again.")
    export.add_argument("out", type=Path, metavar="DIR", help="a folder that does not exist yet, or is empty")
    export.add_argument("--name", required=True)
    export.add_argument("--description", default="")
    export.add_argument("--category", default="")
    export.add_argument("--icon", default="")
    export.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="NAME",
        help="a table whose schema is included; default: all",
    )


def _install(options: argparse.Namespace) -> int:
    from goop_console.commands.install import run_install

    return run_install(options.site, options.template, dry=options.plan)


def _templates(_options: argparse.Namespace) -> int:
    from goop_console.commands.install import run_gallery

    return run_gallery()


def _restore(options: argparse.Namespace) -> int:
    from goop_console.commands.install import run_restore

    return run_restore(options.site, options.backup, list_only=options.list, dry=options.plan)


def _new(options: argparse.Namespace) -> int:
    from goop_console.commands.new import run_new

    return run_new(options.site, options.template, options.label)


def _unfinished(options: argparse.Namespace) -> int:
    from goop_console.commands.unfinished import run_unfinished

    return run_unfinished(options.site, options.undo, options.drop)


def _add(options: argparse.Namespace) -> int:
    from goop_console.commands.install import run_add

    return run_add(options.site, options.names)


def _export(options: argparse.Namespace) -> int:
    from goop_console.commands.install import run_export

    return run_export(
        options.site,
        options.out,
        options.name,
        options.description,
        options.category,
        options.icon,
        options.table,
    )
