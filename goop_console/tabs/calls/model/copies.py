"""A request as text to paste: into a page, into a shell, into a test."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from typing import Any

from goop_console.tabs.calls.model.request import CallOutcome, CallRequest
from goop_console.tabs.calls.model.stranger import SOURCE, STRANGER
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import ScriptInfo

_SHORT = 100  # characters of params that stay on one line


class CannotCopy(ValueError):
    """There is no such text for this request; the message says why."""


@dataclass(frozen=True, slots=True)
class CopySource:
    """What a copy is made of. ``script`` is the one that runs; ``outcome`` is shown now and answers the same
    request, if any.
    """

    request: CallRequest
    site: Path
    lua: Path  # the folder of the chat commands
    script: ScriptInfo | None = None
    outcome: CallOutcome | None = None


def javascript(source: CopySource) -> str:
    """``Goop.data.call`` as a page writes it; a chat message as it is typed."""
    request = source.request
    if request.kind == "chat":
        return request.text
    if request.kind == "event":
        return f"{request.event}({_json(request.argument)})"
    return f"await Goop.data.call({_json(request.function)}, {_json_params(request.params)});"


def page_api(source: CopySource) -> str:
    """The call through ``Goop.data.api``, which takes the action by itself."""
    request = source.request
    if request.kind != "call" or not request.action:
        raise CannotCopy('api("…") names an action: choose one first')
    rest = _without_action(request)
    ending = f", {_json_params(rest)}" if rest else ""
    return (
        f"const api = Goop.data.api({_json(request.function)});\nawait api({_json(request.action)}{ending});"
    )


def command_line(source: CopySource) -> str:
    """``goop-console call …`` for a POSIX shell; a dry run stays one."""
    request = _with_caller(source)
    if request.kind == "event":
        raise CannotCopy("events cannot be raised from the command line")
    if request.kind == "call" and not isinstance(request.params, dict):
        raise CannotCopy("the command line takes params that are an object: { … }")
    words = [str(source.site), request.text if request.kind == "chat" else request.function]
    options = _options(request)
    words = [*options, "--", *words] if any(word.startswith("-") for word in words) else [*words, *options]
    return shlex.join(["goop-console", "chat" if request.kind == "chat" else "call", *words])


def _action_option(action: str) -> list[str]:
    if action.startswith("-"):
        return [f"--action={action}"]
    return ["--action", action] if action else []


def _options(request: CallRequest) -> list[str]:
    action, rest = request.action, _without_action(request) if request.kind == "call" else None
    return [
        *_action_option(action),
        *(["--params", _json(rest)] if rest else []),
        *("--as", _who(request.caller)),
        *(["--dry-run"] if request.is_dry else []),
    ]


def scenario_test(source: CopySource) -> str:
    """A test file around ``lua_engine.testing.Scenario``, on a fresh site with this script, the schemas and
    this caller.
    """
    request, script = _with_caller(source), source.script
    if request.kind == "event":
        raise CannotCopy("a scenario makes a call or sends a message: it raises no events")
    if script is None:
        raise CannotCopy(f"there is no script to test: “{request.title}” names none")
    lines = [
        *(
            f'"""{_plain(request.title)} as {_plain(request.caller.title)}."""',
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
        f"    schemas={_schemas(request.caller)},",
        *_peer_lines(request.caller),
        *(")", "", "", f"def test_{_identifier(request.title)}() -> None:", "    run_scenario("),
        f"        Scenario({_plain(request.title)!r}, SITE, {_asked(request)}, "
        f"caller={_scenario_caller(request.caller)}{_expected(source)})",
        "    )",
    ]
    return "\n".join(lines) + "\n"


COPIES: tuple[tuple[str, Callable[[CopySource], str]], ...] = (
    ("As Goop.data.call(…)", javascript),
    ('As api("…")', page_api),
    ("As a command line", command_line),
    ("As a scenario test", scenario_test),
)


def _with_caller(source: CopySource) -> CallRequest:
    if not source.request.caller.id:
        raise CannotCopy("choose a caller first")
    return source.request


def _without_action(request: CallRequest) -> Any:
    if not isinstance(request.params, dict):
        return request.params
    return {key: value for key, value in request.params.items() if key != "action" or value != request.action}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_params(value: Any) -> str:
    short = _json(value)
    return short if len(short) <= _SHORT else json.dumps(value, ensure_ascii=False, indent=2)


def _who(caller: CallerChoice) -> str:
    """What ``--as`` takes: a stranger of this program is spelled out, everybody else is known to the site."""
    if caller.role == "owner":
        return "owner"
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


def _asked(request: CallRequest) -> str:
    if request.kind == "chat":
        return f"chat={request.text!r}"
    return f"call={request.function!r}, params={pformat(request.params, width=10_000, sort_dicts=False)}"


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
