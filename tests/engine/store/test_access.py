"""Direct access from a page, decided by level and role."""

from __future__ import annotations

from typing import get_args

import pytest

from lua_engine.schema.model import Access, Operation, RoleAccess, TableSchema
from lua_engine.store.tables.access import Rule, TableAccess, allows, decide

COLUMNS = [{"name": "a", "type": "text"}]


def table(**levels: str) -> TableSchema:
    return TableSchema.of(
        {
            "name": "t",
            "system_key": True,
            "columns": COLUMNS,
            "access": levels,
            "roles": {"coauthor": {"read": True, "insert": True, "update": True}, "viewer": {"read": True}},
        }
    )


@pytest.mark.parametrize("operation", get_args(Operation))
def test_levels(operation: Operation) -> None:
    for level, stranger in (("local", False), ("owner", False), ("group", False), ("open", True)):
        schema = table(**{operation: level})
        assert allows(schema, operation, "", True).allowed
        decision = allows(schema, operation, "", False)
        own = (level, operation) == ("owner", "read")  # measured on Goop2: visitors read their own rows
        assert decision.allowed is (stranger or own)
        assert decision.own_rows is own
        assert bool(decision.reason) is not stranger
        assert decision.level == level


def test_group_asks_the_role() -> None:
    schema = table(read="group", insert="group", update="group", delete="group")
    update = allows(schema, "update", "coauthor", False)
    assert (update.allowed, update.own_rows, update.rule, update.role) == (True, True, Rule.ROLE, "coauthor")
    insert = allows(schema, "insert", "coauthor", False)
    assert (insert.allowed, insert.own_rows, insert.reason) == (True, False, "")
    assert allows(schema, "update", "viewer", False).reason == 'role "viewer" may not update rows of t'
    assert allows(schema, "insert", "unknown", False).reason == 'role "unknown" may not insert rows into t'
    assert allows(schema, "delete", "coauthor", False).reason == 'role "coauthor" may not delete rows of t'
    assert allows(schema, "read", "", False).reason == "only members of the group may read rows of t"
    assert allows(schema, "read", "", False).rule is Rule.NO_MEMBER
    assert allows(schema, "delete", "", True).rule is Rule.SITE_OWNER


def test_a_table_without_a_schema_goes_by_its_insert_policy() -> None:
    access = TableAccess.of_classic("notes", "group")
    assert decide(access, "read", "", is_owner=False).allowed
    refused = decide(access, "insert", "coauthor", is_owner=False)
    assert (refused.allowed, refused.rule) == (False, Rule.ROLE)
    assert decide(TableAccess.of_classic("notes", "open"), "insert", "", is_owner=False).allowed


def test_defaults_are_read_open_and_the_rest_owner() -> None:
    schema = TableSchema.of({"name": "t", "system_key": True, "columns": COLUMNS})
    assert allows(schema, "read", "", False).allowed
    assert allows(schema, "insert", "coauthor", False).reason == "only the site owner may insert rows into t"
    assert Access.of_insert_policy("public").insert == "open"
    assert RoleAccess().permits("read") is False
