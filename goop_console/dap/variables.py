"""Scopes and values by the references of the protocol; they are good for one stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lua_engine import DebugError, DebugSession, DebugValue, Evaluation

MAX_SHOWN = 1_000
_SCOPES = (("Locals", "locals"), ("Upvalues", "upvalues"), ("Globals", "globals"))


@dataclass(frozen=True, slots=True)
class _Holder:
    kind: str  # "locals" | "upvalues" | "globals" | "inside"
    frame: int
    ref: int = 0


class Variables:
    """What the editor has been shown since the last stop."""

    def __init__(self) -> None:
        self._holders: list[_Holder] = []

    def forget(self) -> None:
        """The call goes on: no reference is good any more."""
        self._holders = []

    def scopes(self, frame: int) -> list[dict[str, Any]]:
        """The scopes of a frame."""
        return [
            {
                "name": title,
                "presentationHint": kind if kind == "locals" else "",
                "variablesReference": self._reference(_Holder(kind, frame)),
                "expensive": kind == "globals",
            }
            for title, kind in _SCOPES
        ]

    def inside(self, session: DebugSession, reference: int, first: int, count: int) -> list[dict[str, Any]]:
        """What a reference opens. Raises :class:`DebugError`."""
        holder = self._holder(reference)
        if holder.kind != "inside":
            values = self._scope(session, holder)
            return [self.shown(one, holder.frame) for one in values]
        page = session.children(holder.ref, first, count or MAX_SHOWN)
        shown = [self.shown(one, holder.frame) for one in page.values]
        if not count and (page.total is None or page.total > first + len(page.values)):
            shown.append(
                {"name": "...", "value": f"more than {MAX_SHOWN:,} entries", "variablesReference": 0}
            )
        return shown

    def shown(self, value: DebugValue, frame: int) -> dict[str, Any]:
        """A variable of the protocol."""
        reference = self._reference(_Holder("inside", frame, value.ref)) if value.ref else 0
        return {
            "name": value.name,
            "value": value.text,
            "type": value.type,
            "variablesReference": reference,
        }

    def set(self, session: DebugSession, reference: int, name: str, text: str) -> Evaluation:
        """Give a variable the value of a Lua expression. Raises :class:`DebugError`."""
        holder = self._holder(reference)
        if holder.kind == "globals":
            return session.set_global(name, text, holder.frame)
        if holder.kind != "inside":
            return session.set_local(name, text, holder.frame)
        values = session.children(holder.ref, 0, MAX_SHOWN).values
        key = next((one.key for one in values if one.name == name), 0)
        if not key:
            raise DebugError(f"{name} cannot be set")
        return session.set_field(holder.ref, key, text, holder.frame)

    def _scope(self, session: DebugSession, holder: _Holder) -> tuple[DebugValue, ...]:
        if holder.kind == "locals":
            return session.locals(holder.frame)
        return session.upvalues_of(holder.frame) if holder.kind == "upvalues" else session.globals()

    def _reference(self, holder: _Holder) -> int:
        self._holders.append(holder)
        return len(self._holders)

    def _holder(self, reference: int) -> _Holder:
        if not 1 <= reference <= len(self._holders):
            raise DebugError("it belongs to an earlier stop")
        return self._holders[reference - 1]
