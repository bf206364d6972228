"""Which files in the script folders are scripts, and reading them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lua_engine.site.foreign import ForeignFileError, Rule, read_foreign

FUNCTION = "function"
COMMAND = "command"
SUFFIX = ".lua"

_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_NAME_RULE = "a script's name may have only letters, digits, '_' and '-'; rename the file"
MAX_ENTRIES = 5_000  # files of one script folder
_RULE = Rule(4 * 1024 * 1024, links=True)  # of 128 KB and more the compiler says what is wrong
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
                        "because letter case does not matter",
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
            found = list(islice((one for one in entries if not is_temporary(one.name)), MAX_ENTRIES + 1))
    except FileNotFoundError:
        if folder.is_symlink():
            problems.append((folder, "is a symbolic link that leads nowhere"))
        return
    except NotADirectoryError:
        if folder.parent.is_dir():
            problems.append((folder, "is not a folder; move it away"))
        return
    except OSError as error:
        problems.append((folder, f"the folder cannot be read: {error.strerror or error}"))
        return
    if len(found) > MAX_ENTRIES:
        problems.append((folder, f"more than {MAX_ENTRIES} files; the rest are not loaded"))
    for entry in sorted(found[:MAX_ENTRIES], key=lambda one: one.name):
        is_folder = _is_folder(entry) and not entry.name.endswith(SUFFIX)
        if is_folder or entry.name.endswith(SUFFIX):
            yield folder / entry.name, is_folder


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder; a link that leads nowhere, or round in a circle, is a bad file and no more."""
    try:
        return entry.is_dir()
    except OSError:
        return False


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


def read_script(path: Path, home: Path) -> tuple[bytes, str]:
    """The bytes of a script in the site folder ``home``, and why it cannot be a script, or ``""``. Never
    raises.
    """
    try:
        source = read_foreign(path, home, _RULE)
    except ForeignFileError as error:
        return b"", error.reason
    if source is None:
        return b"", "the file is gone"
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source[: error.start].count(10) + 1
        return source, f"not UTF-8 text (line {line}); save the file in UTF-8"
    return source, ""
