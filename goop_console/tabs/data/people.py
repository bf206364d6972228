"""Who the site knows. Its key may be missing (opened for reading only, never for writing) or damaged: its
tables are shown all the same.
"""

from __future__ import annotations

from lua_engine import Engine, Peer, SiteError


def known_peers(engine: Engine) -> tuple[tuple[Peer, ...], str]:
    """The owner and everybody else, or nobody and why."""
    try:
        return engine.peers.all(), ""
    except SiteError as error:
        return (), str(error)


def owner_id(engine: Engine) -> str:
    """Empty when it is not known."""
    try:
        return engine.owner.id
    except SiteError:
        return ""
