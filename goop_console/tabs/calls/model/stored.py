"""A stored call as the call page shows it, and as it is made again; never on the Qt thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from goop_console.tabs.calls.model.callers import choice_of
from goop_console.tabs.calls.model.entry_words import entry_words, left_out
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.running import outcome_of_call
from goop_console.tabs.calls.model.stranger import SOURCE, STRANGER
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import CallerError, Engine, HistoryRecord


def stored_outcome(engine: Engine, record: HistoryRecord, choices: Sequence[CallerChoice]) -> CallOutcome:
    """A stored call, its caller with the role of then."""
    entry, result = record.entry, record.result
    choice = replace(choice_of(result.caller, entry.role, choices), role=entry.role or STRANGER)
    call = PreparedCall(result.request, choice, is_dry=entry.is_dry)
    shown = outcome_of_call(engine, call, result, record.note)
    return replace(shown, value_dropped="value" in left_out(record))


def call_again(engine: Engine, entry_id: int, choices: Sequence[CallerChoice]) -> PreparedCall:
    """A stored call, by who is known now. Raises :class:`StoreError`, and :class:`CallerError`: without a
    resolved caller no call.
    """
    record = engine.history.entry(entry_id)
    entry, caller = record.entry, record.result.caller
    known = next((one for one in choices if one.id == caller.id), None)
    if known is None and entry.role:
        raise CallerError(
            f"{caller.name} is no longer known: the call was not made again ({entry_words(entry)})"
        )
    if "params" in left_out(record):
        raise CallerError(f"The call was not made again: it was {record.note}")
    who = known or CallerChoice(caller.id, caller.name, STRANGER, caller.email, SOURCE)
    return PreparedCall(record.result.request, who, is_dry=entry.is_dry)
