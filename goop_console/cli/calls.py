"""Calls, one or many, and the log of them."""

from __future__ import annotations

import argparse
import sys

from goop_console.cli.commands import Commands


def add_commands(commands: Commands) -> None:
    call = commands.add("call", _call, "Call a data function.")
    call.add_argument("function", metavar="FUNCTION")
    call.add_argument("--action", help="put into params as action")
    call.add_argument("--params", default="{}", metavar="JSON", help="a JSON object")
    _add_caller(call)
    chat = commands.add("chat", _chat, "Send a chat message and print the reply.")
    chat.add_argument("text", metavar="TEXT", help='for example "!hello Alice"')
    _add_caller(chat)
    batch = commands.add(
        "batch", _batch, "Answer JSON requests, one a line, from standard input (docs/batch-protocol.md)."
    )
    batch.add_argument("--config", default="{}", metavar="JSON", help="keys of the lua section for this run")
    logs = commands.add("logs", _logs, "Print the log that the console keeps: lines and calls, newest last.")
    logs.add_argument("--follow", action="store_true", help="keep printing new lines until Ctrl+C")
    logs.add_argument("--errors", action="store_true", help="only errors")
    logs.add_argument("--real", action="store_true", help="leave out dry runs and checks")
    logs.add_argument("--json", action="store_true", help="one JSON object a line")
    logs.add_argument("--since", metavar="WHEN", default="", help="30m, 2h, 7d ago, or a time")
    logs.add_argument(
        "--script", action="append", default=[], metavar="NAME", help="only this script; repeat for more"
    )
    logs.add_argument("--text", default="", help="only messages that hold this text")
    logs.add_argument(
        "--limit", type=int, default=500, metavar="N", help="how many lines to start with (500)"
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
        help="run on a copy of the site and print what would change; the default unless the owner calls",
    )
    how.add_argument(
        "--live", dest="dry_run", action="store_false", help="make the call for real, whoever calls"
    )


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


def _batch(options: argparse.Namespace) -> int:
    from goop_console.commands.batch import run_batch

    return run_batch(options.site, options.config, sys.stdin.buffer, sys.stdout)


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
