"""A call that is kept, debugged once more."""

from __future__ import annotations

from lua_engine import CallerError, DebugSession, Engine

_LOST = (
    "The call cannot be debugged again: its params are not kept. Arm the script (Ctrl+F9) for the next one"
)


def again(engine: Engine, call_id: str) -> DebugSession:
    """The same request by the same caller, as a dry run. Raises :class:`CallerError` when it is not kept
    whole. Not for the Qt thread.
    """
    record = engine.history.find(call_id)
    if record is None or "params" in record.note:
        raise CallerError(_LOST)
    result = record.result
    return engine.debugger.start(result.request, result.caller)
