"""How host functions act on the community: in whose name, and what becomes of a refusal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lua_engine.api.binding import Host
from lua_engine.base.errors import KnownError, ScriptError
from lua_engine.community.groups import Member
from lua_engine.store.community.records import Actor


def actor(host: Host) -> Actor:
    """The call, as the community services want it named."""
    return Actor(host.run.call_id, host.run.deadline)


@contextmanager
def raised() -> Iterator[None]:
    """What the world refuses becomes an error in the script."""
    try:
        yield
    except KnownError as error:
        raise ScriptError(str(error)) from None


def whole(value: float | None, name: str) -> int:
    """A Lua number that must be integral; nil is 0."""
    if value is None:
        return 0
    if not math.isfinite(value) or int(value) != value:
        raise ScriptError(f"{name} must be an integer, got {value}")
    return int(value)


def member_records(host: Host, members: Iterable[Member]) -> list[dict[str, str]]:
    """Members as scripts see them. The caller is called what the call says, known peer or not."""
    caller = host.run.caller
    return [
        {
            "peer_id": one.peer_id,
            "role": one.role,
            "name": caller.label if one.peer_id == caller.id and caller.label else one.name,
        }
        for one in members
    ]
