"""Groups, members and peers as they are now: one reading, made off the Qt thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lua_engine import Actor, Engine, GroupError, GroupRow, ListenState, Peer, RoomState

WINDOW = Actor("window")
CLOSE_EVENT = "on_group_close"
CHAT, LISTEN = "chat", "listen"
_SEEN_TABLES = ("_peer_cache", "_favorites")
_PAGE = 2_000  # rows


@dataclass(frozen=True, slots=True)
class GroupItem:
    """A hosted group; ``members`` counts its owner too, as its limit does."""

    row: GroupRow
    members: int

    @property
    def is_full(self) -> bool:
        return 0 < self.row.max_members <= self.members


@dataclass(frozen=True, slots=True)
class GroupKind:
    """What a group can be. Of a volatile kind there is at most one group: a new one closes it."""

    name: str
    is_volatile: bool


@dataclass(frozen=True, slots=True)
class PeerItem:
    """Somebody the site knows. ``role`` is the one in the template's group, empty for a stranger;
    ``last_seen`` as it is stored.
    """

    peer: Peer
    role: str
    last_seen: str = ""


@dataclass(frozen=True, slots=True)
class MemberItem:
    """A member of a group. ``source`` is a peer's source (:class:`lua_engine.Peer`), ``group`` for who is
    known from this group only.
    """

    peer_id: str
    name: str
    role: str
    source: str

    @property
    def is_owner(self) -> bool:
        return self.role == "owner"


@dataclass(frozen=True, slots=True)
class Details:
    """One group in full. ``room`` is there for a chat, ``listen`` for the listening session that is open."""

    group: GroupItem
    members: tuple[MemberItem, ...]
    room: RoomState | None = None
    listen: ListenState | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the tab shows. ``closers`` are the functions that ``on_group_close`` runs in, none
    while Lua is off.
    """

    groups: tuple[GroupItem, ...] = ()
    kinds: tuple[GroupKind, ...] = ()
    peers: tuple[PeerItem, ...] = ()
    template_group: GroupRow | None = None
    closers: tuple[str, ...] = ()
    is_lua_on: bool = True
    details: Details | None = None

    def group(self, group_id: str) -> GroupItem | None:
        return next((one for one in self.groups if one.row.id == group_id), None)

    def peer(self, peer_id: str) -> PeerItem | None:
        return next((one for one in self.peers if one.peer.id == peer_id), None)


def read_snapshot(engine: Engine, group_id: str) -> Snapshot:
    """Read it all; ``group_id`` is the group whose details are wanted, the first group's when there is no
    such group.
    """
    counts = engine.groups.member_counts(WINDOW)
    groups = tuple(GroupItem(row, counts.get(row.id, 0)) for row in engine.groups.list(WINDOW))
    peers = engine.peers.all()
    chosen = next((one for one in groups if one.row.id == group_id), groups[0] if groups else None)
    is_on = engine.settings.lua.enabled
    return Snapshot(
        groups=groups,
        kinds=_kinds(engine),
        peers=_peer_items(engine, peers),
        template_group=_template_group(engine, groups),
        closers=tuple(info.name for info in engine.scripts.functions() if CLOSE_EVENT in info.entry_points)
        if is_on
        else (),
        is_lua_on=is_on,
        details=_details(engine, chosen, peers) if chosen is not None else None,
    )


def _kinds(engine: Engine) -> tuple[GroupKind, ...]:
    types = engine.groups.types
    found = ((name, types.get(name)) for name in types.names())
    return tuple(GroupKind(name, kind.volatile) for name, kind in found if kind is not None)


def _template_group(engine: Engine, groups: tuple[GroupItem, ...]) -> GroupRow | None:
    """The template's group, if there is one and it was not closed since."""
    try:
        group_id = engine.groups.template_group(WINDOW)
    except GroupError:
        return None
    return next((one.row for one in groups if one.row.id == group_id), None)


def _peer_items(engine: Engine, peers: tuple[Peer, ...]) -> tuple[PeerItem, ...]:
    """One question for all roles, not one for each peer."""
    roles = {member.peer_id: member.role for member in engine.groups.template_members(WINDOW)}
    roles[engine.owner.id] = "owner"
    seen = _last_seen(engine)
    return tuple(PeerItem(peer, roles.get(peer.id, ""), seen.get(peer.id, "")) for peer in peers)


def _last_seen(engine: Engine) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for table in _SEEN_TABLES:
        after, has_more = None, True
        while has_more:
            page = engine.tables.page(table, after=after, limit=_PAGE)
            for row in page.rows:
                values = dict(zip(page.columns, row, strict=True))
                peer_id = str(values["peer_id"])
                found[peer_id] = max(found.get(peer_id, ""), str(values.get("last_seen") or ""))
            after, has_more = page.last, page.has_more
    return found


def _details(engine: Engine, group: GroupItem, peers: tuple[Peer, ...]) -> Details | None:
    """None when somebody closed the group while we read."""
    sources = {peer.id: "group" if peer.source == "member" else peer.source for peer in peers}
    try:
        members = engine.groups.members(group.row.id, WINDOW)
        room = engine.rooms.state(group.row.id, WINDOW) if group.row.group_type == CHAT else None
        listen = engine.listen.state(WINDOW) if group.row.group_type == LISTEN else None
    except GroupError:
        return None
    items = tuple(
        MemberItem(one.peer_id, one.name, one.role, sources.get(one.peer_id, "group")) for one in members
    )
    return Details(group, items, room, listen if listen is not None and listen.id == group.row.id else None)
