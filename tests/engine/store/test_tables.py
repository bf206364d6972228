"""The catalog: creating, finding, describing and dropping tables."""

from __future__ import annotations

import sqlite3

import pytest

from lua_engine.base.errors import SchemaError, StoreError
from lua_engine.base.events import DataChanged, Event
from lua_engine.schema.model import parse_schema
from lua_engine.store.database import Database
from lua_engine.store.tables.catalog import TableCatalog
from tests.engine.store.conftest import POSTS, schema


@pytest.mark.usefixtures("catalog")
def test_created_tables_have_goop2s_shape(database: Database) -> None:
    outside = sqlite3.connect(database.path)
    columns = outside.execute("PRAGMA table_info(posts)").fetchall()
    assert [tuple(row[1:]) for row in columns] == [
        ("_id", "INTEGER", 0, None, 1),
        ("_owner", "TEXT", 1, None, 0),
        ("_owner_email", "TEXT", 0, "''", 0),
        ("_created_at", "DATETIME", 0, "CURRENT_TIMESTAMP", 0),
        ("_updated_at", "DATETIME", 0, "CURRENT_TIMESTAMP", 0),
        ("title", "TEXT", 1, None, 0),
        ("body", "TEXT", 0, None, 0),
        ("slug", "TEXT", 0, None, 0),
        ("score", "INTEGER", 0, "0", 0),
        ("weight", "REAL", 0, None, 0),
        ("data", "BLOB", 0, None, 0),
        ("state", "TEXT", 0, "'draft'", 0),
        ("position", "INTEGER", 0, None, 0),
    ]
    sql = outside.execute("SELECT sql FROM sqlite_master WHERE name = 'posts'").fetchone()[0]
    assert "_id INTEGER PRIMARY KEY AUTOINCREMENT" in sql
    assert outside.execute("SELECT schema, insert_policy FROM _tables WHERE name = 'posts'").fetchone() == (
        sql,
        "owner",
    )
    stored = outside.execute("SELECT schema_json FROM _orm_schemas WHERE table_name = 'posts'").fetchone()[0]
    assert parse_schema(stored, "stored") == schema(POSTS)
    outside.close()


def test_get_and_known(catalog: TableCatalog) -> None:
    table = catalog.get("posts")
    assert table is not None
    assert table.columns[:6] == ("_id", "_owner", "_owner_email", "_created_at", "_updated_at", "title")
    assert catalog.get("posts") is table
    assert catalog.known("posts") is table
    assert catalog.get("nothing") is None


def test_tables_of_another_program_are_seen(database: Database, catalog: TableCatalog) -> None:
    assert catalog.get("later") is None
    outside = sqlite3.connect(database.path)
    outside.execute(
        "CREATE TABLE later (_id INTEGER PRIMARY KEY AUTOINCREMENT, _owner TEXT NOT NULL, a TEXT)"
    )
    text = '{"name": "later", "system_key": true, "columns": [{"name": "a", "type": "TEXT"}]}'
    outside.execute("INSERT INTO _orm_schemas (table_name, schema_json) VALUES ('later', ?)", (text,))
    outside.commit()
    table = catalog.get("later")
    assert table is not None
    assert table.columns == ("_id", "_owner", "a")
    outside.execute("ALTER TABLE later ADD COLUMN b TEXT")
    altered = catalog.get("later")
    assert altered is not None
    assert altered.columns == ("_id", "_owner", "a", "b")
    outside.execute("DROP TABLE later")
    assert catalog.get("later") is None
    outside.close()


def test_a_broken_schema_is_named(database: Database, catalog: TableCatalog) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("UPDATE _orm_schemas SET schema_json = '{' WHERE table_name = 'settings'")
    catalog.create_table(
        schema('{"name": "other", "system_key": true, "columns": [{"name": "a", "type": "text"}]}')
    )
    with pytest.raises(SchemaError, match=r"_orm_schemas, table settings: not valid JSON"):
        catalog.get("settings")
    kinds = {info.name: info.kind for info in catalog.infos()}
    assert (kinds["settings"], kinds["posts"], kinds["_meta"]) == ("classic", "orm", "system")


