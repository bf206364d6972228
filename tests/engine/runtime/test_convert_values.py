"""Values across the border: property tests through a real VM, and each refusal."""

from __future__ import annotations

import gc
import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import Engine, ErrorKind
from lua_engine.runtime.bridge import token_chunks
from lua_engine.runtime.convert import (
    ConversionError,
    argument_from_json,
    flatten,
    ready_row,
    result_from_json,
    scalar_token,
)
from lua_engine.sandbox.limits import CHUNK_BYTES, CHUNK_TOKENS, MAX_DEPTH, MAX_JSON_BYTES, MAX_NODES

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False, width=64)
SCALARS = st.booleans() | NUMBERS | TEXT


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    # An empty object comes back as [], and an object whose keys are 1..n cannot be told from an array: Lua
    # has one kind of table.
    keys = TEXT.filter(lambda key: not key.isascii() or not key.isdigit())
    return st.lists(children, max_size=5) | st.dictionaries(keys, children, min_size=1, max_size=5)


VALUES = st.recursive(SCALARS, containers, max_leaves=30)


@pytest.fixture
def echo(make_engine: Callable[..., Engine]) -> Callable[[Any], Any]:
    source = (
        "function call(r) return { v = r.params.v, j = goop.json.decode(goop.json.encode(r.params.v)) } end"
    )
    engine = make_engine({"echo": source}, lua={"rate_limit_per_peer": 10**6, "rate_limit_global": 10**6})

    def run(value: Any) -> Any:
        result = engine.calls.call("echo", {"v": value}, caller=engine.owner)
        assert result.ok, result.error
        return result.value

    return run


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, (int, float)):
        return a == b
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


@settings(max_examples=150, deadline=None)
@given(value=VALUES)
def test_a_value_survives_the_way_in_and_out(echo: Callable[[Any], Any], value: Any) -> None:
    answer = echo(value)
    assert same(value, answer["v"])
    assert same(value, answer["j"]), "goop.json agrees with the border"


def test_null_is_nil(echo: Callable[[Any], Any]) -> None:
    assert echo({"a": None, "b": 1})["v"] == {"b": 1}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": [1, {"b": math.nan}]}, "params.a[2].b: NaN and infinity"),
        ({"a": {1: 2}}, "params.a: a key must be a string, got int"),
        ({"a": {1, 2}}, "params.a: a set cannot be passed to Lua"),
    ],
)
def test_params_that_are_no_json_are_refused_with_their_path(
    make_engine: Callable[..., Engine], value: Any, problem: str
) -> None:
    engine = make_engine({"f": "function call() end"})
    error = engine.calls.call("f", value, caller=engine.owner).error
    assert error is not None
    assert error.kind is ErrorKind.CONVERSION
    assert problem in error.message


def test_depth_count_and_size_are_bounded() -> None:
    deep: Any = 1
    for _ in range(101):
        deep = [deep]
    with pytest.raises(ConversionError, match="nested deeper than 100"):
        flatten(deep, "params")
    with pytest.raises(ConversionError, match=f"more than {MAX_NODES} values"):
        flatten([1] * MAX_NODES, "params")
    with pytest.raises(ConversionError, match="more than 4 MB of text"):
        flatten(["x" * 1024 * 1024] * 5, "params")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return { a = { 1, 2, function() end } }", "result.a[3]: a function has no JSON form"),
        (
            "return { ['odd key'] = coroutine.create(function() end) }",
            'result["odd key"]: a thread has no JSON form',
        ),
        ("local t = {} t.me = { t } return t", "result.me[1]: the table contains itself"),
        ("return { x = 1 / 0 }", "result.x: NaN and infinity are not JSON numbers"),
        ("return { [{}] = 1 }", "a table cannot be a key"),
        ("return { [1 / 0] = 1 }", "infinity cannot be a key"),
        ("local t = 1 for i = 1, 101 do t = { t } end return t", "nested deeper than 100"),
        ("return ('x'):rep(33.6e6)", "more than 32 MB of JSON"),
    ],
)
def test_results_that_have_no_form_are_errors_with_their_path(
    run_lua: Callable[..., Any], body: str, problem: str
) -> None:
    error = run_lua(body, lua={"max_memory_mb": 256, "timeout_seconds": 20}).error
    assert error.kind is ErrorKind.CONVERSION
    assert problem in error.message


