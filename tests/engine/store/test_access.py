"""Direct access from a page, decided by level and role."""

from __future__ import annotations

from typing import get_args

import pytest

from lua_engine.schema.model import Access, Operation, RoleAccess, TableSchema
from lua_engine.store.tables.access import allows

COLUMNS = [{"name": "a", "type": "text"}]


def table(**levels: str) -> TableSchema:
    return TableSchema.model_validate(
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
        assert decision.allowed is stranger
        assert bool(decision.reason) is not stranger


def test_group_asks_the_role() -> None:
    schema = table(read="group", insert="group", update="group", delete="group")
    assert allows(schema, "update", "coauthor", False).allowed
    assert allows(schema, "update", "viewer", False).reason == 'role "viewer" may not update rows of t'
    assert allows(schema, "insert", "unknown", False).reason == 'role "unknown" may not insert rows into t'
    assert allows(schema, "delete", "coauthor", False).reason == 'role "coauthor" may not delete rows of t'
    assert allows(schema, "read", "", False).reason == "only members of the group may read rows of t"
    assert allows(schema, "delete", "", True).allowed


def test_defaults_are_read_open_and_the_rest_owner() -> None:
    schema = TableSchema.model_validate({"name": "t", "system_key": True, "columns": COLUMNS})
    assert allows(schema, "read", "", False).allowed
    assert allows(schema, "insert", "coauthor", False).reason == "only the site owner may insert rows into t"
    assert Access.of_insert_policy("public").insert == "open"
    assert RoleAccess().permits("read") is False
