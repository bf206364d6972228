"""Scenes of the tour that show the Call Tester at its work: a dry run with its diff, run as everyone, saved
calls, the history.

They are played on the tour's own copy of the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from goop_console.tour.site_scenes import Tour

if TYPE_CHECKING:
    from goop_console.tabs.calls.tab import CallsTab
    from lua_engine import Caller, CallerRef, Engine, Outcome, SavedCall

_MAX_CALLS = 8
_CHECK = "Who may what"
_SAMPLES: dict[str, Any] = {
    "text": "Mulch the raspberries before the first frost",
    "title": "Before the frost",
    "name": "Raspberries",
    "done": True,
}


async def tester(tour: Tour, engine: Engine) -> None:
    """Every page of the Call Tester with something on it."""
    calls = await tour.in_thread(lambda: list(islice(sample_calls(engine), _MAX_CALLS)))
    if not calls:
        return
    await _dry_run(tour, engine, calls)
    await _everyone(tour, engine, calls)
    await _saved(tour, engine, calls)
    page = await _page(tour, "history")
    await tour.picture("history")
    if page.view.model.rowCount() > 1:
        page.view.table.choose([0, 1])
        page.view.compare_button.click()
        await tour.picture("history-compare")
    page = await _page(tour, "fire")
    page.presenter.fire()
    await tour.picture("fire")


async def _dry_run(tour: Tour, engine: Engine, calls: list[SavedCall]) -> None:
    """The first call that would change rows, by somebody who is not the owner if one may."""
    found = await tour.in_thread(lambda: writing_call(engine, calls))
    if found is None:
        return
    call, caller = found
    tour.window.navigate(
        "calls", function=call.request.target, params=call.request.argument, caller_id=caller.id
    )
    await tour.settle()
    dry = _tab(tour).view.dry
    if not dry.isChecked():
        dry.click()
    await tour.press("Ctrl+Return")
    await tour.picture("call-dry-run")


async def _everyone(tour: Tour, engine: Engine, calls: list[SavedCall]) -> None:
    """The grid, a refusal chosen; then a check that expected the contrary of one cell, which is red."""
    page = await _page(tour, "everyone")
    page.presenter.add_calls(tuple(calls))
    page.presenter.run()
    await tour.settle()
    model = page.view.model
    shown = [
        model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())
    ]
    refused = [
        index for index in shown if (cell := model.cell(index)) is not None and cell.outcome == "refused"
    ]
    if not refused:
        await tour.picture("everyone")
        return
    page.view.table.setCurrentIndex(refused[-1])
    await tour.picture("everyone")
    cells = [model.cell(index) for index in shown]
    allowed = next(
        (
            cell
            for cell in reversed(cells)
            if cell is not None and (cell.caller, cell.outcome) == ("stranger", "ok")
        ),
        None,
    )
    if allowed is None:
        return
    grid = page.presenter.grid
    expected = {**grid.outcomes(), (allowed.call, allowed.caller): "refused"}
    await tour.in_thread(lambda: _save_check(engine, grid.calls, expected))
    page.refresh()
    await tour.settle()
    page.view.checks.table.setFocus()
    page.view.checks.table.setCurrentIndex(page.view.checks.model.index(0, 0))
    page.view.checks.run.click()
    await tour.picture("everyone-check")


async def _saved(tour: Tour, engine: Engine, calls: list[SavedCall]) -> None:
    """Some calls with expectations, one of which does not hold."""
    await tour.in_thread(lambda: _save(engine, calls))
    page = await _page(tour, "saved")
    page.refresh()
    await tour.settle()
    page.presenter.run_all()
    await tour.picture("saved-calls")


def _tab(tour: Tour) -> CallsTab:
    from goop_console.tabs.calls.tab import CallsTab

    workspace = tour.window.workspace
    assert workspace is not None
    tab = workspace.tab("calls")
    assert isinstance(tab, CallsTab)
    return tab


async def _page(tour: Tour, name: str) -> Any:
    """A page of the tester, in view."""
    tour.window.navigate("calls")
    page = _tab(tour).pages.show_page(name)
    await tour.settle()
    return page


def sample_calls(engine: Engine) -> Iterator[SavedCall]:
    """Every action with a value for each field that it reads."""
    from lua_engine import Request, SavedCall

    for function in engine.scripts.functions():
        for info in engine.scripts.action_infos(function.name):
            params = {"action": info.name} if info.name else {}
            params |= {name: sample for name in info.fields if (sample := _sample(name)) is not None}
            yield SavedCall(f"{function.name} {info.name}".strip(), Request.call(function.name, params))


def _sample(name: str) -> Any:
    """A value for a field of that name; None: it is better left out."""
    return 1 if name == "id" or name.endswith("_id") else _SAMPLES.get(name)


def writing_call(engine: Engine, calls: list[SavedCall]) -> tuple[SavedCall, Caller] | None:
    members = [
        peer.caller for peer in engine.peers.all() if engine.peers.role_of(peer.id) not in ("", "owner")
    ]
    for caller in (*members, engine.owner):
        for call in calls:
            result = engine.calls.run(call.request, caller, is_dry=True)
            if result.ok and any(table.changed or table.removed for table in result.diff.tables):
                return call, caller
    return None


def _save_check(
    engine: Engine, calls: tuple[SavedCall, ...], expected: dict[tuple[str, CallerRef], Outcome]
) -> None:
    from lua_engine import AccessCheck

    engine.checks.files.save_check(AccessCheck(_CHECK, calls, expected))


def _save(engine: Engine, calls: list[SavedCall]) -> None:
    from lua_engine import OWNER_REF, Expectation

    for place, call in enumerate(calls[:4]):
        said = engine.calls.run(call.request, engine.owner, is_dry=True).error
        holds = Expectation("ok") if said is None else Expectation("error_says", "", said.message)
        fails = Expectation("error_says", "", "only the gardener can do this")
        engine.checks.files.save(
            replace(
                call, caller=OWNER_REF, expect=(holds, Expectation("no_rows_changed")) if place else (fails,)
            )
        )
