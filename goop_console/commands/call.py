"""``call`` and ``chat``: one call as anybody, its answer on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from goop_console.commands.answers import answer_object
from goop_console.commands.failure import WrongInput
from lua_engine import CallResult, Engine


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def json_object(option: str, text: str) -> dict[str, Any]:
    """The JSON object in ``text``; WrongInput names the option, the place and the problem."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WrongInput(f"{option} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise WrongInput(f'{option} must be a JSON object such as {{"key": "value"}}, got: {text[:60]}')
    return value


def run_call(site: Path, function: str, action: str | None, params: str, who: str, *, as_json: bool) -> int:
    """Call a data function; 1 when the call fails."""
    given = json_object("--params", params)
    if action is not None:
        given["action"] = action
    with Engine.open(site, watch=False) as engine:
        result = engine.call(function, given, caller=engine.resolve_caller(who), count_rate=False)
    if as_json or not result.ok:
        return _print_outcome(result, as_json=as_json)
    _print_logs(result)
    print(json.dumps(result.value, indent=2, ensure_ascii=False))
    return 0


def run_chat(site: Path, text: str, who: str, *, as_json: bool) -> int:
    """Send a chat message; 1 when the command fails or there is none of that name."""
    with Engine.open(site, watch=False) as engine:
        result = engine.chat(text, caller=engine.resolve_caller(who), count_rate=False)
    if as_json:
        return _print_outcome(result, as_json=True)
    _print_logs(result)
    if result.value is not None:
        print(result.value)
    return 0 if result.ok else 1


def _print_logs(result: CallResult) -> None:
    for line in result.logs:
        print(f"{line.level}: {line.message}", file=sys.stderr)


def _print_outcome(result: CallResult, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(answer_object(None, result), ensure_ascii=False))
        return 0 if result.ok else 1
    _print_logs(result)
    error = result.error
    assert error is not None
    detail = f" ({error.detail})" if error.detail else ""
    print(f"{result.script} as {result.caller.name}: {error.kind.value}: {error.message}{detail}", file=sys.stderr)
    if error.traceback:
        print("\n".join(f"  {line}" for line in error.traceback.splitlines()), file=sys.stderr)
    return 1
