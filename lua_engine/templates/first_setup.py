"""Setting up a template on a site that has none yet: its files are in place, its tables and its group are not.

This is what the demo needs, and the second half of an installation; replacing a template, undo and archives are for the installer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lua_engine.community.groups import Groups
from lua_engine.errors import KnownError, SchemaError
from lua_engine.schema.model import TableSchema, parse_schema
from lua_engine.store.database import Database
from lua_engine.store.meta_rows import write_meta
from lua_engine.store.tables import TableCatalog


class SetupError(KnownError):
    """The template cannot be set up; the message names the file and the key."""


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest in ``path``, checked as far as it is used here."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise SetupError(f"{path}: not valid JSON: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("name"), str) or not manifest["name"]:
        raise SetupError(f"{path}: name is required")
    schemas = manifest.get("schemas", [])
    if not isinstance(schemas, list) or not all(isinstance(name, str) for name in schemas):
        raise SetupError(f"{path}: schemas must be a list of names")
    return manifest


def read_schemas(folder: Path, names: list[str]) -> list[TableSchema]:
    """``NAME.json`` of each; SchemaError names the file."""
    schemas = []
    for name in names:
        path = folder / f"{name}.json"
        try:
            schemas.append(parse_schema(path.read_bytes(), str(path)))
        except OSError as error:
            raise SchemaError(f"{path}: {error.strerror}") from error
    return schemas


def set_up(manifest: Mapping[str, Any], schemas: list[TableSchema], database: Database, tables: TableCatalog, groups: Groups) -> str:
    """Create the tables, record the manifest, make the template group if a schema needs one; answers the group's id or ``""``."""
    for schema in schemas:
        tables.create_table(schema)
    name = str(manifest["name"])
    roles = tuple(sorted({role for schema in schemas for role in schema.roles}))
    group_id = ""
    if roles or any(schema.uses_group for schema in schemas):
        default_role = str(manifest.get("default_role") or "viewer")
        group_id = groups.create(f"{name} Co-authors", "template", name, default_role=default_role, roles=roles)
    write_meta(
        database,
        {
            "template_manifest": json.dumps(manifest, ensure_ascii=False),
            "template_tables": ",".join(schema.name for schema in schemas),
            "template_require_email": "1" if manifest.get("require_email") else "",
            "template_group_id": group_id,
            "template_group_name": f"{name} Co-authors" if group_id else "",
        },
    )
    return group_id
