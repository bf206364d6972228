"""The command line. Everything the window does can be done here, without a window and without importing Qt.

Exit codes: 0 done, 1 the script or the check failed, 2 wrong input (one line on standard error says what and
what to do).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from goop_console.commands.failure import explanation
from goop_console.commands.streams import finish_output, prepare_streams

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


def _call(options: argparse.Namespace) -> int:
    from goop_console.commands.call import run_call

    return run_call(
        options.site,
        options.function,
        options.action,
        options.params,
        options.caller,
        as_json=options.json,
        is_dry=options.dry_run,
    )


def _chat(options: argparse.Namespace) -> int:
    from goop_console.commands.call import run_chat

    return run_chat(options.site, options.text, options.caller, as_json=options.json, is_dry=options.dry_run)


def _logs(options: argparse.Namespace) -> int:
    from goop_console.commands.logs import run_logs, since_of
    from lua_engine import LogQuery

    query = LogQuery(
        words=(options.text,) if options.text else (),
        levels=("error",) if options.errors else (),
        scripts=tuple(options.script),
        real_only=options.real,
        since=since_of(options.since) if options.since else None,
    )
    return run_logs(options.site, query, follow=options.follow, as_json=options.json, limit=options.limit)


class _Version(argparse.Action):
    """``--version``: the program, Python, Qt, Lua and SQLite; found out only when somebody asks."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str = "") -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from goop_console.commands.versions import version_lines

        print("\n".join(version_lines()))
        parser.exit()


def _lsp(options: argparse.Namespace) -> int:
    from goop_console.commands.lsp import run_lsp

    return run_lsp(options.site)


def _dap(options: argparse.Namespace) -> int:
    from goop_console.commands.dap import run_dap

    return run_dap(options.site)


def _check(options: argparse.Namespace) -> int:
    from goop_console.commands.check import run_check

    return run_check(options.site, form=options.form, is_strict=options.strict)


def _batch(options: argparse.Namespace) -> int:
    from goop_console.commands.batch import run_batch

    return run_batch(options.site, options.config, sys.stdin.buffer, sys.stdout)


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


def _types(options: argparse.Namespace) -> int:
    from goop_console.commands.types import run_types

    return run_types(options.site)


def _open(options: argparse.Namespace) -> int:
    from goop_console.commands.window import run_window

    return run_window(options.site, read_only=options.read_only)


def _demo(options: argparse.Namespace) -> int:
    from goop_console.commands.window import run_demo

    return run_demo(fresh=options.fresh, screenshots=options.screenshots)


def _screenshots(options: argparse.Namespace) -> int:
    from goop_console.commands.window import run_screenshots

    return run_screenshots(options.site, options.out, options.theme)


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


