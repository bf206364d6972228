"""JSON on the command line."""

from __future__ import annotations

from typing import Any

from goop_console.commands.failure import WrongInput
from lua_engine import JsonProblem, parse_json


def json_object(option: str, text: str) -> dict[str, Any]:
    """The JSON object in ``text``; WrongInput names the option, the place and the problem."""
    try:
        value = parse_json(text)
    except JsonProblem as problem:
        raise WrongInput(f"{option} is not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise WrongInput(f'{option} must be a JSON object such as {{"key": "value"}}, got: {text[:60]}')
    return value
