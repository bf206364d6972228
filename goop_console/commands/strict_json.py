"""JSON as the standard has it: Python's reader alone would let NaN in, and make an infinity of 1e999."""

from __future__ import annotations

import json
import math
from typing import Any

from goop_console.commands.failure import WrongInput


def read_json(text: str) -> tuple[Any, str]:
    """The value, and what is wrong with its first impossible number ("" when all is well; such a number is
    None in the value).

    Raises ValueError or RecursionError for a text that is no JSON at all.
    """
    problems: list[str] = []

    def refuse(name: str) -> None:
        problems.append(f"{name} is not JSON")

    def real(digits: str) -> float | None:
        number = float(digits)
        if math.isfinite(number):
            return number
        problems.append(f"{digits[:30]} is too large for a number")
        return None

    value = json.loads(text, parse_constant=refuse, parse_float=real)
    return value, problems[0] if problems else ""


def json_object(option: str, text: str) -> dict[str, Any]:
    """The JSON object in ``text``; WrongInput names the option, the place and the problem."""
    try:
        value, problem = read_json(text)
    except (ValueError, RecursionError) as error:
        raise WrongInput(f"{option} is not JSON: {error}") from None
    if problem:
        raise WrongInput(f"{option} is not JSON: {problem}")
    if not isinstance(value, dict):
        raise WrongInput(f'{option} must be a JSON object such as {{"key": "value"}}, got: {text[:60]}')
    return value
