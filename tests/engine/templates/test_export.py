"""A template made from a site installs again, and takes nothing along that is the owner's alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Engine, TemplateError, read_template, write_template
from tests.helpers.goop2 import write_goop2_folder
from tests.helpers.small_template import template_files, write_files


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    site = tmp_path / "site"
    site.mkdir()
    write_goop2_folder(site).close()
    with Engine.open(site, watch=False) as opened:
        opened.templates.install(read_template(write_files(tmp_path / "notes", template_files())))
        yield opened


def export(engine: Engine, *tables: str) -> dict[str, bytes]:
    return dict(engine.templates.export("Mine", "My own", "own", "M", tables))


def test_it_installs_again(engine: Engine, tmp_path: Path) -> None:
    write_template(export(engine, "notes"), tmp_path / "mine")
    template = read_template(tmp_path / "mine")
    assert template.name == "Mine"
    assert template.manifest.default_role == "reader"
    original = read_template(tmp_path / "notes")
    assert {
        name: data for name, data in template.files.items() if not name.startswith(("schemas/", "lua/"))
    } == {name: data for name, data in original.files.items() if not name.startswith(("schemas/", "lua/"))}
    assert [schema.to_json() for schema in template.schemas] == [
        schema.to_json() for schema in original.schemas
    ]
    assert set(template.functions) == {"notes", "seed", "board"}
    result = engine.templates.install(template)
    assert result.seed is not None
    assert result.seed.value == {"seeded": 3}


def test_nothing_private_goes_along(engine: Engine) -> None:
    (engine.site.site_root / ".hidden").write_text("x")
    (engine.site.site_root / "link.txt").symlink_to(engine.site.config_path)
    engine.scripts.write_types()
    files = export(engine, "notes")
    assert not any("SECRET" in data.decode("latin-1") for data in files.values())
    assert not any(
        name.startswith((".", "data", "goop.json")) or ".state" in name or name.endswith(".d.lua")
        for name in files
    )
    assert "link.txt" not in files


def test_a_script_that_does_not_compile_is_named(engine: Engine) -> None:
    engine.scripts.create("broken", "command", "function (")
    with pytest.raises(TemplateError, match=r"broken\.lua:1"):
        export(engine)


def test_a_table_without_schema_is_named(engine: Engine) -> None:
    with pytest.raises(TemplateError, match="guestbook has no schema"):
        export(engine, "guestbook")


def test_the_manifest_is_checked(engine: Engine) -> None:
    with pytest.raises(TemplateError, match="name is required"):
        engine.templates.export("", "", "", "", [])
    assert json.loads(engine.templates.export("A", "", "", "", [])["manifest.json"])["schemas"] == []
