"""The sizes of splitters that a person chose, and no others:
what a tab that was never laid out has is no choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QSplitter

_MAX = 20_000  # pixels


class ChosenSizes:
    """Watches splitters by name; ``state()`` is what ``restore`` takes back at the next start."""

    def __init__(self, **splitters: QSplitter) -> None:
        self._splitters = splitters
        self._chosen: dict[str, list[int]] = {}
        for name, splitter in splitters.items():
            splitter.splitterMoved.connect(lambda *_, name=name: self._keep(name))

    def _keep(self, name: str) -> None:
        self._chosen[name] = self._splitters[name].sizes()

    def state(self) -> dict[str, list[int]]:
        """Pixels of each part, by splitter."""
        return dict(self._chosen)

    def restore(self, state: object) -> None:
        """Take back what ``state`` gave, in whatever shape it is now."""
        for name, splitter in self._splitters.items():
            sizes: Any = state.get(name) if isinstance(state, Mapping) else None
            if _fit(sizes, splitter.count()):
                splitter.setSizes(sizes)
                self._chosen[name] = sizes


def _fit(sizes: object, count: int) -> bool:
    """``sizes`` can be those of a splitter: every part has one, and something is to be seen."""
    return (
        isinstance(sizes, list)
        and len(sizes) == count
        and all(type(one) is int and 0 <= one <= _MAX for one in sizes)
        and sum(sizes) > 0
    )
