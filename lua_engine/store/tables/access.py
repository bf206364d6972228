"""Who may touch a table directly, from a page, without a script between (contract section 4). Pure.

One code for the pages' direct row calls and for "View as" in the data browser: what it decides, both do.

    >>> decide(TableAccess.of(schema), "update", "viewer", is_owner=False)
    Decision(allowed=False, reason='role "viewer" may not update rows of cards', level="group", role="viewer",
             rule="role")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lua_engine.schema.model import Access, AccessLevel, Operation, RoleAccess, TableSchema


class Rule(StrEnum):
    """Which rule decided."""

    SITE_OWNER = "site owner"  # the site's owner may do everything
    OPEN = "open"  # anybody may
    OWN_ROWS = "own rows"  # anybody may, for the rows whose _owner they are
    ROLE = "role"  # the role in the template's group decides
    NO_MEMBER = "no member"  # only members of the template's group may
    OWNER_ONLY = "owner only"  # only the site's owner may
    LOCAL_ONLY = "local only"  # only the owner's own computer may


@dataclass(frozen=True, slots=True)
class Decision:
    """``reason`` says why not, or which part (``own_rows``: rows whose ``_owner`` is the caller); it is empty
    when nothing is withheld. ``level`` is the table's access level, ``role`` the caller's role (empty: none).
    """

    allowed: bool
    reason: str = ""
    level: AccessLevel = "open"
    role: str = ""
    rule: Rule = Rule.OPEN
    own_rows: bool = False


@dataclass(frozen=True, slots=True)
class TableAccess:
    """What decides about one table, with a schema or without."""

    table: str
    levels: Access
    roles: Mapping[str, RoleAccess] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, schema: TableSchema) -> TableAccess:
        return cls(schema.name, schema.access, schema.roles)

    @classmethod
    def of_classic(cls, table: str, insert_policy: str) -> TableAccess:
        """A table without a schema: its ``insert_policy`` in ``_tables``."""
        return cls(table, Access.of_insert_policy(insert_policy))


def allows(schema: TableSchema, operation: Operation, role: str, is_owner: bool) -> Decision:
    """May a caller with ``role`` in the template's group (empty: a stranger) do ``operation``? The site's
    owner always may.
    """
    return decide(TableAccess.of(schema), operation, role, is_owner=is_owner)


def decide(access: TableAccess, operation: Operation, role: str, *, is_owner: bool) -> Decision:
    """:func:`allows` for any table.

    As Goop2 does it (measured): ``read: owner`` shows visitors their own rows; with ``group``, update and
    delete touch one's own rows only.
    """
    level = access.levels.level(operation)
    rows = f"rows {'into' if operation == 'insert' else 'of'} {access.table}"

    def refused(rule: Rule, reason: str) -> Decision:
        return Decision(False, reason, level, role, rule)

    def own(rule: Rule, who: str) -> Decision:
        return Decision(True, f"{who} may {operation} only their own {rows}", level, role, rule, True)

    if is_owner:
        return Decision(True, "", level, role, Rule.SITE_OWNER)
    if level == "open":
        return Decision(True, "", level, role, Rule.OPEN)
    if level == "local":
        return refused(
            Rule.LOCAL_ONLY, f"{operation} on {access.table} is only possible on the owner's own computer"
        )
    if level == "owner":
        if operation == "read":
            return own(Rule.OWN_ROWS, "visitors")
        return refused(Rule.OWNER_ONLY, f"only the site owner may {operation} {rows}")
    if not role:
        return refused(Rule.NO_MEMBER, f"only members of the group may {operation} {rows}")
    granted = access.roles.get(role)
    if granted is None or not granted.permits(operation):
        return refused(Rule.ROLE, f'role "{role}" may not {operation} {rows}')
    if operation in ("update", "delete"):
        return own(Rule.ROLE, f'members with role "{role}"')
    return Decision(True, "", level, role, Rule.ROLE)
