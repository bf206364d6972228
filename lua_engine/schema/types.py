"""The column types of a schema: their SQLite types and the values they accept."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum


class ColumnType(StrEnum):
    """A type name as written in a schema JSON (contract section 4)."""

    TEXT = "text"
    GUID = "guid"
    ENUM = "enum"
    INTEGER = "integer"
    REAL = "real"
    BLOB = "blob"
    DATETIME = "datetime"
    DATE = "date"
    TIME = "time"

    @property
    def sql(self) -> str:
        """The SQLite type that Goop2 declares for it."""
        return _SQL.get(self, self.name)

    def accepts(self, value: object) -> bool:
        """Is ``value`` (never None) of a Lua type that fits? A string that is not UTF-8 arrives as bytes and
        is a string.
        """
        is_number = self is ColumnType.INTEGER or self is ColumnType.REAL
        return value.__class__ in (_NUMBERS if is_number else _STRINGS)  # a boolean is of another class


_NUMBERS, _STRINGS = (int, float), (str, bytes)
_SQL = {ColumnType.GUID: "TEXT", ColumnType.ENUM: "TEXT"}


def lua_type(value: object) -> str:
    """What a script author calls the type of ``value``."""
    match value:
        case None:
            return "nil"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str() | bytes():
            return "string"
        case _:
            return "table"


def automatic_text(kind: ColumnType, now: datetime | None = None) -> str | None:
    """What an ``auto`` column of this type is filled with on insert; None when SQL decides (integer) or
    nothing does.
    """
    moment = now or datetime.now(UTC)
    match kind:
        case ColumnType.GUID:
            import uuid

            return str(uuid.uuid4())
        case ColumnType.DATETIME:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        case ColumnType.DATE:
            return moment.strftime("%Y-%m-%d")
        case ColumnType.TIME:
            return moment.strftime("%H:%M:%S")
        case _:
            return None
