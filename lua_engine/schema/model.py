"""The schema of one table, read from JSON. Unknown keys are kept, so that a newer Goop2 loses nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from lua_engine.base.errors import SchemaError
from lua_engine.base.strict_json import JsonProblem, parse_json
from lua_engine.schema.types import ColumnType

MAX_IDENTIFIER = 64
MAX_TEXT = 1024 * 1024  # bytes of a schema's JSON
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

SYSTEM_COLUMNS = ("_id", "_owner", "_owner_email", "_created_at", "_updated_at")

AccessLevel = Literal["local", "owner", "group", "open"]
Operation = Literal["read", "insert", "update", "delete"]


def is_identifier(name: str) -> bool:
    """May ``name`` name a table or a column?"""
    return len(name) <= MAX_IDENTIFIER and _IDENTIFIER.fullmatch(name) is not None


def _identifier(name: str) -> str:
    if not is_identifier(name):
        raise ValueError(
            f"{name!r} is not a name: letters, digits and _, not beginning with a digit, "
            f"at most {MAX_IDENTIFIER}"
        )
    return name


def _column_identifier(name: str) -> str:
    if name.lower() in SYSTEM_COLUMNS:
        raise ValueError(f"{name!r} is a system column, every table has it already")
    return _identifier(name)


def _table_identifier(name: str) -> str:
    if name.startswith("_") or name.lower().startswith("sqlite_"):
        raise ValueError(
            f"{name!r} is a reserved name: names that begin with _ or sqlite_ belong to the system"
        )
    return _identifier(name)


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class EnumValue(_Part):
    """One choice of an enum column; ``label`` is what people read."""

    key: str
    label: str = ""


class Column(_Part):
    """One column of a table. ``auto`` fills it on insert when nothing was given."""

    name: Annotated[str, AfterValidator(_column_identifier)]
    type: Annotated[ColumnType, BeforeValidator(_lowered)]
    key: bool = False
    required: bool = False
    auto: bool = False
    default: str | bool | int | float | None = None
    values: tuple[EnumValue, ...] = ()

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys that an enum column accepts."""
        return frozenset(value.key for value in self.values)

    @model_validator(mode="after")
    def _enum_has_values(self) -> Column:
        if self.type is ColumnType.ENUM and not self.values:
            raise ValueError(f"enum column {self.name!r} has no values")
        return self


class Access(_Part):
    """Who may do what to the table from a page, without a script between."""

    read: AccessLevel = "open"
    insert: AccessLevel = "owner"
    update: AccessLevel = "owner"
    delete: AccessLevel = "owner"

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
        return {"read": self.read, "insert": self.insert, "update": self.update, "delete": self.delete}[
            operation
        ]


class RoleAccess(_Part):
    """What members with one role may do to a table whose access level is ``group``."""

    read: bool = False
    insert: bool = False
    update: bool = False
    delete: bool = False

    def permits(self, operation: Operation) -> bool:
        return {"read": self.read, "insert": self.insert, "update": self.update, "delete": self.delete}[
            operation
        ]


def _or_default(value: Any) -> Any:
    """Go writes an absent or empty access level as null or ""."""
    return (
        {k: v for k, v in value.items() if v not in ("", None)} if isinstance(value, Mapping) else value or {}
    )


class TableSchema(_Part):
    """One table: its own columns, without the system columns that every table has."""

    name: Annotated[str, AfterValidator(_table_identifier)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    system_key: bool = False
    context: bool = False
    access: Annotated[Access, BeforeValidator(_or_default)] = Access()
    roles: Annotated[dict[str, RoleAccess], BeforeValidator(lambda value: value or {})] = {}

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @model_validator(mode="after")
    def _is_complete(self) -> TableSchema:
        seen: set[str] = set()
        for column in self.columns:
            if column.name.lower() in seen:
                raise ValueError(f"column {column.name!r} appears twice")
            seen.add(column.name.lower())
        if not self.system_key and not any(column.key for column in self.columns):
            raise ValueError('no key column: mark one with "key": true, or set "system_key": true')
        return self

    @property
    def uses_group(self) -> bool:
        """Does any operation depend on membership in the template's group?"""
        return "group" in (self.access.read, self.access.insert, self.access.update, self.access.delete)

    def to_json(self) -> str:
        """The schema as Goop2 stores it: what was not given is absent."""
        return self.model_dump_json(exclude_unset=True)


def parse_schema(text: str | bytes, source: str) -> TableSchema:
    """The schema in ``text``; :class:`SchemaError` names ``source``, the key and what is wrong."""
    try:
        data = parse_json(text, max_bytes=MAX_TEXT)
    except JsonProblem as error:
        raise SchemaError(f"{source}: not valid JSON: {error}") from error
    if not isinstance(data, dict):
        raise SchemaError(f"{source}: a table schema is a JSON object")
    try:
        return TableSchema.model_validate(data)
    except ValidationError as error:
        raise SchemaError(f"{source}: {_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    found = [one for one in error.errors() if one["loc"]]
    inner = {one["loc"][:depth] for one in found for depth in range(1, len(one["loc"]))}
    told = [
        one for one in found if one["loc"] not in inner
    ] or error.errors()  # of a part, not of its whole too
    return "; ".join((f"{_path(one['loc'])}: " if one["loc"] else "") + _words(one) for one in told)


def _words(flaw: Mapping[str, Any]) -> str:
    """Pydantic's message in our words, where people meet it often."""
    context = flaw.get("ctx", {})
    if flaw["type"] == "enum" or flaw["type"] == "literal_error":
        return f"must be one of {str(context.get('expected', '')).replace(' or ', ', ')}"
    if flaw["type"] == "missing":
        return "is missing"
    if flaw["type"] == "extra_forbidden":
        return "is no key of a schema"
    if flaw["type"] in ("string_type", "bool_type", "int_type", "list_type", "tuple_type", "dict_type"):
        kinds = {"string": "a text", "bool": "true or false", "int": "a whole number", "dict": "an object"}
        return f"must be {kinds.get(flaw['type'].removesuffix('_type'), 'a list')}"
    if flaw["type"] == "too_short":
        return "must have at least one element"
    return str(flaw["msg"]).removeprefix("Value error, ")


def _path(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
