"""What the lint found, in the three forms of ``check``: for people, for programs, for editors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from lua_engine import FileFindings

_PLACED: Final = re.compile(r"([^:\n]+\.(?:lua|json)):(?:(\d+):)? (.*)", re.DOTALL)


def as_text(files: Sequence[FileFindings]) -> Iterator[str]:
    """``site/lua/hello.lua:12: nothing defines prnt; did you mean print? [unknown-global]``"""
    for file in files:
        for one in file.findings:
            yield f"{file.path}:{one.place.line}: {one.message} [{one.code}]"


def as_editor(
    files: Sequence[FileFindings], errors: Sequence[str] = (), doubts: Sequence[str] = ()
) -> Iterator[str]:
    """``file:line:column: severity: message [code]``, as compilers print it and editors read it.
    ``errors`` and ``doubts``: what does not even compile, and what else is odd; ``file:line: message``, or
    without a line.
    """
    for severity, problem in (*(("error", one) for one in errors), *(("warning", one) for one in doubts)):
        found = _PLACED.match(problem)
        yield f"{found[1]}:{found[2] or 1}:1: {severity}: {found[3]}" if found else problem
    for file in files:
        for one in file.findings:
            where = f"{file.path}:{one.place.line}:{one.place.column + 1}"
            yield f"{where}: {one.severity}: {one.message} [{one.code}]"


def as_json(files: Sequence[FileFindings], problems: Sequence[str]) -> str:
    """One object: ``findings`` with file, line, column (both from 1), end, severity, code and message."""
    found = [
        {
            "file": file.path,
            "line": one.place.line,
            "column": one.place.column + 1,
            "end_line": one.place.end_line,
            "end_column": one.place.end_column + 1,
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
        }
        for file in files
        for one in file.findings
    ]
    return json.dumps({"findings": found, "problems": list(problems)}, ensure_ascii=False, indent=2)


def count_of(files: Sequence[FileFindings], *severities: str) -> int:
    """How many findings of these severities there are."""
    return sum(one.severity in severities for file in files for one in file.findings)
