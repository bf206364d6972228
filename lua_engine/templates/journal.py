"""One change of a whole site on disk, so that it is made wholly or not at all, whatever kills the process.

A change has a folder of its own in ``.goop-console/backups``::

    journal.json     what is done, and whether it is done        before/…   the files as they were data.db
    the database as it was                      after/…    the files as they shall be, moved into place

Order: everything is prepared there; ``journal.json`` says ``prepared``; files and goop.json are changed; the
database is changed in one transaction that leaves the change's id in ``_meta``: that commit decides. A change
found ``prepared`` at the next start is finished when its id is in ``_meta`` and undone when it is not. A
finished one stays as the backup that brings its ``before`` back.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lua_engine.base.errors import KnownError, SiteError
from lua_engine.site.atomic import clear_temporaries, write_atomic
from lua_engine.site.folder import SiteFolder

_FORMAT = 1
_PREPARED, _DONE = "prepared", "done"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of the change: SHA-256 of what it was and of what it becomes; None: no file."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ConfigRecord:
    """A key of goop.json, dotted. ``had``: the key was there with the value ``before``; ``has``: it is there
    afterwards with ``after``.
    """

    key: str
    had_section: bool
    had: bool
    before: Any
    has: bool
    after: Any


@dataclass(frozen=True, slots=True)
class Record:
    """journal.json. ``folders`` did not exist before; ``has_database``: the template's part of the database
    is changed too.
    """

    id: str
    kind: str  # install | restore | scripts
    title: str
    template_before: str
    template_after: str
    made_at: float  # seconds since the epoch
    has_database: bool
    files: tuple[FileRecord, ...] = ()
    folders: tuple[str, ...] = ()
    config: tuple[ConfigRecord, ...] = ()
    state: str = _PREPARED

    @property
    def is_done(self) -> bool:
        return self.state == _DONE


@dataclass(frozen=True, slots=True)
class Change:
    """A change in its folder."""

    site: SiteFolder = field(repr=False)
    folder: Path
    record: Record

    @property
    def database(self) -> Path:
        """data.db as it was before."""
        return self.folder / "data.db"

    def before(self, path: str) -> bytes | None:
        """A file as it was. Raises :class:`SiteError` when the backup is not whole."""
        for one in self.record.files:
            if one.path == path and one.before is not None:
                data = _read(self.folder / "before" / path)
                if data is None or _digest(data) != one.before:
                    raise SiteError(
                        f"{self.folder / 'before' / path}: the backup is damaged: "
                        "this file is missing or was changed"
                    )
                return data
        return None

    # Making it

    def prepare(self, edits: Mapping[str, bytes | None], config: tuple[ConfigRecord, ...]) -> Change:
        """Keep what is, lay ready what shall be, and write the journal; answers the prepared change."""
        files = []
        for path, after in edits.items():
            before = _read(self.site.path / path)
            if before is not None:
                self._keep("before", path, before, self.site.path / path)
            if after is not None:
                self._keep("after", path, after, self.site.path / path)
            files.append(FileRecord(path, _hash(before), _hash(after)))
        folders = tuple(
            _missing_folders(self.site.path, [path for path, after in edits.items() if after is not None])
        )
        prepared = replace(
            self, record=replace(self.record, files=tuple(files), folders=folders, config=config)
        )
        prepared._write()
        return prepared

    def apply(self) -> None:
        """Put files and configuration in place. Raises :class:`SiteError`; :meth:`undo` then takes everything
        back.
        """
        for name in self.record.folders:
            self._attempt(name, lambda path: path.mkdir(exist_ok=True))
        for one in self.record.files:
            if one.after is None:
                self._attempt(one.path, lambda path: path.unlink(missing_ok=True))
            else:
                self._attempt(one.path, (self.folder / "after" / one.path).replace)
        _change_config(self.site, self.record.config, forward=True)

    def finish(self) -> None:
        """The change holds: keep it as a backup."""
        for name in ("after", "stage"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        _remove_empty_folders(self.site.path, [one.path for one in self.record.files if one.after is None])
        replace(self, record=replace(self.record, state=_DONE))._write()

    def undo(self) -> None:
        """Take back what :meth:`apply` did, as far as nobody else has changed it since, and forget the
        change.
        """
        for one in self.record.files:
            self._take_back(one)
        for name in reversed(self.record.folders):
            folder = self.site.path / name
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        _change_config(self.site, self.record.config, forward=False)
        self.discard()

    def clear_temporaries(self) -> None:
        """Remove half-written files of a process that was killed over this change."""
        for path in (self.site.config_path, *(self.site.path / one.path for one in self.record.files)):
            clear_temporaries(path)

    def discard(self) -> None:
        """Forget the change. The journal goes first: without it the rest means nothing."""
        (self.folder / "journal.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take_back(self, one: FileRecord) -> None:
        target = self.site.path / one.path
        now = _hash(_read(target))
        if now == one.before or now != one.after:
            return
        if one.before is None:
            target.unlink(missing_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            kept = self.folder / "before" / one.path
            write_atomic(target, kept.read_bytes(), mode=stat.S_IMODE(kept.stat().st_mode))

    def _keep(self, part: str, path: str, data: bytes, origin: Path) -> None:
        target = self.folder / part / path
        mode = stat.S_IMODE(origin.stat().st_mode) if origin.exists() else None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SiteError(f"{target.parent}: cannot be made: {error.strerror or error}") from error
        write_atomic(target, data, mode=mode)

    def _attempt(self, path: str, action: Callable[[Path], object]) -> None:
        try:
            action(self.site.path / path)
        except OSError as error:
            raise SiteError(
                f"{self.site.path / path}: cannot be changed: {error.strerror or error}; "
                "nothing was installed"
            ) from error

    def _write(self) -> None:
        text = json.dumps({"format": _FORMAT, **asdict(self.record)}, ensure_ascii=False, indent=1)
        write_atomic(self.folder / "journal.json", text.encode())


class Journal:
    """The changes of one site."""

    def __init__(self, site: SiteFolder) -> None:
        self._site = site

    @property
    def folder(self) -> Path:
        return self._site.console_dir / "backups"

    def begin(
        self, kind: str, title: str, template_before: str, template_after: str, *, has_database: bool
    ) -> Change:
        """A new change with an empty folder. Raises :class:`SiteError`."""
        change_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
        folder = self.folder / change_id
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise SiteError(f"{folder}: cannot be made: {error.strerror or error}") from error
        record = Record(change_id, kind, title, template_before, template_after, time.time(), has_database)
        return Change(self._site, folder, record)

    def changes(self) -> list[Change]:
        """Every change with a journal that can be read, newest first."""
        found = [change for folder in self._folders() if (change := self._load(folder)) is not None]
        return sorted(found, key=lambda change: (change.record.made_at, change.record.id), reverse=True)

    def unfinished(self) -> list[Change]:
        """Changes that were cut off, newest first."""
        return [change for change in self.changes() if not change.record.is_done]

    def clean(self, keep: int) -> None:
        """Forget what never got a journal, and all but the newest ``keep`` backups."""
        for folder in self._folders():
            if not (folder / "journal.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
        for change in [one for one in self.changes() if one.record.is_done][keep:]:
            change.discard()

    def _folders(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if path.is_dir() and not path.is_symlink())

    def _load(self, folder: Path) -> Change | None:
        data = _read(folder / "journal.json")
        if data is None:
            return None
        try:
            return Change(self._site, folder, _parse(data))
        except (ValueError, TypeError, KeyError) as error:
            raise KnownError(
                f"{folder / 'journal.json'}: damaged ({error}); "
                "move the folder away to go on without this backup"
            ) from error


def _parse(data: bytes) -> Record:
    tree = json.loads(data)
    if tree.pop("format") != _FORMAT:
        raise ValueError("written by another version")
    tree["files"] = tuple(FileRecord(**one) for one in tree["files"])
    tree["config"] = tuple(ConfigRecord(**one) for one in tree["config"])
    tree["folders"] = tuple(tree["folders"])
    return Record(**tree)


def _change_config(site: SiteFolder, records: tuple[ConfigRecord, ...], *, forward: bool) -> None:
    """Write the keys' new values, or, backward, the old ones where the new ones still stand."""
    if not records:
        return

    def mutate(tree: dict[str, Any]) -> None:
        for one in records:
            section, key = one.key.split(".")
            has, value = (one.has, one.after) if forward else (one.had, one.before)
            place = tree.setdefault(section, {})
            stands = (key in place) == one.has and (not one.has or place[key] == one.after)
            if has and (forward or stands):
                place[key] = value
            elif forward or stands:
                place.pop(key, None)
            if not place and not one.had_section:
                del tree[section]

    site.update_config(mutate)


def _missing_folders(root: Path, paths: list[str]) -> Iterator[str]:
    """The folders that ``paths`` need and that are not there, outer ones first."""
    wanted = {parent.as_posix() for path in paths for parent in Path(path).parents if parent != Path(".")}
    yield from (name for name in sorted(wanted) if not (root / name).is_dir())


def _remove_empty_folders(root: Path, removed: list[str]) -> None:
    """Folders that the removed files leave empty go too, but not the site's own first level."""
    for folder in sorted({Path(path).parent for path in removed}, reverse=True):
        while len(folder.parts) > 1 and (root / folder).is_dir() and not any((root / folder).iterdir()):
            (root / folder).rmdir()
            folder = folder.parent


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SiteError(f"{path}: cannot be read: {error.strerror or error}") from error


def _hash(data: bytes | None) -> str | None:
    return None if data is None else _digest(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
