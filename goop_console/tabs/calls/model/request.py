"""One call as it was asked for, and what came of it: plain data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import CallResult, DataDiff, JsonProblem, parse_json

Kind = Literal["call", "chat", "event"]
EVENTS = ("on_group_close",)  # what the engine raises in scripts


@dataclass(frozen=True, slots=True)
class CallRequest:
    """Who asks for what. ``params_text`` keeps the text that a person wrote, so that it comes back as it was.

    ``is_dry``: on a copy of the site, nothing changes. ``counts``: the call counts against the rate limit, as
    a visitor's would (only for real).
    """

    kind: Kind
    caller: CallerChoice
    function: str = ""
    action: str = ""
    params_text: str = ""
    params: Any = None
    text: str = ""  # of a chat message
    event: str = ""
    argument: str = ""
    is_dry: bool = False
    counts: bool = False

    @property
    def target(self) -> str:
        """The function, the event, or nothing for a chat message: how the engine names what is asked for."""
        return {"call": self.function, "event": self.event}.get(self.kind, "")

    @property
    def payload(self) -> Any:
        """The params, the event's argument, or the whole chat line."""
        return {"call": self.params, "event": self.argument}.get(self.kind, self.text)

    @property
    def title(self) -> str:
        """What is asked for, on one line."""
        if self.kind == "chat":
            return self.text
        if self.kind == "event":
            return f"{self.event}({self.argument})"
        return f"{self.function} · {self.action}" if self.action else self.function


def request_of(result: CallResult, caller: CallerChoice, *, is_dry: bool) -> CallRequest:
    """The request that ``result`` answers, for one that comes from the history, a check or a log."""
    if result.kind == "chat":
        rest = str(result.params or "")
        return CallRequest(
            "chat", caller, text=f"!{result.script} {rest}".rstrip() if result.script else rest, is_dry=is_dry
        )
    if result.kind == "event":
        return CallRequest("event", caller, event=EVENTS[0], argument=str(result.params or ""), is_dry=is_dry)
    action, text = split_action(result.params)
    return CallRequest("call", caller, result.script, action, text, result.params, is_dry=is_dry)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a script; ``number`` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """A request and what came of it: the result, and the rows that it changed (in a dry run: would change).

    ``excerpt`` are the lines around an error. ``note`` says what is not there.
    """

    request: CallRequest
    result: CallResult
    memory_limit: int  # bytes
    value_dropped: bool = False  # the value was let go to save memory
    diff: DataDiff = field(default_factory=DataDiff)
    excerpt: tuple[SourceLine, ...] = ()
    note: str = ""

    @property
    def is_dry(self) -> bool:
        """Nothing was changed."""
        return self.request.is_dry


class ParamsError(ValueError):
    """The params cannot be sent as they are; ``line`` and ``column`` count from 1 (0: the whole)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.message}" if self.line else self.message


def parse_params(text: str, action: str = "") -> Any:
    """The params of a call from JSON ``text`` (empty: ``{}``) and an action, joined as ``Goop.data.api``
    does.

    Raises :class:`ParamsError` with line and column.
    """
    params: Any = {}
    if text.strip():
        try:
            params = parse_json(text)
        except JsonProblem as problem:
            raise ParamsError(problem.words, problem.line, problem.column) from problem
    if not action:
        return params
    if not isinstance(params, dict):
        raise ParamsError("an action needs params that are an object: { … }")
    if "action" in params and params["action"] != action:
        raise ParamsError(
            f"the params say action {json.dumps(params['action'])}, the action field says “{action}”: "
            "clear one of them"
        )
    return {"action": action, **params}


def split_action(params: Any) -> tuple[str, str]:
    """The action in ``params`` and the JSON text of the rest; empty texts where there is none."""
    if isinstance(params, dict) and isinstance(params.get("action"), str):
        rest = {key: value for key, value in params.items() if key != "action"}
        return params["action"], json_text(rest) if rest else ""
    return "", "" if params is None else json_text(params)


def json_text(value: Any) -> str:
    """JSON as a person writes it, one entry a line."""
    return json.dumps(value, ensure_ascii=False, indent=2)
