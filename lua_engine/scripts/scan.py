"""Which files in the script folders are scripts, and reading them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lua_engine.scripts.lint import MAX_SOURCE

FUNCTION = "function"
COMMAND = "command"
SUFFIX = ".lua"

_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_NAME_RULE = "a script's name may have letters, digits, '_' and '-' only; rename the file"
_ENDINGS_OF_TEMPORARIES = ("~", ".swp", ".swx", ".swo", ".tmp", ".temp", ".bak", ".orig", ".part", ".crswap")


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """A file that is, or looks like, a script. ``refusal`` says why it can be none, whatever is in it."""

    name: str
    kind: str
    path: Path
    refusal: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name; a command is looked up in lower case."""
        return self.kind, self.name.lower() if self.kind == COMMAND else self.name


def is_temporary(name: str) -> bool:
    """Whether a file or folder of that name belongs to an editor or is hidden: never a script. ``.d.lua`` are
    definitions for editors.
    """
    return name.startswith((".", "#", "~")) or name.lower().endswith((*_ENDINGS_OF_TEMPORARIES, ".d.lua"))


def find_scripts(lua_dir: Path) -> tuple[list[ScriptFile], list[tuple[Path, str]]]:
    """The script files below ``lua_dir``, and what else is there that looks like one, with the reason why it
    is not loaded.

    When two files make one command (``Hello.lua``, ``hello.lua``) the first in the alphabet is it. Folders
    that cannot be read count among the problems; folders that are not there are empty.
    """
    found: list[ScriptFile] = []
    problems: list[tuple[Path, str]] = []
    seen: dict[tuple[str, str], Path] = {}
    for kind, folder in ((COMMAND, lua_dir), (FUNCTION, lua_dir / "functions")):
        for path, is_folder in _listing(folder, problems):
            if is_folder:
                problems.extend(_ignored(path, is_functions=kind == COMMAND and path.name == "functions"))
                continue
            name = path.name.removesuffix(SUFFIX)
            script = ScriptFile(name, kind, path, "" if _NAME.match(name) else _NAME_RULE)
            if script.key in seen:
                problems.append(
                    (
                        path,
                        f"not loaded: {seen[script.key].name} is the same command, "
                        "since letter case does not count",
                    )
                )
                continue
            seen[script.key] = path
            found.append(script)
    return found, problems


def _listing(folder: Path, problems: list[tuple[Path, str]]) -> Iterator[tuple[Path, bool]]:
    """The scripts and folders in ``folder``, by name; with each, whether it is a folder."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted((entry.name, entry.is_dir()) for entry in entries if not is_temporary(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        problems.append((folder, f"the folder cannot be read: {error.strerror or error}"))
        return
    for name, is_folder in listed:
        if is_folder or name.endswith(SUFFIX):
            yield folder / name, is_folder


def _ignored(folder: Path, *, is_functions: bool) -> Iterator[tuple[Path, str]]:
    """What to say of a folder among the scripts: something when it holds scripts and is not ``functions``."""
    if is_functions:
        return
    try:
        count = sum(1 for name in os.listdir(folder) if name.endswith(SUFFIX) and not is_temporary(name))
    except OSError as error:
        yield folder, f"the folder cannot be read: {error.strerror or error}"
        return
    if count:
        yield (
            folder,
            f"the scripts in this folder ({count}) are not loaded: "
            "only the script folder itself and its 'functions' folder are",
        )


def read_script(path: Path) -> tuple[bytes, str]:
    """The bytes of a script (at most one more than is allowed), and why it cannot be a script, or ``""``.
    Never raises.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b"", "not a file"
        with path.open("rb") as file:
            source = file.read(MAX_SOURCE + 1)
    except OSError as error:
        return b"", f"cannot be read: {error.strerror or error}"
    if len(source) <= MAX_SOURCE:  # past that the compiler says so
        try:
            source.decode()
        except UnicodeDecodeError as error:
            return (
                source,
                f"not UTF-8 text (line {source[: error.start].count(10) + 1}); save the file in UTF-8",
            )
    return source, ""