@pytest.mark.parametrize(("memory", "largest"), [(3, 4), (6, 6), (40, 32)])
def test_a_result_may_be_as_large_as_the_memory_of_a_script_within_bounds(
    run_lua: Callable[..., Any], memory: int, largest: int
) -> None:
    # each 1 MB with quotes and comma
    body = "local s, t = ('x'):rep(1048573), {} for i = 1, request.params.n do t[i] = s end return t"
    result = run_lua(body, {"n": largest - 1}, lua={"max_memory_mb": memory, "timeout_seconds": 20})
    assert result.ok, result.error
    assert result.value_bytes == (largest - 1) * 1048576 + 1
    error = run_lua(body, {"n": largest}, lua={"max_memory_mb": memory, "timeout_seconds": 20}).error
    assert error.kind is ErrorKind.CONVERSION
    assert f"cannot convert result: more than {largest} MB of JSON" in error.message


def test_large_results_come_in_pieces(run_lua: Callable[..., Any]) -> None:
    result = run_lua(
        "return { s = ('x\\n'):rep(500000), t = { ('y'):rep(100000), 'z' } }", lua={"timeout_seconds": 20}
    )
    assert result.value == {"s": "x\n" * 500000, "t": ["y" * 100000, "z"]}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("return 5.0", 5),
        ("return 0.1", 0.1),
        ("return 2 ^ 53", 2**53),
        ("return 1e300", 1e300),
        ("return -0.5", -0.5),
        ("return nil", None),
        ("return {}", []),
        ("return { 1, 2, 3 }", [1, 2, 3]),
        ("return { [1] = 'a', [3] = 'c' }", ["a", None, "c"]),
        ("return { 1, x = 2 }", [1]),
        ("return { [true] = 1, [1.5] = 2 }", {"1.5": 2, "true": 1}),
        ("return { a = nil, b = 1 }", {"b": 1}),
        ("return 'quote \" back \\\\ line \\n nul \\0 tab \\t'", 'quote " back \\ line \n nul \0 tab \t'),
        ("return '\\195\\164'", "ä"),
        ("return 'bad \\255 utf-8'", "bad \ufffd utf-8"),
        ("return setmetatable({ a = 1 }, { __index = function() return 2 end })", {"a": 1}),
    ],
)
def test_how_lua_values_look_in_json(run_lua: Callable[..., Any], body: str, value: Any) -> None:
    result = run_lua(body)
    assert result.ok, result.error
    assert result.value == value
    assert type(result.value) is type(value)


def test_scalars_for_lua() -> None:
    assert scalar_token("ä") == b"\xc3\xa4"
    assert scalar_token("\ud800") == b"?"
    assert scalar_token(2**63) == float(2**63)
    assert scalar_token(10**400) == math.inf
    assert scalar_token(-(10**400)) == -math.inf
    assert scalar_token(None) is None


def test_objects_alike_name_their_keys_once() -> None:
    rows = [{"id": 1, "tags": ["a"]}, {"id": None, "tags": []}]
    alike = [None, 3, 2, 2, b"id", b"tags", 1, None, 1, 1, b"a", None, 0, None, 1, 0]
    assert flatten(rows, "x") == alike
    assert flatten([{"id": 1}, {"name": 1}], "x")[:3] == [None, 1, 2]
    assert flatten([{"id": 1}], "x") == [None, 1, 1, None, 2, 1, b"id", 1]
    seen: list[tuple[str, int]] = []
    flatten([{"id": 1}, {"id": 2**53 + 1}], "x", lambda place, value: seen.append((place, value)))
    assert seen == [("x[2].id", 2**53 + 1)]


