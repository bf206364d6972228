"""A run of which somebody wants to know what of its bytecode was reached (see ``debugger/coverage.py``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lua_engine.sandbox.limits import GRACE_SECONDS

COVERING_MEMORY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Covering:
    """``bytecode`` sets ``hits[number]`` for what is reached, 1 to ``points``; ``add`` hears of it later:
    a ``1`` or a ``0`` for each.
    """

    bytecode: bytes
    points: int
    add: Callable[[bytes], None]

    @property
    def memory(self) -> int:
        """Bytes that the call may take on top of its own limit."""
        return COVERING_MEMORY + 32 * self.points

    @property
    def grace(self) -> float:
        """As of any call."""
        return GRACE_SECONDS

    def border(self) -> dict[bytes, Any]:
        """What is added to the border's table."""
        return {b"points": self.points, b"covered": self.add}
