"""``call`` and ``chat``: one call as anybody, its answer on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from goop_console.commands.answers import answer_line, answer_object
from goop_console.commands.failure import WrongInput
from goop_console.commands.request import BadRequest, caller_from
from goop_console.commands.site_scripts import open_scripts
from goop_console.commands.streams import says_everything
from goop_console.commands.strict_json import json_object
from lua_engine import Caller, CallError, CallResult, DataDiff, Engine, Rehearsal


def run_call(
    site: Path,
    function: str,
    action: str | None,
    params: str,
    who: str,
    *,
    as_json: bool,
    is_dry: bool = False,
) -> int:
    """Call a data function; 1 when the call fails."""
    given = json_object("--params", params)
    if action is not None:
        given["action"] = action
    with open_scripts(site) as engine:
        made = _make(engine, "call", function, given, who, is_dry=is_dry)
    result = made.result
    if as_json:
        return _print_answer(made)
    _print_story(made)
    if result.ok:
        print(json.dumps(result.value, indent=2, ensure_ascii=not says_everything()))
    return 0 if result.ok else 1


def run_chat(site: Path, text: str, who: str, *, as_json: bool, is_dry: bool = False) -> int:
    """Send a chat message and print the reply; 1 when the command fails or there is none of that name."""
    with open_scripts(site) as engine:
        made = _make(engine, "chat", "", text, who, is_dry=is_dry)
    result = made.result
    if as_json:
        return _print_answer(made)
    _print_story(made)
    if result.value is not None:
        print(result.value)
    return 0 if result.ok else 1


def _make(engine: Engine, kind: str, name: str, argument: Any, who: str, *, is_dry: bool) -> Rehearsal:
    caller = _caller(engine, who, is_dry=is_dry)
    if is_dry:
        return engine.rehearse(kind, name, argument, caller=caller)
    if kind == "call":
        result = engine.call(name, argument, caller=caller, count_rate=False)
    else:
        result = engine.chat(argument, caller=caller, count_rate=False)
    return Rehearsal(result, DataDiff(), True)


def _caller(engine: Engine, who: str, *, is_dry: bool) -> Caller:
    """``who`` as ``--as`` has it: somebody known, a role, a stranger, or an object as in a batch."""
    if not who.lstrip().startswith("{"):
        caller = engine.resolve_saved_caller(who)
        role = who.removeprefix("role:")
        if role != who and not is_dry and engine.peers.role_of(caller.id) != role:
            raise WrongInput(
                f"--as: nobody has the role {role}; with --dry-run the call is made as if somebody had"
            )
        return caller
    try:
        return caller_from(json_object("--as", who))
    except BadRequest as error:
        raise WrongInput(f"--as: {error}") from None


def _print_answer(made: Rehearsal) -> int:
    answer = answer_object(None, made.result)
    if not made.is_live:
        answer |= {
            "dry_run": True,
            "changes": _changes(made.diff),
            "effects": [one.text for one in made.result.effects],
        }
    sys.stdout.write(answer_line(answer))
    return 0 if made.result.ok else 1


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


def _print_story(made: Rehearsal) -> None:
    """What the script logged, what a dry run would have done, and why the call failed, on standard error."""
    result = made.result
    if not made.is_live:
        print("dry run: nothing was changed", file=sys.stderr)
        for table, counts in _changes(made.diff).items():
            told = ", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in counts.items() if count)
            print(f"would change {table}: {told}", file=sys.stderr)
        for effect in result.effects:
            print(f"{effect.kind}: {effect.text}", file=sys.stderr)
    for line in result.logs:
        print(f"{line.level}: {line.message}", file=sys.stderr)
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
