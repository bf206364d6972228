"""Runs saved calls and checks, every call on its own copy of the site, and visits, each on one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing

from lua_engine.base.caller import Caller
from lua_engine.base.errors import KnownError
from lua_engine.base.records import Origin
from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
from lua_engine.calls.calls import Calls
from lua_engine.calls.cancellation import Cancellation
from lua_engine.calls.outcome import outcome_of, reason_of
from lua_engine.calls.result import CallResult
from lua_engine.checks.files import SavedCalls
from lua_engine.checks.judge import failures
from lua_engine.checks.model import AccessCheck, AccessResult, Cell, CheckResult, SavedCall
from lua_engine.checks.recording import VisitRecorder
from lua_engine.checks.visit import Visit, VisitResult
from lua_engine.checks.visiting import OnStep, run_visit
from lua_engine.rehearsal.page_copy import PageCopy

OnCell = Callable[[Cell], object]


class Checker:
    """``engine.checks``. Thread-safe. A ``cancellation`` ends the call under way at once, and no other
    begins.
    """

    def __init__(self, calls: Calls, files: SavedCalls, copy: Callable[[], PageCopy]) -> None:
        self._calls = calls
        self._copy = copy
        self.files = files
        """Saved calls and access checks, beside the site."""

    def callers(self) -> tuple[CallerRef, ...]:
        """Who may be asked for in a matrix: the owner, each role of the template's group, a stranger."""
        return self._calls.callers.refs()

    def matrix(
        self,
        calls: Sequence[SavedCall],
        callers: Iterable[CallerRef | str],
        *,
        on_cell: OnCell = lambda _cell: None,
        cancellation: Cancellation | None = None,
    ) -> tuple[Cell, ...]:
        """Every call as every caller, row by row, up to where it is cancelled. Raises :class:`CallerError`
        before anything runs.
        """
        known = self._calls.callers
        resolved = [(ref, known.resolve(ref)) for ref in map(CallerRef, callers)]
        ending = cancellation or Cancellation()
        cells: list[Cell] = []
        for saved in calls:
            for ref, caller in resolved:
                cell = self._cell(saved, ref, caller, ending)
                if ending.is_cancelled:  # what came of the last one says nothing of the script
                    return tuple(cells)
                cells.append(cell)
                on_cell(cell)
        return tuple(cells)

    def run(self, saved: SavedCall, cancellation: Cancellation | None = None) -> CheckResult:
        """Make a saved call and compare."""
        ending = cancellation or Cancellation()
        try:
            result = self._run(saved, _caller_of(saved), ending)
        except KnownError as error:
            return CheckResult(saved, False, (f"it could not be run: {error}",), None)
        found = failures(saved.expect, result)
        return CheckResult(saved, not found, found, result)

    def run_visit(
        self,
        visit: Visit,
        *,
        on_step: OnStep = lambda _step: None,
        cancellation: Cancellation | None = None,
    ) -> VisitResult:
        """Make every step of a recorded visit on one copy of the site, and compare."""
        try:
            caller = self._calls.callers.resolve(visit.caller)
            with closing(self._copy()) as copy:
                return run_visit(visit, caller, copy, on_step, cancellation or Cancellation())
        except KnownError as error:
            return VisitResult(visit, (), f"it could not be run: {error}")

    def recorder(self, caller: Caller) -> VisitRecorder:
        """What records a visit of ``caller``. The file names a known peer by id; an invented one is a
        stranger, or whoever has the role then.
        """
        return VisitRecorder(self._calls.callers.ref_of(caller))

    def run_access(
        self,
        check: AccessCheck,
        *,
        on_cell: OnCell = lambda _cell: None,
        cancellation: Cancellation | None = None,
    ) -> AccessResult:
        """Make every call as every caller that something is expected of, and compare."""
        judged = {call for call, _caller in check.expected}
        idle = [call.name for call in check.calls if call.name not in judged]
        if idle or not check.calls:
            return AccessResult(
                check,
                (),
                problem=f"nothing is expected of {', '.join(idle) or 'anything'}: say under expected who may",
            )
        try:
            cells = self.matrix(check.calls, check.callers, on_cell=on_cell, cancellation=cancellation)
        except KnownError as error:
            return AccessResult(check, (), problem=f"it could not be run: {error}")
        return _compared(check, cells)

    def _cell(self, saved: SavedCall, ref: CallerRef, caller: Caller, ending: Cancellation) -> Cell:
        role = self._calls.callers.role_of(caller)
        result = self._run(saved, caller, ending)
        return Cell(saved.name, ref, role, outcome_of(result), reason_of(result), result)

    def _run(self, saved: SavedCall, caller: Caller | CallerRef, ending: Cancellation) -> CallResult:
        return ending.wait_for(self._calls.start(saved.request, caller, is_dry=True, origin=Origin.CHECK))


def _caller_of(saved: SavedCall) -> CallerRef:
    return OWNER_REF if saved.request.kind == "event" else CallerRef(saved.caller)


def _compared(check: AccessCheck, cells: tuple[Cell, ...]) -> AccessResult:
    allowed: list[Cell] = []
    refused: list[Cell] = []
    changed: list[Cell] = []
    for cell in cells:
        wanted = check.expected.get((cell.call, cell.caller), cell.outcome)
        if wanted == cell.outcome:
            if wanted == "refused" and cell.overwrote:
                changed.append(cell)
        elif cell.outcome == "ok":
            allowed.append(cell)
        else:
            (refused if wanted == "ok" else changed).append(cell)
    problem = "it was cancelled" if len(cells) < len(check.calls) * len(check.callers) else ""
    return AccessResult(check, cells, tuple(allowed), tuple(refused), tuple(changed), problem)
