"""``call`` and ``chat``: one call as anybody, its answer on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from goop_console.commands.answers import answer_line, answer_object
from goop_console.commands.failure import WrongInput
from goop_console.commands.request import BadRequest, caller_from
from goop_console.commands.site_scripts import open_scripts
from goop_console.commands.streams import says_everything
from goop_console.commands.strict_json import json_object
from lua_engine import Caller, CallError, CallResult, Engine


def run_call(site: Path, function: str, action: str | None, params: str, who: str, *, as_json: bool) -> int:
    """Call a data function; 1 when the call fails."""
    given = json_object("--params", params)
    if action is not None:
        given["action"] = action
    with open_scripts(site) as engine:
        result = engine.call(function, given, caller=_caller(engine, who), count_rate=False)
    if as_json:
        return _print_answer(result)
    _print_story(result)
    if result.ok:
        print(json.dumps(result.value, indent=2, ensure_ascii=not says_everything()))
    return 0 if result.ok else 1


def run_chat(site: Path, text: str, who: str, *, as_json: bool) -> int:
    """Send a chat message and print the reply; 1 when the command fails or there is none of that name."""
    with open_scripts(site) as engine:
        result = engine.chat(text, caller=_caller(engine, who), count_rate=False)
    if as_json:
        return _print_answer(result)
    _print_story(result)
    if result.value is not None:
        print(result.value)
    return 0 if result.ok else 1


def _caller(engine: Engine, who: str) -> Caller:
    """``who`` as ``--as`` has it: somebody known, or an object as in a batch."""
    if not who.lstrip().startswith("{"):
        return engine.resolve_caller(who)
    try:
        return caller_from(json_object("--as", who))
    except BadRequest as error:
        raise WrongInput(f"--as: {error}") from None


def _print_answer(result: CallResult) -> int:
    sys.stdout.write(answer_line(answer_object(None, result)))
    return 0 if result.ok else 1


def _print_story(result: CallResult) -> None:
    """What the script logged, and why the call failed, on standard error."""
    for line in result.logs:
        print(f"{line.level}: {line.message}", file=sys.stderr)
    if result.error is not None:
        _print_error(result, result.error)


def _print_error(result: CallResult, error: CallError) -> None:
    detail = f" ({error.detail})" if error.detail else ""
    print(f"{result.script} as {result.caller.name}: {error.kind.value}: {error.message}{detail}", file=sys.stderr)
    for line in error.traceback.splitlines():
        print(f"  {line}", file=sys.stderr)
