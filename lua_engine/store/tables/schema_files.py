"""The schemas that stand in the site folder (``schemas/*.json``), and what is wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import MAX_TEXT, parse_schema
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import ForeignFileError, Rule, check_real, read_foreign

MAX_FILES = 2_000
_RULE = Rule(MAX_TEXT, links=True)


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """``file`` is relative to the site folder; ``message`` names line, column or key."""

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


class SchemaFiles:
    """Thread-safe. ``log`` is told of a problem when it comes, and when it is gone."""

    def __init__(self, folder: SiteFolder, log: Callable[[str, str], object]) -> None:
        self._folder = folder
        self._log = log
        self._lock = threading.Lock()
        self._problems: tuple[SchemaProblem, ...] = ()

    def problems(self) -> tuple[SchemaProblem, ...]:
        """As they were at the last :meth:`reload`, by file."""
        return self._problems

    def reload(self) -> tuple[SchemaProblem, ...]:
        """Read every schema again."""
        with self._lock:
            before, self._problems = self._problems, self._read()
            found = self._problems
        for problem in found:
            if problem not in before:
                self._log("error", str(problem))
        for file in sorted({one.file for one in before} - {one.file for one in found}):
            self._log("info", f"{file}: the schema can be read again")
        return found

    def _read(self) -> tuple[SchemaProblem, ...]:
        folder = self._folder.schemas_dir
        try:
            if not check_real(folder, self._folder.path, is_folder=True):
                return ()
            paths = sorted(islice(folder.glob("*.json"), MAX_FILES))
        except ForeignFileError as error:
            return (SchemaProblem("schemas", error.reason),)
        except OSError as error:
            return (SchemaProblem("schemas", f"cannot be read: {error.strerror or error}"),)
        found = ((path, self._flaw(path)) for path in paths)
        return tuple(SchemaProblem(f"schemas/{path.name}", flaw) for path, flaw in found if flaw)

    def _flaw(self, path: Path) -> str:
        try:
            data = read_foreign(path, self._folder.path, _RULE)
            if data is not None:
                parse_schema(data, "")
        except ForeignFileError as error:
            return error.reason
        except SchemaError as error:
            return str(error).removeprefix(": ")
        return ""