def _add_caller(parser: argparse.ArgumentParser) -> None:
    people = 'owner (the default), a peer id, a label, role:NAME, stranger, or {"id", "label", "email"}'
    parser.add_argument("--as", dest="caller", default="owner", metavar="WHO", help=people)
    parser.add_argument("--json", action="store_true", help="print the whole answer as one line of JSON")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--dry-run",
        action="store_true",
        default=None,
        help="run on a copy of the site, change nothing, and say what would change: so it is "
        "unless the owner calls",
    )
    how.add_argument(
        "--live", dest="dry_run", action="store_false", help="make the call for real, whoever calls"
    )


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each sets ``run``."""
    parser = argparse.ArgumentParser(
        prog="goop-console",
        description="The desktop console for the owner of a Goop2 site.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="the versions of the program and what it runs on")
    parser.set_defaults(run=_open, site=None, read_only=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *, site: bool = True
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        if site:
            added.add_argument(
                "site", type=Path, metavar="SITE", help="the site folder: the one with goop.json in it"
            )
        return added

    opened = command("open", _open, "Open the window, on a site folder if one is given.", site=False)
    opened.add_argument("site", type=Path, nargs="?", metavar="SITE")
    opened.add_argument(
        "--read-only",
        action="store_true",
        help="change nothing in the folder; another console may have it open",
    )
    demo = command("demo", _demo, "Open the window on a copy of the demo site.", site=False)
    demo.add_argument("--fresh", action="store_true", help="make a new copy, even if there is one")
    demo.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="no window: save the tour as pictures in DIR"
    )
    call = command("call", _call, "Call a data function.")
    call.add_argument("function", metavar="FUNCTION")
    call.add_argument("--action", help="put into params as action")
    call.add_argument("--params", default="{}", metavar="JSON", help="a JSON object")
    _add_caller(call)
    chat = command("chat", _chat, "Send a chat message and print the reply.")
    chat.add_argument("text", metavar="TEXT", help='for example "!hello Alice"')
    _add_caller(chat)
    logs = command("logs", _logs, "Print the log that the console keeps: lines and calls, newest last.")
    logs.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl+C")
    logs.add_argument("--errors", action="store_true", help="only errors")
    logs.add_argument("--real", action="store_true", help="without dry runs and checks")
    logs.add_argument("--json", action="store_true", help="one JSON object a line")
    logs.add_argument("--since", metavar="WHEN", default="", help="30m, 2h, 7d ago, or a time")
    logs.add_argument(
        "--script", action="append", default=[], metavar="NAME", help="only this script; again for more"
    )
    logs.add_argument("--text", default="", help="only messages that hold this text")
    logs.add_argument("--limit", type=int, default=500, metavar="N", help="how many to begin with (500)")
    command("lsp", _lsp, "Serve the site's scripts to an editor that speaks LSP (docs/lint.md).")
    command("dap", _dap, "Debug the site's scripts from an editor that speaks DAP (docs/debugging.md).")
    check = command(
        "check", _check, "Compile every script; print what each is, its problems, and what the lint found."
    )
    check.add_argument("--strict", action="store_true", help="warnings and portability notes fail the check")
    check.add_argument(
        "--form",
        choices=("text", "json", "editor"),
        default="text",
        help="editor: file:line:column: severity: message [code]",
    )
    batch = command(
        "batch", _batch, "Answer JSON requests, one a line, from standard input (docs/batch-protocol.md)."
    )
    batch.add_argument("--config", default="{}", metavar="JSON", help="keys of the lua section for this run")
    test = command(
        "test",
        _test,
        "Run the site's saved calls and access checks, each on its own copy of the site (docs/checks.md).",
    )
    test.add_argument("names", nargs="*", metavar="NAME", help="only these; all when left out")
    test.add_argument("--junit", type=Path, metavar="FILE", help="write the results as JUnit XML")
    test.add_argument("--json", action="store_true", help="print the results as one line of JSON")
    test.add_argument(
        "--coverage", action="store_true", help="say which lines and branches of the scripts were reached"
    )
    test.add_argument("--lcov", type=Path, metavar="FILE", help="write the coverage for lcov and its readers")
    preview = command(
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
        help="who visits, as for call; again for more visitors; the owner when left out",
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
    exported = command(
        "export-data", _export_data, "Write the rows of a table or view to a file (docs/data.md)."
    )
    exported.add_argument("table", metavar="TABLE")
    exported.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="its ending says how: .csv .json .sql .xlsx"
    )
    exported.add_argument(
        "--where", default="", metavar="SQL", help="only rows for which this condition holds"
    )
    exported.add_argument("--columns", default="", metavar="NAMES", help="only these, separated by commas")
    imported = command(
        "import-data", _import_data, "Add the rows of a CSV or JSON file to a table: all of them or none."
    )
    imported.add_argument("table", metavar="TABLE")
    imported.add_argument("file", type=Path, metavar="FILE")
    imported.add_argument("--check", action="store_true", help="say what would be added; write nothing")
    imported.add_argument("--skip-bad", action="store_true", help="leave out the rows that do not fit")
    imported.add_argument(
        "--keep-ids", action="store_true", help="take _id, _created_at and _updated_at from the file too"
    )
    command("types", _types, "Write goop.d.lua beside the scripts, so that any editor completes goop.*.")
    install = command(
        "install", _install, "Install a template: a folder, a .zip or .tar.gz, or the name of a bundled one."
    )
    install.add_argument("template", metavar="TEMPLATE")
    install.add_argument("--plan", action="store_true", help="only say what would be done")
    command("templates", _templates, "List the bundled templates.", site=False)
    restore = command("restore", _restore, "Go back to before an installation.")
    restore.add_argument(
        "backup", nargs="?", default="", metavar="BACKUP", help="an id of --list; the newest when left out"
    )
    restore.add_argument("--list", action="store_true", help="list the backups, newest first")
    restore.add_argument("--plan", action="store_true", help="only say what would be done")
    new = command("new", _new, "Make a site in a new or empty folder.")
    new.add_argument("--template", default="", metavar="TEMPLATE", help="install it: as for install")
    new.add_argument("--label", default="", metavar="NAME", help="what visitors see of its owner")
    unfinished = command(
        "unfinished",
        _unfinished,
        "List changes of the site that another machine began; they are not carried out. Undo or drop them.",
    )
    choice = unfinished.add_mutually_exclusive_group()
    choice.add_argument("--undo", default="", metavar="ID", help="put its files back as they were before")
    choice.add_argument("--drop", default="", metavar="ID", help="forget it; the site stays as it is")
    add = command(
        "add",
        _add,
        "Add ready chat commands (ping, roll, weather, ...), or a set of them (basics, fun, ...).",
    )
    add.add_argument("names", nargs="+", metavar="NAME")
    export = command("export", _export, "Write a template folder made from the site; it installs again.")
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
        help="a table whose schema goes along; all when left out",
    )
    screenshots = command(
        "screenshots", _screenshots, "Save every tab, light and dark, as pictures; needs no display."
    )
    screenshots.add_argument("--out", type=Path, required=True, metavar="DIR")
    screenshots.add_argument(
        "--theme", choices=("light", "dark", "both"), default="both", help="both, unless one is named"
    )
    return parser


def _with_command(arguments: Sequence[str]) -> list[str]:
    """``open`` is the default: a folder may stand in the command's place, as a file manager calls us."""
    if arguments and os.sep in arguments[0] and not arguments[0].startswith("-"):
        return ["open", *arguments]
    return list(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    prepare_streams()
    options = build_parser().parse_args(_with_command(sys.argv[1:] if arguments is None else arguments))
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        finish_output()  # whoever read our answers has gone
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        text = explanation(error)
        if text is None:
            raise
        finish_output()
        print(f"goop-console: {text}", file=sys.stderr)
        return 2
    return code
