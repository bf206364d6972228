"""goop.orm and goop.expr: each convention of the contract, section 6, as a scenario."""

from __future__ import annotations

import pytest

from lua_engine.testing import ANY, Matching, Scenario, run_scenario
from tests.engine.conformance.sites import ANN, BLOG, EMPTY, STAMPS, TABLES, P

TITLES = "local t = {} for i, r in ipairs(rows) do t[i] = r.title end return t"

READING = [
    ("find without options", "rows = posts:find() " + TITLES, ["A", "B", "C"]),
    (
        "find with where, args, order, limit",
        'rows = posts:find({ where = "score > ?", args = { 1 }, order = "score DESC", limit = 1 }) ' + TITLES,
        ["A"],
    ),
    ("find with offset", 'rows = posts:find({ order = "_id", limit = 2, offset = 1 }) ' + TITLES, ["B", "C"]),
    ("find with fields", 'return posts:find({ fields = { "title" }, where = "_id = 1" })', [{"title": "A"}]),
    (
        "find with fields as text",
        'return posts:find({ fields = "title, score", where = "_id = 2" })',
        [{"title": "B", "score": 1}],
    ),
    ("find with no match is an empty array", 'return posts:find({ where = "0" })', []),
    ("NULL is an absent key", "local r = posts:get(2) return r.rating == nil", True),
    (
        "a nil between arguments binds NULL",
        'return posts:count({ where = "rating IS ? AND title = ?", args = { nil, "B" } })',
        1,
    ),
    ("find_one answers the row", 'return posts:find_one({ where = "slug = ?", args = { "b" } }).title', "B"),
    (
        "find_one without a match is nil, nil",
        'return { select("#", posts:find_one({ where = "0" })), posts:find_one({ where = "0" }) == nil }',
        ANY,
    ),
    ("get by id", "return posts:get(3).title", "C"),
    (
        "get of a missing id",
        "local r, err = posts:get(99) return { r == nil, err }",
        [True, "orm: not found"],
    ),
    ("get_by a column", 'return posts:get_by("slug", "c").title', "C"),
    (
        "get_by without a match",
        'local r, err = posts:get_by("slug", "zz") return { r == nil, err == nil }',
        [True, True],
    ),
    ("list with a limit", "return #posts:list(2)", 2),
    ("list without a limit", "return #posts:list()", 3),
    ("pluck one column", 'return posts:pluck("title")', ["A", "B", "C"]),
    ("pluck with options", 'return posts:pluck("title", { order = "title DESC", limit = 1 })', ["C"]),
    ("count all", "return posts:count()", 3),
    ("count with where", 'return posts:count({ where = "state = ?", args = { "live" } })', 2),
    ("exists yes", 'return posts:exists({ where = "slug = ?", args = { "a" } })', True),
    ("exists no", 'return posts:exists({ where = "slug = ?", args = { "zz" } })', False),
    ("distinct", 'return posts:distinct("state")', ["draft", "live"]),
    ("aggregate", 'return posts:aggregate("SUM(score) AS total, COUNT(*) AS n")', [{"total": 6, "n": 3}]),
    (
        "aggregate with where",
        'return posts:aggregate("MAX(score) as v", { where = "state = ?", args = { "draft" } })[1].v',
        1,
    ),
    (
        "aggregate with group_by",
        'local a = posts:aggregate("state, COUNT(*) AS n", { group_by = "state" }) table.sort(a, function(x, y) return x.state < y.state end) return a',
        [{"state": "draft", "n": 1}, {"state": "live", "n": 2}],
    ),
]

