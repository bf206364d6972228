"""A table's schema changed: what would happen is said first, what SQLite cannot do too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lua_engine.base.errors import KnownError, SchemaError
from lua_engine.store.tables.schema_change import SchemaChanges
from tests.engine.data.conftest import Ground


@pytest.fixture
def changes(ground: Ground) -> SchemaChanges:
    ground.outside("INSERT INTO cards (_owner, title, state) VALUES ('x', 'one', 'done')")
    return SchemaChanges(ground.database)


def edited(changes: SchemaChanges, **more: Any) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(changes.text("cards"))
    return {**schema, **more}


def test_a_column_and_a_value_are_added(ground: Ground, changes: SchemaChanges) -> None:
    schema = edited(changes, access={"read": "owner"})
    schema["columns"].append({"name": "due", "type": "date"})
    schema["columns"].append({"name": "weightless", "type": "integer", "required": True, "default": 0})
    schema["columns"][4]["values"].append({"key": "late"})
    text = json.dumps(schema, indent=2)
    plan = changes.plan("cards", text)
    assert plan.changes == (
        "state: allows late too",
        "adds the column due (date)",
        "adds the column weightless (integer)",
        "changes who may do what from a page",
    )
    assert plan.can_apply
    written: list[str] = []
    changes.apply("cards", text, written.append)
    assert ground.outside("SELECT title, due, weightless FROM cards") == [("one", None, 0)]
    table = ground.tables.get("cards")
    assert table is not None
    assert table.schema.by_name["state"].keys == {"open", "done", "late"}
    assert json.loads(written[0]) == schema


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda s: s["columns"].pop(1), "n: a column is not removed here"),
        (lambda s: s["columns"][1].update(type="text"), "n: SQLite cannot change the type"),
        (lambda s: s["columns"][4].update(default="done"), "state: SQLite cannot change the default"),
        (
            lambda s: s["columns"].append({"name": "b", "type": "text", "required": True}),
            "b: the existing rows",
        ),
        (
            lambda s: s["columns"].append({"name": "b", "type": "datetime", "default": "CURRENT_TIMESTAMP"}),
            "b: SQLite cannot add a column whose default",
        ),
        (lambda s: s.update(name="other"), "the name stays cards"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_done(
    ground: Ground, changes: SchemaChanges, change: Any, refusal: str
) -> None:
    schema = edited(changes)
    schema["columns"].append({"name": "extra", "type": "text"})
    change(schema)
    plan = changes.plan("cards", json.dumps(schema))
    assert any(one.startswith(refusal) for one in plan.refusals), plan.refusals
    assert not plan.can_apply
    with pytest.raises(SchemaError):
        changes.apply("cards", json.dumps(schema), lambda _text: None)
    assert "extra" not in [row[1] for row in ground.outside("PRAGMA table_info(cards)")]


def test_rows_that_have_a_value_that_goes_are_counted(changes: SchemaChanges) -> None:
    schema = edited(changes)
    schema["columns"][4]["values"] = [{"key": "open"}]
    plan = changes.plan("cards", json.dumps(schema))
    assert plan.warnings == ("state: 1 row with done, which would not be allowed",)


def test_a_file_that_cannot_be_written_leaves_the_table_as_it_was(
    ground: Ground, changes: SchemaChanges
) -> None:
    schema = edited(changes)
    schema["columns"].append({"name": "extra", "type": "text"})

    def fail(_text: str) -> None:
        raise KnownError("the disk is full")

    with pytest.raises(KnownError, match="the disk is full"):
        changes.apply("cards", json.dumps(schema), fail)
    assert "extra" not in [row[1] for row in ground.outside("PRAGMA table_info(cards)")]


def test_a_mistake_is_named(changes: SchemaChanges) -> None:
    with pytest.raises(SchemaError, match="not valid JSON"):
        changes.plan("cards", "{")
    with pytest.raises(SchemaError, match="has no schema"):
        changes.text("plain")
