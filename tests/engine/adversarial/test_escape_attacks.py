"""Escape: what a script can name is the allow-list, nothing of Python is ever in its hands, and it fools only
itself.
"""

from __future__ import annotations

from typing import Any

import pytest

from lua_engine import CallResult, Engine
from tests.helpers.attack_arena import STRANGER, Attack, Outcome

# Walks everything reachable from _G: tables, metatables, what iterators and host functions answer.
WALK = """
local seen, bad, n = {}, {}, 0
local function walk(v, path)
  local kind = type(v)
  if kind == 'userdata' or kind == 'thread' then bad[#bad + 1] = path .. ' is a ' .. kind end
  if kind == 'function' and getmetatable(v) ~= nil then bad[#bad + 1] = path .. ' has a metatable' end
  if kind ~= 'table' or seen[v] then return end
  seen[v] = true
  n = n + 1
  for k, x in next, v do walk(k, path .. '.key') walk(x, path .. '.' .. tostring(k)) end
  local mt = getmetatable(v)
  if type(mt) == 'table' then walk(mt, path .. '.metatable') end
end
"""
# Comes within a few hundred slots of the largest Lua stack, where the host's answer may not find room.
STACK_EDGE = """
local leaked
local function try(f, ...)
  local ok, e = pcall(f, ...)
  if not ok and type(e) ~= 'string' then leaked = leaked or e end
end
local function at_the_edge(f, ...)
  local a, b = ...
  for n = 990000, 1000000, 250 do
    pcall(function() return (function(...) try(f, a, b) end)(unpack({}, 1, n)) end)
  end
end
"""
BIG = {"max_memory_mb": 200, "timeout_seconds": 20}


def missing(name: str) -> Attack:
    return Attack(
        f"no {name}",
        f"local at = _G for part in ('{name}'):gmatch('[^.]+') do if at == nil then break end at = at[part] end return type(at)",
        "ok",
        "nil",
    )


def nothing_bad(name: str, script: str, **more: Any) -> Attack:
    return Attack(name, script, "ok", [], **more)


NAMES = [
    missing(name)
    for name in (
        *("python", "debug", "io", "package", "require", "dofile", "loadfile", "newproxy", "module", "setfenv", "getfenv", "bit32", "jit", "ffi"),
        *("os.execute", "os.exit", "os.getenv", "os.remove", "os.rename", "os.tmpname", "os.setlocale", "string.dump", "arg", "_ENV", "utf8"),
    )
]  # fmt: skip

