"""Schema JSON: what is accepted, what is said when it is not, and the checks of rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.base.errors import SchemaError
from lua_engine.schema.model import TableSchema, is_identifier, parse_schema
from lua_engine.schema.types import ColumnType, automatic_text, lua_type
from lua_engine.schema.validation import check_insert, check_update

GOOD: dict[str, Any] = {"name": "t", "system_key": True, "columns": [{"name": "a", "type": "text"}]}


def of(**changes: Any) -> str:
    return json.dumps(GOOD | changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "schemas/t.json: not valid JSON"),
        ("[]", "schemas/t.json: a table schema is a JSON object"),
        (of(name="_t"), "name: '_t' is a reserved name"),
        (of(name="t t"), "name: 't t' is not a name"),
        (of(name="t" * 65), "is not a name"),
        (of(columns=[]), "columns: must have at least one element"),
        (of(columns=[{"name": "a", "type": "string"}]), "columns[0].type: must be one of 'text', 'guid'"),
        (of(columns=[{"name": "_id", "type": "text"}]), "columns[0].name: '_id' is a system column"),
        (of(columns=[{"type": "text"}]), "columns[0].name: is missing"),
        (
            of(columns=[{"name": "a", "type": "text"}, {"name": "A", "type": "text"}]),
            "column 'A' appears twice",
        ),
        (of(columns=[{"name": "a", "type": "enum"}]), "columns[0]: enum column 'a' has no values"),
        (of(system_key=False), 'no key column: mark one with "key": true'),
        (of(access={"read": "everyone"}), "access.read: must be one of 'local', 'owner', 'group', 'open'"),
        ("[" * 100_000, "not valid JSON"),
        (of(columns=None), "columns: must be a list"),
        (of(columns=["a"]), "columns[0]: must be an object"),
        (of(columns=[{"name": 5, "type": "text"}]), "columns[0].name: must be a string"),
        (of(columns=[{"name": "a", "type": "text", "key": 1}]), "columns[0].key: must be true or false"),
        (
            of(columns=[{"name": "a", "type": "text", "default": []}]),
            "columns[0].default: must be a text, a n",
        ),
        (of(columns=[{"name": "a", "type": "enum", "values": [{}]}]), "columns[0].values[0].key: is missing"),
        (of(roles={"editor": {"read": "yes"}}), "roles.editor.read: must be true or false"),
        (of(system_key="yes", access=[]), "system_key: must be true or false"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_schema(text, "schemas/t.json")
    assert message in str(caught.value)
    assert str(caught.value).startswith("schemas/t.json: ")


def test_go_spellings_and_unknown_keys_survive() -> None:
    columns = [{"name": "a", "type": "TEXT", "hint": "h"}]
    schema = parse_schema(
        of(access={"read": "", "insert": "open"}, roles=None, extra={"x": 1}, columns=columns), "s"
    )
    assert (schema.access.read, schema.access.insert, schema.columns[0].type) == (
        "open",
        "open",
        ColumnType.TEXT,
    )
    stored = json.loads(schema.to_json())
    assert (stored["extra"], stored["columns"]) == ({"x": 1}, [{"name": "a", "type": "text", "hint": "h"}])
    assert parse_schema(of(access=None), "s").access.read == "open"
    assert parse_schema(of(access={"update": "group"}), "s").uses_group


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SchemaError) as caught:
        parse_schema(of(name="_t", columns=[{"type": "text"}, {"name": "b"}]), "s")
    assert str(caught.value) == (
        "s: name: '_t' is a reserved name: names that begin with _ or sqlite_ belong to the system; "
        "columns[0].name: is missing; columns[1].type: is missing"
    )


def test_identifiers() -> None:
    assert is_identifier("a_1")
    for name in ("", "1a", "a b", "a-b", "é", "a\n", "a" * 65):
        assert not is_identifier(name)


def test_automatic_values() -> None:
    at = datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)
    assert automatic_text(ColumnType.DATETIME, at) == "2024-03-05T06:07:08Z"
    assert automatic_text(ColumnType.DATE, at) == "2024-03-05"
    assert automatic_text(ColumnType.TIME, at) == "06:07:08"
    assert automatic_text(ColumnType.INTEGER, at) is None


TYPED = TableSchema.of(
    {
        "name": "t",
        "system_key": True,
        "columns": [
            {
                "name": kind.value,
                "type": kind.value,
                "values": [{"key": "x"}] if kind is ColumnType.ENUM else [],
            }
            for kind in ColumnType
        ]
        + [
            {"name": "needed", "type": "text", "required": True},
            {"name": "filled", "type": "text", "required": True, "auto": True},
            {"name": "standard", "type": "text", "required": True, "default": "d"},
        ],
    }
)
ANY = st.one_of(
    st.none(),
    st.text(),
    st.binary(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.integers()),
    st.just({}),
)


@given(st.dictionaries(st.sampled_from([*TYPED.by_name, "other", "_owner"]), ANY))
def test_insert_follows_a_simple_model(values: dict[str, Any]) -> None:
    def fits(name: str, value: Any) -> bool:
        if name == "_owner" or value is None:
            return True
        if name not in TYPED.by_name:
            return False
        if name in ("integer", "real"):
            return type(value) in (int, float)
        return type(value) in (str, bytes) and (name != "enum" or value == "x")

    expected: bool = (
        "other" not in values
        and values.get("needed") is not None
        and all(fits(*pair) for pair in values.items())
    )
    try:
        check_insert(TYPED, values)
    except SchemaError:
        assert not expected
    else:
        assert expected


def test_update_checks_only_what_is_given() -> None:
    check_update(TYPED, {"integer": 1})
    check_update(TYPED, {})
    with pytest.raises(SchemaError, match='column "integer" expects integer, got string'):
        check_update(TYPED, {"integer": "1"})
    with pytest.raises(SchemaError, match='column "needed" is required'):
        check_update(TYPED, {"needed": None})


VALUES: list[Any] = [None, True, 1, 1.5, "a", b"a", [], {}]


def test_lua_types() -> None:
    assert [lua_type(value) for value in VALUES] == [
        "nil", "boolean", "number", "number", "string", "string", "table", "table",
    ]  # fmt: skip
