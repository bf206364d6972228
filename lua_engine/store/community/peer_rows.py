"""Who Goop2 has seen: the peers in ``_peer_cache`` and ``_favorites``."""

from __future__ import annotations

from lua_engine.store.database import Database
from lua_engine.store.system_shapes import SHAPES


class PeerRows:
    """Reads (peer id, display name, email) rows of one of the two tables; empty texts where Goop2 knows
    nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, table: str) -> list[tuple[str, str, str]]:
        if table not in SHAPES:
            raise ValueError(f"{table} is none of Goop2's tables")
        with self._database.plain_read() as raw:
            rows = raw.execute(f"SELECT peer_id, content, email FROM {table}").fetchall()
        return [(str(peer_id), str(label or ""), str(email or "")) for peer_id, label, email in rows]
