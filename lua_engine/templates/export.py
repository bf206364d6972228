"""A template made from a site: its pages, scripts and table schemas, so that it can be installed elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from lua_engine.scripts.lint import CompileError, compile_source
from lua_engine.scripts.scan import find_scripts
from lua_engine.site.folder import SiteFolder
from lua_engine.templates.manifest import TemplateError, parse_manifest


def export_site(
    site: SiteFolder,
    installed: str | None,
    schemas: Mapping[str, str],
    *,
    name: str,
    description: str,
    category: str,
    icon: str,
) -> dict[str, bytes]:
    """The files of a template made from ``site``; ``installed`` is the manifest of the template that is there, ``schemas`` table name to JSON.

    Neither configuration, keys, rows nor ``goop.kv`` go along. Raises :class:`TemplateError` for what could not be installed again.
    """
    files = {f"schemas/{table}.json": _pretty(json.loads(text)) for table, text in schemas.items()}
    files |= dict(_pages(site))
    files |= dict(_scripts(site))
    kept = json.loads(installed) if installed else {}
    manifest = {"name": name, "description": description, "category": category, "icon": icon, "schemas": list(schemas)}
    manifest |= {key: kept[key] for key in ("require_email", "default_role") if key in kept}
    text = _pretty(manifest)
    parse_manifest(text, "manifest.json")
    return {"manifest.json": text, **dict(sorted(files.items()))}


def _pages(site: SiteFolder) -> Iterator[tuple[str, bytes]]:
    for here, folders, names in os.walk(site.site_root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _is_page_folder(site, Path(here, name)))
        for name in sorted(names):
            path = Path(here, name)
            inner = path.relative_to(site.site_root).as_posix()
            if name.startswith(".") or path.is_symlink() or not path.is_file() or inner == "manifest.json" or inner.startswith(("lua/", "schemas/")):
                continue
            yield inner, _read(path)


def _is_page_folder(site: SiteFolder, path: Path) -> bool:
    return path != site.lua_dir and not path.is_symlink()


def _scripts(site: SiteFolder) -> Iterator[tuple[str, bytes]]:
    found, _ = find_scripts(site.lua_dir)
    for script in found:
        source = _read(script.path)
        try:
            compile_source(script.path.name, source)
        except CompileError as error:
            raise TemplateError(f"{script.path}:{error.line}: {error.message}; a template holds scripts that compile, so correct it first") from error
        yield f"lua/{'functions/' if script.kind == 'function' else ''}{script.path.name}", source


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror or error}") from error


def _pretty(tree: object) -> bytes:
    return (json.dumps(tree, ensure_ascii=False, indent=2) + "\n").encode()
