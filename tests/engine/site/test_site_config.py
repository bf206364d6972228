from __future__ import annotations

import json
import stat
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lua_engine.base.errors import ConfigError
from lua_engine.site import config, jsontext
from lua_engine.site.config import LuaSettings

SECRET = "hunter2-secret"


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "goop.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_an_empty_object_gives_the_contracts_defaults(tmp_path: Path) -> None:
    found = config.load(write(tmp_path, "{}"))
    assert asdict(found.lua) == {
        "enabled": False,
        "script_dir": "site/lua",
        "timeout_seconds": 5,
        "max_memory_mb": 10,
        "rate_limit_per_peer": 30,
        "rate_limit_global": 120,
        "http_enabled": True,
        "kv_enabled": True,
    }
    assert (
        found.paths.site_root,
        found.profile.label,
        found.profile.email,
        found.viewer.active_template,
    ) == ("site", "", "", "")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("timeout_seconds", 90, "is 90, must be between 1 and 60"),
        ("timeout_seconds", 0, "is 0, must be between 1 and 60"),
        ("timeout_seconds", 5.0, "is 5.0, must be a whole number"),
        ("timeout_seconds", True, "is true, must be a whole number"),
        ("timeout_seconds", "5", 'is "5", must be a whole number'),
        ("timeout_seconds", None, "is null, must be a whole number"),
        ("timeout_seconds", 10**30, f"is {10**30}, must be between 1 and 60"),
        ("max_memory_mb", 1025, "is 1025, must be between 1 and 1024"),
        ("rate_limit_per_peer", 0, "is 0, must be at least 1"),
        ("rate_limit_global", -1, "is -1, must be at least 1"),
        ("enabled", 1, "is 1, must be true or false"),
        ("http_enabled", "yes", 'is "yes", must be true or false'),
        ("kv_enabled", [], "is [], must be true or false"),
        ("script_dir", 3, "is 3, must be a string"),
        ("script_dir", "", 'is "", must be a name, not an empty string'),
        ("script_dir", ["x" * 500], 'is ["' + "x" * 78 + "..., must be a string"),
    ],
)
def test_a_wrong_value_is_named_with_its_bound(tmp_path: Path, key: str, value: Any, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(write(tmp_path, json.dumps({"lua": {key: value}})))
    assert str(caught.value) == f"goop.json: lua.{key} {expected}"
    with pytest.raises(ConfigError) as caught:
        config.with_overrides(LuaSettings(), {key: value})
    assert str(caught.value) == f"--config: {key} {expected}"


def test_bounds_themselves_are_allowed(tmp_path: Path) -> None:
    for low_or_high in (
        {"timeout_seconds": 1, "max_memory_mb": 1024},
        {"timeout_seconds": 60, "max_memory_mb": 1, "rate_limit_global": 1},
    ):
        found = config.load(write(tmp_path, json.dumps({"lua": low_or_high})))
        assert low_or_high.items() <= asdict(found.lua).items()


def test_several_mistakes_are_all_said(tmp_path: Path) -> None:
    path = write(tmp_path, '{"lua": {"timeout_seconds": 0, "enabled": 3}, "profile": []}')
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert "lua.timeout_seconds is 0" in str(caught.value)
    assert "lua.enabled is 3" in str(caught.value)
    assert "profile is [], must be an object ({...})" in str(caught.value)


def test_an_unknown_override_lists_the_keys() -> None:
    with pytest.raises(
        ConfigError,
        match=r'--config: unknown key "timeout"; the keys are enabled, script_dir, timeout_seconds',
    ):
        config.with_overrides(LuaSettings(), {"timeout": 3})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{\n  "lua": {"enabled": true,}\n}',
            r"goop\.json: not valid JSON: line 2, column \d+: .*; correct the file there",
        ),
        ("", "not valid JSON: line 1, column 1: a value is missing at the end"),
        ("[1]", r"must hold one JSON object \({...}\), not an array"),
        ("7", "must hold one JSON object .*, not a number"),
        ("null", "not null"),
        ('{"a": NaN}', "line 1, column 7: NaN is not JSON"),
        ('{"a":\n -1e999}', "line 2, column 2: -1e999 is too large for a number"),
        ('{"a": "\\ud800"}', "line 1, column 7: the string holds half of a surrogate pair"),
        ('{"lua": {}, "lua": {"enabled": true}}', 'line 1, column 13: the key "lua" appears twice'),
        ("[" * 100_000, "line 1, column 201: this is nested more than 200 levels deep"),
        (b'{\n"a": "\xff"}', "line 2, column 7: this is not UTF-8 text"),
    ],
)
def test_what_is_not_json_is_said_with_its_place(tmp_path: Path, text: str | bytes, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected) as caught:
        config.load(write(tmp_path, text))
    assert str(tmp_path) in str(caught.value)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    assert config.load(write(tmp_path, b'\xef\xbb\xbf{"lua": {"enabled": true}}')).lua.enabled


