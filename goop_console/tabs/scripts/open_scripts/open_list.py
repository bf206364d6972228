"""Which scripts are open, in their order, and which were closed. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

MOST_CLOSED: Final = 30
_MOST: Final = 200


class Closed(NamedTuple):
    """A tab that was closed: where it stood, and its text if it was not saved."""

    key: str
    at: int
    edited: str | None


class OpenList:
    """A script that was only looked at has the one preview tab, which the next one takes over.

    Example: ``show("a", keep=False)`` then ``show("b", keep=False)`` leaves one tab, ``b``; after
    ``keep("b")`` a third script gets a tab of its own.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.preview = ""
        self._closed: list[Closed] = []

    def show(self, key: str, *, keep: bool, at: int | None = None) -> str:
        """Open ``key``; answers the script whose preview it took over, or an empty text."""
        taken = ""
        if key not in self.keys:
            if not keep and self.preview:
                taken = self.preview
                self.keys[self.keys.index(taken)] = key
            else:
                self.keys.insert(len(self.keys) if at is None else at, key)
            self.preview = self.preview if keep else key
        elif keep:
            self.keep(key)
        return taken

    def keep(self, key: str) -> None:
        """It is no mere preview any more."""
        if key == self.preview:
            self.preview = ""

    def close(self, key: str, edited: str | None = None) -> str:
        """Close ``key``; answers who stands in its place then, or an empty text."""
        at = self.keys.index(key)
        self._closed = [*self._closed, Closed(key, at, edited)][-MOST_CLOSED:]
        return self.drop(key)

    def drop(self, key: str) -> str:
        """Like ``close``, but it cannot be opened again: it is no more."""
        at = self.keys.index(key)
        self.keys.remove(key)
        self.keep(key)
        return self.keys[min(at, len(self.keys) - 1)] if self.keys else ""

    def take_closed(self, known: Mapping[str, object]) -> Closed | None:
        """The tab closed last whose script there still is."""
        while self._closed:
            one = self._closed.pop()
            if one.key in known and one.key not in self.keys:
                return one
        return None

    def step(self, key: str, step: int) -> str:
        """The open script after ``key`` (``step`` 1) or before it (-1), around the ends."""
        if not self.keys:
            return ""
        at = self.keys.index(key) if key in self.keys else 0
        return self.keys[(at + step) % len(self.keys)]

    def reorder(self, keys: Sequence[str]) -> None:
        """As a person dragged them."""
        if sorted(keys) == sorted(self.keys):
            self.keys = list(keys)

    def as_state(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"open": self.keys[:_MOST], "preview": self.preview}

    def take_state(self, state: object, known: Mapping[str, object]) -> bool:
        """Take back what ``as_state`` gave, in whatever shape; whether it was one."""
        keys = state.get("open") if isinstance(state, dict) else None
        if not isinstance(keys, list) or not isinstance(state, dict):
            return False
        self.keys = list(dict.fromkeys(one for one in keys[:_MOST] if isinstance(one, str) and one in known))
        self.preview = str(state.get("preview")) if state.get("preview") in self.keys else ""
        return True
