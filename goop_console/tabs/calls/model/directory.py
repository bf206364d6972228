"""Who can call and what can be called, read off the Qt thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goop_console.tabs.calls.model.stranger import STRANGER
from goop_console.widgets.caller_picker import DRY_ONLY, CallerChoice
from lua_engine import Engine, Peer, ScriptInfo

_SOURCES = {"owner": "owner", "visitor": "known visitor", "test": "test peer"}


@dataclass(frozen=True, slots=True)
class Directory:
    """One reading of callers and scripts."""

    callers: tuple[CallerChoice, ...] = ()
    functions: tuple[ScriptInfo, ...] = ()
    commands: tuple[ScriptInfo, ...] = ()

    @property
    def owner(self) -> CallerChoice | None:
        return next((one for one in self.callers if one.source == "owner"), None)

    def caller(self, caller_id: str) -> CallerChoice | None:
        return next((one for one in self.callers if one.id == caller_id), None)

    def function(self, name: str) -> ScriptInfo | None:
        return next((one for one in self.functions if one.name == name), None)

    def command(self, name: str) -> ScriptInfo | None:
        return next((one for one in self.commands if one.name == name.lower()), None)


def read_directory(engine: Engine, strangers: Sequence[CallerChoice]) -> Directory:
    """Everybody with the role they have now; ``strangers`` are this session's own."""
    known = tuple(_choice(engine, peer) for peer in engine.peers.all())
    known += tuple(_simulated(engine, {one.role for one in known}))
    ids = {one.id for one in known}
    return Directory(
        known + tuple(one for one in strangers if one.id not in ids),
        engine.scripts.functions(),
        engine.scripts.commands(),
    )


def _choice(engine: Engine, peer: Peer) -> CallerChoice:
    return CallerChoice(
        peer.id,
        peer.name,
        engine.peers.role_of(peer.id) or STRANGER,
        peer.email,
        _SOURCES.get(peer.source, peer.source),
    )


def _simulated(engine: Engine, held: set[str]) -> Iterator[CallerChoice]:
    """Somebody for each role of the template's group that nobody has: a dry run can be made as one."""
    for ref in engine.checks.callers():
        if ref.kind == "role" and ref.role not in held:
            caller = engine.calls.callers.resolve(ref)
            name = caller.label.removesuffix(f" ({ref.role})")
            yield CallerChoice(caller.id, name, ref.role, source=DRY_ONLY)
