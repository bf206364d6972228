"""Scenes of the tour that show the debugger: a paused call, its past, what saved calls reach, an armed one.

They are played on the tour's own copy of the site.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from goop_console.tour.site_scenes import Tour
from goop_console.tour.tester_scenes import sample_calls, writing_call

if TYPE_CHECKING:
    from goop_console.tabs.scripts.tab import ScriptsTab
    from lua_engine import Caller, Engine, SavedCall

_WAIT_SECONDS = 300.0  # a machine may be busy with other things
_MAX_CALLS = 8


async def debugger(tour: Tour, engine: Engine) -> None:
    """A call, one that changes rows if there is such, stopped at a line that computes something."""
    found = await tour.in_thread(lambda: _shown_call(engine))
    if found is None:
        return
    call, caller = found
    script = f"function/{call.request.target}"
    line = await tour.in_thread(lambda: _telling_line(engine, call.request, caller))
    tour.window.navigate("scripts", name=call.request.target, kind="function")
    await tour.settle()
    if line:
        from lua_engine import Breakpoint

        await tour.in_thread(lambda: engine.debugger.put_breakpoint(Breakpoint(script, line)))
    tab = _tab(tour)
    tour.window.navigate("scripts", debug=call.request, caller=caller)
    await _until(lambda: "Paused" in tab.view.debug.state.text())
    await _until(lambda: tab.view.debug.variables.topLevelItemCount() > 0)
    await tour.picture("debug-paused")
    for _ in range(3):
        tab.debugging.debug.command("step_back")
        await tour.settle()
    tab.view.debug.pages.setCurrentWidget(tab.view.debug.values)
    await tour.picture("debug-past")
    tab.debugging.debug.command("stop")
    await _until(lambda: "Ended" in tab.view.debug.state.text())
    tab.debugging.show_reach()
    await _until(lambda: " ran" in tab.view.debug.note.text())
    tab.debugging.arm()
    await _until(lambda: tab.debugging.trap.armed != "")
    await tour.picture("debug-reach")
    tab.debugging.arm()
    tab.debugging.close_panel()


def _shown_call(engine: Engine) -> tuple[SavedCall, Caller] | None:
    calls = list(islice(sample_calls(engine), _MAX_CALLS))
    return writing_call(engine, calls) or ((calls[0], engine.owner) if calls else None)


def _telling_line(engine: Engine, request: Any, caller: Any) -> int:
    from lua_engine import DebugOptions

    session = engine.debugger.start(request, caller, options=DebugOptions(stops_at_errors=False))
    while session.wait() is not None:
        session.resume()
    lines = session.margin.lines if session.margin is not None else ()
    told = [(len(one.last.values) if one.last is not None else 0, one.line) for one in lines]
    return max(told, default=(0, 0))[1]


async def _until(is_true: Callable[[], bool]) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + _WAIT_SECONDS
    while not is_true():
        if loop.time() > end:
            raise TimeoutError("the debugger did not come to it")
        await asyncio.sleep(0.02)


def _tab(tour: Tour) -> ScriptsTab:
    from goop_console.tabs.scripts.tab import ScriptsTab

    workspace = tour.window.workspace
    assert workspace is not None
    tab = workspace.tab("scripts")
    assert isinstance(tab, ScriptsTab)
    return tab
