"""The lines of the list: what each cell shows, says and is sorted by. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from goop_console.tabs.scripts.dashboard.activity import Tally
from goop_console.tabs.scripts.record import KIND_WORDS, ScriptRecord
from goop_console.widgets.wording import counted
from lua_engine import ActionInfo

COLUMNS: Final = ("Script", "State", "Last hour", "Time", "Last call")
TIPS: Final = {
    "State": "OK: the text on disk answers. Old version: it does not compile, so the one before answers. "
    "Broken: nothing answers. Below it: what is wrong beside that, else the calls a minute for each visitor.",
    "Last hour": "Calls of visitors and real calls of yours within the last hour, five minutes a bar; errors "
    "are at the foot of a bar, and in words below",
    "Time": "Half of the calls of the last hour took no longer than p50, 95 of 100 no longer than p95",
    "Last call": "When it was called last, and the line of its last error. Double-click goes to that line.",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Two lines of text, the second in ``color``. ``icon`` is a name and a colour. ``bars`` are drawn before
    the text.
    """

    text: str = ""
    below: str = ""
    color: str = "muted"
    icon: tuple[str, str] | None = None
    tip: str = ""
    spoken: str = ""
    order: Any = ""
    bars: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A script or one of its actions (``action`` is its name then)."""

    key: str
    cells: tuple[Cell, ...]
    action: str = ""
    search: str = ""
    children: tuple[Line, ...] = field(default=())


def script_line(record: ScriptRecord, actions: Sequence[tuple[ActionInfo, Tally]], now: float) -> Line:
    """The line of a script, with those of its actions."""
    info = record.info
    calls, took_so_long, last = _numbers(record.tally, now)
    name = _name(record)  # its tool tip has all: a narrow list hides columns
    tips = "\n".join(tip for tip in (name.tip, calls.tip, took_so_long.tip, last.tip) if tip)
    cells = (replace(name, tip=tips), _state(record), calls, took_so_long, last)
    words = (info.name, info.description, record.state_words(), *record.facts.tables, *record.warnings())
    children = tuple(action_line(record.key, action, tally, now) for action, tally in actions)
    return Line(record.key, cells, "", "\n".join((*words, record.tally.error, info.kind)).lower(), children)


def action_line(key: str, action: ActionInfo, tally: Tally, now: float) -> Line:
    """The line of an action under its script."""
    fields = ", ".join(action.fields)
    name = Cell(
        action.name,
        fields or "no params",
        icon=("lock" if action.is_guarded else "play", "muted"),
        tip=f"Action {action.name}\nParams: {fields or 'none'}",
        spoken=f"Action {action.name}, params: {fields or 'none'}",
        order=action.name.lower(),
    )
    guard = "owner only" if action.is_guarded else ""
    state = Cell(guard, tip=guard, spoken=f"State: {guard or 'everybody'}", order=-1)
    return Line(key, (name, state, *_numbers(tally, now)), action.name, f"{action.name}\n{fields}".lower())


def _name(record: ScriptRecord) -> Cell:
    info, facts = record.info, record.facts
    tables = ", ".join(f"{one} (no such table)" if one in facts.missing else one for one in facts.tables)
    kind = KIND_WORDS.get(info.kind, info.kind)
    parts = (str(info.path), kind, info.description, f"Tables: {tables}" if tables else "")
    return Cell(
        f"● {info.name}" if record.is_modified else info.name,
        info.description,
        icon=(info.kind if info.kind in KIND_WORDS else "script", "muted"),
        tip="\n".join(part for part in parts if part),
        spoken=", ".join(
            part
            for part in (info.name, kind.lower(), "modified" if record.is_modified else "", info.description)
            if part
        ),
        order=info.name.lower(),
    )


def _state(record: ScriptRecord) -> Cell:
    marks, problem = record.marks(), record.info.problem
    below = "; ".join(marks) or record.rate_words().removesuffix(" (default)")
    if problem is not None and problem.line:
        below = f"line {problem.line}"
    return Cell(
        record.short_state(),
        below,
        "warning" if marks or problem is not None else "muted",
        record.state_icon(),
        f"{record.state_detail()}\n{record.rate_words()}",
        f"State: {record.state_words()}, {'; '.join(marks) or record.rate_words()}",
        record.severity * 100 + len(marks),
    )


def _numbers(tally: Tally, now: float) -> tuple[Cell, Cell, Cell]:
    errors = counted(tally.errors, "error")
    calls = Cell(
        f"{tally.calls:,}" if tally.calls else "",
        errors if tally.errors else "",
        "error",
        tip=f"{counted(tally.calls, 'call')}, {errors} within the last hour"
        + (f"; {counted(tally.trials, 'dry run or check')}" if tally.trials else ""),
        spoken=f"Last hour: {counted(tally.calls, 'call')}, {errors}",
        order=(tally.calls, tally.errors),
        bars=tally.bars if tally.calls else (),
    )
    median, slow = (took(one) for one in (tally.median, tally.slow))
    time = Cell(
        f"p50 {median}" if median else "",
        f"p95 {slow}" if slow else "",
        tip=f"Half of the calls took at most {median}, 95 of 100 at most {slow}" if median else "",
        spoken=f"Time: half {median}, 95 of 100 {slow}" if median else "Time: no calls",
        order=tally.slow or 0.0,
    )
    return calls, time, _last(tally, now)


def _last(tally: Tally, now: float) -> Cell:
    moment = ago(now - tally.last) if tally.last else ""
    where = f"error, line {tally.line}" if tally.line else "error"
    error = tally.error_words()
    return Cell(
        moment,
        where if error else "",
        "error",
        tip=f"Last error: {error}" if error else "",
        spoken=f"Last call: {moment or 'none'}" + (f", last error: {error}" if error else ""),
        order=tally.last,
    )


def took(seconds: float | None) -> str:
    """``4 ms``, ``1.2 s``; empty for None."""
    if seconds is None:
        return ""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1_000:.0f} ms" if seconds >= 0.001 else "<1 ms"


def ago(seconds: float) -> str:
    """``now``, ``5 min ago``, ``3 h ago``, ``2 days ago``."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{counted(hours // 24, 'day')} ago"