def test_create_and_drop_are_announced(catalog: TableCatalog, events: list[Event]) -> None:
    with pytest.raises(SchemaError, match="table posts already exists"):
        catalog.create_table(schema(POSTS))
    assert catalog.drop_table("posts", origin="template") is True
    assert catalog.drop_table("posts") is False
    assert events[0] == DataChanged(("_orm_schemas", "_tables"), "template")
    assert catalog.get("posts") is None
    assert "posts" not in catalog.names()
    for name in ("_meta", "sqlite_sequence"):
        with pytest.raises(StoreError, match="cannot be dropped"):
            catalog.drop_table(name)


def test_reserved_words_are_fine_as_names(catalog: TableCatalog, database: Database) -> None:
    columns = '[{"name": "group", "type": "text", "default": "it\'s"}, {"name": "index", "type": "integer"}]'
    text = f'{{"name": "order", "system_key": true, "columns": {columns}}}'
    table = catalog.create_table(schema(text))
    assert table.columns[-2:] == ("group", "index")
    with database.system_write() as connection:
        connection.exec_driver_sql("INSERT INTO [order] (_owner) VALUES ('a')")
        assert connection.exec_driver_sql("SELECT [group] FROM [order]").scalar() == "it's"


@pytest.mark.parametrize(
    ("kind", "default", "stored"),
    [
        ("datetime", '"CURRENT_TIMESTAMP"', "CURRENT_TIMESTAMP"),
        ("text", '"CURRENT_TIMESTAMP"', "'CURRENT_TIMESTAMP'"),
        ("integer", "1", "1"),
        ("integer", "1.0", "1"),
        ("real", "0.5", "0.5"),
        ("integer", "true", "1"),
        ("text", '""', "''"),
        ("integer", "-3", "-3"),
    ],
)
def test_defaults(catalog: TableCatalog, kind: str, default: str, stored: str) -> None:
    text = (
        f'{{"name": "t", "system_key": true, "columns": [{{"name": "a", "type": "{kind}", "default": '
        f"{default}}}]}}"
    )
    catalog.create_table(schema(text))
    info = next(info for info in catalog.infos() if info.name == "t")
    assert info.columns[-1].default == stored


def test_infos_describe_columns_and_count(database: Database, catalog: TableCatalog) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        connection.exec_driver_sql("CREATE VIEW newest AS SELECT * FROM notes")
        connection.exec_driver_sql(
            "INSERT INTO _tables (name, schema, insert_policy) VALUES ('notes', '', 'open')"
        )
        connection.exec_driver_sql("INSERT INTO notes (body) VALUES ('a'), ('b')")
    infos = {info.name: info for info in catalog.infos()}
    assert list(infos)[:5] == ["autos", "notes", "posts", "settings", "newest"]
    assert catalog.names() == ("autos", "notes", "posts", "settings", "newest")
    notes = infos["notes"]
    assert (notes.kind, catalog.count("notes"), notes.insert_policy, notes.access["insert"]) == (
        "classic",
        2,
        "open",
        "open",
    )
    assert [(one.name, one.type, one.is_key, one.required) for one in notes.columns] == [
        ("id", "integer", True, False), ("body", "text", False, True),
    ]  # fmt: skip
    posts = infos["posts"]
    assert posts.access == {"read": "open", "insert": "group", "update": "owner", "delete": "owner"}
    state = next(column for column in posts.columns if column.name == "state")
    assert (state.type, state.values) == ("enum", (("draft", "Draft"), ("open", "open")))
    assert posts.columns[0].is_system
    assert all(column.is_system for column in infos["_meta"].columns)
    assert infos["newest"].kind == "view"


def test_what_cannot_be_described_is_listed_all_the_same(database: Database, catalog: TableCatalog) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("CREATE VIEW broken AS SELECT * FROM gone")
    info = next(info for info in catalog.infos() if info.name == "broken")
    assert (info.kind, info.columns) == ("view", ())
    assert info.problem == "no such table: main.gone"
    with pytest.raises(StoreError, match=r"no such table: main\.gone"):
        catalog.page("broken")
