"""Rows without a script between: who may what, as narrow as Goop2 is, and what an attacker's SQL sees."""

from __future__ import annotations

from typing import Any

import pytest

from lua_engine import Engine, LogRecorded, PageError, PageErrorKind
from tests.engine.pages.conftest import Visitors

CALLERS = ("owner", "coauthor", "viewer", "stranger")
EVERYBODY = set(CALLERS)
MEMBERS = {"owner", "coauthor", "viewer"}
WRITERS = {"owner", "coauthor"}

# Who may do what, per table (all four operations have the table's level; "answers" reads its own rows only).
MAY = {
    ("opens", "find"): EVERYBODY,
    ("opens", "insert"): EVERYBODY,
    ("groups", "find"): MEMBERS,
    ("groups", "insert"): WRITERS,
    ("owners", "find"): EVERYBODY,  # visitors: their own rows
    ("owners", "insert"): {"owner"},
    ("locals", "find"): {"owner"},
    ("locals", "insert"): {"owner"},
    ("answers", "find"): EVERYBODY,
    ("answers", "insert"): EVERYBODY,
}
BODIES: dict[str, dict[str, Any]] = {"find": {}, "insert": {"data": {"text": "new"}}}


def is_refused(engine: Engine, call: str, body: Any, caller: Any) -> bool:
    try:
        engine.pages.direct(call, body, caller)
    except PageError as error:
        if error.kind is not PageErrorKind.REFUSED:
            raise
        return True
    return False


@pytest.mark.parametrize(("table", "call"), MAY)
@pytest.mark.parametrize("name", CALLERS)
def test_access_levels(engine: Engine, who: Visitors, table: str, call: str, name: str) -> None:
    refused = is_refused(engine, call, {"table": table, **BODIES[call]}, who[name])
    assert refused == (name not in MAY[table, call])


def test_read_owner_shows_ones_own_rows(engine: Engine, who: Visitors) -> None:
    direct = engine.pages.direct
    assert len(direct("find", {"table": "answers"}, who.owner)) == 2
    assert direct("find", {"table": "answers"}, who.stranger) == []
    made = direct("insert", {"table": "answers", "data": {"text": "mine"}}, who.stranger)
    assert made["status"] == "inserted"
    (row,) = direct("find", {"table": "answers"}, who.stranger)
    assert row["_id"] == made["id"]
    assert row["_owner"] == who.stranger.id
    assert row["_owner_email"] == "sam@example.org"
    assert direct("find", {"table": "answers"}, who.viewer) == []


@pytest.mark.parametrize("call", ["update", "delete"])
def test_group_members_touch_their_own_rows_only(engine: Engine, who: Visitors, call: str) -> None:
    direct = engine.pages.direct
    made = direct("insert", {"table": "groups", "data": {"text": "Anna's"}}, who.coauthor)["id"]
    body = {"table": "groups", "data": {"text": "changed"}}
    with pytest.raises(PageError, match="row 1 not found, or it is somebody else's"):
        direct(call, {**body, "id": 1}, who.coauthor)
    assert direct(call, {**body, "id": made}, who.coauthor) == {"status": f"{call}d"}
    with pytest.raises(PageError, match='role "viewer" may not'):
        direct(call, {**body, "id": made}, who.viewer)
    assert direct(call, {**body, "id": 1}, who.owner) == {"status": f"{call}d"}


OWNERS_CALLS: dict[str, dict[str, Any]] = {
    "find-one": {"where": "n = 2"},
    "get-by": {"column": "n", "value": 2},
    "exists": {"where": "n = 2"},
    "count": {"where": "n > 0"},
    "pluck": {"column": "text", "order": "_id DESC"},
    "distinct": {"column": "n"},
    "aggregate": {"expr": "SUM(n) AS total"},
    "update-where": {"where": "n = 1", "data": {"n": 5}},
    "delete-where": {"where": "n = 2"},
    "upsert": {"key_col": "text", "data": {"text": "opens 1", "n": 9}},
}
ANSWERS: dict[str, Any] = {
    "exists": {"exists": True},
    "count": {"count": 2},
    "pluck": ["opens 2", "opens 1"],
    "distinct": [1, 2],
    "aggregate": [{"total": 3}],
    "update-where": {"affected": 1},
    "delete-where": {"affected": 1},
    "upsert": {"status": "ok", "id": 1},
}


