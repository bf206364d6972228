"""Scripts, for people and for their editors."""

from __future__ import annotations

import argparse

from goop_console.cli.commands import Commands


def add_commands(commands: Commands) -> None:
    check = commands.add(
        "check", _check, "Compile every script; print what each is, its problems, and what the lint found."
    )
    check.add_argument("--strict", action="store_true", help="warnings and portability notes fail the check")
    check.add_argument(
        "--form",
        choices=("text", "json", "editor"),
        default="text",
        help="editor: file:line:column: severity: message [code]",
    )
    commands.add("lsp", _lsp, "Serve the site's scripts to an editor that speaks LSP (docs/lint.md).")
    commands.add("dap", _dap, "Debug the site's scripts from an editor that speaks DAP (docs/debugging.md).")
    commands.add("types", _types, "Write goop.d.lua beside the scripts, so that any editor completes goop.*.")


def _check(options: argparse.Namespace) -> int:
    from goop_console.commands.check import run_check

    return run_check(options.site, form=options.form, is_strict=options.strict)


def _lsp(options: argparse.Namespace) -> int:
    from goop_console.commands.lsp import run_lsp

    return run_lsp(options.site)


def _dap(options: argparse.Namespace) -> int:
    from goop_console.commands.dap import run_dap

    return run_dap(options.site)


def _types(options: argparse.Namespace) -> int:
    from goop_console.commands.types import run_types

    return run_types(options.site)
