"""Who can be invited, read off the Qt thread."""

from __future__ import annotations

from goop_console.tabs.site.records import STRANGER
from goop_console.widgets.caller_picker import DRY_ONLY, CallerChoice
from lua_engine import Engine

_SOURCES = {"owner": "owner", "visitor": "known visitor", "test": "test peer"}


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
    return (*known, *_simulated(engine, {one.role for one in known})) if on_copy else tuple(known)


def _simulated(engine: Engine, held: set[str]) -> list[CallerChoice]:
    found = []
    for ref in engine.calls.callers.refs():
        if ref.role and ref.role not in held:
            caller = engine.calls.callers.resolve(ref)
            found.append(CallerChoice(caller.id, caller.label, ref.role, source=DRY_ONLY))
    return found
