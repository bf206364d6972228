"""The schema of one table, read from JSON. Unknown keys are kept, so that a newer Goop2 loses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from functools import cached_property
from typing import Any, Literal, cast, get_args

from lua_engine.base.errors import SchemaError
from lua_engine.base.strict_json import JsonProblem, parse_json
from lua_engine.schema.reading import Fields, Flaws
from lua_engine.schema.types import ColumnType

MAX_IDENTIFIER = 64
MAX_TEXT = 1024 * 1024  # bytes of a schema's JSON
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

SYSTEM_COLUMNS = ("_id", "_owner", "_owner_email", "_created_at", "_updated_at")

AccessLevel = Literal["local", "owner", "group", "open"]
Operation = Literal["read", "insert", "update", "delete"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)

Given = Mapping[str, Any]
"""What the JSON says of a part, unknown keys included: what is stored and told of it."""


def is_identifier(name: str) -> bool:
    """May ``name`` name a table or a column?"""
    return len(name) <= MAX_IDENTIFIER and _IDENTIFIER.fullmatch(name) is not None


def _name_flaw(name: str) -> str:
    if is_identifier(name):
        return ""
    return (
        f"{name!r} is not a name: letters, digits and _, not beginning with a digit, at most {MAX_IDENTIFIER}"
    )


def _column_name_flaw(name: str) -> str:
    if name.lower() in SYSTEM_COLUMNS:
        return f"{name!r} is a system column, every table has it already"
    return _name_flaw(name)


def _table_name_flaw(name: str) -> str:
    if name.startswith("_") or name.lower().startswith("sqlite_"):
        return f"{name!r} is a reserved name: names that begin with _ or sqlite_ belong to the system"
    return _name_flaw(name)


@dataclass(frozen=True)
class EnumValue:
    """One choice of an enum column; ``label`` is what people read."""

    key: str
    label: str = ""

    @classmethod
    def parse(cls, tree: Any, place: tuple[str | int, ...], flaws: Flaws) -> EnumValue:
        fields = Fields(tree, place, flaws)
        return cls(fields.needed("key"), fields.of_type("label", ""))


@dataclass(frozen=True)
class Column:
    """One column of a table. ``auto`` fills it on insert when nothing was given."""

    name: str
    type: ColumnType
    key: bool = False
    required: bool = False
    auto: bool = False
    default: str | bool | int | float | None = None
    values: tuple[EnumValue, ...] = ()
    given: Given = field(default_factory=dict)

    @classmethod
    def parse(cls, tree: Any, place: tuple[str | int, ...], flaws: Flaws) -> Column:
        """Gathers in ``flaws``, as every ``parse`` here: the answer is of use when there are none."""
        fields = Fields(_with_lowered_type(tree), place, flaws)
        name = fields.name(_column_name_flaw)
        if fields.is_object and "type" not in fields.tree:
            fields.refuse("is missing", "type")
        default = fields.tree.get("default")
        if not isinstance(default, str | bool | int | float | None):
            fields.refuse("must be a text, a number, true or false", "default")
        values: list[Any] = fields.of_type("values", [])
        column = cls(
            name,
            ColumnType(fields.one_of("type", ColumnType, ColumnType.TEXT)),
            fields.of_type("key", False),
            fields.of_type("required", False),
            fields.of_type("auto", False),
            default,
            tuple(EnumValue.parse(one, *fields.inner("values", at)) for at, one in enumerate(values)),
            _in_order(cls, fields.tree),
        )
        if fields.is_sound and column.type is ColumnType.ENUM and not values:
            fields.refuse(f"enum column {name!r} has no values")
        return column

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys that an enum column accepts."""
        return frozenset(value.key for value in self.values)


def _with_lowered_type(tree: Any) -> Any:
    """Goop2 takes a type in either case, and stores it in lower case."""
    kind = tree.get("type") if isinstance(tree, dict) else None
    return {**tree, "type": kind.lower()} if isinstance(kind, str) else tree


@dataclass(frozen=True)
class Access:
    """Who may do what to the table from a page, without a script between."""

    read: AccessLevel = "open"
    insert: AccessLevel = "owner"
    update: AccessLevel = "owner"
    delete: AccessLevel = "owner"

    @classmethod
    def parse(cls, tree: Any, place: tuple[str | int, ...], flaws: Flaws) -> Access:
        fields, usual = Fields(tree, place, flaws), cls()
        levels = {one: fields.one_of(one, get_args(AccessLevel), getattr(usual, one)) for one in OPERATIONS}
        return cls(**cast("dict[str, AccessLevel]", levels))

    @classmethod
    def of_insert_policy(cls, policy: str) -> Access:
        """What the ``insert_policy`` of a classic table means."""
        match policy:
            case "open" | "public":
                return cls(insert="open")
            case "group":
                return cls(insert="group")
            case _:
                return cls()

    def level(self, operation: Operation) -> AccessLevel:
        return self.levels[operation]

    @property
    def levels(self) -> dict[str, AccessLevel]:
        """By operation."""
        return {"read": self.read, "insert": self.insert, "update": self.update, "delete": self.delete}