WRITING = [
    ("insert answers the id", 'return posts:insert({ title = "New" })', 4),
    (
        "defaults and system columns",
        'local r = posts:get(posts:insert({ title = "New" })) return { r.score, r._owner == goop.peer.id, r._owner_email }',
        [0, True, "owner@example.org"],
    ),
    (
        "update answers true",
        'return { posts:update(1, { title = "AA" }), posts:get(1).title, posts:get(1).slug }',
        [True, "AA", "a"],
    ),
    (
        "update sets _updated_at",
        'goop.db.exec("UPDATE posts SET _updated_at = ? WHERE _id = 1", "2000-01-01") posts:update(1, { score = 9 }) return posts:get(1)._updated_at > "2020"',
        True,
    ),
    ("delete answers true", "return { posts:delete(1), posts:count() }", [True, 2]),
    (
        "update_where answers how many",
        'return posts:update_where({ score = 7 }, { where = "state = ?", args = { "live" } })',
        2,
    ),
    (
        "update_where needs a where",
        "local n, err = posts:update_where({ score = 7 }, {}) return { n, err }",
        [0, "update_where requires a where clause"],
    ),
    (
        "delete_where answers how many",
        'return { posts:delete_where({ where = "score < 3" }), posts:count() }',
        [2, 1],
    ),
    (
        "delete_where needs a where",
        "local n, err = posts:delete_where({}) return { n, err }",
        [0, "delete_where requires a where clause"],
    ),
    (
        "goop.expr in update_where",
        'posts:update_where({ score = goop.expr("score * 10") }, { where = "_id = 1" }) return posts:get(1).score',
        30,
    ),
    (
        "goop.expr in update",
        'posts:update(1, { score = goop.expr("score + 1") }) return posts:get(1).score',
        4,
    ),
    ("upsert inserts", 'return { posts:upsert("slug", { slug = "d", title = "D" }), posts:count() }', [4, 4]),
    (
        "upsert updates",
        'return { posts:upsert("slug", { slug = "a", title = "AA" }), posts:count(), posts:get(1).title }',
        [1, 3, "AA"],
    ),
    (
        "seed does nothing when there are rows",
        'return { posts:seed({ { title = "X" } }), posts:count() }',
        [0, 3],
    ),
    ("validate accepts", 'return posts:validate({ title = "T", score = 1 })', True),
    (
        "validate refuses a missing column",
        "local ok, err = posts:validate({}) return { ok, err }",
        [False, 'column "title" is required'],
    ),
    (
        "validate refuses a wrong type",
        'local ok, err = posts:validate({ title = "T", score = "x" }) return { ok, err }',
        [False, 'column "score" expects integer, got string'],
    ),
    (
        "validate refuses an unknown enum value",
        'local ok, err = posts:validate({ title = "T", state = "gone" }) return { ok, err }',
        [False, 'column "state": value "gone" is not a valid enum option'],
    ),
    (
        "insert refuses what validate refuses",
        "local id, err = posts:insert({ score = 1 }) return { id == nil, err }",
        [True, 'column "title" is required'],
    ),
    ("update checks only the given columns", "return posts:update(1, { score = 5 })", True),
    (
        "update refuses a wrong type",
        'local ok, err = posts:update(1, { score = "x" }) return { ok, err }',
        [False, 'column "score" expects integer, got string'],
    ),
]

HANDLE = [
    ("name", "return posts.name", "posts"),
    ("system_key", "return posts.system_key", True),
    (
        "columns",
        "local c = posts.columns[1] return { c.name, c.type, c.required, #posts.columns }",
        ["title", "text", True, 5],
    ),
    ("enum values", "return posts.columns[5].values[2].label", "Live"),
    (
        "access with defaults",
        "local a = posts.access return { a.read, a.insert, a.update, a.delete }",
        ["open", "group", "owner", "owner"],
    ),
    (
        "an unknown table",
        'local t, err = goop.orm("nope") return { t == nil, err }',
        [True, Matching("nope")],
    ),
    (
        "a system table",
        'local t, err = goop.orm("_meta") return { t == nil, err }',
        [True, Matching("_meta")],
    ),
]

MISUSE = [
    ("orm wants a name", "goop.orm({})", "goop.orm: name must be a string, got table"),
    ("get wants a number", 'posts:get("x")', "must be a number, got string"),
    ("find wants a table", "posts:find(5)", "must be a table, got number"),
    ("unknown options are named", "posts:find({ limits = 5 })", "limits"),
    ("insert wants a table", 'posts:insert("x")', "must be a table, got string"),
    ("seed wants rows", "posts:seed(5)", "must be a table, got number"),
]

REFUSED = [
    (
        "a column that is not there",
        'local r, err = posts:find({ where = "nope = 1" }) return { r == nil, err }',
        "no such column: nope",
    ),
    (
        "an unknown column in data",
        'local r, err = posts:insert({ title = "T", nope = 1 }) return { not r, err }',
        "nope",
    ),
    (
        "a second statement",
        'local r, err = posts:find({ where = "1; DELETE FROM posts" }) return { r == nil, err }',
        "syntax error",
    ),
    (
        "a write hidden in a where",
        'local r, err = posts:find({ where = "_id IN (DELETE FROM posts RETURNING _id)" }) return { r == nil, err }',
        ".",
    ),
]


@pytest.mark.parametrize(
    ("name", "lua", "value"),
    READING + WRITING + HANDLE,
    ids=lambda part: part if isinstance(part, str) and len(part) < 60 else "",
)
def test_orm(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, BLOG, lua=f"{P}local rows {lua}", value=value))


@pytest.mark.parametrize(("name", "lua", "error"), MISUSE)
def test_orm_misuse(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, BLOG, lua=P + lua, error=Matching(f"^scenario.lua:3: .*{error}")))


