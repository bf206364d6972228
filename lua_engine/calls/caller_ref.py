"""Who is meant to call, in words: ``owner``, ``role:coauthor``, ``stranger``, or a peer's id or label.

Files, ``--as`` and the columns of a matrix all say it like this, and only this module spells it.
"""

from __future__ import annotations

from typing import Literal, Protocol

from lua_engine.base.caller import OWNER, Caller
from lua_engine.base.errors import CallerError

Kind = Literal["owner", "role", "stranger", "peer"]
STRANGER = "stranger"
_ROLE = "role:"


class KnownCallers(Protocol):
    """Who there is on a site: see :class:`lua_engine.calls.callers.Callers`."""

    def owner(self) -> Caller: ...

    def member(self, role: str) -> Caller: ...

    def stranger(self) -> Caller: ...

    def peer(self, text: str) -> Caller: ...


class CallerRef(str):
    """The text itself, with its meaning: it stands in files, on the command line and in heads of columns as
    it
    is.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> CallerRef:
        """What ``text`` names. Raises :class:`CallerError` for nothing, and for a role without a name."""
        ref = cls(text)
        if not text.strip():
            raise CallerError("caller is empty: owner, stranger, role:NAME, or a peer's id or label")
        if ref.kind == "role" and not ref.role:
            raise CallerError("a role's name comes after role:, like role:coauthor")
        return ref

    @classmethod
    def of_role(cls, role: str) -> CallerRef:
        """Somebody with ``role``; an empty one means a stranger."""
        if role in ("", OWNER):
            return OWNER_REF if role else STRANGER_REF
        return cls(_ROLE + role)

    @property
    def kind(self) -> Kind:
        if self == OWNER or self.role == OWNER:
            return "owner"
        if self == STRANGER:
            return "stranger"
        return "role" if self.startswith(_ROLE) else "peer"

    @property
    def role(self) -> str:
        """The role that it names; empty for a peer, a stranger, and the owner as such."""
        return self.removeprefix(_ROLE).strip() if self.startswith(_ROLE) else ""

    def resolve(self, known: KnownCallers) -> Caller:
        """The caller of now: a member with that role who joined first, or one who exists in dry runs only;
        somebody new each time for a stranger. Raises :class:`CallerError`.
        """
        ref = CallerRef.parse(self)
        if ref.kind == "owner":
            return known.owner()
        if ref.kind == "stranger":
            return known.stranger()
        return known.member(ref.role) if ref.kind == "role" else known.peer(str(ref))


OWNER_REF, STRANGER_REF = CallerRef(OWNER), CallerRef(STRANGER)
