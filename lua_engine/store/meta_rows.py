"""``_meta``: what Goop2 remembers about the site as key and value texts (contract section 3)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.dialects.sqlite import insert

from lua_engine.store.database import Database
from lua_engine.store.system_tables import META


def write_meta(database: Database, values: Mapping[str, str], *, origin: str = "system") -> None:
    """Set every key of ``values``, all or none."""
    if not values:
        return
    statement = insert(META).values([{"key": key, "value": value} for key, value in values.items()])
    with database.system_write(origin=origin) as connection:
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[META.c.key], set_={"value": statement.excluded.value}
            )
        )
