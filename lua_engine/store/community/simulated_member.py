"""A member that nobody is: for trying out, on a private copy, what a role may do."""

from __future__ import annotations

from sqlalchemy.dialects.sqlite import insert

from lua_engine.store.database import Database
from lua_engine.store.system_tables import GROUP_MEMBERS


def put_member(database: Database, group_id: str, peer_id: str, role: str) -> None:
    """Make ``peer_id`` a member with ``role``, whether there is room in the group or not."""
    statement = insert(GROUP_MEMBERS).values(group_id=group_id, peer_id=peer_id, role=role)
    with database.system_write(origin="rehearsal") as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["group_id", "peer_id"], set_={"role": role})
        )