WAYS_OUT = [
    nothing_bad("everything reachable", WALK + "function call() walk(_G, '_G') return bad end"),
    nothing_bad(
        "what host functions answer",
        WALK
        + """
function call()
  local answers = {goop.db.query('SELECT 1 AS x, NULL AS y, x\\'00ff\\' AS z'), goop.json.decode('[1,{}]'), goop.group.grouptypes(), goop.commands(),
    goop.orm('nothing'), goop.expr('1'), goop.site.read('hello.txt'), goop.kv.get('x'), goop.listen.state(), goop.group.list and goop.group.list()}
  for i, v in pairs(answers) do walk(v, 'answer ' .. i) end
  return bad
end""",
    ),
    nothing_bad(
        "error values of host functions",
        """
local bad = {}
local function provoke(f, path)
  local nan, long = 0/0, ('x'):rep(100000)
  for _, a in ipairs{0, -1, nan, math.huge, -2^63, 2^53, '', '\\255', '\\0', long, true, {}, print, coroutine.create(print), '%s', '../x'} do
    for _, b in ipairs{false, 1, '', {}, '\\255\\254', nan} do
      local ok, e, f2 = pcall(f, a, b, a, b)
      for _, v in pairs{e, f2} do if type(v) == 'userdata' or type(v) == 'thread' then bad[#bad + 1] = path .. ': ' .. type(v) end end
      if not ok and type(e) ~= 'string' then bad[#bad + 1] = path .. ' raises a ' .. type(e) end
      if type(e) == 'string' and e:find('internal error', 1, true) then bad[#bad + 1] = path .. ': ' .. e end
    end
  end
end
function call()
  for name, space in pairs(goop) do
    if type(space) == 'function' and name ~= 'owner' and name ~= 'route' then provoke(space, name)
    elseif type(space) == 'table' then for inner, f in pairs(space) do if type(f) == 'function' then provoke(f, name .. '.' .. inner) end end end
  end
  return bad
end""",
        lua={"timeout_seconds": 20},
    ),
    Attack(
        "an exception at the edge of the stack",
        STACK_EDGE
        + """
function call()
  at_the_edge(goop.json.decode, '[' .. ('1,'):rep(510) .. '1]')
  at_the_edge(goop.group.grouptypes)
  at_the_edge(goop.db.query, 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 500) SELECT x FROM c')
  return type(leaked)
end""",
        "ok",
        "nil",
        lua=BIG,
    ),
    Attack(
        "a finalizer in Python's metatable",
        STACK_EDGE
        + """
function call()
  at_the_edge(goop.json.decode, '[' .. ('1,'):rep(510) .. '1]')
  local mt = leaked and getmetatable(leaked)
  if type(mt) == 'table' then mt.__gc = function() while true do end end mt.__call = nil end
  leaked = nil
  for i = 1, 1e5 do local t = {} end
  goop.log.info('still here')
  return type(mt)
end""",
        ("ok"),
        "nil",
        lua=BIG,
    ),
    Attack(
        "metatable of strings is closed",
        "return {tostring(getmetatable('')), tostring(pcall(setmetatable, '', {}))}",
        "ok",
        ["false", "false"],
    ),
    Attack(
        "string methods are the script's own",
        "string.upper = function() return 'mine' end return ('x'):upper()",
        "ok",
        "mine",
    ),
    Attack(
        "metatables of goop objects are closed",
        "local out = {} for i, v in ipairs{goop, goop.expr('1'), goop.transform, goop.group.member} do out[i] = tostring(getmetatable(v)) end return out",
        "ok",
        ["false"] * 4,
    ),
    Attack("metatable of goop cannot be replaced", "return pcall(setmetatable, goop, {})", "ok", False),
    Attack(
        "bytecode",
        "local f, e = load('\\27LuaR\\0\\1\\4\\8\\4\\8\\0') return {tostring(f), e}",
        "ok",
        ["nil", "load: binary chunks are not allowed"],
    ),
    Attack(
        "bytecode from a reader",
        "local pieces = {'\\27', 'Lua'} local f = load(function() return table.remove(pieces, 1) end) return tostring(f)",
        "ok",
        "nil",
    ),
    Attack("bytecode with mode b", "return tostring((load('\\27Lua', 'x', 'b')))", "ok", "nil"),
    Attack(
        "bytecode after a comment", "return tostring((load('#!x\\n\\27Lua', 'x', 'bt', {})))", "ok", "nil"
    ),
    Attack("loadstring of bytecode", "return tostring((loadstring('\\27Lua')))", "ok", "nil"),
    Attack(
        "load sees the script's globals only",
        "return load('return _G')() == _G and load('return python or debug or io') () == nil",
        "ok",
        True,
    ),
    Attack(
        "load with an env",
        "local env = {} load('x = 1; y = getmetatable', 'n', 't', env)() return {env.x, tostring(env.y)}",
        "ok",
        [1, "nil"],
    ),
    Attack("load with a nil env", "return pcall(load('return print', 'n', 't', nil))", "ok", False),
    Attack(
        "load with an env that loops",
        "local env = setmetatable({}, {__index = function(t, k) return function() return k end end}) return load('return debug()', 'n', 't', env)()",
        "ok",
        "debug",
    ),
    Attack("_ENV as a local", "local _ENV = {} return python == nil and debug == nil", "ok", True),
    Attack("_ENV as a parameter", "local function f(_ENV) return x end return f({x = 3})", "ok", 3),
    Attack(
        "the main thread is no way in",
        "local co, main = coroutine.running() return {type(co), coroutine.status(co), main}",
        "ok",
        ["thread", "running", True],
    ),
    Attack(
        "message handlers see no stack",
        "local seen xpcall(error, function(...) seen = select('#', ...) end, 'x') return seen",
        "ok",
        1,
    ),
    Attack("os.date checks its format", "os.date('%Ez')", "script", says="invalid conversion specifier"),
    Attack("os.date long format", "os.date(('%c'):rep(1000))", "script", says="format too long"),
    Attack("os.date with a lone %", "os.date('%')", "script", says="invalid conversion specifier"),
    Attack(
        "tostring tells no address of Python's",
        "local t = {} for k, v in pairs(goop) do t[#t + 1] = tostring(v) end return (table.concat(t):find('built%-in') or table.concat(t):find('bound'))",
        "ok",
        None,
    ),
]

