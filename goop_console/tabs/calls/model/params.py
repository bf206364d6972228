"""The params of a call as a person writes them: JSON, beside an action."""

from __future__ import annotations

import json
from typing import Any

from lua_engine import JsonProblem, parse_json


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
