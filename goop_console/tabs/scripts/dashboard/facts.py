"""What the list says of a script beside its state: its actions, the tables it uses, the calls of the last
hour that are in the log. Read off the Qt thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from goop_console.tabs.scripts.dashboard.activity import HOUR, Sample
from goop_console.tabs.scripts.record import ScriptFacts, key_of
from lua_engine import CallResult, Engine, KnownError, LogQuery, LogRecord, ScriptInfo, outcome_of

MOST_RECORDS: Final = 20_000
_PLACE: Final = re.compile(r"[^:]{1,80}\.lua:([0-9]{1,6}): ")


def read_facts(engine: Engine, infos: Iterable[ScriptInfo]) -> dict[str, ScriptFacts]:
    """By key. A script that cannot be read has none."""
    return {key_of(info): _facts(engine, info) for info in infos}


def _facts(engine: Engine, info: ScriptInfo) -> ScriptFacts:
    try:
        text = engine.scripts.source(info)
    except KnownError:
        return ScriptFacts()
    actions = engine.scripts.action_infos(info.name) if info.kind == "function" else ()
    return ScriptFacts(tuple(one for one in actions if one.name), engine.language.tables_of(text))


def read_records(engine: Engine, until: float) -> tuple[LogRecord, ...]:
    """The calls of the hour before ``until``, oldest first."""
    engine.log.flush()
    records = engine.log.page(LogQuery(since=until - HOUR, until=until), limit=MOST_RECORDS)
    return tuple(one for one in reversed(records) if one.call is not None)


def sample_of_record(record: LogRecord) -> Sample:
    """A call as the log has it. The line of an error stands in its message."""
    seconds = record.call.seconds if record.call is not None else 0.0
    is_real = not (record.is_dry or record.origin == "check")
    place = _PLACE.match(record.message)
    line = int(place[1]) if place is not None else 0
    is_refusal = record.call is not None and record.call.outcome == "refused"
    is_error = not is_refusal and (record.level == "error" or bool(line))
    return Sample(record.time, seconds, is_real, (record.message or "error") if is_error else "", line)


def sample_of_result(result: CallResult) -> Sample:
    """A call of this session. A line in another script is none of this one's."""
    total, error = result.timings.total, result.error
    if error is None or outcome_of(result) == "refused":
        return Sample(result.started_at + total, total, result.is_real)
    line = error.line if error.script in ("", result.script) else 0
    return Sample(result.started_at + total, total, result.is_real, error.message or "error", line)


def action_of(result: CallResult) -> str:
    """The action that was asked for; empty for none."""
    argument = result.request.argument
    action = argument.get("action") if isinstance(argument, dict) else None
    return action if isinstance(action, str) else ""


def key_of_record(record: LogRecord, known: Mapping[str, ScriptInfo]) -> str:
    """Whose call it was; empty when there is no such script."""
    wanted = (f"function/{record.script}", f"command/{record.script.lower()}")
    return next((key for key in wanted if key in known), "")