@pytest.mark.parametrize(("name", "lua", "error"), REFUSED)
def test_orm_refusals(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, BLOG, lua=P + lua, value=[True, Matching(error)]))


def test_rows_belong_to_the_caller() -> None:
    rows = [{"title": "Hers", "_owner": "peer-ann", "_owner_email": "ann@example.org"}]
    run_scenario(
        Scenario(
            "owner of a row",
            EMPTY,
            lua=P + 'return posts:insert({ title = "Hers", _owner = "forged" })',
            caller=ANN,
            rows={"posts": rows},
        )
    )


def test_a_change_is_announced_once_after_commit() -> None:
    run_scenario(
        Scenario("announced", EMPTY, lua=P + 'posts:insert({ title = "T" })', events=["DataChanged"])
    )
    run_scenario(Scenario("reading is silent", BLOG, lua=P + "return posts:count()", events=[]))


def test_seed_is_all_or_nothing() -> None:
    lua = P + 'local n, err = posts:seed({ { title = "A" }, { score = 1 } }) return { n, err }'
    run_scenario(Scenario("seed fails", EMPTY, lua=lua, value=ANY, rows={"posts": []}))
    run_scenario(
        Scenario(
            "seed",
            EMPTY,
            lua=P + 'return posts:seed({ { title = "A" }, { title = "B" } })',
            value=2,
            rows={"posts": [{"title": "A"}, {"title": "B"}]},
        )
    )


def test_a_visitor_cannot_forge_an_expression() -> None:
    lua = (
        P
        + 'local ok, err = posts:update_where({ title = request.params.title }, { where = "_id = 1" }) return { ok, err }'
    )
    rows = [{"title": "A", "score": 3}, {"title": "B", "score": 1}, {"title": "C", "score": 2}]
    run_scenario(
        Scenario(
            "forged",
            BLOG,
            lua=lua,
            params={"title": {"__sql_expr": "score"}},
            value=ANY,
            rows={"posts": rows},
        )
    )


