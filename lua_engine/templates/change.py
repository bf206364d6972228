"""One change of a whole site on disk, so that it is made wholly or not at all, whatever kills the process.

A change has a folder of its own in ``.goop-console/backups``::

    journal.json     what is done, and whether it is done        before/…   the files as they were data.db
    the database as it was                      after/…    the files as they shall be, moved into place

Order: everything is prepared there; ``journal.json`` says ``prepared``; files and goop.json are changed; the
database is changed in one transaction that leaves the change's id in ``_meta``: that commit decides. A change
found ``prepared`` at the next start is finished when its id is in ``_meta`` and undone when it is not. A
finished one stays as the backup that brings its ``before`` back.

All of it lies in a folder that may come from anybody: no path of a journal is used but through
``change_paths``, and no file but through ``site/foreign``.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lua_engine.base.errors import SiteError
from lua_engine.site.atomic import clear_temporaries, write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import ForeignFileError, Rule, check_real, file_status, read_foreign
from lua_engine.templates.change_paths import OWN_FILES, changed_file, changed_folder
from lua_engine.templates.journal_record import DONE, ConfigRecord, FileRecord, Record, encode

MAX_FILE = 64 * 1024 * 1024  # bytes of a file that a change keeps or brings
_RULE = Rule(MAX_FILE)


@dataclass(frozen=True, slots=True)
class Change:
    """A change in its folder. ``is_ours``: this user's console made its journal."""

    site: SiteFolder = field(repr=False)
    folder: Path
    record: Record
    key: bytes = field(repr=False, default=b"")
    is_ours: bool = True

    @property
    def database(self) -> Path:
        """data.db as it was before."""
        return self.folder / "data.db"

    def database_before(self) -> Path:
        """The same, a real file of the backup. Raises :class:`SiteError` when it is missing or a link."""
        if not check_real(self.database, self.site.path, is_folder=False):
            raise SiteError(f"{self.database}: the backup is damaged: the copy of the database is missing")
        return self.database

    def before(self, path: str) -> bytes | None:
        """A file as it was. Raises :class:`SiteError` when the backup is not whole."""
        one = next((one for one in self.record.files if one.path == path and one.before is not None), None)
        return None if one is None else self._kept(one)

    # Making it

    def prepare(self, edits: Mapping[str, bytes | None], config: tuple[ConfigRecord, ...]) -> Change:
        """Keep what is, lay ready what shall be, and write the journal; answers the prepared change."""
        files = []
        for path, after in edits.items():
            target = changed_file(self.site, path)
            before = read_foreign(target, self.site.path, _RULE)
            if before is not None:
                self._keep("before", path, before, target)
            if after is not None:
                self._keep("after", path, after, target)
            files.append(FileRecord(path, _hash(before), _hash(after)))
        folders = tuple(
            _missing_folders(self.site.path, [path for path, after in edits.items() if after is not None])
        )
        record = replace(self.record, files=tuple(files), folders=folders, config=config)
        prepared = replace(self, record=record)
        prepared._write()
        return prepared

    def apply(self) -> None:
        """Put files and configuration in place. Raises :class:`SiteError`; :meth:`undo` then takes everything
        back.
        """
        for name in self.record.folders:
            self._attempt(changed_folder(self.site, name), lambda path: path.mkdir(exist_ok=True))
        for one in self.record.files:
            target = changed_file(self.site, one.path)
            if one.after is None:
                self._attempt(target, lambda path: path.unlink(missing_ok=True))
            else:
                self._attempt(target, (self.folder / "after" / one.path).replace)
        _change_config(self.site, self.record.config, forward=True)

    def finish(self) -> None:
        """The change holds: keep it as a backup."""
        for name in ("after", "stage"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self._remove_empty_folders([one.path for one in self.record.files if one.after is None])
        replace(self, record=replace(self.record, state=DONE))._write()

    def undo(self) -> None:
        """Take back what :meth:`apply` did, as far as nobody else has changed it since, and forget the
        change. Everything is checked before anything moves.
        """
        steps = [step for one in self.record.files if (step := self._back(one)) is not None]
        folders = [changed_folder(self.site, name) for name in self.record.folders]
        for step in steps:
            step()
        for folder in reversed(folders):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        _change_config(self.site, self.record.config, forward=False)
        self.discard()

    def clear_temporaries(self) -> None:
        """Remove half-written files of a process that was killed over this change."""
        for path in (
            self.site.config_path,
            *(changed_file(self.site, one.path) for one in self.record.files),
        ):
            clear_temporaries(path)

    def discard(self) -> None:
        """Forget the change. The journal goes first: without it the rest means nothing."""
        (self.folder / "journal.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _back(self, one: FileRecord) -> Callable[[], object] | None:
        """What brings the file back; None when it is not as the change left it."""
        target = changed_file(self.site, one.path)
        now = _hash(read_foreign(target, self.site.path, _RULE))
        if now == one.before or now != one.after:
            return None
        if one.before is None:
            return lambda: target.unlink(missing_ok=True)
        data = self._kept(one)
        kept = file_status(self.folder / "before" / one.path)
        mode = stat.S_IMODE(kept.st_mode) & 0o777 if kept else None

        def put_back() -> None:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target, data, mode=mode, follow=False)

        return put_back

    def _kept(self, one: FileRecord) -> bytes:
        place = self.folder / "before" / one.path
        try:
            data = read_foreign(place, self.site.path, _RULE)
        except ForeignFileError as error:
            raise SiteError(f"{place}: the backup is damaged: it {error.reason}") from error
        if data is None or _hash(data) != one.before:
            raise SiteError(f"{place}: the backup is damaged: this file is missing or was changed")
        return data

    def _keep(self, part: str, path: str, data: bytes, origin: Path) -> None:
        target = self.folder / part / path
        found = file_status(origin)
        mode = stat.S_IMODE(found.st_mode) if found else None
        if path == OWN_FILES:  # the console's own, like all that is in its folder
            mode = 0o600
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SiteError(f"{target.parent}: cannot be created: {error.strerror or error}") from error
        write_atomic(target, data, mode=mode, follow=False)

    def _attempt(self, path: Path, action: Callable[[Path], object]) -> None:
        try:
            action(path)
        except OSError as error:
            raise SiteError(
                f"{path}: cannot be changed: {error.strerror or error}; nothing was installed"
            ) from error

    def _remove_empty_folders(self, removed: list[str]) -> None:
        """Folders that the removed files leave empty go too, but not the site's own first level."""
        for inner in sorted({Path(path).parent for path in removed}, reverse=True):
            while len(inner.parts) > 1:
                folder = changed_folder(self.site, inner.as_posix())
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()
                elif folder.is_dir():
                    break
                inner = inner.parent

    def _write(self) -> None:
        write_atomic(self.folder / "journal.json", encode(self.record, self.key), mode=0o600, follow=False)


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


def _hash(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()
