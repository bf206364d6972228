"""A site whose calls are debugged, and sessions as lists of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lua_engine import Breakpoint, DebugOptions, DebugSession, Engine, Request, Stopped
from lua_engine.testing import SiteSpec, open_site

SECONDS = 30.0


class DebugSite:
    """One open site with the script ``todo``."""

    def __init__(self, engine: Engine, source: str) -> None:
        self.engine = engine
        self.debugger = engine.debugger
        self.source = source

    def breakpoint(self, line: int, **more: Any) -> Breakpoint:
        script = more.pop("script", "function/todo")
        return self.debugger.put_breakpoint(Breakpoint(script, line, **more))

    def start(
        self, params: Any = None, *, is_dry: bool = True, caller: Any = None, **options: Any
    ) -> Debugged:
        session = self.debugger.start(
            Request.call(options.pop("target", "todo"), params or {}),
            caller or self.engine.site.owner,
            is_dry=is_dry,
            options=DebugOptions(**{"records": is_dry, **options}),
        )
        return Debugged(session)


class Debugged:
    """A session, with what the tests say most often."""

    def __init__(self, session: DebugSession) -> None:
        self.session = session

    def stop(self) -> Stopped | None:
        return self.session.wait(SECONDS)

    def at(self) -> str:
        """``name:line`` of the innermost frame, or how the call ended."""
        stopped = self.stop()
        if stopped is None:
            result = self.session.result(SECONDS)
            return f"ended {result.value}" if result.ok else f"failed {result.error.message}"
        frame = stopped.frames[0]
        return f"{frame.name}:{frame.line}"

    def do(self, command: str) -> str:
        """Run a command by its name; answers where the call stands then."""
        getattr(
            self.session,
            {"go": "resume", "into": "step_into", "over": "step_over", "out": "step_out"}[command],
        )()
        return self.at()

    def value(self, name: str, frame: int = 1) -> str:
        found = (*self.session.locals(frame), *self.session.upvalues_of(frame))
        return next((one.text for one in found if one.name == name), "")

    def names(self, frame: int = 1) -> dict[str, str]:
        return {one.name: one.text for one in self.session.locals(frame)}

    def evaluate(self, text: str, frame: int = 1, **more: Any) -> str:
        answer = self.session.evaluate(text, frame, **more)
        return f"error: {answer.error}" if answer.error else ", ".join(one.text for one in answer.values)

    def result(self) -> Any:
        return self.session.result(SECONDS)


DebugSiteMaker = Callable[..., DebugSite]


@pytest.fixture
def debug_site() -> Iterator[DebugSiteMaker]:
    opened: list[Engine] = []

    def make(source: str, **more: Any) -> DebugSite:
        functions = {"todo": source, **more.pop("functions", {})}
        context = open_site(SiteSpec(functions=functions, **more))
        engine = context.__enter__()
        opened.append(context)  # type: ignore[arg-type]
        return DebugSite(engine, source)

    yield make
    for context in opened:
        context.__exit__(None, None, None)
