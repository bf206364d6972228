"""A request as text to paste: into a page, into a shell, into a test."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from typing import Any

from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.stranger import SOURCE, STRANGER
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import OWNER_REF, Request, ScriptInfo

_SHORT = 100  # characters of params that stay on one line


class CannotCopy(ValueError):
    """There is no such text for this request; the message says why."""


@dataclass(frozen=True, slots=True)
class CopySource:
    """What a copy is made of. ``script`` is the one that runs; ``outcome`` is shown now and answers the same
    call, if any.
    """

    call: PreparedCall
    site: Path
    lua: Path  # the folder of the chat commands
    script: ScriptInfo | None = None
    outcome: CallOutcome | None = None


def javascript(source: CopySource) -> str:
    """``Goop.data.call`` as a page writes it; a chat message as it is typed."""
    request = source.call.request
    if request.kind == "chat":
        return str(request.argument)
    if request.kind == "event":
        return f"{request.target}({_json(request.argument)})"
    return f"await Goop.data.call({_json(request.target)}, {_json_params(request.argument)});"


def page_api(source: CopySource) -> str:
    """The call through ``Goop.data.api``, which takes the action by itself."""
    request = source.call.request
    if request.kind != "call" or not request.action:
        raise CannotCopy('api("…") needs an action: choose one first')
    rest = _without_action(request)
    ending = f", {_json_params(rest)}" if rest else ""
    return f"const api = Goop.data.api({_json(request.target)});\nawait api({_json(request.action)}{ending});"


def command_line(source: CopySource) -> str:
    """``goop-console call …`` for a POSIX shell; a dry run stays one."""
    call = _with_caller(source)
    request = call.request
    if request.kind == "event":
        raise CannotCopy("events cannot be raised from the command line")
    if request.kind == "call" and not isinstance(request.argument, dict):
        raise CannotCopy("the command line takes params that are an object: { … }")
    words = [str(source.site), str(request.argument) if request.kind == "chat" else request.target]
    options = _options(call)
    words = [*options, "--", *words] if any(word.startswith("-") for word in words) else [*words, *options]
    return shlex.join(["goop-console", "chat" if request.kind == "chat" else "call", *words])


def _action_option(action: str) -> list[str]:
    if action.startswith("-"):
        return [f"--action={action}"]
    return ["--action", action] if action else []


def _run_option(call: PreparedCall) -> list[str]:
    """What is so anyway is left out: the owner's calls are for real."""
    if call.is_dry:
        return ["--dry-run"]
    return [] if call.caller.role == OWNER_REF else ["--live"]


def _options(call: PreparedCall) -> list[str]:
    request = call.request
    action, rest = request.action, _without_action(request) if request.kind == "call" else None
    return [
        *_action_option(action),
        *(["--params", _json(rest)] if rest else []),
        *("--as", _who(call.caller)),
        *_run_option(call),
    ]


def scenario_test(source: CopySource) -> str:
    """A test file around ``lua_engine.testing.Scenario``, on a fresh site with this script, the schemas and
    this caller.
    """
    call, script = _with_caller(source), source.script
    request, caller = call.request, call.caller
    if request.kind == "event":
        raise CannotCopy("a scenario makes a call or sends a message: it raises no events")
    if script is None:
        raise CannotCopy(f"“{request.title}” does not name a script to test")
    lines = [
        *(
            f'"""{_plain(request.title)} as {_plain(caller.title)}."""',
            "",
            "import json",
            "from pathlib import Path",
            "",
        ),
        *(
            "from lua_engine import Caller",
            "from lua_engine.testing import Scenario, SiteSpec, run_scenario",
            "",
        ),
        *(f"FOLDER = Path({str(source.site)!r})", f"LUA = Path({str(source.lua)!r})", "SITE = SiteSpec("),
        f"    {script.kind}s={{{script.name!r}: (LUA / "
        f"{script.path.relative_to(source.lua).as_posix()!r}).read_text(encoding='utf-8')}},",
        f"    schemas={_schemas(caller)},",
        *_peer_lines(caller),
        *(")", "", "", f"def test_{_identifier(request.title)}() -> None:", "    run_scenario("),
        f"        Scenario({_plain(request.title)!r}, SITE, {_question(request)}, "
        f"caller={_scenario_caller(caller)}{_expected(source)})",
        "    )",
    ]
    return "\n".join(lines) + "\n"


COPIES: tuple[tuple[str, Callable[[CopySource], str]], ...] = (
    ("As Goop.data.call(…)", javascript),
    ('As api("…")', page_api),
    ("As a command line", command_line),
    ("As a scenario test", scenario_test),
)


def _with_caller(source: CopySource) -> PreparedCall:
    if not source.call.caller.id:
        raise CannotCopy("choose a caller first")
    return source.call


def _without_action(request: Request) -> Any:
    if not isinstance(request.argument, dict):
        return request.argument
    return {key: value for key, value in request.argument.items() if key != "action" or not request.action}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_params(value: Any) -> str:
    short = _json(value)
    return short if len(short) <= _SHORT else json.dumps(value, ensure_ascii=False, indent=2)


def _who(caller: CallerChoice) -> str:
    """What ``--as`` takes: a stranger of this program is spelled out, everybody else is known to the site."""
    if caller.role == OWNER_REF:
        return OWNER_REF
    if caller.source == SOURCE or caller.is_dry_only:
        return _json(
            {
                key: value
                for key, value in (("id", caller.id), ("label", caller.name), ("email", caller.email))
                if value
            }
        )
    return caller.id


def _schemas(caller: CallerChoice) -> str:
    """The site's schemas; for a member one more, so that there surely is a group to be a member of."""
    found = (
        "{path.stem: json.loads(path.read_text(encoding='utf-8')) "
        "for path in sorted((FOLDER / 'schemas').glob('*.json'))}"
    )
    columns = [{"name": "text", "type": "text"}]
    group = {
        "system_key": True,
        "columns": columns,
        "access": {"insert": "group"},
        "roles": {caller.role: {"insert": True}},
    }
    return found if caller.role in ("owner", STRANGER) else f"{found} | {{'scenario_group': {group!r}}}"


def _peer_lines(caller: CallerChoice) -> list[str]:
    if caller.role == "owner":
        return []
    lines = [f"    peers=[Caller({caller.id!r}, {caller.name!r}, {caller.email!r})],"]
    if caller.role != STRANGER:
        lines += [
            f"    members={{{caller.name!r}: {caller.role!r}}},",
            f"    manifest={{'default_role': {caller.role!r}}},",
        ]
    return lines


def _scenario_caller(caller: CallerChoice) -> str:
    return repr("owner" if caller.role == "owner" else caller.id)


def _question(request: Request) -> str:
    if request.kind == "chat":
        return f"chat={request.argument!r}"
    return f"call={request.target!r}, params={pformat(request.argument, width=10_000, sort_dicts=False)}"


def _expected(source: CopySource) -> str:
    """What came of it, where that does not hang on rows which a fresh site does not have."""
    outcome = source.outcome
    if outcome is None or outcome.value_dropped or outcome.result.sql:
        return ""
    error = outcome.result.error
    if error is not None:
        return f", error={error.message!r}, kind={error.kind.value!r}"
    return f", value={pformat(outcome.result.value, width=10_000, sort_dicts=False)}"


def _plain(text: str) -> str:
    """``text`` within one line of a docstring."""
    return " ".join(text.replace("\\", "/").replace('"', "'").split())


def _identifier(text: str) -> str:
    words = "".join(
        letter if letter.isascii() and letter.isalnum() else " " for letter in text.lower()
    ).split()
    return "_".join(words[:8]) or "call"
