"""The part of data.db that belongs to a template: its tables, its groups, its keys of ``_meta``; read,
replaced, and copied as it is.

Everything works on a connection inside one write transaction, and copies come from a second database attached
to it as ``incoming``: rows, declarations, sequences and registrations arrive byte for byte, without passing
through Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, table, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lua_engine.base.errors import SchemaError, StoreError
from lua_engine.schema.model import TableSchema, is_identifier
from lua_engine.store.community.template_meta import MARKER, manifest_name, right_group_name
from lua_engine.store.system_connections import raw_connection
from lua_engine.store.system_tables import CHAT_MESSAGES, GROUP_MEMBERS, GROUPS, META, ORM_SCHEMAS, TABLES
from lua_engine.store.tables import ddl

META_KEYS = (
    "template_manifest",
    "template_tables",
    "template_require_email",
    "template_group_id",
    "template_group_name",
)
INCOMING = "incoming"
_ROOM = "chat_room_description:"  # the console's key for a chat room's description, see community_rows.py
_BELONGS = {"_groups": "id", "_group_members": "group_id", "_chat_messages": "peer_id"}


@dataclass(frozen=True, slots=True)
class HostedGroup:
    """A group that belongs to the template. ``members`` does not count the owner."""

    id: str
    name: str
    group_type: str
    members: int


@dataclass(frozen=True, slots=True)
class TemplateState:
    """What is installed. ``meta`` holds the keys of :data:`META_KEYS` that are there; ``tables`` only those
    that exist, with their rows.
    """

    meta: Mapping[str, str]
    tables: Mapping[str, int]
    groups: tuple[HostedGroup, ...]

    @property
    def name(self) -> str:
        """The manifest's name; empty without a template."""
        return manifest_name(self.meta.get("template_manifest", ""))

    @property
    def group_id(self) -> str:
        return self.meta.get("template_group_id", "")


@dataclass(frozen=True, slots=True)
class TemplateSwap:
    """How one template takes the place of another: tables to drop and to bring, groups to delete, to bring
    and to bring up to date.
    """

    drop: tuple[str, ...]
    create: tuple[str, ...]
    close: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()


def read_state(connection: Connection) -> TemplateState:
    """The template's part of the main database."""
    rows = connection.execute(select(META).where(META.c.key.in_(META_KEYS))).all()
    meta = {row.key: str(row.value) for row in rows if row.value is not None}
    names = [name.strip() for name in meta.get("template_tables", "").split(",")]
    present = set(table_names(connection))
    tables = {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
        if is_identifier(name) and not name.startswith("_") and name in present
    }
    context = manifest_name(meta.get("template_manifest", ""))
    return TemplateState(meta, tables, _groups_of(connection, context, meta.get("template_group_id", "")))


def table_names(connection: Connection) -> list[str]:
    """Every table and view of the main database."""
    return list(
        connection.exec_driver_sql(
            "SELECT name FROM main.sqlite_master WHERE type IN ('table', 'view')"
        ).scalars()
    )


def schema_texts(connection: Connection) -> dict[str, str]:
    """The schemas of the ORM tables, by name, as they are stored."""
    return {
        row.table_name: row.schema_json
        for row in connection.execute(select(ORM_SCHEMAS.c.table_name, ORM_SCHEMAS.c.schema_json))
    }


def group_ids(connection: Connection) -> set[str]:
    """Every hosted group."""
    return set(connection.execute(select(GROUPS.c.id)).scalars())


def set_up_tables(connection: Connection, schemas: Iterable[TableSchema]) -> None:
    """Make and register the tables of ``schemas``; :class:`SchemaError` when a name is taken."""
    for schema in schemas:
        _refuse_taken(connection, schema.name)
        statement = ddl.create_table(schema)
        connection.exec_driver_sql(statement)
        connection.execute(
            insert(TABLES)
            .prefix_with("OR REPLACE")
            .values(name=schema.name, schema=statement, insert_policy="owner")
        )
        connection.execute(
            insert(ORM_SCHEMAS)
            .prefix_with("OR REPLACE")
            .values(table_name=schema.name, schema_json=schema.to_json())
        )


