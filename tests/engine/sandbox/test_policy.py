"""The allow-list and the deny-list against the real globals of the pinned interpreter, and against what a
script finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lupa.lua52 as lua

from lua_engine.sandbox.policy import ALLOWED, DENIED

_NAMES = b"""
local names = {}
for name, value in pairs(_G) do
  local is_library = type(value) == 'table' and name ~= '_G'
  if is_library and not (%s)[name] then
    for inner in pairs(value) do names[#names + 1] = name .. '.' .. tostring(inner) end
  else names[#names + 1] = name end
end
table.sort(names)
return table.concat(names, ' ')
"""


def real_globals() -> set[str]:
    runtime = lua.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    whole = b"{bit32=1,debug=1,io=1,package=1,python=1}"
    return set(runtime.execute(_NAMES % whole).decode().split())


def test_every_real_global_is_judged() -> None:
    judged = set(ALLOWED) | set(DENIED)
    assert real_globals() - judged == set()


def test_no_name_is_in_both_lists_and_each_has_a_reason() -> None:
    assert set(ALLOWED) & set(DENIED) == set()
    assert all(len(reason) > 10 for reason in (ALLOWED | DENIED).values())


def test_a_script_finds_exactly_what_is_allowed(run_lua: Callable[..., Any]) -> None:
    body = (
        _NAMES.replace(b"(%s)", b"({goop=1})")
        .decode()
        .replace("return table.concat(names, ' ')", "return names")
    )
    found = set(run_lua(body).value)
    assert found - {"call"} == set(ALLOWED)


def test_the_string_metatable_is_closed(run_lua: Callable[..., Any]) -> None:
    result = run_lua("return { getmetatable('') == false, pcall(setmetatable, '', {}) }")
    assert result.value[0] is True
    assert result.value[1] is False


def test_nothing_of_python_is_reachable(run_lua: Callable[..., Any]) -> None:
    """Every value that can be reached from the globals is a string, number, boolean,
    table or Lua function.
    """
    body = """
    local seen, bad = {}, {}
    local function walk(value, path)
      local kind = type(value)
      if kind == 'userdata' or kind == 'thread' then bad[#bad + 1] = path .. ':' .. kind end
      if kind ~= 'table' or seen[value] then return end
      seen[value] = true
      for k, v in next, value do walk(k, path .. '.key') walk(v, path .. '.' .. tostring(k)) end
      walk(getmetatable(value), path .. '.meta')
    end
    walk(_G, '_G')
    return bad
    """
    assert run_lua(body).value == []
