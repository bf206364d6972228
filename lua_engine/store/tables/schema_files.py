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
        self._remarks: tuple[SchemaProblem, ...] = ()

    def remarks(self) -> tuple[SchemaProblem, ...]:
        """What can be read but may surprise: a table that is not named as its file, as it was at the last
        :meth:`reload`.
        """
        return self._remarks

    def problems(self) -> tuple[SchemaProblem, ...]:
        """As they were at the last :meth:`reload`, by file."""
        return self._problems

    def reload(self) -> tuple[SchemaProblem, ...]:
        """Read every schema again."""
        with self._lock:
            before, remarked = self._problems, self._remarks
            self._problems, self._remarks = self._read()
            found, remarks = self._problems, self._remarks
        for level, now, earlier in (("error", found, before), ("warn", remarks, remarked)):
            for problem in now:
                if problem not in earlier:
                    self._log(level, str(problem))
        for file in sorted({one.file for one in before} - {one.file for one in found}):
            self._log("info", f"{file}: the schema can be read again")
        return found

    def _read(self) -> tuple[tuple[SchemaProblem, ...], tuple[SchemaProblem, ...]]:
        folder = self._folder.schemas_dir
        try:
            if not check_real(folder, self._folder.path, is_folder=True):
                return (), ()
            paths = sorted(islice(folder.glob("*.json"), MAX_FILES))
        except ForeignFileError as error:
            return (SchemaProblem("schemas", error.reason),), ()
        except OSError as error:
            return (SchemaProblem("schemas", f"cannot be read: {error.strerror or error}"),), ()
        problems, remarks = [], []
        for path in paths:
            file = f"schemas/{path.name}"
            try:
                name = self._table_of(path)
            except ForeignFileError as error:
                problems.append(SchemaProblem(file, error.reason))
            except SchemaError as error:
                problems.append(SchemaProblem(file, str(error).removeprefix(": ")))
            else:
                if name and name.casefold() != path.stem.casefold():
                    said = f"the table in it is named {name}: name the file {name}.json"
                    remarks.append(SchemaProblem(file, f"{said}, or the table {path.stem}"))
        return tuple(problems), tuple(remarks)

    def _table_of(self, path: Path) -> str:
        """The name of the table in a schema; empty for a file that has gone."""
        data = read_foreign(path, self._folder.path, _RULE)
        return "" if data is None else parse_schema(data, "").name