def test_tokens_come_in_chunks_of_bounded_size() -> None:
    many = list(token_chunks([1] * (CHUNK_TOKENS + 1)))
    assert [(more, len(tokens), size) for more, tokens, size in many] == [
        (True, CHUNK_TOKENS, 0),
        (False, 1, 0),
    ]
    large = b"x" * (CHUNK_BYTES - 1)
    assert [(more, len(tokens), size) for more, tokens, size in token_chunks([large, b"yy", b"z"])] == [
        (True, 2, CHUNK_BYTES + 1),
        (False, 1, 1),
    ]
    assert list(token_chunks([])) == [(False, [], 0)]


def test_arguments_keep_strings_that_are_not_utf8() -> None:
    assert argument_from_json(b'{"a":["\xff\\u0000","ok"],"n":null,"i":5}') == {
        "a": [b"\xff\x00", "ok"],
        "n": None,
        "i": 5,
    }
    assert argument_from_json('{"ä":"ö"}'.encode()) == {"ä": "ö"}
    assert result_from_json(b'{"b":1,"a":"\xff"}') == {"a": "\ufffd", "b": 1}


def test_a_large_result_is_made_without_a_stop_for_the_collector() -> None:
    text = json.dumps([{"id": number, "text": ["x"]} for number in range(60_000)]).encode()
    collections: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            collections.append(info["generation"])

    gc.callbacks.append(note)
    try:
        assert len(result_from_json(text)) == 60_000
    finally:
        gc.callbacks.remove(note)
    assert len(collections) < 5  # afterwards; it would be some 170 in between
    assert gc.isenabled()


def test_the_collector_comes_back_after_the_last_of_many_and_after_a_failure() -> None:
    large = b"[" + b"[1]," * 300_000 + b"[1]]"
    with ThreadPoolExecutor(4) as threads:
        assert [len(value) for value in threads.map(result_from_json, [large] * 8)] == [300_001] * 8
    assert gc.isenabled()
    with pytest.raises(json.JSONDecodeError):
        result_from_json(large[:-1])
    assert gc.isenabled()


def _nested(value: Any, times: int) -> Any:
    for _ in range(times):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("innermost", "levels"), [({}, 1), ({"a": {}}, 2), ([], 1), ([{"a": 1}, {"a": 2}], 2), ([1], 1)]
)
def test_what_lies_too_deep_is_named(innermost: Any, levels: int) -> None:
    """The quick way gives up in time, also within rows that are written by their common keys."""
    assert flatten(_nested(innermost, MAX_DEPTH - levels), "params")
    with pytest.raises(ConversionError, match=f"nested deeper than {MAX_DEPTH}"):
        flatten(_nested(innermost, MAX_DEPTH - levels + 1), "params")


def test_a_null_beside_what_needs_a_closer_look() -> None:
    said: list[tuple[str, int]] = []
    tokens = flatten([None, 2**60 + 1], "params", lambda place, value: said.append((place, value)))
    assert tokens[3:5] == [None, 0]
    assert said == [("params[2]", 2**60 + 1)]


@given(st.lists(st.none() | NUMBERS | st.binary(max_size=30)))
def test_a_row_of_cells_is_the_object_that_it_is_by_its_names(cells: list[Any]) -> None:
    names = tuple(f"column {number}" for number in range(len(cells)))
    found = ready_row(names, cells)
    assert found is not None
    assert list(found.tokens) == flatten(dict(zip(names, cells, strict=True)), "row")
    assert found.size == sum(len(one) for one in found.tokens if isinstance(one, bytes))


@pytest.mark.parametrize("cell", [2**53 + 1, math.inf, math.nan, b"x" * (MAX_JSON_BYTES + 1)])
def test_a_row_with_something_to_say_of_it_goes_the_long_way(cell: Any) -> None:
    assert ready_row(("a", "b"), (1, cell)) is None
