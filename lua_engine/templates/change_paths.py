"""Where a change of a site may reach: one answer for the journal, the backups and the files that come
from them.
"""

from __future__ import annotations

from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import check_real
from lua_engine.site.inner_path import folded_path, is_below, path_flaw, shown_path

OWN_FILES = ".goop-console/template.json"
"""Which files the installed template brought: name of the template, and path to SHA-256. Changed together
with them.
"""
MAX_PATH = 1_000  # characters: a template's path below the folders of goop.json
MAX_DEPTH = 64


def changed_file(site: SiteFolder, text: str) -> Path:
    """The file ``text`` of a change, in the site: a plain path in the site root, the script folder or
    ``schemas`` (or :data:`OWN_FILES`), real folders on the way, a regular file or nothing at its end.

    Raises :class:`SiteError` for any other.
    """
    _refuse_flaw(site, text)
    if text != OWN_FILES and not is_below(text, _places(site)):
        raise SiteError(
            f"{site.path}: a change names {shown_path(text)}, which is in neither the site root, "
            "the script folder nor schemas"
        )
    path = site.path / text
    check_real(path, site.path, is_folder=False)
    return path


def changed_folder(site: SiteFolder, text: str) -> Path:
    """A folder that a change makes or removes: one of those of :func:`changed_file`, below or above them."""
    _refuse_flaw(site, text)
    places = _places(site)
    if (
        text not in places
        and not is_below(text, places)
        and not any(is_below(one, (text,)) for one in places)
    ):
        raise SiteError(
            f"{site.path}: a change names the folder {shown_path(text)}, which is not one of the site's"
        )
    path = site.path / text
    check_real(path, site.path, is_folder=True)
    return path


def _places(site: SiteFolder) -> tuple[str, ...]:
    found = (site.site_root, site.lua_dir, site.schemas_dir)
    return tuple(one.relative_to(site.path).as_posix() for one in found)


def _refuse_flaw(site: SiteFolder, text: str) -> None:
    flaw = path_flaw(text, max_path=MAX_PATH, max_depth=MAX_DEPTH)
    if not flaw and text != OWN_FILES and _is_protected(site, text):
        flaw = "belongs to the console, to Goop2 or to the owner's identity"
    if flaw:
        raise SiteError(f"{site.path}: a change names {shown_path(text)}, which {flaw}")


def _is_protected(site: SiteFolder, text: str) -> bool:
    """Whether ``text`` is goop.json, the database, the key or a file of the console, in any spelling."""
    folded = folded_path(text)
    own = [
        folded_path(one) for one in ("goop.json", ".goop-console", "data.db", "data.db-wal", "data.db-shm")
    ]
    key = site.identity_key_path
    if key.is_relative_to(site.path):
        own.append(folded_path(key.relative_to(site.path).as_posix()))
    return any(folded == one or folded.startswith(f"{one}/") for one in own)
