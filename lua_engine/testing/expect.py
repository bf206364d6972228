"""What may stand in an expectation, and how it is compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


class ScenarioFailure(AssertionError):
    """A scenario did not hold."""


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()
"""Matches every value."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches a text in which the regular expression is found."""

    pattern: str


def matches(expected: Any, value: Any) -> bool:
    """Whether ``value`` is what was expected; numbers by value, 5 and 5.0 are one, true and 1 are not."""
    if expected is ANY:
        return True
    if isinstance(expected, Matching):
        return isinstance(value, str) and re.search(expected.pattern, value) is not None
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and expected.keys() == value.keys()
            and all(matches(expected[key], value[key]) for key in expected)
        )
    if isinstance(expected, list):
        return isinstance(value, list) and len(expected) == len(value) and all(map(matches, expected, value))
    if isinstance(expected, bool) or isinstance(value, bool):
        return expected is value
    return bool(expected == value)


def require(what: str, expected: Any, value: Any) -> None:
    """Raise :class:`ScenarioFailure` when ``value`` is not what was expected."""
    if not matches(expected, value):
        raise ScenarioFailure(f"{what}:\n  expected {expected!r}\n  got      {value!r}")
