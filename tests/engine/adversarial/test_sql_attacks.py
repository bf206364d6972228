"""SQL: one statement of reading or of changing rows, in the call's time, and nothing of the system's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest

from lua_engine import CallResult, Engine
from lua_engine.schema.model import parse_schema
from tests.helpers.attack_arena import Attack, Outcome, hurried

ANY = ("ok", "script", "timeout", "memory")
NOTES = """{"name": "notes", "system_key": true, "columns": [{"name": "title", "type": "text"}, {"name": "score", "type": "integer"}],
  "access": {"read": "open", "insert": "open", "update": "open", "delete": "open"}}"""
NUMBERS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"


def with_notes(engine: Engine) -> None:
    """A table with three rows, a classic one, a trigger that writes a system table, and a view."""
    engine._services.tables.create_table(parse_schema(NOTES, "notes.json"))  # as installing a template does
    connection = sqlite3.connect(engine.site.data_db)
    for number in range(3):
        connection.execute(
            "INSERT INTO notes(title, score, _owner) VALUES (?, ?, 'o')", (f"note {number}", number)
        )
    connection.execute("CREATE TABLE classic(a, b)")
    connection.execute("CREATE TABLE trapped(a)")
    connection.execute(
        "CREATE TRIGGER trap AFTER INSERT ON trapped BEGIN INSERT OR REPLACE INTO _meta VALUES ('owned', 'yes'); END"
    )
    connection.execute("CREATE VIEW seen AS SELECT * FROM notes")
    connection.commit()
    connection.close()


def data_is_untouched(engine: Engine, _result: CallResult) -> None:
    connection = sqlite3.connect(engine.site.data_db)
    titles = [row[0] for row in connection.execute("SELECT title FROM notes ORDER BY _id")]
    meta = connection.execute("SELECT count(*) FROM _meta WHERE key = 'owned'").fetchone()[0]
    strange = connection.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'evil%'").fetchone()[0]
    connection.close()
    assert (titles, meta, strange) == (["note 0", "note 1", "note 2"], 0, 0)
    outside = [path.name for path in engine.site.path.rglob("*evil*")]
    assert not outside, outside


def sql(name: str, script: str, expect: str | tuple[str, ...] = "timeout", **more: Any) -> Attack:
    return Attack(
        name, script, expect, prepare=with_notes, check=more.pop("check", data_is_untouched), **more
    )


def refused(name: str, script: str, word: str = "", **more: Any) -> Attack:
    """``script`` ends with the refusal: a raised error, or nil and a message."""
    body = f"local ok, v, e = pcall(function() {script} end) if not ok then e = v v = nil end return {{tostring(v), tostring(e)}}"

    def check(engine: Engine, result: CallResult) -> None:
        data_is_untouched(engine, result)
        assert result.value[0] in ("nil", "false", "0"), result.value
        assert result.value[1] != "nil", result.value
        assert word in result.value[1], result.value

    return sql(name, body, "ok", check=check, **more)


def lock_database(engine: Engine) -> None:
    """Another process holds the write lock, longer than any call may wait."""
    with_notes(engine)
    connection = sqlite3.connect(engine.site.data_db, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    release = threading.Timer(60.0, connection.close)
    release.daemon = True
    release.name = "MainThread-lock"
    release.start()
    engine._lock_timer = (release, connection)  # type: ignore[attr-defined]  # kept alive


def let_go(engine: Engine, result: CallResult) -> None:
    timer, connection = engine._lock_timer  # type: ignore[attr-defined]  # see lock_database
    timer.cancel()
    timer.join()
    connection.close()
    data_is_untouched(engine, result)


QUERY = "return goop.db.query"
SCALAR = "return goop.db.scalar"
EXEC = "return goop.db.exec"


def lua(text: str) -> str:
    return "[==[" + text + "]==]"


TIME = [
    sql("endless recursive CTE", f"{SCALAR}({lua(NUMBERS + ' SELECT count(*) FROM c')})"),
    sql("endless recursive CTE, streamed", f"{QUERY}({lua(NUMBERS + ' SELECT x FROM c WHERE x < 0')})"),
    sql(
        "endless CTE under pcall",
        f"while true do pcall(goop.db.scalar, {lua(NUMBERS + ' SELECT count(*) FROM c')}) end",
    ),
    sql("cross join", f"{SCALAR}('SELECT count(*) FROM ' .. ('sqlite_master,'):rep(12) .. 'sqlite_master')"),
    sql("self join of a view", f"{SCALAR}('SELECT count(*) FROM ' .. ('seen,'):rep(30) .. 'seen')"),
    sql(
        "LIKE bomb",
        f"{SCALAR}({lua(NUMBERS + ' SELECT count(*) FROM c WHERE (hex(zeroblob(1000000)) || x) LIKE ' + chr(39) + '%0' * 40 + '%1' + chr(39))})",
    ),
    sql(
        "GLOB bomb",
        f"{SCALAR}({lua(NUMBERS + ' SELECT count(*) FROM c WHERE (hex(zeroblob(1000000)) || x) GLOB ' + chr(39) + '*0' * 40 + '*1' + chr(39))})",
    ),
    sql(
        "instr bomb",
        f"{SCALAR}({lua(NUMBERS + ' SELECT sum(instr(hex(zeroblob(500000)), hex(zeroblob(250000)) || 1)) FROM c')})",
    ),
    sql(
        "replace bomb",
        f"{SCALAR}({lua(NUMBERS + ' SELECT sum(length(replace(hex(zeroblob(500000)), hex(zeroblob(200000)) || 1, 0))) FROM c')})",
    ),
    sql(
        "trim bomb",
        f"{SCALAR}({lua(NUMBERS + ' SELECT sum(length(trim(hex(zeroblob(1000000)), hex(randomblob(500000))))) FROM c')})",
    ),
    sql(
        "randomblob again and again",
        f"{SCALAR}({lua(NUMBERS + ' SELECT sum(length(randomblob(3900000))) FROM c')})",
    ),
    sql(
        "printf again and again",
        f"{SCALAR}({lua(NUMBERS + ' SELECT sum(length(printf(' + chr(39) + '%3900000d' + chr(39) + ', x))) FROM c')})",
    ),
    sql(
        "json of JSON",
        f"{SCALAR}({lua(NUMBERS + ' SELECT count(*) FROM c, json_each(' + chr(39) + '[' + '1,' * 1000 + '1]' + chr(39) + ')')})",
    ),
    sql(
        "aggregate in orm",
        "return goop.orm('notes'):aggregate('(' .. " + lua(NUMBERS + " SELECT count(*) FROM c") + " .. ')')",
    ),
    sql(
        "where with an endless subquery",
        f"return goop.orm('notes'):find({{where = 'score IN ({NUMBERS} SELECT x FROM c WHERE x < 0)'}})",
    ),
    sql(
        "order with an endless subquery",
        f"return goop.orm('notes'):find({{order = '({NUMBERS} SELECT count(*) FROM c)'}})",
        ANY,
    ),
    sql(
        "expression with an endless subquery",
        f"return goop.orm('notes'):update_where({{score = goop.expr('({NUMBERS} SELECT count(*) FROM c)')}}, {{where = '1'}})",
        ("timeout", "ok", "script"),
    ),
    sql(
        "delete with an endless subquery",
        f"{EXEC}('DELETE FROM notes WHERE score IN ({NUMBERS} SELECT -x FROM c WHERE x < 0)')",
    ),
    sql("insert without end", f"{EXEC}('INSERT INTO classic {NUMBERS} SELECT x, x FROM c')"),
    sql(
        "insert of blobs without end",
        f"{EXEC}('INSERT INTO classic {NUMBERS} SELECT x, zeroblob(1000000) FROM c')",
        ("timeout", "script", "memory", "ok"),
    ),
    sql("many small statements", "while true do goop.db.scalar('SELECT 1') end"),
    sql("many failing statements", "while true do goop.db.scalar('SELEC 1') end"),
    sql("many writes", "while true do goop.db.exec('UPDATE classic SET a = 1') end"),
    sql("many handles", "while true do goop.orm('notes') goop.orm('none') end"),
    Attack(
        "waiting for a locked database",
        "local n, e = goop.db.exec('UPDATE notes SET score = 9') return (e:gsub('%d[%d.]* s', 'N s'))",
        "ok",
        "Goop2 (or another program) is writing to data.db (waited N s); try again in a moment",
        lua={"timeout_seconds": 1},
        prepare=lock_database,
        check=let_go,
    ),
    Attack(
        "waiting for a lock under pcall",
        "while true do pcall(goop.orm('notes').update, goop.orm('notes'), 1, {score = 9}) end",
        ("timeout",),
        prepare=lock_database,
        check=let_go,
    ),
]

FORBIDDEN = [
    refused(f"{statement} through {name}", f"return goop.db.{name}({lua(statement)})")
    for statement in (
        "ATTACH DATABASE 'evil.db' AS e",
        "DETACH DATABASE main",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM pragma_table_info('notes'); DELETE FROM notes",
        "VACUUM",
        "VACUUM INTO 'evil.db'",
        "CREATE TABLE evil(a)",
        "CREATE TEMP TABLE evil(a)",
        "CREATE TRIGGER evil AFTER INSERT ON notes BEGIN SELECT 1; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE VIRTUAL TABLE evil USING fts5(a)",
        "DROP TABLE notes",
        "ALTER TABLE notes RENAME TO evil",
        "REINDEX",
        "ANALYZE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT evil",
        "RELEASE evil",
        "SELECT load_extension('evil.so')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT writefile('evil', 'x')",
        "SELECT edit('x')",
        "DELETE FROM notes; DELETE FROM notes",
        "SELECT 1; DELETE FROM notes",
        "INSERT INTO _meta VALUES ('owned', 'yes')",
        "INSERT INTO \"_meta\" VALUES ('owned', 'yes')",
        "INSERT INTO main._meta VALUES ('owned', 'yes')",
        "INSERT OR REPLACE INTO [_META] VALUES ('owned', 'yes')",
        "REPLACE INTO _meta VALUES ('owned', 'yes')",
        "INSERT INTO trapped VALUES (1)",
        "UPDATE sqlite_master SET sql = 'x'",
        "DELETE FROM sqlite_sequence",
        "INSERT INTO _meta VALUES ('owned', 'yes') RETURNING key",
        "WITH x AS (SELECT 1) INSERT INTO _meta VALUES ('owned', 'yes')",
        "SELECT * FROM sqlite_dbpage",
        "SELECT * FROM dbstat",
        "EXPLAIN DELETE FROM notes; SELECT 1",
        "",
        "-- nothing",
        "\0",
    )
    for name in ("query", "exec")
] + [
    refused(f"reading writes: {statement}", f"return goop.db.{name}({lua(statement)})")
    for name in ("query", "scalar")
    for statement in (
        "DELETE FROM notes",
        "UPDATE notes SET title = 'x'",
        "INSERT INTO notes(title) VALUES ('x')",
        "DELETE FROM notes RETURNING title",
        "WITH x AS (SELECT 1) DELETE FROM notes",
        "WITH x AS (SELECT 1) UPDATE notes SET title = 'x' RETURNING title",
        "/* SELECT */ DELETE FROM notes",
        "REPLACE INTO notes(_id, title) VALUES (1, 'x')",
    )
]

INJECTIONS = [
    refused("table name with SQL", "return goop.orm('notes; DELETE FROM notes')"),
    refused("table name with quotes", "return goop.orm('notes\" WHERE 1; --')"),
    refused("where with a second statement", "return goop.orm('notes'):find({where = '1; DELETE FROM notes'})"),
    refused("where that closes and unions", "return goop.orm('notes'):find({where = '1) UNION SELECT * FROM sqlite_dbpage --'})"),
    refused("where that attaches", "return goop.orm('notes'):find({where = \"1; ATTACH 'evil.db' AS e\"})"),
    refused("order with a second statement", "return goop.orm('notes'):find({order = '1; DROP TABLE notes'})"),
    refused("fields with a second statement", "return goop.orm('notes'):find({fields = {'1; DROP TABLE notes'}})"),
    refused("group_by with a second statement", "return goop.orm('notes'):aggregate('count(*)', {group_by = '1; DROP TABLE notes'})"),
    refused("aggregate with a second statement", "return goop.orm('notes'):aggregate('1; DROP TABLE notes')"),
    refused("column of insert", "return goop.orm('notes'):insert({['title) VALUES (1); --'] = 1})"),
    refused("column of update", "return goop.orm('notes'):update(1, {['title = 1; --'] = 1})"),
    refused("column of get_by", "return goop.orm('notes'):get_by('1 = 1 OR title', 'x')"),
    refused("column of pluck", "return goop.orm('notes'):pluck('title FROM notes; --')"),
    refused("key of upsert", "return goop.orm('notes'):upsert('title; --', {title = 'x'})"),
    refused("expression with a second statement", "return goop.orm('notes'):update(1, {title = goop.expr(\"'x'; DELETE FROM notes\")})"),
    refused("expression that leaves its column", "return goop.orm('notes'):update_where({title = goop.expr(\"'x' WHERE 0; DELETE FROM notes --\")}, {where = '1'})"),
    refused("expression in insert", "return goop.orm('notes'):insert({title = goop.expr(\"'x'\")})"),
    refused("marker table from a visitor", "return goop.orm('notes'):update_where({title = request.params.title}, {where = '1'})", params={"title": {"__sql_expr": "'x'"}}),
    refused("limit that is SQL", "return goop.orm('notes'):find({limit = '1; DROP TABLE notes'})"),
    refused("offset that is SQL", "return goop.orm('notes'):find({limit = 1, offset = '1; DROP TABLE notes'})"),
    refused("a value that is a table", "return goop.db.query('SELECT ?', {1})"),
    refused("too few values", "return goop.db.query('SELECT ?, ?', 1)"),
    sql("values are values", "return goop.db.query('SELECT ? AS v', \"'; DROP TABLE notes; --\")[1].v", "ok", value="'; DROP TABLE notes; --"),
] + [
    refused(f"system table through orm: {call}", f"local h = goop.orm('_meta') or error('no such table') return h:{call}")
    for call in (
        "insert({key = 'owned', value = 'yes'})",
        "upsert('key', {key = 'owned', value = 'yes'})",
        "seed({{key = 'owned', value = 'yes'}})",
        "update_where({value = 'yes'}, {where = '1'})",
        "delete_where({where = '1'})",
    )
] + [
    refused(f"{name} as the orm's table", f"local h = goop.orm({lua(name)}) or error('no such table') return h:insert({{a = 1}})")
    for name in ("sqlite_master", "main.notes", "_META", "\"_meta\"", "notes\0", "", "x" * 10000, "seen", "pragma_table_info")
]  # fmt: skip

ATTACKS = [*hurried(TIME), *FORBIDDEN, *INJECTIONS]
Check = Callable[[Engine, CallResult], object]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_sql_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
