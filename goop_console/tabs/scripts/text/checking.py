"""Whether a text compiles, and what the lint says of it; not for the Qt thread."""

from __future__ import annotations

from typing import NamedTuple

from lua_engine import Engine, Finding, Kind, ScriptProblem


class Checked(NamedTuple):
    """``findings`` are there only when the text compiles: half a text has half its names."""

    problems: tuple[ScriptProblem, ...]
    findings: tuple[Finding, ...]


def checked(engine: Engine, name: str, kind: Kind, text: str) -> Checked:
    problems = engine.scripts.check(name, text)
    return Checked(problems, () if problems else engine.language.findings(kind, text))