@pytest.mark.parametrize("call", OWNERS_CALLS)
def test_other_calls_are_the_owners(engine: Engine, who: Visitors, call: str) -> None:
    body = {"table": "opens", **OWNERS_CALLS[call]}
    for name in ("coauthor", "viewer", "stranger"):
        with pytest.raises(PageError, match=f"{call} is not available to visitors") as caught:
            engine.pages.direct(call, body, who[name])
        assert "use a data function" in caught.value.advice
    answer = engine.pages.direct(call, body, who.owner)
    if call in ANSWERS:
        assert answer == ANSWERS[call]
    else:
        assert answer["text"] == "opens 2"


def test_order_and_fields_count_for_the_owner_only(engine: Engine, who: Visitors) -> None:
    body = {"table": "opens", "order": "_id DESC", "fields": ["text"]}
    assert engine.pages.direct("find", body, who.owner) == [{"text": "opens 2"}, {"text": "opens 1"}]
    rows = engine.pages.direct("find", body, who.stranger)
    assert [row["_id"] for row in rows] == [1, 2]
    assert set(rows[0]) >= {"_id", "_owner", "text", "n"}


def test_limit_offset_and_arguments(engine: Engine, who: Visitors) -> None:
    body = {"table": "opens", "where": "n >= ?", "args": [1], "limit": 1, "offset": 1}
    assert [row["n"] for row in engine.pages.direct("find", body, who.stranger)] == [2]


# A visitor's SQL

ATTACKS = [
    "1=1) OR (1=1",
    "1=0) UNION ALL SELECT * FROM answers --",
    "1=0) UNION ALL SELECT * FROM main.answers --",
    "EXISTS (SELECT 1 FROM answers WHERE text LIKE 'a%')",
    "EXISTS (SELECT 1 FROM main.answers)",
    "(SELECT count(*) FROM answers) > 0",
    "EXISTS (WITH w AS (SELECT * FROM answers) SELECT 1 FROM w)",
    "EXISTS (SELECT 1 FROM opens)",
    "EXISTS (SELECT 1 FROM _peer_cache)",
    "(SELECT count(*) FROM _groups) >= 0",
    "EXISTS (SELECT 1 FROM sqlite_master)",
    "EXISTS (SELECT 1 FROM sqlite_schema)",
    "EXISTS (SELECT 1 FROM pragma_table_list)",
    "EXISTS (SELECT 1 FROM json_each('[1]'))",
    "1); DELETE FROM answers; --",
    "load_extension('x')",
    "1 /*",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_sql_of_a_visitor_sees_no_other_row(engine: Engine, who: Visitors, attack: str) -> None:
    before = engine.pages.direct("count", {"table": "answers"}, who.owner)
    try:
        seen = engine.pages.direct("find", {"table": "answers", "where": attack}, who.stranger)
    except PageError:
        seen = []
    assert seen == []
    assert engine.pages.direct("count", {"table": "answers"}, who.owner) == before


@pytest.mark.parametrize("attack", ATTACKS[3:7])
def test_subselects_tell_nothing_about_rows_that_are_not_shown(
    engine: Engine, who: Visitors, attack: str
) -> None:
    """With a row of one's own, a condition over others' rows would answer yes or no."""
    engine.pages.direct("insert", {"table": "answers", "data": {"text": "mine"}}, who.stranger)
    with pytest.raises(PageError, match="that the caller may see"):
        engine.pages.direct("find", {"table": "answers", "where": attack}, who.stranger)


@pytest.mark.parametrize("name", ["_peer_cache", "sqlite_master", "_meta", "nosuch", "a b", "", "x" * 100])
def test_only_user_tables(engine: Engine, who: Visitors, name: str) -> None:
    for caller in (who.stranger, who.owner):
        with pytest.raises(PageError):
            engine.pages.direct("find", {"table": name}, caller)


def test_endless_conditions_end(engine: Engine, who: Visitors) -> None:
    engine.settings.change({"lua.timeout_seconds": 1})
    slow = "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c) > 0"
    with pytest.raises(PageError):
        engine.pages.direct("find", {"table": "opens", "where": slow}, who.stranger)


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        [],
        {"table": 5},
        {"table": "opens", "where": 5},
        {"table": "opens", "args": "x"},
        {"table": "opens", "args": [{}]},
        {"table": "opens", "limit": "many"},
        {"table": "opens", "limit": 1.5},
        {"table": "opens", "where": "nosuch = 1"},
        {"table": "opens", "where": "n = ?"},
    ],
)
def test_bodies_without_sense(engine: Engine, who: Visitors, body: Any) -> None:
    with pytest.raises(PageError):
        engine.pages.direct("find", body, who.stranger)


