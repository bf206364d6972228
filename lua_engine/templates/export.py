"""A template made from a site: its pages, scripts and table schemas,
so that it can be installed elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lua_engine.scripts.scan import ScriptFile, find_scripts, read_script
from lua_engine.site import jsontext
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import ForeignFileError, Rule, read_foreign
from lua_engine.site.inner_path import path_flaw
from lua_engine.templates.archive import MAX_FILE, MAX_TOTAL
from lua_engine.templates.entries import MAX_FILES, NameGuard, left_out_as, refuse_number
from lua_engine.templates.manifest import TemplateError, parse_manifest, parse_object
from lua_engine.templates.package import MANIFEST, check_script, template_of

_KEY_START, _KEY_SIZE = b"\x08\x01\x12\x40", 68  # an Ed25519 key as libp2p writes it
_SHOWN = 5  # scripts named in one message


class ExportedFiles(dict[str, bytes]):
    """The files of a template by path. ``left_out`` says which files of the site are not among them and why:
    ``film.mp4: larger than 16 MB``.
    """

    def __init__(self, files: Mapping[str, bytes], left_out: tuple[str, ...]) -> None:
        super().__init__(files)
        self.left_out = left_out


def export_site(
    site: SiteFolder,
    installed: str | None,
    schemas: Mapping[str, str],
    *,
    name: str,
    description: str,
    category: str,
    icon: str,
) -> ExportedFiles:
    """The files of a template made from ``site``; ``installed`` is the manifest of the template that is
    there, ``schemas`` table name to JSON.

    Neither configuration, keys, rows nor ``goop.kv`` go along. Raises :class:`TemplateError` for what could
    not be installed again.
    """
    left_out: list[str] = []
    manifest = {
        "name": name,
        "description": description,
        "category": category,
        "icon": icon,
        "schemas": list(schemas),
        **_kept(installed),
    }
    files = {f"schemas/{table}.json": _schema(table, text) for table, text in schemas.items()}
    files |= _scripts(site, left_out)
    files |= _pages(site, left_out)
    text = jsontext.render(manifest, jsontext.Layout())
    parse_manifest(text, MANIFEST)
    contents = {MANIFEST: text.encode(), **dict(sorted(files.items()))}
    _check(site, contents)
    return ExportedFiles(contents, tuple(left_out))


def _check(site: SiteFolder, files: Mapping[str, bytes]) -> None:
    """Refuse what ``read_template`` would refuse."""
    guard = NameGuard(site.site_root)
    for name in files:
        guard.add(name)
    template_of(site.site_root, files)


def _kept(installed: str | None) -> dict[str, Any]:
    """What goes over from the installed template's manifest; it may be Goop2's, so what is no value of ours
    is not kept.
    """
    if not installed:
        return {}
    _, tree = parse_object(installed, "data.db: _meta: template_manifest")
    email, role = tree.get("require_email"), tree.get("default_role")
    kept: dict[str, Any] = {"require_email": email} if isinstance(email, bool) else {}
    return {**kept, "default_role": role} if isinstance(role, str) and role not in ("", "owner") else kept


def _schema(table: str, text: str) -> bytes:
    parse_object(text, f"data.db: _orm_schemas: {table}")
    return jsontext.render(jsontext.parse(text), jsontext.Layout()).encode()


def _scripts(site: SiteFolder, left_out: list[str]) -> dict[str, bytes]:
    found, problems = find_scripts(site.lua_dir)
    left_out.extend(f"{path.relative_to(site.path).as_posix()}: {why}" for path, why in problems)
    files: dict[str, bytes] = {}
    wrong: list[str] = []
    for script in found:
        try:
            files[f"lua/{'functions/' if script.kind == 'function' else ''}{script.path.name}"] = _script(
                site, script
            )
        except TemplateError as error:
            wrong.append(str(error))
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise TemplateError(f"a template holds only scripts that work; {'; '.join(wrong[:_SHOWN])}{more}")
    return files


def _script(site: SiteFolder, script: ScriptFile) -> bytes:
    source, refusal = read_script(script.path, site.path)
    if refusal or script.refusal:
        raise TemplateError(f"{script.path}: {refusal or script.refusal}")
    check_script(str(script.path), script.path.name, source)
    return source


def _pages(site: SiteFolder, left_out: list[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for inner, path in _page_paths(site, left_out):
        why = _why_left_out(site, inner, path)
        data = b"" if why else _read(site, path)
        if _is_private(site, path, data):
            why = "private"
        if why:
            left_out.append(f"{inner}: {why}")
            continue
        files[inner] = data
        total += len(data)
        if len(files) > MAX_FILES:
            refuse_number(site.site_root, "files")
        if total > MAX_TOTAL:
            raise TemplateError(
                f"{site.site_root}: more than {MAX_TOTAL // 2**20} MB, the limit for a template; "
                "move large files away first"
            )
    return files


def _page_paths(site: SiteFolder, left_out: list[str]) -> Iterator[tuple[str, Path]]:
    """Files below the site root with their place in a template; folders that are not for pages are not looked
    into.
    """
    if not site.site_root.is_dir():
        return  # a site of scripts alone
    for here, folders, names in os.walk(site.site_root, onerror=_raise):
        for name in sorted(folders):
            path = Path(here, name)
            inner = path.relative_to(site.site_root).as_posix()
            why = _why_not_entered(site, inner, path)
            if why:
                folders.remove(name)
            if why and path != site.lua_dir:
                left_out.append(f"{inner}/: {why}")
        folders.sort()
        for name in sorted(names):
            yield Path(here, name).relative_to(site.site_root).as_posix(), Path(here, name)


def _why_not_entered(site: SiteFolder, inner: str, path: Path) -> str:
    if path in (site.lua_dir, site.console_dir, site.path / "data", site.schemas_dir):
        return "no pages"
    if path.is_symlink():
        return "a link"
    if inner.casefold() in ("lua", "schemas"):
        return "a template has something else in a folder of that name"
    return "hidden" if left_out_as(inner, is_folder=True) else ""


def _why_left_out(site: SiteFolder, inner: str, path: Path) -> str:
    """Why the page ``inner`` is not part of a template; empty when it is. Its content has not been read."""
    if left_out_as(inner, is_folder=False):
        return "hidden"
    if path.is_symlink() or not path.is_file():
        return "a link, or not a regular file"
    if inner.casefold() in (MANIFEST, "lua", "schemas"):
        return "a template has something else of that name"
    if path in (site.config_path, site.data_db) or path.name in (
        "goop.json",
        "data.db",
        "data.db-wal",
        "data.db-shm",
    ):
        return "private"
    if path.lstat().st_size > MAX_FILE:
        return f"larger than {MAX_FILE // 2**20} MB"
    flaw = path_flaw(inner)
    return f"the name {flaw}" if flaw else ""


def _is_private(site: SiteFolder, path: Path, data: bytes) -> bool:
    """Is this the owner's key, or a copy of one?"""
    is_the_file = (
        site.identity_key_path.exists() and path.exists() and os.path.samefile(path, site.identity_key_path)
    )
    return is_the_file or (len(data) == _KEY_SIZE and data.startswith(_KEY_START))


def _read(site: SiteFolder, path: Path) -> bytes:
    try:
        data = read_foreign(path, site.path, Rule(MAX_FILE))
    except ForeignFileError as error:
        raise TemplateError(str(error)) from error
    if data is None:
        raise TemplateError(f"{path}: is gone; try again")
    return data


def _raise(error: OSError) -> None:
    raise TemplateError(f"{error.filename}: cannot be read: {error.strerror or error}") from error