def set_up_group(connection: Connection, values: Mapping[str, Any]) -> None:
    """Store a group, or bring the roles of one that is kept up to date. ``values`` are columns of
    ``_groups``.
    """
    statement = sqlite_insert(GROUPS).values(dict(values))
    kept = {
        "name": statement.excluded.name,
        "roles": statement.excluded.roles,
        "default_role": statement.excluded.default_role,
    }
    connection.execute(statement.on_conflict_do_update(index_elements=[GROUPS.c.id], set_=kept))


def set_meta(connection: Connection, values: Mapping[str, str]) -> None:
    """Set keys of ``_meta``."""
    for key, value in values.items():
        statement = sqlite_insert(META).values(key=key, value=value)
        connection.execute(
            statement.on_conflict_do_update(index_elements=[META.c.key], set_={"value": value})
        )


def remove_template(connection: Connection, tables: Iterable[str], groups: Iterable[str]) -> None:
    """Drop those tables with their registrations, and delete those groups with all that is in them."""
    for name in tables:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_quoted(connection, name)}")
        connection.execute(delete(TABLES).where(TABLES.c.name == name))
        connection.execute(delete(ORM_SCHEMAS).where(ORM_SCHEMAS.c.table_name == name))
    for group_id in groups:
        connection.execute(delete(GROUPS).where(GROUPS.c.id == group_id))
        connection.execute(delete(GROUP_MEMBERS).where(GROUP_MEMBERS.c.group_id == group_id))
        connection.execute(delete(CHAT_MESSAGES).where(CHAT_MESSAGES.c.peer_id == group_id))
        connection.execute(delete(META).where(META.c.key == _ROOM + group_id))


def swap_in(connection: Connection, swap: TemplateSwap, marker: str) -> None:
    """Carry out ``swap`` from the attached database ``incoming`` and leave ``marker``, which says that it is
    done.
    """
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    remove_template(connection, swap.drop, swap.close)
    for name in swap.create:
        _refuse_taken(connection, name)
        _bring_table(connection, name)
    for group_id in swap.bring:
        _bring_group(connection, group_id)
    for group_id in swap.refresh:
        columns = ("name", "default_role", "roles")
        row = connection.exec_driver_sql(
            f"SELECT {', '.join(columns)} FROM {INCOMING}._groups WHERE id = ?", (group_id,)
        ).one()
        connection.execute(
            update(GROUPS).where(GROUPS.c.id == group_id).values(**dict(zip(columns, row, strict=True)))
        )
    _bring_meta(connection, META_KEYS)
    mend_group_name(connection)  # a backup of an older build comes back
    set_meta(connection, {MARKER: marker})


def mend_group_name(connection: Connection) -> None:
    """Store the template's name where an older build stored its group's."""
    right = right_group_name(raw_connection(connection))
    if right:
        set_meta(connection, {"template_group_name": right})


def clear_marker(connection: Connection) -> None:
    connection.execute(delete(META).where(META.c.key == MARKER))


def _groups_of(connection: Connection, context: str, group_id: str) -> tuple[HostedGroup, ...]:
    """Groups made for the template ``context``, and its own group, oldest first."""
    if not context and not group_id:
        return ()
    count = (
        select(func.count())
        .where(GROUP_MEMBERS.c.group_id == GROUPS.c.id, GROUP_MEMBERS.c.peer_id != GROUPS.c.owner)
        .scalar_subquery()
    )
    mine = (GROUPS.c.id == group_id) | ((GROUPS.c.group_context == context) & (context != ""))
    found = select(GROUPS.c.id, GROUPS.c.name, GROUPS.c.group_type, count.label("members")).where(mine)
    rows = connection.execute(found.order_by(GROUPS.c.created_at))
    return tuple(HostedGroup(row.id, row.name, row.group_type or "", row.members) for row in rows)


