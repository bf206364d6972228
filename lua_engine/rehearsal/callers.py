"""Callers that a test names by what they are: a role, a stranger."""

from __future__ import annotations

from lua_engine.base.caller import Caller
from lua_engine.site.identity import random_peer_id

ROLE = "role:"
STRANGER = "stranger"
_INVENTED = "invented-member:"


def new_stranger() -> Caller:
    """Somebody who never came before; nobody has the key of their id."""
    return Caller(random_peer_id(), "A stranger")


def invented_member(role: str) -> Caller:
    """A member with ``role`` that exists in rehearsals only."""
    return Caller(_INVENTED + role, f"Somebody ({role})")


def invented_role(caller: Caller) -> str:
    """The role of an invented member; empty for everybody else."""
    return caller.id.removeprefix(_INVENTED) if caller.id.startswith(_INVENTED) else ""