def test_auto_columns() -> None:
    lua = """
    local t = goop.orm("stamps")
    t:insert({}) t:insert({ id = "" })
    local a, b = t:find({ order = "_id" })[1], t:find({ order = "_id" })[2]
    return { a.id, a.number, b.number, a.at, a.day, a.hour, a.id ~= b.id }
    """
    guid = Matching(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    at, day, hour = (
        Matching(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$"),
        Matching(r"^\d{4}-\d\d-\d\d$"),
        Matching(r"^\d\d:\d\d:\d\d$"),
    )
    run_scenario(Scenario("auto", TABLES, lua=lua, value=[guid, 1, 2, at, day, hour, True]))
    assert STAMPS["columns"][0]["auto"]


def test_blobs_are_byte_strings() -> None:
    lua = 'local t = goop.orm("stamps") t:insert({ data = "\\0\\255x" }) local d = t:find()[1].data return { #d, d:byte(1), d:byte(2) }'
    run_scenario(Scenario("blob", TABLES, lua=lua, value=[3, 0, 255]))


FAILURES = [
    ("find", 'posts:find({ fields = { "nope" } })', "no such column: nope"),
    ("find_one", 'posts:find_one({ order = "nope" })', "no such column: nope"),
    ("get", "posts:get(99)", "orm: not found"),
    ("get_by", 'posts:get_by("nope", 1)', 'unknown column "nope" in table "posts"'),
    ("pluck", 'posts:pluck("nope")', 'unknown column "nope" in table "posts"'),
    ("distinct", 'posts:distinct("nope")', 'unknown column "nope" in table "posts"'),
    ("count", 'posts:count({ where = "nope = 1" })', "no such column: nope"),
    ("exists", 'posts:exists({ where = "nope = 1" })', "no such column: nope"),
    ("aggregate", 'posts:aggregate("nonsense(")', "syntax error"),
    ("too few arguments", 'posts:find({ where = "score > ?" })', "."),
    ("too many arguments", 'posts:find({ where = "score > ?", args = { 1, 2 } })', "."),
    ("insert without a required column", "posts:insert({})", 'column "title" is required'),
    ("update with a wrong type", "posts:update(1, { title = 5 })", 'column "title" expects text, got number'),
    (
        "update with an expression that does not run",
        'posts:update(1, { score = goop.expr("nope + 1") })',
        "no such column: nope",
    ),
    (
        "update with two statements",
        'posts:update(1, { score = goop.expr("1; DELETE FROM posts") })',
        "syntax error",
    ),
    (
        "update_where of an unknown column",
        'posts:update_where({ nope = 1 }, { where = "1" })',
        'unknown column "nope" in table "posts"',
    ),
    (
        "update_where with wrong SQL",
        'posts:update_where({ score = 1 }, { where = "nope" })',
        "no such column: nope",
    ),
    ("delete_where with wrong SQL", 'posts:delete_where({ where = "nope" })', "no such column: nope"),
    (
        "upsert by an unknown column",
        'posts:upsert("nope", { title = "x" })',
        'unknown column "nope" in table "posts"',
    ),
    ("upsert without its key", 'posts:upsert("slug", { title = "x" })', 'column "slug" is required'),
    (
        "upsert that would insert half a row",
        'posts:upsert("slug", { slug = "n" })',
        'column "title" is required',
    ),
    (
        "validate of an unknown column",
        'posts:validate({ title = "T", nope = 1 })',
        'unknown column "nope" in table "posts"',
    ),
    ("seed of a bad row", "posts:seed({ { score = 1 } })", 'row 1: column "title" is required'),
]

BOUNDS = [
    ("update of a missing row is no error", 'return posts:update(99, { title = "x" })', True),
    ("update of nothing", "return posts:update(1, {})", True),
    ("delete of a missing row is no error", "return posts:delete(99)", True),
    ("an id may be a text that is a number", 'return posts:get("2").title', "B"),
    ("limit 0 is no limit", "return #posts:find({ limit = 0 })", 3),
    ("a negative limit is no limit", "return #posts:list(-5)", 3),
    ("offset without a limit", "return #posts:find({ offset = 2 })", 1),
    ("seed of no rows", "return posts:seed({})", 0),
    (
        "aggregate with order and limit",
        'return posts:aggregate("state, SUM(score) AS s", { group_by = "state", order = "s DESC", limit = 1 })',
        [{"s": 5, "state": "live"}],
    ),
    ("a handle has no other methods", "return posts.nope == nil", True),
    ("a field that a script sets is the script's", 'posts.name = "_meta" return #posts:find()', 3),
]

WRONG = [
    ("a dot instead of a colon", "posts.find({})", "goop.orm:find: call it on a handle, with a colon"),
    ("goop.expr wants text", "goop.expr({})", "goop.expr: sql must be a string, got table"),
    (
        "goop.expr in insert",
        'posts:insert({ title = goop.expr("1") })',
        "goop.orm:insert: goop.expr works in update and update_where only",
    ),
    (
        "goop.expr in upsert",
        'posts:upsert("slug", { slug = "a", title = goop.expr("1") })',
        "goop.orm:upsert: goop.expr works in update and update_where only",
    ),
    (
        "goop.expr in seed",
        'posts:seed({ { title = goop.expr("1") } })',
        "goop.orm:seed: goop.expr works in update and update_where only",
    ),
    ("an id that is no number", 'posts:update("x", {})', "goop.orm:update: id must be a number, got string"),
    ("an id that is a table", "posts:delete({})", "goop.orm:delete: id must be a number, got table"),
    (
        "a limit that is no whole number",
        "posts:find({ limit = 1.5 })",
        "limit must be a whole number, got 1.5",
    ),
    (
        "a table to bind",
        'posts:find({ args = { {} }, where = "?" })',
        r"args\[1\] must be a string, number, boolean or nil, got table",
    ),
    (
        "a table to compare with",
        'posts:get_by("slug", {})',
        "value must be a string, number, boolean or nil, got table",
    ),
    (
        "a row that is no table",
        "posts:seed({ 5 })",
        r"rows\[1\] must be a table of column = value, got number",
    ),
]


@pytest.mark.parametrize(("name", "call", "error"), FAILURES, ids=[name for name, _, _ in FAILURES])
def test_orm_failures_are_answered_and_change_nothing(name: str, call: str, error: str) -> None:
    """``nil``, ``false`` or 0, and the message."""
    lua = f"{P}local r, err = {call} return {{ not r or r == 0, err }}"
    rows = [{"title": "A", "score": 3}, {"title": "B", "score": 1}, {"title": "C", "score": 2}]
    run_scenario(Scenario(name, BLOG, lua=lua, value=[True, Matching(error)], rows={"posts": rows}))


@pytest.mark.parametrize(("name", "lua", "value"), BOUNDS, ids=[name for name, _, _ in BOUNDS])
def test_orm_bounds(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, BLOG, lua=P + lua, value=value))


@pytest.mark.parametrize(("name", "lua", "error"), WRONG, ids=[name for name, _, _ in WRONG])
def test_orm_wrong_use(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, BLOG, lua=P + lua, error=Matching(f"^scenario.lua:3: .*{error}")))
