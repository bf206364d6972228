"""One VM with the native and the guarded pattern functions side by side (see ``harness.lua``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import lupa.lua52 as lua
import pytest

from lua_engine.sandbox.patterns import pattern_source

Compare = Callable[..., bytes]


def _harness() -> Any:
    runtime = lua.LuaRuntime(encoding=None, register_eval=False)
    load = runtime.execute(
        b"return function(text, source) return assert(load(text, '=harness', 't'))(source) end"
    )
    return load(Path(__file__).with_name("harness.lua").read_bytes(), pattern_source().encode())


@pytest.fixture(scope="module")
def compare() -> Compare:
    """``compare(operation, *arguments)`` -> b"" or how the guarded call differs from the native one."""
    run = _harness()[b"compare"]
    return lambda operation, *arguments: run(operation.encode(), *arguments)


@pytest.fixture(scope="module")
def compare_all() -> Compare:
    """``compare_all(subject, pattern, replacement, init, limit)`` -> b"" or the first difference of fourteen
    calls.
    """
    result: Compare = _harness()[b"compare_all"]
    return result


@pytest.fixture(scope="module")
def is_native() -> Callable[..., bool]:
    """``is_native(operation, subject, pattern, ...)``:
    does the guarded call use the native function for it?
    """
    run = _harness()[b"is_native"]
    return lambda operation, *arguments: run(operation.encode(), *arguments)
