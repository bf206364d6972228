"""What the owner can do to groups and test peers, each with its words and the way back."""

from __future__ import annotations

from goop_console.services.intents import Intent
from goop_console.tabs.groups.snapshot import WINDOW, MemberItem
from lua_engine import Engine, Peer


def add_member(engine: Engine, group_id: str, peer_id: str, name: str) -> Intent:
    """With the group's default role."""
    groups = engine.groups
    return Intent(
        f"Add {name}",
        lambda: groups.add(group_id, peer_id, WINDOW),
        f"{name} is a member",
        undo=lambda: groups.remove(group_id, peer_id, WINDOW),
    )


def remove_member(engine: Engine, group_id: str, member: MemberItem) -> Intent:
    """Taken back, the member has the role of before."""
    groups = engine.groups

    def undo() -> None:
        groups.add(group_id, member.peer_id, WINDOW)
        if member.role:
            groups.set_role(group_id, member.peer_id, member.role, WINDOW)

    return Intent(
        f"Remove {member.name}",
        lambda: groups.remove(group_id, member.peer_id, WINDOW),
        f"{member.name} is removed",
        undo=undo,
        detail=f"They had the role {member.role}." if member.role else "",
    )


def set_role(engine: Engine, group_id: str, member: MemberItem, role: str) -> Intent:
    groups = engine.groups
    return Intent(
        f"Set the role of {member.name}",
        lambda: groups.set_role(group_id, member.peer_id, role, WINDOW),
        f"{member.name} has the role {role}",
        undo=lambda: groups.set_role(group_id, member.peer_id, member.role, WINDOW),
    )


def set_default_role(engine: Engine, group_id: str, role: str, before: str) -> Intent:
    groups = engine.groups
    return Intent(
        "Set the default role",
        lambda: groups.set_default_role(group_id, role, WINDOW),
        f"New members get the role {role}",
        undo=lambda: groups.set_default_role(group_id, before, WINDOW),
    )


def add_test_peer(engine: Engine, peer: Peer) -> Intent:
    return Intent(
        f"Add the test peer {peer.name}",
        lambda: engine.peers.add_test_peer(peer),
        f"{peer.name} is a test peer",
        undo=lambda: engine.peers.remove_test_peer(peer.id),
    )


def change_test_peer(engine: Engine, before: Peer, peer: Peer) -> Intent:
    """``peer`` may have another id than ``before``."""
    return Intent(
        f"Change {before.name}",
        lambda: engine.peers.update_test_peer(before.id, peer),
        f"{peer.name} is changed",
        undo=lambda: engine.peers.update_test_peer(peer.id, before),
    )


def remove_test_peer(engine: Engine, peer: Peer) -> Intent:
    return Intent(
        f"Remove {peer.name}",
        lambda: engine.peers.remove_test_peer(peer.id),
        f"{peer.name} is removed",
        undo=lambda: engine.peers.add_test_peer(peer),
    )
