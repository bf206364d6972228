"""A template, read: its manifest, its schemas and its files, from a folder or an archive, checked, in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lua_engine.errors import SchemaError
from lua_engine.schema.model import TableSchema, parse_schema
from lua_engine.scripts.lint import CompileError, compile_source
from lua_engine.site.folder import SiteFolder
from lua_engine.templates.archive import read_files
from lua_engine.templates.manifest import Manifest, TemplateError, parse_manifest

_SCRIPT = re.compile(r"lua/(?:functions/)?[A-Za-z0-9_-]+\.lua\Z")


@dataclass(frozen=True, slots=True)
class Template:
    """``key`` is the name of its folder or archive; ``files`` maps paths inside the template to contents, without manifest.json."""

    key: str
    manifest: Manifest
    schemas: tuple[TableSchema, ...]
    files: Mapping[str, bytes] = field(repr=False)
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the data functions."""
        return tuple(sorted(Path(path).stem for path in self.files if path.startswith("lua/functions/")))

    @property
    def commands(self) -> tuple[str, ...]:
        """Names of the chat commands."""
        return tuple(sorted(Path(path).stem for path in self.files if path.startswith("lua/") and path.count("/") == 1))

    @property
    def table_names(self) -> tuple[str, ...]:
        return tuple(schema.name for schema in self.schemas)

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that a schema knows, sorted."""
        return tuple(sorted({role for schema in self.schemas for role in schema.roles}))

    @property
    def uses_group(self) -> bool:
        """Does a table's access depend on membership?"""
        return any(schema.uses_group for schema in self.schemas)

    @property
    def has_seed(self) -> bool:
        return "seed" in self.functions


def read_template(path: Path) -> Template:
    """The template in ``path``: a folder, ``.zip``, ``.tar.gz`` or ``.tgz``. Raises :class:`TemplateError`."""
    files, left_out = read_files(path)
    text = files.pop("manifest.json", None)
    if text is None:
        raise TemplateError(f"{path}: there is no manifest.json in it, so it is no template; choose the folder or archive that has one")
    manifest = parse_manifest(text, f"{path}: manifest.json")
    for name, source in files.items():
        _check_script(path, name, source)
    return Template(_key(path), manifest, _schemas(path, manifest, files), files, left_out)


def read_placed(site: SiteFolder, manifest_path: Path) -> Template:
    """The template of a manifest whose schemas stand in ``site`` already; without files."""
    try:
        manifest = parse_manifest(manifest_path.read_bytes(), str(manifest_path))
        files = {f"schemas/{name}.json": (site.schemas_dir / f"{name}.json").read_bytes() for name in manifest.schemas}
    except OSError as error:
        raise TemplateError(f"{error.filename}: cannot be read: {error.strerror or error}") from error
    return Template(manifest_path.parent.name, manifest, _schemas(site.path, manifest, files), {})


def _schemas(path: Path, manifest: Manifest, files: Mapping[str, bytes]) -> tuple[TableSchema, ...]:
    unlisted = sorted(name for name in files if name.startswith("schemas/") and name[8:].removesuffix(".json") not in manifest.schemas)
    if unlisted:
        raise TemplateError(f"{path}: {unlisted[0]} is not in the list schemas of manifest.json; add it there or remove the file")
    found = []
    for name in manifest.schemas:
        inner = f"schemas/{name}.json"
        if inner not in files:
            raise TemplateError(f"{path}: manifest.json: schemas names {name!r}, but there is no {inner}; add the file or take the name out")
        try:
            schema = parse_schema(files[inner], f"{path}: {inner}")
        except SchemaError as error:
            raise TemplateError(str(error)) from error
        if schema.name != name:
            raise TemplateError(f"{path}: {inner}: name is {schema.name!r}, must be {name!r}, as the file is called")
        found.append(schema)
    return tuple(found)


def _check_script(path: Path, name: str, source: bytes) -> None:
    if not name.startswith("lua/"):
        return
    if not _SCRIPT.match(name):
        raise TemplateError(f"{path}: {name}: scripts are lua/NAME.lua and lua/functions/NAME.lua, with letters, digits, '_' and '-' in the name")
    try:
        compile_source(Path(name).name, source)
    except CompileError as error:
        raise TemplateError(f"{path}: {name}:{error.line}: {error.message}; correct the script") from error


def _key(path: Path) -> str:
    name = path.resolve().name
    for suffix in (".zip", ".tar.gz", ".tgz", ".tar"):
        name = name.removesuffix(suffix)
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "template"
