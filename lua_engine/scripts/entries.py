"""What is known of scripts: plain data, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Key = tuple[str, str]  # kind, name (a command's in lower case)


@dataclass(frozen=True, slots=True)
class ScriptProblem:
    """``file`` is relative to the site folder; ``line`` counts from 1 (0: the whole file). ``code`` is
    ``clash`` (a command and a function of one name), ``copy`` (likely a conflict copy), or empty.
    """

    message: str
    line: int
    file: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True)
class Script:
    """A version of a script that compiles: what a call runs.

    ``text`` is what was compiled (the file may say something else by now), ``version`` its hash.
    """

    name: str
    kind: str  # "function" | "command"
    chunk_name: str  # what errors call it: "todo.lua"
    bytecode: bytes = field(repr=False)
    probed: bytes | None = field(repr=False)  # the same with probes, see scripts/portability/probes.py
    rate_limit: int | None  # None: the configured default applies; 0: unlimited
    entry_points: tuple[str, ...]
    version: str
    text: str = field(repr=False)
    description: str = ""


@dataclass(frozen=True, slots=True)
class ScriptInfo:
    """A script as it is shown.

    ``state``: ``ok``, ``stale`` (broken on disk, the last good version answers) or ``broken`` (never
    compiled, does not answer). Description, rate limit and entry points are those of the version that
    answers.
    """

    name: str
    kind: str  # "function" | "command"
    path: Path
    description: str = ""
    rate_limit: int | None = None  # None: the configured default applies; 0: unlimited
    entry_points: tuple[str, ...] = ()
    state: str = "broken"
    problem: ScriptProblem | None = None
    warnings: tuple[ScriptProblem, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was read last: the hash of its content, what is shown of it, and the version that
    answers.
    """

    digest: str
    info: ScriptInfo
    script: Script | None


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one moment; replaced as a whole. ``infos`` carry the warnings that come from neighbours
    too.
    """

    entries: Mapping[Key, Entry]
    infos: Mapping[Key, ScriptInfo]
    problems: tuple[ScriptProblem, ...]
