"""``call`` and ``chat``: one call as anybody, its answer on standard output.

The same rule as in the window: a call is a dry run unless the owner makes it, or ``--live`` says so.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from goop_console.commands.answers import answer_line, answer_object, log_text, note_object
from goop_console.commands.failure import WrongInput
from goop_console.commands.request import caller_named
from goop_console.commands.site_scripts import needs_no_writing, open_scripts
from goop_console.commands.streams import says_everything
from goop_console.commands.strict_json import json_object
from lua_engine import Caller, CallerRef, CallError, CallResult, DataDiff, Engine, Origin, Request


def run_call(
    site: Path,
    function: str,
    action: str | None,
    params: str,
    who: str,
    *,
    as_json: bool,
    is_dry: bool | None = None,
) -> int:
    """Call a data function; 1 when the call fails. ``is_dry`` None: unless it is the owner's."""
    given = json_object("--params", params)
    if action is not None:
        given["action"] = action
    result = _answer(site, Request.call(function, given), who, is_dry=is_dry)
    if as_json:
        return _print_answer(result)
    _print_story(result, is_chosen=is_dry is not None)
    if result.ok:
        print(json.dumps(result.value, indent=2, ensure_ascii=not says_everything()))
    return 0 if result.ok else 1


def run_chat(site: Path, text: str, who: str, *, as_json: bool, is_dry: bool | None = None) -> int:
    """Send a chat message and print the reply; 1 when the command fails or there is none of that name."""
    result = _answer(site, Request.chat(text), who, is_dry=is_dry)
    if as_json:
        return _print_answer(result)
    _print_story(result, is_chosen=is_dry is not None)
    if result.value is not None:
        print(result.value)
    elif result.ok and not _is_command(text):
        print(
            "no command was called: a message to a script begins with ! and its name, such as !hello",
            file=sys.stderr,
        )
    return 0 if result.ok else 1


def _is_command(text: str) -> bool:
    return text.strip().startswith("!") and text.strip() != "!"


def _answer(site: Path, request: Request, who: str, *, is_dry: bool | None) -> CallResult:
    may_be_dry = who != "owner" if is_dry is None else is_dry
    if may_be_dry and needs_no_writing(site):
        with open_scripts(site, read_only=True) as engine:
            result = _run(engine, request, who, is_dry=is_dry)
        if result is not None:
            return result
    with open_scripts(site) as engine:
        result = _run(engine, request, who, is_dry=is_dry)
    assert result is not None
    return result


def _run(engine: Engine, request: Request, who: str, *, is_dry: bool | None) -> CallResult | None:
    """None: it is a call for real, and the site is open for reading only."""
    caller = caller_named(engine, who)
    if is_dry is None:
        is_dry = caller.id != engine.owner.id
    if engine.is_read_only and not is_dry:
        return None
    _refuse_missing_role(engine, who, caller, is_dry=is_dry)
    return engine.calls.run(request, caller, is_dry=is_dry, origin=Origin.COMMAND_LINE)


def _refuse_missing_role(engine: Engine, who: str, caller: Caller, *, is_dry: bool) -> None:
    role = CallerRef(who).role
    if role and not is_dry and engine.peers.role_of(caller.id) != role:
        raise WrongInput(
            f"--as: nobody has the role {role}; without --live the call is made as if somebody had"
        )


def _print_answer(result: CallResult) -> int:
    answer = answer_object(None, result)
    if result.notes:
        answer["notes"] = [note_object(note) for note in result.notes]
    if result.is_dry:
        answer |= {
            "dry_run": True,
            "changes": _changes(result.diff),
            "effects": [one.text for one in result.effects],
        }
    sys.stdout.write(answer_line(answer))
    return 0 if result.ok else 1


def _changes(diff: DataDiff) -> dict[str, dict[str, int]]:
    """Rows that would be added, changed and removed, by table."""
    return {
        one.table: {
            "added": len(one.added),
            "changed": len(one.changed),
            "removed": len(one.removed),
            "left_out": one.left_out,
        }
        for one in diff.tables
    }


def _print_story(result: CallResult, *, is_chosen: bool) -> None:
    """What the script logged, what a dry run would have done, and why the call failed, on standard error. A
    dry run that nobody asked for says how to make the call for real.
    """
    if result.is_dry:
        print("dry run: nothing was changed", file=sys.stderr)
        if not is_chosen:
            print("only the owner's calls are for real by default: add --live for this one", file=sys.stderr)
        for table, counts in _changes(result.diff).items():
            words = ", ".join(
                f"{count:,} {word.replace('_', ' ')}" for word, count in counts.items() if count
            )
            print(f"would change {table}: {words}", file=sys.stderr)
        for effect in result.effects:
            print(f"{effect.kind}: {effect.text}", file=sys.stderr)
    for line in result.logs:
        print(log_text(line), file=sys.stderr)
    for warning in result.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    for note in result.notes:
        print(f"note: {note}. Instead: {note.instead}", file=sys.stderr)
    if result.error is not None:
        _print_error(result, result.error)


def _print_error(result: CallResult, error: CallError) -> None:
    detail = f" ({error.detail})" if error.detail else ""
    print(
        f"{result.script} as {result.caller.name}: {error.kind.value}: {error.message}{detail}",
        file=sys.stderr,
    )
    for line in error.traceback.splitlines():
        print(f"  {line}", file=sys.stderr)
