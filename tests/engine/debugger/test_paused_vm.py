"""Nobody but its own thread touches the VM of a paused call: lupa holds the VM's lock until the pause is
over, so whoever calls into it from elsewhere waits as long.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from lua_engine import DebugError, ErrorKind
from lua_engine.runtime import vm
from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import Debugged, DebugSite, DebugSiteMaker

Touches = list[tuple[int, str, int]]  # of which runtime, what, by which thread
_MADE = ("run", "end hooks", "verdict")


@pytest.fixture
def touches(monkeypatch: pytest.MonkeyPatch) -> Touches:
    """Whatever is asked of any VM from Python."""
    found: Touches = []

    def noted(runtime: object, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            found.append((id(runtime), name, threading.get_ident()))
            return function(*arguments, **more)

        return call

    class Watched(vm.lua.LuaRuntime):
        def get_memory_used(self, *arguments: Any, **more: Any) -> Any:
            return noted(self, "memory used", super().get_memory_used)(*arguments, **more)

        def set_max_memory(self, *arguments: Any, **more: Any) -> Any:
            return noted(self, "memory limit", super().set_max_memory)(*arguments, **more)

        def execute(self, *arguments: Any) -> Any:
            made = noted(self, "execute", super().execute)(*arguments)
            if not isinstance(made, tuple):
                return made  # no VM of a call
            return tuple(noted(self, name, one) for name, one in zip(_MADE, made, strict=True))

    monkeypatch.setattr(vm.lua, "LuaRuntime", Watched)
    return found


def look_at_everything(site: DebugSite, one: Debugged) -> None:
    """All that the window, a client or another call may ask while it stands."""
    session = one.session
    assert session.state == "paused"
    one.names()
    one.evaluate("a + b")
    session.set_local("sum", "7")
    session.globals()
    session.coroutines()
    session.margin_so_far()
    session.step_back()
    session.look_at(0)
    for ask in (session.logs, session.sql, session.effects, session.diff):
        ask()
    site.breakpoint(3)
    with pytest.raises(DebugError):
        session.pause()
    assert session in site.debugger.sessions()
    assert site.engine.calls.abandoned_threads == 0
    assert site.engine.calls.call("other", caller=site.engine.site.owner).value == 1
    gc.collect()


def cancel(_site: DebugSite, one: Debugged) -> None:
    one.session.call.cancel()


def stop(_site: DebugSite, one: Debugged) -> None:
    one.session.stop()


def close(site: DebugSite, _one: Debugged) -> None:
    site.engine.close()


@pytest.mark.parametrize("end", [cancel, stop, close], ids=lambda one: one.__name__)
def test_only_the_calls_own_thread_touches_it(
    debug_site: DebugSiteMaker, touches: Touches, end: Callable[[DebugSite, Debugged], None]
) -> None:
    site = debug_site(scripts.BASIC, functions={"other": "function call() return 1 end"})
    site.breakpoint(4)
    one = site.start()
    assert one.at() == "add:4"
    runtime, _, thread = next(touch for touch in reversed(touches) if touch[1] == "run")
    del touches[:]

    look_at_everything(site, one)
    end(site, one)

    assert one.result().error.kind in (ErrorKind.CANCELLED, ErrorKind.BUSY)
    assert {by for of, _, by in touches if of == runtime} == {thread}
