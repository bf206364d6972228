"""The finer rules of manifest.json and of what stands where in a template."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Template, TemplateError, read_template
from lua_engine.templates import package
from lua_engine.templates.manifest import parse_manifest
from tests.helpers.small_template import SCHEMA, template_files, write_files

MANIFEST = {"name": "Notes", "schemas": ["notes"]}


def read(tmp_path: Path, **changed: str | bytes | None) -> Template:
    return read_template(write_files(tmp_path / "notes", template_files(**changed)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"default_role": 5}, "manifest.json: default_role is 5, must be a string"),
        ({"default_role": "x" * 65}, "default_role has 65 characters, at most 64"),
        ({"default_role": "a\nb"}, 'default_role is "a\\nb", must be text'),
        ({"description": "x" * 2_001}, "description has 2001 characters"),
        ({"description": "bell\a"}, "description is"),
        ({"icon": "\udc00"}, "half of a surrogate pair"),
        ({"category": "\x85"}, "category is"),
        ({"schemas": {}}, "schemas is {}, must be a list of names"),
        ({"schemas": [f"t{number}" for number in range(201)]}, "schemas has 201 names, at most 200"),
        ({"schemas": ["a", "A"]}, 'schemas[1] is "A", which appears twice'),
        ({"require_email": 1}, "require_email is 1, must be true or false"),
        ({"more": "x" * 300_000}, "longer than 256 KB"),
    ],
)
def test_every_finding_names_file_key_and_remedy(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(TemplateError) as error:
        parse_manifest(json.dumps({**MANIFEST, **changed}), "manifest.json")
    assert said in str(error.value)
    assert str(error.value).encode()
    assert len(str(error.value)) < 300


def test_null_is_absent_as_in_go() -> None:
    manifest = parse_manifest(
        '{"name": "N", "schemas": null, "default_role": null, "require_email": null}', "m"
    )
    assert (manifest.schemas, manifest.default_role, manifest.require_email) == ((), "", False)


def test_people_write_in_many_ways() -> None:
    texts = {
        "name": "Café 日本 🗂️",
        "description": "two\nlines\tand 👨‍👩‍👧",
        "icon": "👨‍👩‍👧",
        "category": "می‌خواهم",
    }
    manifest = parse_manifest(b"\xef\xbb\xbf" + json.dumps(texts).encode(), "m")
    assert {key: getattr(manifest, key) for key in texts} == texts


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Lua/functions/x.lua": "x = 1"}, "'Lua' and 'lua' are one folder"),
        ({"Manifest.json": "{}"}, "one file where letter case"),
        ({"lua/functions/more.LUA": "x = 1"}, "lua/functions/more.LUA: scripts are"),
        ({"lua/functions/deep/x.lua": "x = 1"}, "lua/functions/deep/x.lua: scripts are"),
        ({"lua/x.lua": b"x = '\xff'"}, "lua/x.lua:1: not UTF-8"),
        ({"lua/x.lua": "-" * 131_073}, "lua/x.lua: the script has 131073 bytes"),
        ({"schemas/sub/notes.json": "{}"}, "schemas/sub/notes.json is not in the list"),
        ({"schemas/notes.json": b"\xff\xfe{\0}\0"}, "line 1, column 1: this is not UTF-8"),
        (
            {"schemas/notes.json": '{"name": "notes", "name": "notes"}'},
            'schemas/notes.json: not valid JSON: line 1, column 19: the key "name" appears twice',
        ),
        (
            {"schemas/notes.json": json.dumps({**SCHEMA, "columns": [{"name": "x", "type": "color"}]})},
            "schemas/notes.json: columns[0].type",
        ),
    ],
)
def test_what_stands_in_the_wrong_place_is_named(
    tmp_path: Path, changed: dict[str, str | bytes], said: str
) -> None:
    with pytest.raises(TemplateError) as error:
        read(tmp_path, **changed)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("lua", "lua is a file"),
        ("schemas", "schemas is a file"),
        ("Lua/x.lua", "'Lua' must be written"),
        ("SCHEMAS", "must be written 'schemas'"),
    ],
)
def test_lua_and_schemas_are_folders_of_that_very_name(tmp_path: Path, file: str, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        read_template(write_files(tmp_path / "t", {"manifest.json": b'{"name": "N"}', file: b"x = 1"}))


def test_what_editors_leave_among_scripts_is_left_out(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        **{"lua/goop.d.lua": "not Lua", "lua/functions/notes.lua~": "x", "lua/functions/.notes.lua.swp": "x"},
    )
    assert set(template.left_out) == {
        "lua/goop.d.lua",
        "lua/functions/notes.lua~",
        "lua/functions/.notes.lua.swp",
    }
    assert template.functions == ("notes", "seed")
    assert template.commands == ("shout",)


def test_the_time_for_compiling_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_SCRIPTS", 2**20)
    monkeypatch.setattr(package, "check_script", lambda *_: pytest.fail("compiled all the same"))
    with pytest.raises(TemplateError, match="more than 1 MB of scripts"):
        read(tmp_path, **{f"lua/x{number}.lua": "-" * 120_000 for number in range(9)})


@pytest.mark.parametrize(
    ("role", "warns"), [("reader", False), ("viewer", False), (None, False), ("", False), ("stranger", True)]
)
def test_a_default_role_that_no_schema_knows_is_a_warning(
    tmp_path: Path, role: str | None, warns: bool
) -> None:
    template = read(tmp_path, **{"manifest.json": json.dumps({**MANIFEST, "default_role": role})})
    assert bool(template.warnings) == warns
    assert all("'stranger'" in warning and "reader, writer" in warning for warning in template.warnings)
    plain = {name: text for name, text in SCHEMA.items() if name not in ("roles", "access")}
    without = read_template(
        write_files(tmp_path / "x", template_files(**{"schemas/notes.json": json.dumps(plain)}))
    )
    assert without.warnings == ()


def test_a_folder_that_holds_the_template_is_pointed_out(tmp_path: Path) -> None:
    write_files(tmp_path / "download/notes", template_files())
    with pytest.raises(TemplateError, match=r"no manifest\.json.*did you mean .*download/notes\?"):
        read_template(tmp_path / "download")
    write_files(tmp_path / "download/other", template_files())
    with pytest.raises(TemplateError, match=r"no manifest\.json.*choose the folder or archive"):
        read_template(tmp_path / "download")


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("todo.ZIP", "todo"),
        ("My List (2).zip", "My-List-2"),
        (".zip", "template"),
        ("x" * 150 + ".zip", "x" * 100),
    ],
)
def test_the_key_of_an_archive(tmp_path: Path, file: str, key: str) -> None:
    with zipfile.ZipFile(tmp_path / file, "w") as made:
        for name, data in template_files().items():
            made.writestr(f"whatever/{name}", data)
    assert read_template(tmp_path / file).key == key
