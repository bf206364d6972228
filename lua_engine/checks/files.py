"""The files of saved calls, checks and visits: ``.goop-console/calls/NAME.call.json``, ``NAME.check.json``,
and ``NAME.visit.json``. A damaged one is named and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from lua_engine.base.strict_json import JsonProblem, decoded
from lua_engine.checks.file_text import MAX_BYTES
from lua_engine.checks.format import call_text, check_text, parse_call, parse_check
from lua_engine.checks.model import AccessCheck, CheckError, SavedCall
from lua_engine.checks.visit import Visit
from lua_engine.checks.visit_format import parse_visit, visit_text
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import ForeignFileError, Rule, check_real, make_own_folder, read_foreign

CALL, CHECK, VISIT = ".call.json", ".check.json", ".visit.json"
MAX_NAME = 80
_MAX_NAME_BYTES = 200  # file systems take 255, the ending included
_RULE = Rule(MAX_BYTES)

_NAME = re.compile(r"\w(?:[\w .()+,-]*[\w)])?\Z")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)

T = TypeVar("T", SavedCall, AccessCheck, Visit)


class SavedCalls:
    """Thread-safe: every question reads the files, since an editor or git may have changed them."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only

    def all(self) -> tuple[SavedCall, ...]:
        """The saved calls that can be read, by name."""
        return self._read_all(CALL, parse_call)[0]

    def checks(self) -> tuple[AccessCheck, ...]:
        """The access checks that can be read, by name."""
        return self._read_all(CHECK, parse_check)[0]

    def visits(self) -> tuple[Visit, ...]:
        """The recorded visits that can be read, by name."""
        return self._read_all(VISIT, parse_visit)[0]

    def problems(self) -> tuple[str, ...]:
        """The files that cannot be read: which, where, why."""
        return (
            *self._read_all(CALL, parse_call)[1],
            *self._read_all(CHECK, parse_check)[1],
            *self._read_all(VISIT, parse_visit)[1],
        )

    def save(self, call: SavedCall) -> SavedCall:
        """Write a saved call; answers it with its path. Raises :class:`CheckError`; a damaged file of that
        name is not written over.
        """
        return replace(call, path=self._write(call.name, CALL, call_text(call), parse_call))

    def save_check(self, check: AccessCheck) -> AccessCheck:
        """Write an access check, as :meth:`save` does a call."""
        return replace(check, path=self._write(check.name, CHECK, check_text(check), parse_check))

    def save_visit(self, visit: Visit) -> Visit:
        """Write a recorded visit, as :meth:`save` does a call."""
        return replace(visit, path=self._write(visit.name, VISIT, visit_text(visit), parse_visit))

    def refuse_visit(self, name: str) -> None:
        """Raise :class:`CheckError` where a new visit cannot be called that: no file's name, or taken."""
        _check_name(name)
        taken = name + VISIT
        if any(path.name.casefold() == taken.casefold() for path in self._paths(VISIT)):
            raise CheckError(f"there is a recorded visit {name} already: choose another name or delete it")

    def delete(self, name: str) -> None:
        """Delete the saved call of that name. Raises :class:`CheckError` when there is none."""
        self._delete(name, CALL)

    def delete_check(self, name: str) -> None:
        """Delete the access check of that name."""
        self._delete(name, CHECK)

    def delete_visit(self, name: str) -> None:
        """Delete the visit of that name."""
        self._delete(name, VISIT)

    def _paths(self, ending: str) -> list[Path]:
        try:
            check_real(self._folder, _home(self._folder), is_folder=True)
            found = [
                path
                for path in self._folder.iterdir()
                if path.name.endswith(ending) and not path.name.startswith(".")
            ]
        except FileNotFoundError:
            return []
        except ForeignFileError as error:
            raise CheckError(str(error)) from error
        except OSError as error:
            raise CheckError(f"{self._folder}: cannot be read: {error.strerror or error}") from error
        return sorted(found, key=lambda path: (path.name.casefold(), path.name))

    def _read_all(self, ending: str, parse: Callable[[str, str], T]) -> tuple[tuple[T, ...], tuple[str, ...]]:
        found, problems = [], []
        for path in self._paths(ending):
            try:
                found.append(_read(path, ending, parse))
            except CheckError as error:
                problems.append(str(error))
        return tuple(found), tuple(problems)

    def _write(self, name: str, ending: str, text: bytes, parse: Callable[[str, str], T]) -> Path:
        self._refuse_read_only()
        _check_name(name)
        if len(text) > MAX_BYTES:
            raise CheckError(f"{name}: has more than {MAX_BYTES // 1024 // 1024} MB")
        parse(text.decode(), name)  # what could not be read again is not written
        path = self._folder / (name + ending)
        alike = next(
            (one for one in self._paths(ending) if one.name.casefold() == path.name.casefold()), None
        )
        if alike is not None and alike.name != path.name:
            raise CheckError(
                f"{alike}: has the same name but for the case of its letters; choose another one"
            )
        if alike is not None:
            _refuse_damaged(path, ending, parse)
        try:
            make_own_folder(_home(self._folder), self._folder.parent.name, self._folder.name)
        except ForeignFileError as error:
            raise CheckError(str(error)) from error
        write_atomic(path, text, follow=False)
        return path

    def _delete(self, name: str, ending: str) -> None:
        self._refuse_read_only()
        _check_name(name)
        path = self._folder / (name + ending)
        try:
            path.unlink()
        except FileNotFoundError:
            raise CheckError(f"{path}: there is no such file") from None
        except OSError as error:
            raise CheckError(f"{path}: cannot be deleted: {error.strerror or error}") from error

    def _refuse_read_only(self) -> None:
        if self._read_only:
            raise CheckError(f"{self._folder}: the site is open for reading only")


def _read(path: Path, ending: str, parse: Callable[[str, str], T]) -> T:
    try:
        data = read_foreign(path, _home(path.parent), _RULE)
        if data is None:
            raise CheckError("is gone")
        return replace(parse(decoded(data), path.name.removesuffix(ending)), path=path)
    except JsonProblem as problem:
        raise CheckError(f"{path}: not JSON: {problem}") from None
    except ForeignFileError as error:
        raise CheckError(str(error)) from error
    except CheckError as error:
        raise CheckError(f"{path}: {error}") from None


def _home(folder: Path) -> Path:
    """The site folder that the folder of saved calls is in."""
    return folder.parent.parent


def _refuse_damaged(path: Path, ending: str, parse: Callable[[str, str], T]) -> None:
    try:
        _read(path, ending, parse)
    except CheckError as error:
        raise CheckError(f"{error}; it is not overwritten: correct or delete it first") from None


def _check_name(name: str) -> None:
    if (
        len(name) > MAX_NAME
        or len(name.encode()) > _MAX_NAME_BYTES
        or not _NAME.match(name)
        or _DEVICE.match(name)
    ):
        raise CheckError(
            f"the name {name[:MAX_NAME]!r} cannot be a file's: letters, digits, spaces and _ - + , . ( ), "
            f"a letter or digit first, at most {MAX_NAME}"
        )