def _refuse_taken(connection: Connection, name: str) -> None:
    if name.lower() in {one.lower() for one in table_names(connection)}:
        raise SchemaError(
            f"table {name} already exists and is not the previous template's; rename one of the two"
        )


def _bring_table(connection: Connection, name: str) -> None:
    """The table ``name`` of ``incoming``: declaration, indexes, triggers, rows, the last ``_id`` given out,
    registration.
    """
    parts = connection.exec_driver_sql(
        f"SELECT sql FROM {INCOMING}.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL "
        "ORDER BY type <> 'table'",
        (name,),
    )
    statements: Sequence[str] = parts.scalars().all()
    if not statements:
        raise StoreError(f"table {name} is missing in the copy of the database that it should come from")
    quoted = _quoted(connection, name)
    connection.exec_driver_sql(statements[0])
    described = connection.exec_driver_sql(f"PRAGMA main.table_xinfo({quoted})")
    stored = ", ".join(_quoted(connection, row.name) for row in described if not row.hidden)
    connection.exec_driver_sql(
        f"INSERT INTO main.{quoted} ({stored}) SELECT {stored} FROM {INCOMING}.{quoted}"
    )
    for statement in statements[1:]:
        connection.exec_driver_sql(statement)
    _bring_sequence(connection, name)
    _bring_rows(connection, "_tables", "name", name)
    _bring_rows(connection, "_orm_schemas", "table_name", name)


def _bring_sequence(connection: Connection, name: str) -> None:
    found = "SELECT count(*) FROM {}.sqlite_master WHERE name = 'sqlite_sequence'"
    if not all(connection.exec_driver_sql(found.format(one)).scalar() for one in ("main", INCOMING)):
        return
    connection.exec_driver_sql("DELETE FROM main.sqlite_sequence WHERE name = ?", (name,))
    connection.exec_driver_sql(
        f"INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM {INCOMING}.sqlite_sequence "
        "WHERE name = ?",
        (name,),
    )


def _bring_group(connection: Connection, group_id: str) -> None:
    for name, column in _BELONGS.items():
        _bring_rows(connection, name, column, group_id)
    _bring_meta(connection, (_ROOM + group_id,))


def _bring_rows(connection: Connection, name: str, column: str, value: str) -> None:
    """The rows of a system table of ``incoming`` whose ``column`` is ``value``, in the columns that both
    sides have.

    A chat message whose number was given to another one meanwhile gets a new one.
    """
    if not connection.exec_driver_sql(
        f"SELECT 1 FROM {INCOMING}.{name} WHERE {column} = ? LIMIT 1", (value,)
    ).first():
        return  # inserting nothing would leave a trace all the same: a row in sqlite_sequence
    ours = [row.name for row in connection.exec_driver_sql(f"PRAGMA main.table_info({name})")]
    theirs = {row.name for row in connection.exec_driver_sql(f"PRAGMA {INCOMING}.table_info({name})")}
    shared = [one for one in ours if one in theirs]
    taken = (
        name == "_chat_messages"
        and connection.exec_driver_sql(
            f"SELECT 1 FROM main.{name} WHERE id IN (SELECT id FROM {INCOMING}.{name} "
            f"WHERE {column} = ?) LIMIT 1",
            (value,),
        ).first()
    )
    columns = ", ".join(_quoted(connection, one) for one in shared if not (taken and one == "id"))
    connection.exec_driver_sql(
        f"INSERT OR REPLACE INTO main.{name} ({columns}) SELECT {columns} FROM {INCOMING}.{name} "
        f"WHERE {column} = ? ORDER BY rowid",
        (value,),
    )


def _bring_meta(connection: Connection, keys: Sequence[str]) -> None:
    """Those keys as they are in ``incoming``; absent ones are deleted."""
    for key in keys:
        connection.execute(delete(META).where(META.c.key == key))
        connection.exec_driver_sql(
            f"INSERT INTO main._meta (key, value) SELECT key, value FROM {INCOMING}._meta WHERE key = ?",
            (key,),
        )


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
