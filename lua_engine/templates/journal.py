"""The changes of one site: those under way, those that can be gone back to, and those that others left."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lua_engine.base.errors import KnownError, SiteError
from lua_engine.base.file_format import UnknownFormat
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import Rule, make_own_folder, own_folder, read_foreign
from lua_engine.site.user_folder import journal_key
from lua_engine.templates.change import Change
from lua_engine.templates.journal_record import MAX_BYTES, Record, decode, is_change_id

_RULE = Rule(MAX_BYTES)


@dataclass(frozen=True, slots=True)
class DamagedChange:
    """A folder among the changes whose journal cannot be used; ``problem`` says why."""

    folder: Path
    problem: str


class Journal:
    """The changes of one site. A journal that this user's console did not make is never carried out."""

    def __init__(self, site: SiteFolder) -> None:
        self._site = site

    @property
    def folder(self) -> Path:
        """Where changes are kept. Raises :class:`SiteError` when it is a link or no folder."""
        return own_folder(self._site.path, ".goop-console", "backups")

    def begin(
        self, kind: str, title: str, template_before: str, template_after: str, *, has_database: bool
    ) -> Change:
        """A new change with an empty folder. Raises :class:`SiteError`."""
        change_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
        key = journal_key(create=True)
        if key is None:
            raise SiteError(
                "the key for the site's changes disappeared while it was being created; try again"
            )
        folder = make_own_folder(self._site.path, ".goop-console", "backups") / change_id
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise SiteError(f"{folder}: cannot be created: {error.strerror or error}") from error
        record = Record(change_id, kind, title, template_before, template_after, time.time(), has_database)
        return Change(self._site, folder, record, key)

    def changes(self) -> list[Change]:
        """Every change with a journal that can be read, newest first."""
        found = [one for one in self._all() if isinstance(one, Change)]
        return sorted(found, key=lambda change: (change.record.created_at, change.record.id), reverse=True)

    def unfinished(self) -> list[Change]:
        """Changes of our own that were cut off, newest first."""
        return [change for change in self.changes() if not change.record.is_done and change.is_ours]

    def undecided(self) -> list[Change | DamagedChange]:
        """What is not carried out by itself: unfinished changes that others made, and what cannot be read."""
        return [
            one
            for one in self._all()
            if isinstance(one, DamagedChange) or (not one.record.is_done and not one.is_ours)
        ]

    def find_undecided(self, change_id: str) -> Change | DamagedChange:
        """One of :meth:`undecided`. Raises :class:`KnownError` when there is none of that id."""
        for one in self.undecided():
            if one.folder.name == change_id:
                return one
        raise KnownError(f"this site no longer has an unfinished change {change_id!r}")

    def drop(self, change_id: str) -> None:
        """Forget one of :meth:`undecided`; the site stays as it is."""
        folder = self.find_undecided(change_id).folder
        (folder / "journal.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def clean(self, keep: int) -> None:
        """Forget what never got a journal, and all but the newest ``keep`` backups."""
        for folder in self._folders():
            if not (folder / "journal.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
        for change in [one for one in self.changes() if one.record.is_done][keep:]:
            change.discard()

    def _all(self) -> Iterator[Change | DamagedChange]:
        folders = sorted(self._folders(), reverse=True)
        key = _known_key() if folders else None
        for folder in folders:
            found = self._load(folder, key)
            if found is not None:
                yield found

    def _folders(self) -> Iterator[Path]:
        """The folders of changes: only what this program could have made counts."""
        folder = self.folder
        if folder.is_dir():
            yield from (
                path
                for path in folder.iterdir()
                if is_change_id(path.name) and path.is_dir() and not path.is_symlink()
            )

    def _load(self, folder: Path, key: bytes | None) -> Change | DamagedChange | None:
        path = folder / "journal.json"
        try:
            data = read_foreign(path, self._site.path, _RULE)
            if data is None:
                return None
            record, is_ours = decode(data, key)
        except UnknownFormat as error:
            return DamagedChange(folder, f"{path}: {error}")
        except ValueError as error:
            return DamagedChange(folder, f"{path}: damaged ({error})")
        except SiteError as error:
            return DamagedChange(folder, str(error))
        if record.id != folder.name:
            return DamagedChange(folder, f"{path}: damaged (it is the journal of another change)")
        return Change(self._site, folder, record, key or b"", is_ours)


def _known_key() -> bytes | None:
    """The key, None when there is none that can be used: every journal is foreign then, and :meth:`begin`
    says what is wrong with it.
    """
    try:
        return journal_key(create=False)
    except SiteError:
        return None