@dataclass(frozen=True)
class RoleAccess:
    """What members with one role may do to a table whose access level is ``group``."""

    read: bool = False
    insert: bool = False
    update: bool = False
    delete: bool = False

    @classmethod
    def parse(cls, tree: Any, place: tuple[str | int, ...], flaws: Flaws) -> RoleAccess:
        fields = Fields(tree, place, flaws)
        return cls(**{one: fields.of_type(one, False) for one in OPERATIONS})

    def permits(self, operation: Operation) -> bool:
        return {"read": self.read, "insert": self.insert, "update": self.update, "delete": self.delete}[
            operation
        ]


@dataclass(frozen=True)
class TableSchema:
    """One table: its own columns, without the system columns that every table has."""

    name: str
    columns: tuple[Column, ...]
    system_key: bool = False
    context: bool = False
    access: Access = Access()
    roles: Mapping[str, RoleAccess] = field(default_factory=dict)
    given: Given = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> TableSchema:
        """The schema that ``tree`` is the JSON of. Raises :class:`SchemaError` with everything that is wrong
        with it.
        """
        flaws = Flaws()
        schema = cls._read(_as_goop2_stores_it(tree), flaws)
        if flaws.found:
            raise SchemaError("; ".join(flaws.found))
        return schema

    @classmethod
    def _read(cls, tree: dict[str, Any], flaws: Flaws) -> TableSchema:
        fields = Fields(tree, (), flaws)
        name = fields.name(_table_name_flaw)
        if "columns" not in tree:
            fields.refuse("is missing", "columns")
        elif tree["columns"] == []:
            fields.refuse("must have at least one element", "columns")
        listed: list[Any] = fields.of_type("columns", [])
        columns = tuple(Column.parse(one, *fields.inner("columns", at)) for at, one in enumerate(listed))
        roles = fields.of_type("roles", cast("dict[str, Any]", {}))
        schema = cls(
            name,
            columns,
            fields.of_type("system_key", False),
            fields.of_type("context", False),
            Access.parse(tree.get("access", {}), *fields.inner("access")),
            {role: RoleAccess.parse(one, *fields.inner("roles", role)) for role, one in roles.items()},
            _in_order(cls, {**tree, "columns": [column.given for column in columns]}),
        )
        if fields.is_sound:
            for words in schema._flaws_of_the_whole():
                fields.refuse(words)
        return schema

    def _flaws_of_the_whole(self) -> Iterator[str]:
        seen: set[str] = set()
        for column in self.columns:
            if column.name.lower() in seen:
                yield f"column {column.name!r} appears twice"
            seen.add(column.name.lower())
        if not self.system_key and not any(column.key for column in self.columns):
            yield 'no key column: mark one with "key": true, or set "system_key": true'

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def automatic(self) -> tuple[Column, ...]:
        """The columns that are filled on insert when nothing is given."""
        return tuple(column for column in self.columns if column.auto)

    @property
    def uses_group(self) -> bool:
        """Does any operation depend on membership in the template's group?"""
        return "group" in self.access.levels.values()

    def to_json(self) -> str:
        """The schema as Goop2 stores it: what was not given is absent."""
        return json.dumps(self.given, ensure_ascii=False, separators=(",", ":"))


def _as_goop2_stores_it(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Go writes absent roles as null, and an absent or empty access level as null or ""."""
    found = dict(tree)
    if "roles" in found:
        found["roles"] = found["roles"] or {}
    access = found.get("access", {})
    if isinstance(access, dict):
        access = {key: value for key, value in access.items() if value not in ("", None)}
    if "access" in found:
        found["access"] = access or {}
    return found


def _in_order(part: type, tree: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that we know first, in our order; then those of others."""
    known = [one.name for one in dataclass_fields(part) if one.name in tree]
    return {key: tree[key] for key in dict.fromkeys([*known, *tree])}


def parse_schema(text: str | bytes, source: str) -> TableSchema:
    """The schema in ``text``; :class:`SchemaError` names ``source``, the key and what is wrong."""
    try:
        data = parse_json(text, max_bytes=MAX_TEXT)
    except JsonProblem as error:
        raise SchemaError(f"{source}: not valid JSON: {error}") from error
    if not isinstance(data, dict):
        raise SchemaError(f"{source}: a table schema is a JSON object")
    try:
        return TableSchema.of(data)
    except SchemaError as error:
        raise SchemaError(f"{source}: {error}") from error
