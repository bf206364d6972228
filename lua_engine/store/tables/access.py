"""Who may touch a table directly, from a page, without a script between (contract section 4). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine.schema.model import Operation, TableSchema


@dataclass(frozen=True, slots=True)
class Decision:
    """``reason`` says why not; it is empty when allowed."""

    allowed: bool
    reason: str = ""


_ALLOWED = Decision(True)


def allows(schema: TableSchema, operation: Operation, role: str, is_owner: bool) -> Decision:
    """May a caller with ``role`` in the template's group (empty: a stranger) do ``operation``? The site's
    owner always may.
    """
    level = schema.access.level(operation)
    if is_owner or level == "open":
        return _ALLOWED
    if level == "local":
        return Decision(False, f"{operation} on {schema.name} is only possible on the owner's own computer")
    if level == "owner":
        return Decision(False, f"only the site owner may {operation} {_rows(operation, schema)}")
    if not role:
        return Decision(False, f"only members of the group may {operation} {_rows(operation, schema)}")
    granted = schema.roles.get(role)
    if granted is None or not granted.permits(operation):
        return Decision(False, f'role "{role}" may not {operation} {_rows(operation, schema)}')
    return _ALLOWED


def _rows(operation: Operation, schema: TableSchema) -> str:
    return f"rows {'into' if operation == 'insert' else 'of'} {schema.name}"
