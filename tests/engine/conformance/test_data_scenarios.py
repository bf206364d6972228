"""goop.config, goop.db, goop.kv, goop.json, goop.site, goop.template."""

from __future__ import annotations

import pytest

from lua_engine.testing import ANY, Matching, Scenario, SiteSpec, run_scenario
from tests.engine.conformance.sites import BLOG, CLUB, EMPTY, STRANGER, TABLES

CONFIG = [
    ("a default", 'return goop.config("settings", { theme = "light" }).theme', "light"),
    ("an unknown key", 'return goop.config("settings", {}).nope == nil', True),
    ("set, then read", 'local c = goop.config("settings", { theme = "light" }) c:set("theme", "dark") return c.theme', "dark"),
    ("set persists", 'goop.config("settings"):set("a", "1") return goop.config("settings").a', "1"),
    ("values are text", 'local c = goop.config("settings") c:set("n", 5) return c.n', "5"),
    ("a single row: defaults", 'return goop.config("site", { title = "T" }).title', "T"),
    ("a single row: set", 'local c = goop.config("site") c:set("title", "X") return { c.title, goop.config("site").title }', ["X", "X"]),
    ("a single row: save", 'local c = goop.config("site") c:save({ title = "X", size = 3 }) return { c.title, c.size, goop.orm("site"):count() }', ["X", 3, 1]),
    ("a single row: the newest counts", 'local t = goop.orm("site") t:insert({ title = "old" }) t:insert({ title = "new" }) return goop.config("site").title', "new"),
    ("an unknown table", 'local c, err = goop.config("nope") return { c == nil, err }', [True, Matching("nope")]),
]

DB = [
    ("query", 'return goop.db.query("SELECT title FROM posts WHERE score > ? ORDER BY _id", 1)', [{"title": "A"}, {"title": "C"}]),
    ("query with WITH", 'return goop.db.query("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n")', [{"i": 1}, {"i": 2}, {"i": 3}]),
    ("query with NULL", 'return goop.db.query("SELECT ? AS x, 1 AS y", nil)', [{"y": 1}]),
    ("query is cut at 1,000 rows", 'return #goop.db.query("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n")', 1000),
    ("scalar", 'return goop.db.scalar("SELECT COUNT(*) FROM posts")', 3),
    ("scalar of nothing", 'return goop.db.scalar("SELECT title FROM posts WHERE 0") == nil', True),
    ("exec answers how many", 'return goop.db.exec("UPDATE posts SET score = ? WHERE state = ?", 9, "live")', 2),
    ("exec inserts", 'return goop.db.exec("INSERT INTO posts (_owner, title) VALUES (?, ?)", goop.peer.id, "T")', 1),
]

DB_REFUSED = [
    'goop.db.query("DELETE FROM posts")',
    'goop.db.query("WITH x AS (SELECT 1) DELETE FROM posts")',
    'goop.db.query("SELECT 1; SELECT 2")',
    'goop.db.query("PRAGMA table_info(posts)")',
    'goop.db.query("nonsense")',
    'goop.db.exec("SELECT 1")',
    'goop.db.exec("DROP TABLE posts")',
    'goop.db.exec("CREATE TABLE x (y)")',
    'goop.db.exec("UPDATE _meta SET value = 1")',
    'goop.db.exec("INSERT INTO _groups (id, name) VALUES (1, 2)")',
    'goop.db.exec("ATTACH ? AS other", "/tmp/other.db")',
    'goop.db.exec("VACUUM")',
    'goop.db.exec("BEGIN")',
    'goop.db.scalar("SELECT load_extension(?)", "x")',
]

KV = [
    ("get of nothing", 'return goop.kv.get("a") == nil', True),
    ("set, then get", 'goop.kv.set("a", "1") return goop.kv.get("a")', "1"),
    ("any JSON value", 'goop.kv.set("a", { 1, { x = true } }) return goop.kv.get("a")', [1, {"x": True}]),
    ("del", 'goop.kv.set("a", 1) goop.kv.del("a") return goop.kv.get("a") == nil', True),
    ("set answers nil", 'return goop.kv.set("a", 1) == nil', True),
    ("999 and 1000 keys fit, 1001 do not", 'for i = 1, 1000 do local e = goop.kv.set("k" .. i, 1) if e then return i end end return goop.kv.set("one more", 1)', Matching("1000|1,000")),
    ("64 KB in total", 'return goop.kv.set("a", ("x"):rep(65536))', Matching("64 KB|65,?536")),
    ("almost 64 KB fit", 'return goop.kv.set("a", ("x"):rep(65000)) == nil', True),
]

JSON = [
    ("decode", """return goop.json.decode('{"name":"Alice","n":[1,2.5,true,null]}').name""", "Alice"),
    ("decode null is nil", """return goop.json.decode('{"a":null}').a == nil""", True),
    ("decode a bare value", "return goop.json.decode('5')", 5),
    ("encode", "return goop.json.encode({ 1, 2 })", "[1,2]"),
    ("encode an empty table", "return goop.json.encode({})", "[]"),
    ("encode integral numbers", "return goop.json.encode(10 / 2)", "5"),
    ("encode escapes", 'return goop.json.encode("a\\"b\\n")', '"a\\"b\\n"'),
    ("round trip", 'return goop.json.decode(goop.json.encode({ a = { b = { 1, "x", false } } }))', {"a": {"b": [1, "x", False]}}),
    ("decode fails", "local v, err = goop.json.decode('{oops') return { v == nil, err }", [True, Matching("^json: ")]),
    ("encode fails with the path", "local v, err = goop.json.encode({ a = { print } }) return { v == nil, err }", [True, Matching(r"value\.a\[1\]")]),
    ("NaN is no JSON", "local v, err = goop.json.encode(0 / 0) return err", Matching("NaN")),
    ("NaN is not read", "local v, err = goop.json.decode('NaN') return err", Matching("NaN is not JSON")),
    ("too deep", "local v, err = goop.json.decode(('['):rep(200) .. (']'):rep(200)) return { v == nil, err }", [True, Matching("nested|convert")]),
]

