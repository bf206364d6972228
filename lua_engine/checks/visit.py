"""A recorded visit: what one visitor's page called, in its order, and what came of it. As data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.checks.model import Expectation
from lua_engine.pages.direct.result import DirectRequest, DirectResult

Added = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class VisitStep:
    """One call of a visit, of a data function or for rows without one. ``added`` are the keys of the rows
    that it added when it was recorded, by table: a later run, whose rows get other keys, follows them (see
    :class:`lua_engine.checks.row_keys.RowKeys`).
    """

    request: Request | DirectRequest
    expect: tuple[Expectation, ...] = ()
    added: Added = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Visit:
    """Calls to make again, one after the other, on one copy of the site. ``path`` is its file."""

    name: str
    steps: tuple[VisitStep, ...]
    caller: CallerRef = OWNER_REF
    description: str = ""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step did; ``result`` is None when it was not made."""

    step: VisitStep
    failures: tuple[str, ...]
    result: CallResult | DirectResult | None = None


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How a visit did: the steps that were made. ``problem`` says why not all of them were."""

    visit: Visit
    steps: tuple[StepResult, ...]
    problem: str = ""

    @property
    def passed(self) -> bool:
        return not self.problem and not any(one.failures for one in self.steps)

    @property
    def failures(self) -> tuple[str, ...]:
        """A sentence for each thing that did not hold, its step first: ``step 3, todo · add: …``."""
        found = [
            f"step {number}, {one.step.request.title}: {failure}"
            for number, one in enumerate(self.steps, 1)
            for failure in one.failures
        ]
        return (*((self.problem,) if self.problem else ()), *found)
