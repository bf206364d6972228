"""What an installation, or going back to a backup, will do; made to be looked at before anything happens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lua_engine.base.errors import SiteError
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import Rule, read_foreign
from lua_engine.store.community.template_rows import HostedGroup, TemplateState
from lua_engine.templates.change_paths import changed_file
from lua_engine.templates.manifest import TemplateError

MAX_SHOWN = 16 * 1024 * 1024  # bytes; a larger file of the site is not read for a plan


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file, relative to the site folder. ``action``: ``add``, ``replace``, ``remove`` or ``same``;
    ``note`` says what is special.
    """

    path: str
    action: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True)
class DroppedTable:
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class ClosedGroup:
    """A group that will be closed; ``members`` does not count the owner."""

    id: str
    name: str
    group_type: str
    members: int


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """``kind``: ``install``, ``restore`` or ``scripts``. ``replaces`` is the template that is there now;
    ``group`` the template group that will be.

    ``fingerprint`` is of everything that the plan was made from: a site that has changed since has another
    one.
    """

    kind: str
    title: str
    template: str
    replaces: str = ""
    files: tuple[FileChange, ...] = ()
    dropped: tuple[DroppedTable, ...] = ()
    created: tuple[str, ...] = ()
    closed: tuple[ClosedGroup, ...] = ()
    group: str = ""
    keeps_group: bool = False
    turns_lua_on: bool = False
    runs_seed: bool = False
    warnings: tuple[str, ...] = ()
    fingerprint: str = field(default="", repr=False)


def compare_files(
    site: SiteFolder, wanted: Mapping[str, bytes | None], notes: Mapping[str, str] | None = None
) -> tuple[FileChange, ...]:
    """What ``wanted`` (path to content, None: no file) changes, by path. Raises :class:`TemplateError` for a
    path that cannot be written.
    """
    changes = []
    for path, after in sorted(wanted.items()):
        before = read_file(site, path)
        if before is None and after is None:
            continue
        note = (notes or {}).get(path, "")
        changes.append(FileChange(path, _action(before, after), before, after, note))
    return tuple(changes)


def _action(before: bytes | None, after: bytes | None) -> str:
    if before == after:
        return "same"
    if after is None:
        return "remove"
    return "add" if before is None else "replace"


def read_file(site: SiteFolder, path: str) -> bytes | None:
    """A file of the site, None when there is none; TemplateError when it is a link or a folder, or below one
    that is.
    """
    try:
        return read_foreign(changed_file(site, path), site.path, Rule(MAX_SHOWN))
    except SiteError as error:
        raise TemplateError(
            f"{error}; an installation reads and writes real files and folders only"
        ) from error


def template_path(site: SiteFolder, inner: str) -> str:
    """Where a file of a template goes in this site, relative to the site folder."""
    if inner.startswith("schemas/"):
        return inner
    if inner.startswith("lua/"):
        return (site.lua_dir.relative_to(site.path) / inner.removeprefix("lua/")).as_posix()
    place = site.site_root / inner
    if place.is_relative_to(site.lua_dir):
        raise TemplateError(
            f"{inner}: a page of the template would be in the script folder {site.lua_dir}; "
            "rename one of the two"
        )
    return place.relative_to(site.path).as_posix()


def closed_groups(groups: Iterable[HostedGroup]) -> tuple[ClosedGroup, ...]:
    return tuple(ClosedGroup(one.id, one.name, one.group_type, one.members) for one in groups)


def fingerprint(files: Iterable[FileChange], state: TemplateState, *more: str) -> str:
    """A hash of the state of the site that a plan was made from."""

    def digest(data: bytes | None) -> str:
        return "" if data is None else hashlib.sha256(data).hexdigest()

    known = {
        "files": [(one.path, digest(one.before), digest(one.after)) for one in files],
        "meta": dict(state.meta),
        "tables": sorted(state.tables),
        "groups": sorted(one.id for one in state.groups),
        "more": more,
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
