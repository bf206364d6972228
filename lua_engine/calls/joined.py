"""One result for the scripts that heard an event, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from lua_engine.calls.result import CallResult, Timings


def joined(results: Sequence[CallResult]) -> CallResult:
    """``results`` of one event, at least one, as one: everything that they left behind, the first error."""
    if len(results) == 1:
        return results[0]
    return replace(
        results[0],
        script=", ".join(one.script for one in results),
        ok=all(one.ok for one in results),
        error=next((one.error for one in results if one.error is not None), None),
        logs=tuple(line for one in results for line in one.logs),
        sql=tuple(statement for one in results for statement in one.sql),
        effects=tuple(effect for one in results for effect in one.effects),
        warnings=tuple(dict.fromkeys(text for one in results for text in one.warnings)),
        notes=tuple(dict.fromkeys(note for one in results for note in one.notes)),
        peak_memory=max(one.peak_memory for one in results),
        timings=_sum([one.timings for one in results]),
    )


def _sum(parts: Sequence[Timings]) -> Timings:
    return Timings(*(sum(getattr(one, field.name) for one in parts) for field in fields(Timings)))
