"""Names in SQL text of our own, and the name under which a table has its rowid."""

from __future__ import annotations

from collections.abc import Iterable


def quoted(identifier: str) -> str:
    """Any name, for SQL text."""
    return '"' + identifier.replace('"', '""') + '"'


def rowid_name(columns: Iterable[str]) -> str | None:
    """A name of the rowid that no column has taken; None when they took all three."""
    taken = {one.lower() for one in columns}
    return next((one for one in ("rowid", "_rowid_", "oid") if one not in taken), None)
