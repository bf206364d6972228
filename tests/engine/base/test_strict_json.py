"""One strict reader of JSON, and the same answer wherever a text is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.commands.failure import WrongInput
from goop_console.commands.request import BadRequest, parse_request
from goop_console.commands.strict_json import json_object
from lua_engine import JsonProblem, KnownError, parse_json
from lua_engine.base.strict_json import MAX_DEPTH, parse_json_object
from lua_engine.checks.format import parse_call, parse_check
from lua_engine.schema.model import parse_schema
from lua_engine.site import config
from lua_engine.site.folder import SiteFolder
from lua_engine.site.kv import KvStore
from lua_engine.site.peers import PeerBook
from lua_engine.templates.journal_record import decode
from lua_engine.templates.manifest import parse_manifest

REFUSED = {
    '{"a": 1e999}': "line 1, column 7: 1e999 is too large for a number",
    '{"a": ' + "9" * 400 + "}": "is too large for a number",
    '{\n "a": 1,\n "a": 2}': 'line 3, column 2: the key "a" appears twice',
    '{"a": 1, "\\u0061": 2}': 'the key "a" appears twice',
    '[{"b": {"a": 1, "c": [], "a": 2}}]': 'the key "a" appears twice',
    '{"a": NaN}': "line 1, column 7: NaN is not JSON",
    '{"a": [-Infinity]}': "line 1, column 8: -Infinity is not JSON",
    '{"a": "\\ud800"}': "line 1, column 7: the string holds half of a surrogate pair",
    '{"\\udc00": 1}': "line 1, column 2: the string holds half of a surrogate pair",
    "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1): f"column {MAX_DEPTH + 1}: this is nested more than",
    '{"a":' * 100_000: "this is nested more than",
    "": "a value is missing at the end",
    '{"a": 1,}': "a key must be in double quotes",
    "{'a': 1}": "a key must be in double quotes",
    '{"a": 01}': "a comma is expected here",
    '{"a": 1} 2': "there is something after the end",
    '"a\nb"': "control character or a line break",
    '"\\x41"': "unknown escape",
    "// no": "a value is expected here",
}
TAKEN = {
    '\ufeff{"a": 1}': {"a": 1},
    '{"a": {"b": 1}, "b": {"a": 1}}': {"a": {"b": 1}, "b": {"a": 1}},
    '"NaN, {\\"a\\": 1, \\"a\\": 2}, 1e999, \\\\ud800"': 'NaN, {"a": 1, "a": 2}, 1e999, \\ud800',
    '"\\ud83d\\ude00"': "😀",
    "[" * MAX_DEPTH + "]" * MAX_DEPTH: None,
    "1e308": 1e308,
    "123456789012345678901234567890": 123456789012345678901234567890,
    " \t\r\n1 ": 1,
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_what_is_refused_is_said_with_its_place(text: str) -> None:
    for source in (text, text.encode()):
        with pytest.raises(JsonProblem) as caught:
            parse_json(source)
        assert REFUSED[text] in str(caught.value)
        assert str(caught.value).startswith(f"line {caught.value.line}, column {caught.value.column}: ")


@pytest.mark.parametrize("text", TAKEN, ids=lambda text: text[:20])
def test_what_is_taken(text: str) -> None:
    value = parse_json(text.encode())
    assert TAKEN[text] is None or value == TAKEN[text]


def test_bytes_that_are_no_text_and_too_many_of_them() -> None:
    with pytest.raises(JsonProblem, match="line 2, column 3: this is not UTF-8 text"):
        parse_json(b'{\n "\xff": 1}')
    with pytest.raises(JsonProblem, match="longer than 1 KB"):
        parse_json("[" + "1," * 1000 + "1]", max_bytes=1024)
    with pytest.raises(JsonProblem, match=r"a JSON object .* not an array"):
        parse_json_object("[]")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_every_json_value_is_read_back(value: Any, indent: int | None, is_ascii: bool) -> None:
    assert parse_json(json.dumps(value, indent=indent, ensure_ascii=is_ascii)) == value


@given(st.text(st.sampled_from('{}[]",:0123456789.eE+-\\ud8abtrfalsn NIy\n\ufeff'), max_size=40))
def test_any_text_is_a_value_or_a_problem_with_a_place(text: str) -> None:
    found = read(text)
    if isinstance(found, JsonProblem):
        assert 0 <= found.offset <= len(text)
        assert found.line >= 1
        assert found.column >= 1
    else:
        assert parse_json(json.dumps(found, allow_nan=False)) == found


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_problem(data: bytes) -> None:
    found = read(data)
    assert not isinstance(found, JsonProblem) or found.words


def read(source: str | bytes) -> Any:
    """The value, or the problem."""
    try:
        return parse_json(source)
    except JsonProblem as problem:
        return problem


# Every place where a text of others is read.


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    (tmp_path / "site/lua/.state").mkdir(parents=True)
    (tmp_path / ".goop-console").mkdir()
    (tmp_path / "goop.json").write_text("{}")
    return SiteFolder.open(tmp_path)


def _write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _read_peers(site: SiteFolder, text: str) -> None:
    _write(site.console_dir / "peers.json", text)
    PeerBook(site, lambda _: [])


PLACES: dict[str, Callable[[SiteFolder, str], object]] = {
    "goop.json": lambda site, text: config.load(_write(site.config_path, text)),
    "peers.json": _read_peers,
    "kv": lambda site, text: (
        _write(site.state_dir / "f.json", text),
        KvStore(site.state_dir).get("f", "a"),
    ),
    "schema": lambda _, text: parse_schema(text, "schemas/t.json"),
    "manifest": lambda _, text: parse_manifest(text, "manifest.json"),
    "saved call": lambda _, text: parse_call(text, "f"),
    "access check": lambda _, text: parse_check(text, "f"),
    "journal": lambda _, text: decode(text.encode(), b""),
    "command line": lambda _, text: json_object("--params", text),
    "batch": lambda _, text: parse_request(text.encode()),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", ['{"a": 1e999}', '{\n "a": 1,\n "a": 2}', '{"a": NaN}', '{"a": "\\ud800"}'])
def test_it_is_refused_alike_everywhere(site: SiteFolder, place: str, text: str) -> None:
    with pytest.raises((KnownError, WrongInput, BadRequest, JsonProblem)) as caught:
        PLACES[place](site, text)
    assert REFUSED[text] in str(caught.value)
