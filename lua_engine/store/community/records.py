"""What the rows of groups, members and chat rooms are to the rest of the engine: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from lua_engine.base.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: ``origin`` goes into ``DataChanged`` (a call id, ``"window"``, a service); a call's
    ``deadline`` bounds the waiting.
    """

    origin: str = "community"
    deadline: Deadline | None = None


SERVICE = Actor()
"""The engine itself, outside any call."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row of ``_groups``. ``max_members`` 0 means unlimited; ``roles`` are the role names its template
    knows.

    ``created_at`` is the text that is stored, empty for a group that is not stored yet.
    """

    id: str
    name: str
    owner: str
    group_type: str
    context: str = ""
    max_members: int = 0
    host_joined: bool = True
    volatile: bool = False
    default_role: str = "viewer"
    roles: tuple[str, ...] = ()
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class MemberRow:
    peer_id: str
    role: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A chat message; ``time`` is milliseconds since the epoch."""

    id: int
    sender: str
    text: str
    time: int


class Joining(Enum):
    """What came of :meth:`CommunityRows.add_member`."""

    ADDED = auto()
    ALREADY_MEMBER = auto()
    FULL = auto()
    NO_GROUP = auto()