def test_values_are_checked_against_the_schema(engine: Engine, who: Visitors) -> None:
    insert = engine.pages.direct
    with pytest.raises(PageError, match='column "text" is required'):
        insert("insert", {"table": "opens", "data": {}}, who.stranger)
    with pytest.raises(PageError, match='column "n" expects integer, got string'):
        insert("insert", {"table": "opens", "data": {"text": "x", "n": "5"}}, who.stranger)
    with pytest.raises(PageError, match='unknown column "evil'):
        insert("insert", {"table": "opens", "data": {"text": "x", "evil) VALUES (1": 5}}, who.stranger)
    made = insert("insert", {"table": "opens", "data": {"text": "x", "_owner": who.owner.id}}, who.stranger)
    (row,) = insert("find", {"table": "opens", "where": "_id = ?", "args": [made["id"]]}, who.stranger)
    assert row["_owner"] == who.stranger.id, "the caller is the visitor, never a field of the body"


def test_role_says_what_one_may(engine: Engine, who: Visitors) -> None:
    def role(name: str) -> Any:
        return engine.pages.direct("role", {"table": "groups"}, who[name])

    everything = dict.fromkeys(("read", "insert", "update", "delete"), True)
    assert role("owner") == {"role": "owner", "permissions": everything}
    assert role("coauthor") == {"role": "coauthor", "permissions": everything}
    assert role("viewer")["permissions"] == {**dict.fromkeys(everything, False), "read": True}
    assert role("stranger") == {"role": "", "permissions": dict.fromkeys(everything, False)}


def test_tables_and_schemas(engine: Engine, who: Visitors) -> None:
    tables = engine.pages.direct("tables", {}, who.stranger)
    assert {"name": "opens", "insert_policy": "open", "mode": "orm"} in tables
    assert not [one for one in tables if one["name"].startswith("_")]
    described = engine.pages.direct("describe", {"table": "groups"}, who.stranger)
    assert described["mode"] == "orm"
    assert [column["name"] for column in described["schema"]["columns"]] == ["text", "n"]
    assert described["schema"]["access"]["read"] == "group"
    assert len(engine.pages.direct("schemas", {}, who.stranger)) == 6


def test_schema_changes_are_the_owners(engine: Engine, who: Visitors) -> None:
    direct = engine.pages.direct
    columns = [{"name": "q1", "type": "TEXT", "default": "''"}, {"name": "n", "type": "INTEGER"}]
    with pytest.raises(PageError, match="not available to visitors"):
        direct("create-table", {"name": "made", "columns": columns}, who.coauthor)
    made = direct("create-table", {"name": "made", "columns": columns}, who.owner)
    assert made == {"status": "created", "table": "made", "mode": "classic"}
    assert direct("add-column", {"table": "made", "column": {"name": "q2"}}, who.owner) == {"status": "added"}
    described = direct("describe", {"table": "made"}, who.owner)
    assert [one["name"] for one in described["columns"]][-3:] == ["q1", "n", "q2"]
    row = direct("insert", {"table": "made", "data": {"q1": "a", "n": 4}}, who.owner)
    direct("update", {"table": "made", "id": row["id"], "data": {"q2": "b"}}, who.owner)
    assert direct("find", {"table": "made"}, who.stranger)[0]["q2"] == "b"
    with pytest.raises(PageError, match="insert not allowed"):
        direct("insert", {"table": "made", "data": {"q1": "a"}}, who.stranger)
    with pytest.raises(PageError, match="unknown column"):
        direct("insert", {"table": "made", "data": {"nosuch": "a"}}, who.owner)
    assert direct("delete", {"table": "made", "id": row["id"]}, who.owner) == {"status": "deleted"}
    assert direct("delete-table", {"table": "made"}, who.owner) == {"status": "deleted", "table": "made"}
    typed = [{"name": "slug", "type": "text", "key": True}, {"name": "score", "type": "real"}]
    assert direct("create-table", {"name": "typed", "columns": typed}, who.owner)["mode"] == "orm"
    for bad in ("made; DROP TABLE opens", "_meta", "opens"):
        with pytest.raises(PageError):
            direct("create-table", {"name": bad, "columns": columns}, who.owner)


def test_owner_hears_why_in_the_log(engine: Engine, who: Visitors) -> None:
    lines: list[str] = []
    engine.bus.subscribe(
        lambda event: lines.append(event.line.message) if isinstance(event, LogRecorded) else None
    )
    for _ in range(5):
        with pytest.raises(PageError) as caught:
            engine.pages.direct("count", {"table": "opens"}, who.stranger)
        engine.pages.complaints.refused("count opens", caught.value, who.stranger)
    assert lines == [
        "page: count opens: count is not available to visitors "
        "(Goop2 answers this to the site's owner only: use a data function)"
    ]
