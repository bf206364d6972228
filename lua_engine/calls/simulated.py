"""Callers that nobody is: somebody who never came before, and a member who exists in dry runs only."""

from __future__ import annotations

from lua_engine.base.caller import Caller
from lua_engine.site.identity import random_peer_id

_SIMULATED = "simulated-member:"


def new_stranger() -> Caller:
    """Somebody who never came before, with a real peer id that nobody has the key of."""
    return Caller(random_peer_id(), "A stranger")


def simulated_member(role: str) -> Caller:
    """A member with ``role`` that exists in dry runs only."""
    return Caller(_SIMULATED + role, f"Somebody ({role})")


def simulated_role(caller: Caller) -> str:
    """The role of a simulated member; empty for everybody else."""
    return caller.id.removeprefix(_SIMULATED) if caller.id.startswith(_SIMULATED) else ""
