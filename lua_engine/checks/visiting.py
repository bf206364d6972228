"""Makes a recorded visit again: every step on one copy of the site, what one changes the next one sees."""

from __future__ import annotations

from collections.abc import Callable

from lua_engine.base.caller import Caller
from lua_engine.base.errors import KnownError
from lua_engine.base.secret_names import HIDDEN
from lua_engine.calls.cancellation import Cancellation
from lua_engine.calls.result import CallResult
from lua_engine.checks.judge import failures
from lua_engine.checks.model import Expectation
from lua_engine.checks.recording import has_hidden
from lua_engine.checks.row_keys import RowKeys
from lua_engine.checks.visit import StepResult, Visit, VisitResult, VisitStep
from lua_engine.pages.direct.result import DirectRequest, DirectResult
from lua_engine.rehearsal.page_copy import PageCopy

OnStep = Callable[[StepResult], object]

_HIDDEN = (
    f'its params have "{HIDDEN}" where a secret was when the visit was recorded; '
    "write a value for tests into the file"
)


def run_visit(
    visit: Visit, caller: Caller, copy: PageCopy, on_step: OnStep, ending: Cancellation
) -> VisitResult:
    """Make every step and compare, up to where it is cancelled; a step that fails ends nothing."""
    made: list[StepResult] = []
    keys = RowKeys()
    copy.admit(caller)
    with ending.ends(copy.cancel):
        for step in visit.steps:
            done = _made(step, caller, copy, keys)
            if ending.is_cancelled:  # what came of the last one says nothing of the script
                return VisitResult(visit, tuple(made), "it was cancelled")
            made.append(done)
            on_step(done)
    return VisitResult(visit, tuple(made))


def _made(step: VisitStep, caller: Caller, copy: PageCopy, keys: RowKeys) -> StepResult:
    request = step.request
    params = keys.in_question(request.body if isinstance(request, DirectRequest) else request.argument)
    if has_hidden(params):
        return StepResult(step, (_HIDDEN,))
    result: CallResult | DirectResult
    try:
        if isinstance(request, DirectRequest):
            result = copy.pages.direct.made(DirectRequest(request.operation, params), caller)
        else:
            result = copy.pages.call(request.target, params, caller)
    except KnownError as error:
        return StepResult(step, (f"it could not be run: {error}",))
    keys.learn(step.added, result.diff)
    expected = tuple(
        Expectation(one.kind, one.path, keys.in_this_run(one.value)) if isinstance(one.value, (dict, list))
        else one
        for one in step.expect
    )  # fmt: skip
    return StepResult(step, failures(expected, result), result)
