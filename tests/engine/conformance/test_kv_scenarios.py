"""goop.kv: any JSON value, within its limits."""

from __future__ import annotations

import json

import pytest

from lua_engine.testing import Matching, Scenario, SiteSpec, open_site, run_scenario

KV = [
    ("get of nothing", 'return goop.kv.get("a") == nil', True),
    ("set, then get", 'goop.kv.set("a", "1") return goop.kv.get("a")', "1"),
    ("any JSON value", 'goop.kv.set("a", { 1, { x = true } }) return goop.kv.get("a")', [1, {"x": True}]),
    ("del", 'goop.kv.set("a", 1) goop.kv.del("a") return goop.kv.get("a") == nil', True),
    ("set answers nil", 'return goop.kv.set("a", 1) == nil', True),
    ("64 KB in total", 'return goop.kv.set("a", ("x"):rep(65536))', Matching("64 KB|65,?536")),
    ("almost 64 KB fit", 'return goop.kv.set("a", ("x"):rep(65000)) == nil', True),
]


@pytest.mark.parametrize(("name", "lua", "value"), KV)
def test_kv(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


def test_kv_disabled() -> None:
    site = SiteSpec(lua={"kv_enabled": False})
    lua = 'local v, err = goop.kv.get("a") return { v == nil, err, goop.kv.set("a", 1), goop.kv.del("a") }'
    run_scenario(
        Scenario("kv off", site, lua=lua, value=[True, "kv is disabled", "kv is disabled", "kv is disabled"])
    )


@pytest.mark.parametrize(("keys", "fits"), [(999, True), (1000, True), (1001, False)])
def test_kv_keys_exactly(keys: int, fits: bool) -> None:
    """All but the last are in the file already: a thousand durable writes take seconds on a slow disk."""
    state = json.dumps({f"k{i}": 1 for i in range(1, keys)})
    lua = 'local n = request.params.n local err = goop.kv.set("k" .. n, 2) return { err == nil, goop.kv.get("k" .. n) == 2, goop.kv.set("k1", 3) == nil }'
    run_scenario(
        Scenario(f"{keys} keys", with_state(state), lua=lua, params={"n": keys}, value=[fits, fits, True])
    )


def with_state(text: str) -> SiteSpec:
    """A site whose function ``scenario`` kept that JSON object before."""
    return SiteSpec(files={"lua/.state/scenario.json": text})


@pytest.mark.parametrize(("size", "fits"), [(65_535, True), (65_536, True), (65_537, False)])
@pytest.mark.parametrize("letter", ["x", "é", "\\n"])
def test_kv_bytes_exactly(size: int, fits: bool, letter: str) -> None:
    """The bytes of the file as JSON: ``{"a":"..."}``. A letter of two bytes, in UTF-8 or as an escape, counts
    as two.
    """
    each = 1 if letter == "x" else 2
    room = size - len('{"a":""}')
    text = f'("{letter}"):rep({room // each}) .. ("x"):rep({room % each})'
    lua = f'local text = {text} local err = goop.kv.set("a", text) return {{ err == nil, goop.kv.get("a") == text }}'
    with open_site(SiteSpec({"f": f"function call() {lua} end"})) as engine:
        assert engine.calls.call("f", caller=engine.owner).value == [fits, fits]
        path = engine.site.state_dir / "f.json"
        assert (path.stat().st_size if path.exists() else 0) == (size if fits else 0)


def test_kv_over_the_limit_keeps_what_was_there() -> None:
    lua = 'goop.kv.set("a", "old") local err = goop.kv.set("a", ("x"):rep(70000)) return { type(err), goop.kv.get("a"), goop.kv.set("b", 1) == nil }'
    run_scenario(Scenario("kept", lua=lua, value=["string", "old", True]))


MORE = [
    ("del of nothing is no error", 'return goop.kv.del("nope") == nil', True),
    ("set to nil deletes", 'goop.kv.set("a", 1) goop.kv.set("a", nil) return goop.kv.get("a") == nil', True),
    ("an empty key", 'goop.kv.set("", 1) return goop.kv.get("")', 1),
    ("false is a value", 'goop.kv.set("a", false) return goop.kv.get("a")', False),
    (
        "a value read is a copy",
        'goop.kv.set("a", { 1 }) local v = goop.kv.get("a") v[1] = 2 return goop.kv.get("a")',
        [1],
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), MORE)
def test_kv_more(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


@pytest.mark.parametrize(
    ("name", "lua", "error"),
    [
        ("get", "goop.kv.get({})", "goop.kv.get: key must be a string, got table"),
        ("set", "goop.kv.set({}, 1)", "goop.kv.set: key must be a string, got table"),
        ("del", "goop.kv.del()", "goop.kv.del: key must be a string, got nil"),
        (
            "a function",
            'goop.kv.set("a", print)',
            "goop.kv.set: cannot convert value: a function has no JSON form",
        ),
        ("NaN", 'goop.kv.set("a", 0 / 0)', "goop.kv.set: cannot convert value: NaN"),
        ("not UTF-8", 'goop.kv.get("\\255")', "goop.kv.get: key must be UTF-8 text"),
    ],
)
def test_kv_wrong_use(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, lua=lua, error=Matching(rf"^scenario\.lua:2: {error}")))
