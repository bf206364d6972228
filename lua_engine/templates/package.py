"""A template, read: its manifest, its schemas and its files, from a folder or an archive, checked,
in memory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import TableSchema, parse_schema
from lua_engine.scripts.lint import CompileError, compile_source
from lua_engine.scripts.scan import is_temporary
from lua_engine.site.folder import SiteFolder
from lua_engine.templates.archive import read_files
from lua_engine.templates.manifest import Manifest, TemplateError, parse_manifest, parse_object

MANIFEST = "manifest.json"
MAX_SCRIPTS = 4 * 1024 * 1024  # bytes of all scripts: Lua's parser takes 0.7 s for 128 KB at worst
_PLACES = ("lua", "schemas", MANIFEST)
_SCRIPT = re.compile(r"lua/(?:functions/)?[A-Za-z0-9_-]+\.lua\Z")
_ENDINGS = re.compile(r"\.(?:zip|tar\.gz|tgz|tar)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Template:
    """``key`` is the name of its folder or archive; ``files`` maps paths inside the template to contents,
    without manifest.json.
    """

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
        return tuple(
            sorted(Path(path).stem for path in self.files if path.startswith("lua/") and path.count("/") == 1)
        )

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

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd, but no error. ``viewer`` is a role without any schema's saying so: new members get it
        in Goop2.
        """
        role = self.manifest.default_role
        if not self.roles or role in ("", "viewer", *self.roles):
            return ()
        return (
            f"{MANIFEST}: default_role is {role!r}, a role that no schema knows: "
            f"new members may do nothing (known are {', '.join(self.roles)})",
        )


def read_template(path: Path) -> Template:
    """The template in ``path``: a folder, ``.zip``, ``.tar.gz``, ``.tgz`` or ``.tar``. Raises
    :class:`TemplateError`.
    """
    if path.is_dir() and not os.path.lexists(path / MANIFEST):
        raise TemplateError(_no_manifest(path))
    return template_of(path, *read_files(path))


def template_of(path: Path, files: Mapping[str, bytes], left_out: tuple[str, ...] = ()) -> Template:
    """The template that ``files`` (manifest.json among them) make; ``path`` is for the key and for messages.
    Raises :class:`TemplateError`.
    """
    if MANIFEST not in files:
        raise TemplateError(_no_manifest(path))
    manifest = parse_manifest(files[MANIFEST], f"{path}: {MANIFEST}")
    schemas = _schemas(path, manifest, files)
    for name in files:
        _check_place(path, name)
    scripts = {name: source for name, source in files.items() if name.startswith("lua/")}
    extra = {name for name in scripts if is_temporary(PurePosixPath(name).name)}
    _check_scripts(path, {name: source for name, source in scripts.items() if name not in extra})
    kept = {name: data for name, data in files.items() if name != MANIFEST and name not in extra}
    return Template(_key(path), manifest, schemas, kept, (*left_out, *sorted(extra)))


def read_placed(site: SiteFolder, manifest_path: Path) -> Template:
    """The template of a manifest whose schemas stand in ``site`` already; without files."""
    try:
        manifest = parse_manifest(manifest_path.read_bytes(), str(manifest_path))
        files = {
            f"schemas/{name}.json": (site.schemas_dir / f"{name}.json").read_bytes()
            for name in manifest.schemas
        }
    except OSError as error:
        raise TemplateError(f"{error.filename}: cannot be read: {error.strerror or error}") from error
    return Template(manifest_path.parent.name, manifest, _schemas(site.path, manifest, files), {})


def _schemas(path: Path, manifest: Manifest, files: Mapping[str, bytes]) -> tuple[TableSchema, ...]:
    # Left out silently, a table that was forgotten in the list would be missed by the scripts only.
    unlisted = sorted(
        name
        for name in files
        if name.startswith("schemas/") and name[8:].removesuffix(".json") not in manifest.schemas
    )
    if unlisted:
        raise TemplateError(
            f"{path}: {unlisted[0]} is not in the list schemas of {MANIFEST}; add it there or remove the file"
        )
    return tuple(_schema(path, name, files) for name in manifest.schemas)


def _schema(path: Path, name: str, files: Mapping[str, bytes]) -> TableSchema:
    inner = f"schemas/{name}.json"
    if inner not in files:
        raise TemplateError(
            f"{path}: {MANIFEST}: schemas names {name!r}, but there is no {inner}; "
            "add the file or remove the name"
        )
    source = f"{path}: {inner}"
    try:
        schema = parse_schema(parse_object(files[inner], source)[0], source)
    except SchemaError as error:
        raise TemplateError(str(error)) from error
    if schema.name != name:
        raise TemplateError(f"{source}: name is {schema.name!r}, must be {name!r}, as the file is called")
    return schema


def _check_place(path: Path, name: str) -> None:
    """Refuse ``Lua/x.lua`` and the like: a script on some systems, a page on others."""
    top = name.split("/", 1)[0]
    if top.casefold() in _PLACES and top not in _PLACES:
        raise TemplateError(f"{path}: {name}: {top!r} must be written {top.casefold()!r}; rename it")
    if name in ("lua", "schemas"):
        raise TemplateError(
            f"{path}: {name} is a file, but a template has a folder of that name; rename the file"
        )


def _check_scripts(path: Path, scripts: Mapping[str, bytes]) -> None:
    if sum(map(len, scripts.values())) > MAX_SCRIPTS:
        raise TemplateError(
            f"{path}: more than {MAX_SCRIPTS // 2**20} MB of scripts are not allowed in a template"
        )
    for name, source in sorted(scripts.items()):
        if not _SCRIPT.match(name):
            raise TemplateError(
                f"{path}: {name}: scripts are lua/NAME.lua and lua/functions/NAME.lua, with letters, digits, "
                "'_' and '-' in the name"
            )
        check_script(f"{path}: {name}", PurePosixPath(name).name, source)


def check_script(place: str, chunk: str, source: bytes) -> None:
    """Raise :class:`TemplateError` unless ``source`` is text that compiles; ``place`` and the line are in the
    message.
    """
    try:
        source.decode()
        compile_source(chunk, source)
    except UnicodeDecodeError as error:
        raise TemplateError(
            f"{place}:{source.count(10, 0, error.start) + 1}: not UTF-8 text; save the file in UTF-8"
        ) from None
    except CompileError as error:
        where = f"{place}:{error.line}" if error.line else place
        raise TemplateError(f"{where}: {error.message}; correct the script") from error


def _no_manifest(path: Path) -> str:
    missing = f"{path}: no {MANIFEST} in it, so it is not a template"
    try:
        inner = sorted(found.parent.name for found in path.glob(f"*/{MANIFEST}"))
    except OSError:
        inner = []  # the hint is a courtesy; that there is no manifest is known
    if len(inner) == 1:
        return f"{missing}; did you mean {path / inner[0]}?"
    return f"{missing}; choose the folder or archive that has one"


def _key(path: Path) -> str:
    """``path``'s name without its ending, as a plain name of at most 100 characters."""
    name = _ENDINGS.sub("", path.resolve().name)
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:100].strip("-") or "template"
