"""The name of a function that Lua has none for."""

from __future__ import annotations

import pytest

from lua_engine import StackFrame
from lua_engine.debugger.frame_names import named

LONG = "x" * 120_000


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("local function toggle(t)", "toggle"),
        ("function goop.on.click (t)", "goop.on.click"),
        ("function t:list() return 1 end", "t:list"),
        ("  actions.remove = function(row)", "actions.remove"),
        ("local a=function (row)", "a"),
        ("return function(row)", ""),
        ("local a = b == function(row)", ""),
        ("a = { function(row)", ""),
        ("a = functional(function() end)", ""),
        ("a = function() return function() end end", ""),
        ("9 = function()", ""),
        ("", ""),
        (f"local s = '{LONG}' each(function(row)", ""),
        (f"{LONG} = function()", ""),
        (f"a = {' ' * 120_000}function{' ' * 120_000}()", "a"),
        ("= function = " * 10_000, ""),
    ],
    ids=lambda text: text[:30],
)
def test_the_line_has_it(line: str, name: str) -> None:
    frame = StackFrame(1, "function at line 2", 2, "todo.lua")
    (found,) = named((frame,), f"-- first\n{line}\n", "todo.lua")
    assert found.name == (name or frame.name)


def test_other_frames_stay() -> None:
    frames = (StackFrame(1, "call", 1, "todo.lua"), StackFrame(2, "function at line 1", 1, "(load)"))
    assert named(frames, "local function toggle()\n", "todo.lua") == frames
