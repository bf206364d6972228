"""Who can be invited, read off the Qt thread."""

from __future__ import annotations

from goop_console.tabs.site.records import STRANGER
from goop_console.widgets.caller_picker import DRY_ONLY, CallerChoice
from lua_engine import Engine

_SOURCES = {"owner": "owner", "visitor": "known visitor", "test": "test peer"}
_ROLE = "role:"


def read_guests(engine: Engine, *, on_copy: bool) -> tuple[CallerChoice, ...]:
    """Everybody with the role they have now; on a copy also somebody for each role that nobody has."""
    known = [
        CallerChoice(
            peer.id,
            peer.name,
            engine.peers.role_of(peer.id) or STRANGER,
            peer.email,
            _SOURCES.get(peer.source, peer.source),
        )
        for peer in engine.peers.all()
    ]
    return (*known, *_invented(engine, {one.role for one in known})) if on_copy else tuple(known)


def _invented(engine: Engine, held: set[str]) -> list[CallerChoice]:
    found = []
    for text in engine.matrix_callers():
        role = text.removeprefix(_ROLE)
        if text.startswith(_ROLE) and role not in held:
            caller = engine.resolve_saved_caller(text)
            found.append(CallerChoice(caller.id, caller.label, role, source=DRY_ONLY))
    return found
