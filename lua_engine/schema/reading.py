"""Reads the objects of a schema's JSON into their classes, and gathers what is wrong with them.

Every flaw is told, with its place: ``columns[0].type: must be one of 'text', 'guid'``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
_WORDS: Mapping[type, str] = {str: "a string", bool: "true or false", list: "a list", dict: "an object"}


class Flaws:
    """What is wrong with one schema. ``place`` in the methods is the way to the value: ``("columns", 0)``."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: tuple[str | int, ...], words: str) -> None:
        self.found.append(f"{_path(place)}: {words}" if place else words)


class Fields:
    """The keys of one JSON object. What is not as it should be goes to ``flaws``, and a value of the right
    kind stands in for it; :attr:`is_sound` says whether that happened.
    """

    def __init__(self, tree: Any, place: tuple[str | int, ...], flaws: Flaws) -> None:
        self._flaws = flaws
        self._place = place
        self._before = len(flaws.found)
        self.tree: dict[str, Any] = tree if isinstance(tree, dict) else {}
        self.is_object = isinstance(tree, dict)
        if not self.is_object:
            flaws.add(place, "must be an object")

    @property
    def is_sound(self) -> bool:
        return len(self._flaws.found) == self._before

    def refuse(self, words: str, *inner: str | int) -> None:
        """The object, or the value at ``inner`` in it, is wrong."""
        self._flaws.add((*self._place, *inner), words)

    def of_type(self, key: str, usual: T) -> T:
        """The value of ``key``, of the type of ``usual``, which it is when there is no such key."""
        if key not in self.tree:
            return usual
        value = self.tree[key]
        if type(value) is type(usual):
            return value
        self.refuse(f"must be {_WORDS[type(usual)]}", key)
        return usual

    def needed(self, key: str) -> str:
        """The text of a key that must be there."""
        if self.is_object and key not in self.tree:
            self.refuse("is missing", key)
        return self.of_type(key, "")

    def one_of(self, key: str, choices: Iterable[str], usual: str) -> str:
        """One of the texts ``choices``; ``usual`` when there is no such key."""
        value = self.tree.get(key, usual)
        choices = tuple(choices)
        if isinstance(value, str) and value in choices:
            return value
        named = ", ".join(f"'{one}'" for one in choices)
        self.refuse(f"must be one of {named}", key)
        return usual

    def name(self, flaw_of: Callable[[str], str]) -> str:
        """The text of ``name``, which must be there; ``flaw_of`` says what is wrong with it, or nothing."""
        name = self.needed("name")
        words = flaw_of(name) if isinstance(self.tree.get("name"), str) else ""
        if words:
            self.refuse(words, "name")
        return name

    def inner(self, *place: str | int) -> tuple[tuple[str | int, ...], Flaws]:
        """What an object inside this one is read with."""
        return (*self._place, *place), self._flaws


def _path(place: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
