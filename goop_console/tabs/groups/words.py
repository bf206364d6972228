"""Groups, peers and times as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from goop_console.tabs.groups.snapshot import GroupItem, Snapshot
from goop_console.widgets.wording import counted
from lua_engine import GroupRow, Track

STRANGER = "stranger"
_KIND_ICONS = {
    "template": "script",
    "chat": "chat",
    "files": "folder",
    "listen": "music",
    "cluster": "cluster",
    "data-federation": "federation",
}
_KIND_SENTENCES = {
    "template": "Members may do what their role allows in a template's tables.",
    "chat": "A room with messages; the newest 100 are kept.",
    "files": "Members share files in Goop2.",
    "listen": "One session at a time: members hear what you play.",
    "cluster": "Members share work in Goop2; a site hosts one cluster at a time.",
    "data-federation": "Members combine their sites' data in Goop2.",
}
_SOURCES = {
    "owner": ("owner", "owner", "The site's owner."),
    "visitor": (
        "user",
        "known visitor",
        "Goop2 has seen this visitor. Goop2 keeps the record; here it is read only.",
    ),
    "test": ("test", "test peer", "A made-up visitor for tests. Goop2 never sees test peers."),
    "member": ("group", "member", "A member of the template's group that Goop2 has not seen yet."),
    "group": ("group", "this group only", "Known from this group only."),
}


def kind_icon(name: str) -> str:
    """The icon of a group type."""
    return _KIND_ICONS.get(name, "group")


def kind_sentence(name: str) -> str:
    return _KIND_SENTENCES.get(name, "")


def source_icon(source: str) -> str:
    return _SOURCES.get(source, ("stranger", source, ""))[0]


def source_word(source: str) -> str:
    """Where a peer is known from, in a word or two."""
    return _SOURCES.get(source, ("stranger", source, ""))[1]


def source_sentence(source: str) -> str:
    return _SOURCES.get(source, ("stranger", source, ""))[2]


def member_count(group: GroupItem) -> str:
    """``3``, ``3 / 8``: the owner included, as the limit counts."""
    limit = group.row.max_members
    return f"{group.members:,} / {limit:,}" if limit else f"{group.members:,}"


def member_sentence(group: GroupItem) -> str:
    """``3 of 8, the owner included (full)``."""
    limit = group.row.max_members
    if not limit:
        return f"{group.members:,}, no limit (the owner included)"
    return f"{group.members:,} of {limit:,}, the owner included{' (full)' if group.is_full else ''}"


def closing_effects(group: GroupItem, snapshot: Snapshot, messages: int) -> str:
    """What closing ``group`` does, in sentences."""
    said = [f"{_members_leave(group)}."]
    if messages:
        said.append(f"{counted(messages, 'message')} {'is' if messages == 1 else 'are'} deleted.")
    if is_template_group(group.row, snapshot):
        said.append(
            "It is the installed template's group: without it, only the owner passes the template's group "
            "rules."
        )
    said.append(_closers(snapshot))
    return " ".join((*said, "This cannot be undone."))


def is_template_group(group: GroupRow, snapshot: Snapshot) -> bool:
    return snapshot.template_group is not None and snapshot.template_group.id == group.id


def _members_leave(group: GroupItem) -> str:
    others = group.members - group.row.host_joined
    if others == 0:
        return "Only the owner is in it"
    return f"{counted(others, 'member')} {'loses' if others == 1 else 'lose'} their role"


def _closers(snapshot: Snapshot) -> str:
    if not snapshot.is_lua_on:
        return "Lua is off: on_group_close does not run."
    names = snapshot.closers
    if not names:
        return "No function defines on_group_close."
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"on_group_close runs in {counted(len(names), 'function')}: {shown}."


def minutes(seconds: float) -> str:
    """``0:07``, ``3:05``, ``1:02:03``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def track_facts(track: Track) -> str:
    """``3:05 · 128 kbit/s · MP3``; what is not known is left out."""
    length = minutes(track.duration) if track.duration else "no end"
    facts = (length, f"{track.bitrate / 1000:.0f} kbit/s" if track.bitrate else "", track.format.upper())
    return " · ".join(fact for fact in facts if fact)


def moment(stored: str) -> str:
    """A moment from the database (UTC) in local time, to the minute; anything else as stored."""
    try:
        found = datetime.fromisoformat(stored)
    except ValueError:
        return stored
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return f"{aware.astimezone():%Y-%m-%d %H:%M}"
