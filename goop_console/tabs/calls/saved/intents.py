"""What a person can do to saved calls, each with its words and the way back."""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine import SavedCall


@dataclass(frozen=True, slots=True)
class Edit:
    """From ``before`` to ``after``; None: it was not there, or is not any more."""

    before: SavedCall | None
    after: SavedCall | None
    done_words: str
    undone_words: str

    @property
    def name(self) -> str:
        """Of the call, as it is called before the edit if it was there."""
        one = self.before or self.after
        return one.name if one is not None else ""

    def reversed(self) -> Edit:
        """The edit that undoes this one."""
        return Edit(self.after, self.before, self.undone_words, self.done_words)


def save_call(call: SavedCall) -> Edit:
    return Edit(None, call, f"“{call.name}” is saved", f"“{call.name}” is deleted again")


def change_call(before: SavedCall, after: SavedCall, words: str = "") -> Edit:
    """Its name, description, caller, request or expectations; ``words`` say more than that it is changed."""
    return Edit(before, after, words or f"“{after.name}” is changed", f"“{before.name}” is as it was")


def delete_call(call: SavedCall) -> Edit:
    return Edit(call, None, f"“{call.name}” is deleted", f"“{call.name}” is back")
