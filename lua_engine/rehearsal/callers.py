"""Callers that a test names by what they are: a role, a stranger."""

from __future__ import annotations

import secrets

from lua_engine.base.caller import Caller

ROLE = "role:"
STRANGER = "stranger"
_INVENTED = "invented-member:"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def new_stranger() -> Caller:
    """Somebody who never came before; an id in the shape of a real one, that nobody has the key of."""
    return Caller("12D3KooW" + "".join(secrets.choice(_ALPHABET) for _ in range(44)), "A stranger")


def invented_member(role: str) -> Caller:
    """A member with ``role`` that exists in rehearsals only."""
    return Caller(_INVENTED + role, f"Somebody ({role})")


def invented_role(caller: Caller) -> str:
    """The role of an invented member; empty for everybody else."""
    return caller.id.removeprefix(_INVENTED) if caller.id.startswith(_INVENTED) else ""