FILES = SiteSpec(files={"config.json": '{"a": 1}', "sub/x.txt": "deep"})

SITE = [
    ("read", 'return goop.json.decode((goop.site.read("config.json"))).a', 1),
    ("read below", 'return (goop.site.read("sub/x.txt"))', "deep"),
    ("missing", 'local t, err = goop.site.read("nope") return { t == nil, type(err) }', [True, "string"]),
    ("out with ..", 'local t, err = goop.site.read("../goop.json") return { t == nil, type(err) }', [True, "string"]),
    ("absolute", 'local t, err = goop.site.read("/etc/passwd") return { t == nil, type(err) }', [True, "string"]),
    ("NUL", 'local t, err = goop.site.read("config.json\\0x") return { t == nil, type(err) }', [True, "string"]),
]

MISUSE = [
    ("kv key", "goop.kv.set(5, 1)", "goop.kv.set: key must be a string, got number"),
    ("kv without a key", "goop.kv.get()", "goop.kv.get: key must be a string, got nil"),
    ("kv value", 'goop.kv.set("a", print)', "goop.kv.set: cannot convert value: a function has no JSON form"),
    ("json text", "goop.json.decode(5)", "goop.json.decode: text must be a string, got number"),
    ("site path", "goop.site.read({})", "goop.site.read: path must be a string, got table"),
    ("db sql", "goop.db.query(1)", "goop.db.query: sql must be a string, got number"),
    ("config table", "goop.config(1)", "table.* must be a string, got number"),
    ("text that is not UTF-8", 'goop.kv.get("\\255")', "goop.kv.get: key must be UTF-8 text"),
]


@pytest.mark.parametrize(("name", "lua", "value"), CONFIG)
def test_config(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, TABLES, lua=lua, value=value))


@pytest.mark.parametrize(("name", "lua", "value"), DB)
def test_db(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, BLOG, lua=lua, value=value))


@pytest.mark.parametrize("call", DB_REFUSED)
def test_db_refuses(call: str) -> None:
    lua = f"local ok, a, b = pcall(function() return {call} end) if ok then return {{ a == nil or a == 0, b }} end return {{ true, a }}"
    titles = [{"title": "A"}, {"title": "B"}, {"title": "C"}]
    run_scenario(Scenario(call, BLOG, lua=lua, value=[True, Matching(".")], rows={"posts": titles}, events=[]))


@pytest.mark.parametrize(("name", "lua", "value"), KV)
def test_kv(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, SiteSpec(lua={"timeout_seconds": 60}), lua=lua, value=value))


def test_kv_disabled() -> None:
    site = SiteSpec(lua={"kv_enabled": False})
    lua = 'local v, err = goop.kv.get("a") return { v == nil, err, goop.kv.set("a", 1), goop.kv.del("a") }'
    run_scenario(Scenario("kv off", site, lua=lua, value=[True, "kv is disabled", "kv is disabled", "kv is disabled"]))


def test_http_disabled() -> None:
    site = SiteSpec(lua={"http_enabled": False})
    lua = 'local b, e = goop.http.get("http://example.org") local c, f = goop.http.post("http://example.org", "x") return { b == nil, e, c == nil, f }'
    run_scenario(Scenario("http off", site, lua=lua, value=[True, "http is disabled", True, "http is disabled"]))


def test_http_three_requests_a_call() -> None:
    lua = 'local e for i = 1, 4 do local b b, e = goop.http.get("http://127.0.0.1:1/") if i < 4 and e:find("limit") then return i end end return e'
    run_scenario(Scenario("http budget", lua=lua, value=Matching("limit")))


@pytest.mark.parametrize(("name", "lua", "value"), JSON)
def test_json(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


@pytest.mark.parametrize(("name", "lua", "value"), SITE)
def test_site(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, FILES, lua=lua, value=value))


@pytest.mark.parametrize(("name", "lua", "error"), MISUSE)
def test_misuse_names_function_parameter_and_type(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, TABLES, lua=lua, error=Matching(rf"^scenario\.lua:2: .*{error}")))


def test_template() -> None:
    lua = "local t = goop.template return { t.name, t.category, t.schemas, t.require_email, t.default_role }"
    run_scenario(Scenario("manifest", CLUB, lua=lua, value=["Club", "community", ["posts"], False, "viewer"]))
    run_scenario(Scenario("none", lua="return { next(goop.template) == nil, goop.template.name == nil }", value=[True, True], caller=STRANGER))


def test_transform_is_not_supported() -> None:
    run_scenario(Scenario("transform", lua='return goop.transform.list()', error=Matching("goop.transform is not supported")))


def test_any_is_any() -> None:
    assert repr(ANY) == "ANY"
