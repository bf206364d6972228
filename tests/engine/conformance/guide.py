"""The user's guide as a source of examples: cut out by their first lines, never copied."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

NAME = "seed/scripting-with-lua.txt"
ROOT = Path(__file__).resolve().parents[3]


def guide_path() -> Path:
    """Where the guide is: below ``GOOP_SHARED``, or beside the project."""
    return Path(os.environ.get("GOOP_SHARED") or ROOT.parent / "shared") / NAME


@cache
def guide_lines() -> tuple[str, ...]:
    return tuple(guide_path().read_text(encoding="utf-8").splitlines())


CUTS: list[Cut] = []


@dataclass(frozen=True)
class Cut:
    """Lines of the guide: below the first line that begins with ``after``, from the first that begins with
    ``first``.

    They end before the next line that begins with ``until``; without it the cut is one line. Every cut is
    registered, so that a test can tell which lines of the guide no example covers.
    """

    after: str
    first: str
    until: str = ""

    def __post_init__(self) -> None:
        CUTS.append(self)

    @property
    def span(self) -> range:
        """Indices of the lines."""
        start = _find(self.first, _find(self.after, 0) + 1)
        return range(start, _find(self.until, start + 1) if self.until else start + 1)

    @property
    def text(self) -> str:
        return "\n".join(guide_lines()[i] for i in self.span) + "\n"


def _find(prefix: str, start: int) -> int:
    for i in range(start, len(guide_lines())):
        if guide_lines()[i].startswith(prefix):
            return i
    raise AssertionError(f"the guide has no line that begins with {prefix!r} (from line {start + 1})")


def from_js(text: str) -> Any:
    """A JavaScript object literal of the guide as plain data."""
    return json.loads(re.sub(r"([{,]\s*)(\w+):", r'\1"\2":', text))


def js_calls(text: str, function: str = "") -> list[tuple[str, dict[str, Any]]]:
    """(function, params) of every ``db.call("f", {...})``, ``Goop.data.call`` and ``api("action", {...})`` of
    the guide's JavaScript.
    """
    calls = []
    for line in text.splitlines():
        bound = re.search(r'\.api\("(\w+)"\)', line)
        if bound:
            function = bound[1]
        direct = re.search(r'\.call\("(\w+)", (\{.*?\})\)', line)
        short = re.search(r'await (?:api|todo)\("(\w+)"(?:, (\{.*?\}))?\)', line)
        if direct:
            calls.append((direct[1], from_js(direct[2])))
        elif short:
            calls.append((function, {"action": short[1], **from_js(short[2] or "{}")}))
    return calls


_LUA = re.compile(
    r"""^(?:
      (?:local|function|return|if|for|end|else|elseif|while)\b  # statements
      | --                                                      # comments
      | [\w.]+[.:]\w+\(                                         # calls
      | [\w.]+\.\w+,?\s--                                       # a field and a remark
      | [{}()\[\]]                                              # parts of calls and tables
      | \w+\s=\s.+,(?:\s*--.*)?$                                # fields of a table
      | (?:"[^"]*",|\d+)\s--                                    # arguments, a line each
    )""",
    re.VERBOSE,
)


def looks_like_lua(line: str) -> bool:
    return _LUA.match(line) is not None
