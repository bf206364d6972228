"""Real sites with real scripts, a few lines each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Engine

MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[MakeEngine]:
    """``make_engine(functions={name: source}, commands={...}, lua={...})`` opens a site;
    closed at the end.
    """
    opened: list[Engine] = []

    def make(
        functions: Mapping[str, str] = {},
        commands: Mapping[str, str] = {},
        lua: Mapping[str, Any] = {},
        *,
        watch: bool = False,
    ) -> Engine:
        folder = tmp_path / f"site{len(opened)}"
        (folder / "site/lua/functions").mkdir(parents=True)
        settings = {
            "enabled": True,
            "timeout_seconds": 1,
            "rate_limit_per_peer": 1000,
            "rate_limit_global": 5000,
            **lua,
        }
        (folder / "goop.json").write_text(
            json.dumps({"profile": {"label": "Mara", "email": "mara@example.org"}, "lua": settings})
        )
        for name, source in functions.items():
            (folder / f"site/lua/functions/{name}.lua").write_text(source)
        for name, source in commands.items():
            (folder / f"site/lua/{name}.lua").write_text(source)
        engine = Engine.open(folder, watch=watch)
        opened.append(engine)
        return engine

    yield make
    for engine in opened:
        engine.close()


@pytest.fixture
def run_lua(make_engine: MakeEngine) -> Callable[..., Any]:
    """``run_lua(body, params)``: the CallResult of a function ``call(request)`` with that body, called by the
    owner.
    """

    def run(body: str, params: Any = None, *, lua: Mapping[str, Any] = {}) -> Any:
        engine = make_engine(functions={"t": f"function call(request)\n{body}\nend"}, lua=lua)
        return engine.calls.call("t", params, caller=engine.owner)

    return run