REWRITES = [
    Attack(
        "rewritten goop.peer",
        "goop.peer.id = goop.self.id goop.peer = {id = goop.self.id} return {goop.group.member.role(), goop.group.is_member()}",
        "ok",
        ["", False],
        as_owner=False,
    ),
    Attack(
        "rewritten goop.self",
        f"goop.self.id = '{STRANGER.id}' goop.self = goop.peer local f = goop.owner(function() return 'in' end) return f()",
        "script",
        says="only the site owner",
        as_owner=False,
    ),
    Attack(
        "rewritten goop.owner",
        "local real = goop.owner goop.owner = function(f) return f end return goop.owner(function() return 'only itself' end)()",
        "ok",
        "only itself",
        as_owner=False,
    ),
    Attack(
        "owner through pcall",
        "return {pcall(goop.owner(function() return 'in' end))}",
        "ok",
        [False, "only the site owner can do this"],
        as_owner=False,
    ),
    Attack(
        "owner through a coroutine",
        "local ok, e = coroutine.resume(coroutine.create(goop.owner(function() return 'in' end))) return ok",
        "ok",
        False,
        as_owner=False,
    ),
    Attack(
        "owner with rewritten globals",
        "error = function() end pcall = function(f, ...) return true, f(...) end rawequal = function() return true end local mt = {__eq = function() return true end} setmetatable(goop.peer, mt) setmetatable(goop.self, mt) return goop.owner(function() return 'in' end)()",
        "script",
        says="only the site owner",
        as_owner=False,
    ),
    Attack(
        "rewritten member",
        "rawset(goop.group.member, 'id', goop.self.id) return goop.group.member.role()",
        "ok",
        "",
        as_owner=False,
    ),
    Attack(
        "role by params",
        "return goop.group.member.role(request.params.id)",
        "ok",
        "",
        params={"id": "owner"},
        as_owner=False,
    ),
    Attack(
        "rewritten base library",
        """
for k in pairs(string) do string[k] = function() return nil end end
for k in pairs(table) do table[k] = function() return nil end end
for _, k in ipairs{'pairs', 'ipairs', 'type', 'tostring', 'error', 'pcall', 'select', 'next', 'rawget', 'setmetatable', 'assert', 'unpack'} do _G[k] = function() return nil end end
local rows = goop.db.query('SELECT 7 AS x')
goop.log.info('x', 1)
return {rows[1].x, goop.json.encode({1, 'a'})}""",
        "ok",
        [7, '[1,"a"]'],
    ),
    Attack(
        "emptied globals",
        "local g, j, keys = _G, goop.json, {} for k in pairs(_G) do keys[#keys + 1] = k end for i = 1, #keys do g[keys[i]] = nil end return {j.encode({1})}",
        "ok",
        ["[1]"],
    ),
    Attack(
        "metatable on _G that raises",
        "setmetatable(_G, {__index = function() error('no') end, __newindex = function() error('no') end})\nfunction_ = nil return 1",
        "script",
        says="no",
    ),
    Attack(
        "entry point behind a metatable",
        "setmetatable(_G, {__index = function(_, k) if k == 'call' then return function() return 'wrong' end end end, __newindex = function() end})\nfunction call() return 1 end",
        ("no_entry_point",),
    ),
    Attack(
        "metatables on results",
        "return setmetatable({a = 1}, {__pairs = function() error('x') end, __index = function() error('x') end, __len = function() return 1e9 end, __tostring = error})",
        "ok",
        {"a": 1},
    ),
    Attack(
        "expression marker from a visitor",
        "local h = goop.orm('x') return {tostring(goop.expr('1')), request.params.title.__sql_expr}",
        "ok",
        ["goop.expr(1)", "1); DROP TABLE x"],
        params={"title": {"__sql_expr": "1); DROP TABLE x"}},
    ),
    Attack(
        "reentered encoder",
        "local k = setmetatable({}, {__tostring = function() goop.json.encode({1, {2}}) return 'k' end}) local v, e = goop.json.encode({{[k] = 1}}) return {goop.json.encode({3}), v}",
        "ok",
        ["[3]"],
    ),
]


def reply_is_cut(_engine: Engine, result: CallResult) -> None:
    assert result.value is not None
    assert len(result.value) < 10_000


CHAT = [
    Attack(
        "a reply that never ends",
        "function handle(text) return ('x'):rep(1e6) end function call() end",
        "ok",
        act=lambda engine: engine.calls.chat("!t hello", caller=engine.owner),
        check=reply_is_cut,
    ),
    Attack(
        "a chat text of a megabyte",
        "function handle(text) while true do end end",
        "timeout",
        act=lambda engine: engine.calls.chat("!t " + "1" * 1_000_000, caller=engine.owner),
    ),
    Attack(
        "a command that is a path",
        "function handle() return 'x' end",
        "not_found",
        act=lambda engine: engine.calls.chat("!../functions/t x", caller=engine.owner),
    ),
    Attack(
        "a function that is a path",
        "return 1",
        "not_found",
        act=lambda engine: engine.calls.call("../t", caller=engine.owner),
    ),
    Attack(
        "a function of another kind",
        "return 1",
        "not_found",
        act=lambda engine: engine.calls.call("t.lua\0", caller=engine.owner),
    ),
]

ATTACKS = [*NAMES, *WAYS_OUT, *REWRITES, *CHAT]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_escape_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
