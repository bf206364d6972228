"""manifest.json and what belongs to a template: every finding names the file and the key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine import TemplateError, read_template
from lua_engine.templates.manifest import Manifest, parse_manifest
from tests.helpers.small_template import SCHEMA, template_files, write_files


def parse(**changed: Any) -> Manifest:
    tree = {
        "name": "Notes",
        "description": "d",
        "category": "c",
        "icon": "i",
        "schemas": ["notes"],
        **changed,
    }
    return parse_manifest(
        json.dumps({key: value for key, value in tree.items() if value is not None}), "manifest.json"
    )


def test_what_it_says() -> None:
    manifest = parse(require_email=True, default_role="viewer", future={"kept": 1})
    assert (manifest.name, manifest.schemas, manifest.require_email, manifest.default_role) == (
        "Notes",
        ("notes",),
        True,
        "viewer",
    )
    assert json.loads(manifest.text)["future"] == {"kept": 1}


def test_only_the_name_is_needed() -> None:
    manifest = parse_manifest('{"name": "N"}', "m")
    assert (manifest.schemas, manifest.require_email, manifest.default_role) == ((), False, "")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": None}, "name is required"),
        ({"name": " "}, "name is required"),
        ({"name": 5}, "name is 5, must be a string"),
        ({"name": "a\nb"}, "name must be printable"),
        ({"name": "x" * 181}, "at most 180"),
        ({"description": []}, "description is [], must be a string"),
        ({"require_email": "yes"}, 'require_email is "yes", must be true or false'),
        ({"default_role": "owner"}, "default_role is"),
        ({"schemas": "notes"}, "schemas is"),
        ({"schemas": [1]}, "must be a list of names"),
        ({"schemas": ["a", "b", "A"]}, "schemas[2]"),
        ({"schemas": ["../x"]}, "schemas[0]"),
        ({"schemas": ["notes.json"]}, "without .json"),
    ],
)
def test_a_wrong_key_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(TemplateError) as error:
        parse(**changed)
    assert str(error.value).startswith("manifest.json: ")
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": "a", "name": "b"}',
        b'{"name": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        '{"name": "\\ud800"}',
    ],
)
def test_no_json_object(text: bytes | str) -> None:
    with pytest.raises(TemplateError, match=r"manifest\.json"):
        parse_manifest(text, "manifest.json")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_a_manifest_or_an_error(tree: Any) -> None:
    for text in (
        json.dumps(tree),
        json.dumps({"name": tree, "schemas": tree}),
        json.dumps({"name": "N", "icon": tree}),
    ):
        try:
            found = parse_manifest(text, "m").name
        except TemplateError as error:
            found = str(error) if str(error).startswith("m: ") else ""
        assert found


def package(tmp_path: Path, **changed: str | bytes | None) -> Any:
    return read_template(write_files(tmp_path / "notes", template_files(**changed)))


def test_what_a_template_has(tmp_path: Path) -> None:
    template = package(tmp_path)
    assert template.functions == ("notes", "seed")
    assert template.commands == ("shout",)
    assert template.table_names == ("notes",)
    assert template.roles == ("reader", "writer")
    assert template.uses_group
    assert template.has_seed
    assert template.key == "notes"
    assert "manifest.json" not in template.files


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"manifest.json": None}, "no manifest.json in it"),
        ({"schemas/notes.json": None}, "there is no schemas/notes.json"),
        ({"schemas/notes.json": "{"}, "schemas/notes.json: not valid JSON"),
        ({"schemas/notes.json": json.dumps({**SCHEMA, "name": "other"})}, "name is 'other', must be 'notes'"),
        ({"schemas/notes.json": json.dumps({**SCHEMA, "columns": []})}, "columns"),
        ({"schemas/more.json": "{}"}, "schemas/more.json is not in the list"),
        ({"lua/functions/notes.lua": "function ("}, "lua/functions/notes.lua:1"),
        ({"lua/bad name.lua": "x = 1"}, "lua/bad name.lua"),
        ({"lua/deep/er.lua": "x = 1"}, "lua/deep/er.lua"),
        ({"lua/readme.txt": "x"}, "lua/readme.txt"),
        ({"lua/functions/notes.lua": b"\x1bLua"}, "notes.lua"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changed: dict[str, str | bytes | None], said: str) -> None:
    with pytest.raises(TemplateError) as error:
        package(tmp_path, **changed)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("folder", "key"), [("tic-tac-toe", "tic-tac-toe"), ("My Board!", "My-Board"), ("日本", "template")]
)
def test_the_key_is_a_plain_name(tmp_path: Path, folder: str, key: str) -> None:
    assert read_template(write_files(tmp_path / folder, template_files())).key == key
