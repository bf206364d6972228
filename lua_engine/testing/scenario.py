"""One scenario: a site, one call, and what must come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.events import Event
from lua_engine.calls.result import CallResult
from lua_engine.engine import Engine
from lua_engine.testing.expect import ANY, Matching, require
from lua_engine.testing.site import SiteSpec, open_site


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of ``lua`` (the body of a data function's ``call(request)``), ``call`` (a function's name) or
    ``chat`` (a message).

    ``caller`` is a :class:`Caller`, or ``owner``, an id or a label. Exactly one of ``value`` and ``error`` is
    checked: without ``error`` the call must succeed. ``error`` is the message (a text or a
    :class:`Matching`), ``kind`` its kind. ``logs`` are (level, message) pairs, ``rows`` what a table holds
    afterwards (the named columns of every row, in the order of ``_id``), ``events`` the types of events
    besides logs and the result.
    """

    name: str
    site: SiteSpec = field(default_factory=SiteSpec)
    lua: str = ""
    call: str = ""
    chat: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    caller: Caller | str = "owner"
    value: Any = ANY
    error: str | Matching | None = None
    kind: str = "script"
    logs: Sequence[tuple[str, Any]] | None = None
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    events: Sequence[str] | None = None


def run_scenario(scenario: Scenario) -> CallResult:
    """Run it on a site of its own; raises :class:`ScenarioFailure`, answers the result."""
    site = scenario.site
    if scenario.lua:
        body = f"function call(request)\n{scenario.lua}\nend\n"
        site = _with_function(site, body)
    with open_site(site) as engine:
        events: list[Event] = []
        unsubscribe = engine.bus.subscribe(events.append)
        result = _run(engine, scenario)
        unsubscribe()
        _check(scenario, result)
        for table, expected in scenario.rows.items():
            _check_rows(engine, scenario.name, table, expected)
        if scenario.events is not None:
            seen = [
                type(event).__name__
                for event in events
                if type(event).__name__ not in ("LogRecorded", "CallFinished")
            ]
            require(f"{scenario.name}: events", list(scenario.events), seen)
    return result


def run_scenarios(scenarios: Iterable[Scenario]) -> int:
    """Run all; answers how many."""
    count = 0
    for scenario in scenarios:
        run_scenario(scenario)
        count += 1
    return count


def _with_function(site: SiteSpec, body: str) -> SiteSpec:
    fields = {name: getattr(site, name) for name in SiteSpec.__dataclass_fields__}
    return SiteSpec(**{**fields, "functions": {**site.functions, "scenario": body}})


def _run(engine: Engine, scenario: Scenario) -> CallResult:
    who = scenario.caller
    caller = engine.peers.find(who) if isinstance(who, str) else who
    if scenario.chat:
        return engine.calls.chat(scenario.chat, caller=caller)
    return engine.calls.call(scenario.call or "scenario", dict(scenario.params), caller=caller)


def _check(scenario: Scenario, result: CallResult) -> None:
    if scenario.error is None:
        require(
            f"{scenario.name}: error", None, result.error and f"{result.error.kind}: {result.error.message}"
        )
    else:
        require(
            f"{scenario.name}: error",
            scenario.error,
            result.error.message if result.error else f"(no error) {result.value!r}",
        )
        require(
            f"{scenario.name}: kind of error",
            scenario.kind,
            result.error.kind.value if result.error else None,
        )
    require(f"{scenario.name}: value", scenario.value, result.value)
    if scenario.logs is not None:
        require(
            f"{scenario.name}: logs",
            [list(pair) for pair in scenario.logs],
            [[line.level, line.message] for line in result.logs],
        )


def _check_rows(engine: Engine, name: str, table: str, expected: Sequence[Mapping[str, Any]]) -> None:
    page = engine.tables.page(table, limit=1000)
    rows = [dict(zip(page.columns, row, strict=True)) for row in page.rows]
    wanted = set().union(*(row.keys() for row in expected)) if expected else set()
    require(
        f"{name}: rows of {table}",
        [dict(row) for row in expected],
        [{key: row[key] for key in wanted} for row in rows],
    )
