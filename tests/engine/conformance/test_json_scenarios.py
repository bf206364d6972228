"""goop.json: both ways, and what has no form."""

from __future__ import annotations

import pytest

from lua_engine.testing import Matching, Scenario, run_scenario

JSON = [
    ("decode", """return goop.json.decode('{"name":"Alice","n":[1,2.5,true,null]}').name""", "Alice"),
    ("decode null is nil", """return goop.json.decode('{"a":null}').a == nil""", True),
    ("decode a bare value", "return goop.json.decode('5')", 5),
    ("encode", "return goop.json.encode({ 1, 2 })", "[1,2]"),
    ("encode an empty table", "return goop.json.encode({})", "[]"),
    ("encode integral numbers", "return goop.json.encode(10 / 2)", "5"),
    ("encode escapes", 'return goop.json.encode("a\\"b\\n")', '"a\\"b\\n"'),
    (
        "round trip",
        'return goop.json.decode(goop.json.encode({ a = { b = { 1, "x", false } } }))',
        {"a": {"b": [1, "x", False]}},
    ),
    (
        "decode fails",
        "local v, err = goop.json.decode('{oops') return { v == nil, err }",
        [True, Matching("^json: ")],
    ),
    (
        "encode fails with the path",
        "local v, err = goop.json.encode({ a = { print } }) return { v == nil, err }",
        [True, Matching(r"value\.a\[1\]")],
    ),
    ("NaN is no JSON", "local v, err = goop.json.encode(0 / 0) return err", Matching("NaN")),
    ("NaN is not read", "local v, err = goop.json.decode('NaN') return err", Matching("NaN is not JSON")),
    (
        "too deep",
        "local v, err = goop.json.decode(('['):rep(200) .. (']'):rep(200)) return { v == nil, err }",
        [True, Matching("nested|convert")],
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), JSON)
def test_json(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


MORE = [
    ("nil is null", "return goop.json.encode(nil)", "null"),
    ("an array keeps its holes", "return goop.json.encode({ [1] = 1, [3] = 3 })", "[1,null,3]"),
    (
        "a cycle",
        "local t = {} t.t = t local v, err = goop.json.encode(t) return { v == nil, err }",
        [True, "cannot convert value.t: the table contains itself"],
    ),
    (
        "too large",
        'local v, err = goop.json.encode(("x"):rep(5e6)) return { v == nil, type(err) }',
        [True, "string"],
    ),
    (
        "an empty text",
        'local v, err = goop.json.decode("") return { v == nil, err }',
        [True, Matching("^json: .*line 1 column 1")],
    ),
    ("two values", 'local v, err = goop.json.decode("1 2") return { v == nil, type(err) }', [True, "string"]),
]


@pytest.mark.parametrize(("name", "lua", "value"), MORE)
def test_json_more(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


def test_json_wrong_use() -> None:
    run_scenario(
        Scenario(
            "decode",
            lua="goop.json.decode({})",
            error=Matching(r"^scenario\.lua:2: goop\.json\.decode: text must be a string, got table"),
        )
    )
