"""Who Goop2 has seen: the peers in ``_peer_cache`` and ``_favorites``."""

from __future__ import annotations

from sqlalchemy import select

from lua_engine.store.database import Database
from lua_engine.store.system_tables import metadata


class PeerRows:
    """Reads (peer id, display name, email) rows of one of the two tables; empty texts where Goop2 knows
    nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, table: str) -> list[tuple[str, str, str]]:
        columns = metadata.tables[table].c
        with self._database.system_read() as connection:
            rows = connection.execute(select(columns.peer_id, columns.content, columns.email)).all()
        return [(str(peer_id), str(label or ""), str(email or "")) for peer_id, label, email in rows]