GOOP2 = """{
  "identity": {
    "key_file": "data/identity.key"
  },
  "p2p": {
    "listen_port": 0,
    "private": "%s",
    "ratio": 1.50,
    "huge": 12345678901234567890123,
    "tiny": 1e-400,
    "exponent": 1E+2,
    "minus": -0
  },
  "presence": {
    "ttl_seconds": 60,
    "tokens": ["%s", "b\\u00e9\\ud83d\\ude00"],
    "empty": {},
    "none": []
  },
  "unknown_section": {"nested": [1, {"x": null}]},
  "lua": {
    "future_key": "kept",
    "enabled": false
  }
}
""" % (SECRET, SECRET)  # noqa: UP031  # braces everywhere


def enable(tree: dict[str, Any]) -> None:
    tree.setdefault("lua", {})["enabled"] = True


def test_a_save_changes_one_value_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, GOOP2)
    path.chmod(0o640)
    config.save(path, enable)
    expected = GOOP2.replace('"enabled": false', '"enabled": true')
    assert path.read_text() == expected
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "text",
    ['{"lua": {"enabled": false}, "x": [1, 2]}', '{\r\n\t"lua": {\r\n\t\t"enabled": false\r\n\t}\r\n}\r\n'],
)
def test_a_save_keeps_the_layout(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    config.save(path, enable)
    assert path.read_bytes().decode() == text.replace("false", "true")


def test_nothing_is_written_without_a_change_or_with_a_bad_one(tmp_path: Path) -> None:
    text = '{"lua":{"enabled":true}   }'
    path = write(tmp_path, text)
    config.save(path, enable)
    assert path.read_text() == text
    with pytest.raises(ConfigError, match=r"lua\.timeout_seconds is 99"):
        config.save(path, lambda tree: tree["lua"].update(timeout_seconds=99))
    assert path.read_text() == text


def test_secrets_are_in_no_message_and_no_repr(tmp_path: Path) -> None:
    path = write(tmp_path, GOOP2)
    text = config.read_text(path)
    assert SECRET not in repr(text)
    assert SECRET not in str(text)
    assert SECRET not in repr(config.load(path))
    for broken in (
        GOOP2 + "x",
        GOOP2.replace('"enabled": false', '"enabled": 3'),
        GOOP2.replace('"private"', '"listen_port"'),
    ):
        with pytest.raises(ConfigError) as caught:
            config.load(write(tmp_path, broken))
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None or caught.value.__suppress_context__


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(max_size=8), json_values, max_size=5),
    st.sampled_from([None, 1, 2, "\t"]),
    st.booleans(),
)
def test_a_load_and_a_render_keep_the_meaning_and_the_order(
    tree: dict[str, Any], indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    again = jsontext.render(jsontext.parse(text), jsontext.layout_of(text))
    assert json.loads(again) == tree
    assert list(json.loads(again)) == list(tree)
    assert jsontext.plain(jsontext.parse(text)) == tree
    assert jsontext.render(jsontext.parse(again), jsontext.layout_of(again)) == again


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?", fullmatch=True))
def test_numbers_stay_as_they_were_written(number: str) -> None:
    assume(isfinite(float(number)))
    assert (
        jsontext.render(jsontext.parse(f'{{"n": {number}}}'), jsontext.Layout(None, ends_with_newline=False))
        == f'{{"n": {number}}}'
    )


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert jsontext.parse('{"a": "\\ud83d\\ude00"}') == {"a": "😀"}
