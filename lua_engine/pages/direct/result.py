"""What came of one direct call, as a value: for who records a visit, or makes one again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.pages.errors import PageError
from lua_engine.store.changes.diff import DataDiff


@dataclass(frozen=True, slots=True)
class DirectRequest:
    """A question for rows without a script: ``find`` and ``{"table": "cards", "limit": 5}``."""

    operation: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Empty for a question about all of them."""
        found = self.body.get("table", self.body.get("name"))
        return found if isinstance(found, str) else ""

    @property
    def title(self) -> str:
        """What is asked for, on one line."""
        return f"{self.operation} {self.table}".strip()


@dataclass(frozen=True, slots=True)
class DirectResult:
    """``value`` is the answer as JSON data, None when ``error`` says why there is none; ``diff`` are the rows
    that were changed. ``is_dry``: on a copy of the site, nothing of it stayed. ``started_at``: seconds since
    the epoch.
    """

    request: DirectRequest
    caller: Caller
    value: Any
    error: PageError | None
    diff: DataDiff
    started_at: float
    is_dry: bool = False
