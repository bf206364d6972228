"""The functions of ``goop.orm`` as the glue calls them: conventions of contract section 6, messages of
section 4.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from lua_engine.base.errors import CallKilled, ErrorKind, ScriptError
from lua_engine.base.events import DataChanged, Event
from lua_engine.store.database import Database
from tests.engine.store.conftest import OWNER, Calls


def value(column: str, what: Any) -> list[Any]:
    return [column, False, what]


def expression(column: str, sql: str) -> list[Any]:
    return [column, True, sql]


@pytest.fixture
def posts(calls: Calls) -> Calls:
    for title, score, state in (("a", 1, "open"), ("b", 2, "draft"), ("c", 3, "open")):
        calls("orm.insert", "posts", {"title": title, "score": score, "state": state, "slug": f"s-{title}"})
    return calls


def titles(answer: Any) -> list[str]:
    return [row["title"] for row in answer]


def test_open_describes_the_table(calls: Calls) -> None:
    handle = calls("orm.open", "posts")
    assert (handle["name"], handle["system_key"], handle["context"]) == ("posts", True, True)
    assert handle["access"] == {"read": "open", "insert": "group", "update": "owner", "delete": "owner"}
    assert handle["columns"][0] == {
        "name": "title", "type": "text", "key": False, "required": True, "auto": False, "default": None,
        "values": [],
    }  # fmt: skip
    assert handle["columns"][6]["values"] == [
        {"key": "draft", "label": "Draft"},
        {"key": "open", "label": ""},
    ]


def test_a_handle_is_made_once_for_a_schema_and_anew_for_the_next(calls: Calls, database: Database) -> None:
    first = calls.raw("orm.open", "posts")
    assert calls.raw("orm.open", "posts") is first
    with database.system_write() as connection:
        connection.exec_driver_sql("ALTER TABLE posts ADD COLUMN more TEXT")
        connection.exec_driver_sql(
            "UPDATE _orm_schemas SET schema_json = replace(schema_json, '\"columns\":[', "
            '\'"columns":[{"name":"more","type":"text"},\') WHERE table_name = \'posts\''
        )
    assert [column["name"] for column in calls("orm.open", "posts")["columns"]][:2] == ["more", "title"]


def test_open_refuses_a_classic_system_or_missing_table(calls: Calls) -> None:
    for name in ("_meta", "nothing", "posts; DROP TABLE posts"):
        assert calls("orm.open", name) == (None, f"not an ORM table: {name}")


def test_insert_sets_owner_and_defaults(calls: Calls) -> None:
    calls.context(OWNER)
    row_id = calls("orm.insert", "posts", {"title": "T"})
    row = calls("orm.get", "posts", row_id)
    assert row["_id"] == row_id == 1
    assert (row["_owner"], row["_owner_email"]) == ("owner-peer", "olive@example.org")
    assert (row["score"], row["state"], row["body"]) == (0, "draft", None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["_created_at"])


def test_the_owner_cannot_be_forged(calls: Calls) -> None:
    row_id = calls(
        "orm.insert", "posts", {"title": "T", "_owner": "owner-peer", "_owner_email": "x", "_id": 99}
    )
    row = calls("orm.get", "posts", row_id)
    assert (row_id, row["_owner"]) == (1, "visitor-peer")
    calls(
        "orm.update", "posts", row_id, [value("_owner", "owner-peer"), value("_id", 7), value("title", "U")]
    )
    row = calls("orm.get", "posts", row_id)
    assert (row["_id"], row["_owner"], row["title"]) == (1, "visitor-peer", "U")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, 'column "title" is required'),
        ({"title": 5}, 'column "title" expects text, got number'),
        ({"title": {"__sql_expr": "1"}}, 'column "title" expects text, got table'),
        ({"title": "T", "score": "7"}, 'column "score" expects integer, got string'),
        ({"title": "T", "score": True}, 'column "score" expects integer, got boolean'),
        ({"title": "T", "weight": []}, 'column "weight" expects real, got table'),
        ({"title": "T", "state": "gone"}, 'column "state": value "gone" is not a valid enum option'),
        ({"title": "T", "nope": 1}, 'unknown column "nope" in table "posts"'),
        ({"title": "T", 'x"; DROP TABLE posts': 1}, 'unknown column "x"; DROP TABLE posts" in table "posts"'),
    ],
)
def test_validation(calls: Calls, data: dict[str, Any], message: str) -> None:
    assert calls("orm.insert", "posts", data) == (None, message)
    assert calls("orm.validate", "posts", data) == (False, message)
    assert calls("orm.count", "posts") == 0


def test_validate_accepts(calls: Calls) -> None:
    assert calls("orm.validate", "posts", {"title": "T", "score": 1.5, "data": b"\xff", "weight": 2}) is True


def test_auto_columns_fill_when_missing_or_empty(calls: Calls) -> None:
    first = calls("orm.insert", "autos", [])
    calls("orm.insert", "autos", {"id": "", "number": 41})
    third = calls("orm.insert", "autos", {"at": ""})
    row = calls("orm.get", "autos", first)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", row["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["at"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["day"])
    assert re.fullmatch(r"\d\d:\d\d:\d\d", row["clock"])
    assert (row["number"], calls("orm.get", "autos", third)["number"]) == (1, 42)


def test_bytes_are_kept_as_they_are(calls: Calls) -> None:
    raw = bytes(range(256))
    row_id = calls("orm.insert", "posts", {"title": b"\xff\xfe", "data": raw})
    row = calls("orm.get", "posts", row_id)
    assert (row["title"], row["data"]) == (b"\xff\xfe", raw)


def test_find_with_all_options(posts: Calls) -> None:
    opts = {
        "where": "score >= ?",
        "args": [1],
        "fields": ["title", "score * 2 AS twice"],
        "order": "score DESC",
        "limit": 2,
        "offset": 1,
    }
    assert posts("orm.find", "posts", opts) == [{"title": "b", "twice": 4}, {"title": "a", "twice": 2}]
    assert posts("orm.find", "posts", {"fields": "title", "limit": 0, "order": "_id"}) == [
        {"title": "a"},
        {"title": "b"},
        {"title": "c"},
    ]
    assert posts("orm.find", "posts", {"where": "score > 99"}) == []
    assert titles(
        posts("orm.find", "posts", {"where": "score > 1 -- a comment", "order": "_id -- and one", "limit": 1})
    ) == ["b"]


def test_absent_values_are_absent_keys(posts: Calls) -> None:
    assert "body" not in posts("orm.find", "posts")[0]


def test_find_tells_sqlites_error(posts: Calls) -> None:
    assert posts("orm.find", "posts", {"where": "foo = 1"}) == (None, "no such column: foo")
    assert posts("orm.find", "posts", {"where": "score = = 1"}) == (None, 'near "=": syntax error')
    answer = posts("orm.find", "posts", {"where": "score = ? AND title = ?", "args": [1]})
    assert answer == (
        None,
        "the statement has 2 placeholders (?), 1 values were given; a nil ends a list of values",
    )


def test_args_with_holes_are_null(posts: Calls) -> None:
    found = posts(
        "orm.find", "posts", {"where": "title = ? AND ? IS NULL AND score = ?", "args": ["b", None, 2]}
    )
    assert titles(found) == ["b"]


@pytest.mark.parametrize(
    ("opts", "message"),
    [
        (
            {"wher": "x"},
            'goop.orm:find: unknown option "wher" (there are where, args, fields, order, limit, offset, '
            "group_by)",
        ),
        ({"where": 5}, "goop.orm:find: where must be a string, got number"),
        ({"limit": "5"}, "goop.orm:find: limit must be a number, got string"),
        ({"limit": 1.5}, "goop.orm:find: limit must be a whole number, got 1.5"),
        ({"args": "x"}, "goop.orm:find: args must be a table, got string"),
        ({"args": [{"a": 1}]}, "goop.orm:find: args[1] must be a string, number, boolean or nil, got table"),
        ({"args": {"a": 1}}, "goop.orm:find: args must be an array of values"),
        ({"fields": [1]}, "goop.orm:find: fields must be a string or an array of strings"),
        (
            ["where"],
            "goop.orm:find: opts must be a table of options (where, args, fields, order, limit, offset, "
            "group_by), got a list",
        ),
    ],
)
def test_misuse_of_options_raises(posts: Calls, opts: Any, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        posts("orm.find", "posts", opts)
    assert str(caught.value) == message


def test_find_one_get_get_by(posts: Calls) -> None:
    assert posts("orm.find_one", "posts", {"order": "score DESC"})["title"] == "c"
    assert posts("orm.find_one", "posts", {"where": "0"}) is None
    assert posts("orm.get", "posts", 2)["title"] == "b"
    assert posts("orm.get", "posts", "2")["title"] == "b"
    assert posts("orm.get", "posts", 99) == (None, "orm: not found")
    assert posts("orm.get_by", "posts", "slug", "s-c")["title"] == "c"
    assert posts("orm.get_by", "posts", "slug", "none") is None
    assert posts("orm.get_by", "posts", "1=1 --", "x") == (None, 'unknown column "1=1 --" in table "posts"')
    with pytest.raises(ScriptError, match=r"goop\.orm:get: id must be a number, got nil"):
        posts("orm.get", "posts")


def test_list_pluck_distinct_count_exists_aggregate(posts: Calls) -> None:
    assert titles(posts("orm.list", "posts", 2)) == ["a", "b"]
    assert len(posts("orm.list", "posts")) == 3
    assert posts("orm.pluck", "posts", "title", {"order": "title DESC"}) == ["c", "b", "a"]
    assert posts("orm.pluck", "posts", "body") == []
    assert sorted(posts("orm.distinct", "posts", "state")) == ["draft", "open"]
    assert posts("orm.distinct", "posts", "nope") == (None, 'unknown column "nope" in table "posts"')
    assert posts("orm.count", "posts") == 3
    assert posts("orm.count", "posts", {"where": "state = 'open'"}) == 2
    assert posts("orm.exists", "posts", {"where": "score = ?", "args": [3]}) is True
    assert posts("orm.exists", "posts", {"where": "score = ?", "args": [4]}) is False
    assert posts("orm.aggregate", "posts", "SUM(score) AS total, COUNT(*) AS n") == [{"total": 6, "n": 3}]
    grouped = posts(
        "orm.aggregate", "posts", "state, SUM(score) AS total", {"group_by": "state", "order": "state"}
    )
    assert grouped == [{"state": "draft", "total": 2}, {"state": "open", "total": 4}]


def test_update_changes_only_what_is_given(posts: Calls, database: Any) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("UPDATE posts SET _updated_at = '2000-01-01 00:00:00'")
    assert posts("orm.update", "posts", 1, [value("title", "z"), expression("score", "score + 10")]) is True
    row = posts("orm.get", "posts", 1)
    assert (row["title"], row["score"], row["slug"]) == ("z", 11, "s-a")
    assert row["_updated_at"] > "2020"
    assert posts("orm.get", "posts", 2)["_updated_at"] == "2000-01-01 00:00:00"
    assert posts("orm.update", "posts", 1, [value("score", "x")]) == (
        False,
        'column "score" expects integer, got string',
    )
    assert posts("orm.update", "posts", 1, [expression("score", "nope + 1")]) == (
        False,
        "no such column: nope",
    )
    assert posts("orm.update", "posts", 1, [expression("nope", "1")]) == (
        False,
        'unknown column "nope" in table "posts"',
    )
    assert posts("orm.update", "posts", 99, [value("title", "z")]) is True


def test_a_table_that_looks_like_an_expression_is_a_value(posts: Calls) -> None:
    forged = {"__sql_expr": "(SELECT group_concat(value) FROM _meta)"}
    assert posts("orm.update", "posts", 1, [value("title", forged)]) == (
        False,
        'column "title" expects text, got table',
    )


def test_update_where_and_delete_where(posts: Calls) -> None:
    changed = posts(
        "orm.update_where",
        "posts",
        [expression("position", "score * 2")],
        {"where": "score >= ?", "args": [2]},
    )
    assert changed == 2
    assert posts("orm.pluck", "posts", "position", {"order": "_id"}) == [4, 6]
    assert posts("orm.update_where", "posts", [value("score", 1)], {}) == (
        0,
        "update_where requires a where clause",
    )
    assert posts("orm.update_where", "posts", [value("score", 1)], {"where": " "}) == (
        0,
        "update_where requires a where clause",
    )
    assert posts("orm.update_where", "posts", [value("score", 1)], {"where": "foo"}) == (
        0,
        "no such column: foo",
    )
    assert posts("orm.delete_where", "posts", None) == (0, "delete_where requires a where clause")
    assert posts("orm.delete_where", "posts", {"where": "score < 3"}) == 2
    assert posts("orm.delete", "posts", 3) is True
    assert posts("orm.delete", "posts", 3) is True
    assert posts("orm.count", "posts") == 0


def test_upsert_inserts_then_updates(posts: Calls) -> None:
    assert posts("orm.upsert", "posts", "slug", {"slug": "s-b", "title": "B"}) == 2
    assert posts("orm.get", "posts", 2)["score"] == 2
    assert posts("orm.upsert", "posts", "slug", {"slug": "new", "title": "N"}) == 4
    assert posts("orm.upsert", "posts", "slug", {"slug": "newer"}) == (None, 'column "title" is required')
    assert posts("orm.upsert", "posts", "slug", {"title": "N"}) == (None, 'column "slug" is required')
    assert posts("orm.upsert", "posts", "nope", {"title": "N"}) == (
        None,
        'unknown column "nope" in table "posts"',
    )
    assert posts("orm.upsert", "posts", "slug", {"slug": ["x"], "title": "N"}) == (
        None,
        'column "slug" expects text, got table',
    )


def test_seed_is_all_or_nothing_and_once(calls: Calls) -> None:
    assert calls("orm.seed", "posts", [{"title": "A"}, {"body": "B"}]) == (
        None,
        'row 2: column "title" is required',
    )
    assert calls("orm.count", "posts") == 0
    assert calls("orm.seed", "posts", []) == 0
    assert calls("orm.seed", "posts", [{"title": "A"}, {"title": "B"}]) == 2
    assert calls("orm.seed", "posts", [{"title": "C"}]) == 0
    with pytest.raises(
        ScriptError, match=r"goop.orm:seed: rows\[2\] must be a table of column = value, got string"
    ):
        calls("orm.seed", "posts", [{"title": "A"}, "B"])


def test_seed_rolls_back_when_sqlite_refuses_a_row(calls: Calls, database: Any) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("CREATE UNIQUE INDEX one_slug ON posts (slug)")
    answer = calls("orm.seed", "posts", [{"title": "A", "slug": "x"}, {"title": "B", "slug": "x"}])
    assert answer == (None, "UNIQUE constraint failed: posts.slug")
    assert calls("orm.count", "posts") == 0


def test_a_change_is_announced_once_after_its_commit(calls: Calls, events: list[Event]) -> None:
    calls("orm.seed", "posts", [{"title": "A"}, {"title": "B"}])
    assert events == [DataChanged(("posts",), "call-1")]
    events.clear()
    calls("orm.insert", "posts", {})
    calls("orm.update_where", "posts", [value("title", "x")], {"where": "0"})
    calls("orm.find", "posts")
    assert events == []


def test_statements_are_recorded(calls: Calls) -> None:
    calls("orm.insert", "posts", {"title": "A"})
    calls("orm.find", "posts", {"where": "title = ?", "args": ["A"]})
    calls("orm.find", "posts", {"where": "foo"})
    insert, find, failed = calls.run.sql
    assert (insert.rows, insert.args[-1]) == (1, "A")
    assert insert.sql == "INSERT INTO posts (_owner, _owner_email, title) VALUES (?, ?, ?)"
    assert (find.rows, find.args, find.error) == (1, ("A",), "")
    assert failed.error == "no such column: foo"


def test_an_endless_query_ends_the_call(posts: Calls) -> None:
    posts.context(OWNER, seconds=0.1)
    endless = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)"
    with pytest.raises(CallKilled) as caught:
        posts("orm.find", "posts", {"where": endless})
    assert caught.value.kind is ErrorKind.TIMEOUT
    posts.context(OWNER, seconds=0.1)
    with pytest.raises(CallKilled):
        posts("orm.update", "posts", 1, [expression("score", endless)])
    posts.context(OWNER)
    assert posts("orm.count", "posts") == 3
