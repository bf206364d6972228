"""Crash: no script ends or stops the process."""

from __future__ import annotations

import locale

import pytest

from lua_engine import CallResult, Engine
from tests.helpers.attack_arena import Attack, Outcome

ANY = ("ok", "script", "memory", "timeout", "conversion")
DEEP = "local function deep(n, f) if n == 0 then return f() end return setmetatable({}, {__index = function() return deep(n - 1, f) end}).x end\n"


def is_broken(engine: Engine, _result: CallResult) -> None:
    problem = next(info.problem for info in engine.scripts.functions() if info.name == "t")
    assert problem is not None
    assert problem.file.endswith("t.lua")


def broken(name: str, source: str) -> Attack:
    """A script that does not compile: it is reported, and answers as one that is not there."""
    return Attack(
        name, source + "\nfunction call() end", ("not_found", "script", "no_entry_point"), check=is_broken
    )


def with_locale(_engine: Engine) -> None:
    """As a Qt application sets it on a German desktop."""
    for name in ("de_DE.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        return


SOURCES = [
    broken("100,000 locals", "local x = 1\n" * 9000),
    broken("300 locals on a line", "local " + ",".join(f"a{i}" for i in range(300)) + " = 1"),
    broken("deep parentheses", "local x = " + "(" * 20000 + "1" + ")" * 20000),
    broken("deep tables", "local x = " + "{" * 20000 + "}" * 20000),
    broken("deep functions", "local x = " + "function() return " * 3000 + "1" + " end" * 3000),
    broken("deep blocks", "do " * 20000 + "end " * 20000),
    broken("deep unary operators", "local x = " + "not " * 20000 + "1"),
    broken("deep concatenation", "local x = " + "'a' .. " * 15000 + "'b'"),
    broken("too large a file", "-- " + "x" * 200_000),
    broken("not Lua at all", "\x7fELF \u0000 <html>"),
    broken("an unfinished long string", "local x = [==[" + "x" * 1000),
    broken(
        "too many upvalues",
        "\n".join(f"local a{i} = 1" for i in range(150))
        + "\nlocal function f() local function g() return "
        + " + ".join(f"a{i}" for i in range(150))
        + " end\n"
        + "x",
    ),
    Attack(
        "a long and chain",
        "local x = " + "a and " * 12000 + "1\nfunction call() return 1 end",
        ("ok", "not_found"),
    ),
    Attack(
        "a long elseif chain",
        "function call(r) if r == 1 then return 1 "
        + "elseif r == 2 then return 2 " * 3000
        + "end return 3 end",
        ("ok", "not_found"),
    ),
    Attack("a long table", "local t = {" + "1," * 50000 + "}\nfunction call() return #t end", "ok", 50000),
    Attack(
        "a long string", "local s = '" + "x" * 120_000 + "'\nfunction call() return #s end", "ok", 120_000
    ),
    Attack(
        "many constants",
        "function call() local t = {} "
        + " ".join(f"t[{i}.5] = {i}" for i in range(4000))
        + " return t[3999.5] end",
        "ok",
        3999,
    ),
    Attack(
        "load nested in load",
        "local function f(n) if n == 0 then return 1 end return load('local f, n = ... return f(n - 1)')(f, n) end return f(150)",
        ANY,
    ),
]

SOURCES_AT_RUN_TIME = [
    Attack(name, f"local f, e = load({text}) return type(f) .. ' ' .. type(e)", ANY)
    for name, text in {
        "load of deep parentheses": "('('):rep(30000)",
        "load of deep tables": "'x = ' .. ('{'):rep(30000)",
        "load of deep indexing": "'x = a' .. ('[a'):rep(20000)",
        "load of deep calls": "'f' .. ('(f'):rep(20000)",
        "load of many locals": "('local x '):rep(8000)",
        "load of many upvalues": "'local a ' .. ('local function f() return a '):rep(300)",
        "load of many numbers": "'x = {' .. ('1e999,'):rep(9000) .. '}'",
        "load of long names": "('n'):rep(60000) .. ' = 1'",
        "load of escapes": "'x = \"' .. ('\\\\xff\\\\z '):rep(9000) .. '\"'",
        "load of NULs": "('\\0'):rep(60000)",
        "load of many labels": "(function() local t = {} for i = 1, 5000 do t[i] = '::l' .. i .. '::' end return table.concat(t) end)()",
        "load deep in the C stack": "(function() return 'x = ' .. ('('):rep(190) .. '1' .. (')'):rep(190) end)()",
    }.items()
]

C_STACK = [
    Attack(
        "tostring and format 190 deep",
        "local n, t = 0 t = setmetatable({}, {__tostring = function() n = n + 1 return string.format('%s', t) end}) pcall(tostring, t) return n > 50",
        "ok",
        True,
    ),
    Attack(
        "host calls at every C level",
        DEEP
        + "function call() for d = 150, 200 do pcall(deep, d, function() return goop.json.decode('[1,2,3]') end) end return 1 end",
        "ok",
        1,
    ),
    Attack(
        "host calls with big answers at every C level",
        DEEP
        + "function call() for d = 180, 200 do pcall(deep, d, function() for i = 1, 20 do goop.json.decode('[' .. ('\"abc\",'):rep(600) .. '1]') end end) end return 1 end",
        "ok",
        1,
        lua={"timeout_seconds": 20},
    ),
    Attack(
        "host errors at every C level",
        DEEP
        + "function call() for d = 150, 200 do pcall(deep, d, function() goop.log.info(setmetatable({}, {__tostring = error})) goop.kv.get({}) end) end return 1 end",
        "ok",
        1,
        lua={"timeout_seconds": 20},
    ),
    Attack(
        "garbage at every C level",
        DEEP
        + "function call() for d = 150, 200 do pcall(deep, d, function() for i = 1, 20000 do local t = {('x'):rep(100)} end end) end return 1 end",
        "ok",
        1,
        lua={"timeout_seconds": 20},
    ),
    Attack(
        "coroutines at every C level",
        DEEP
        + "function call() for d = 150, 200 do pcall(deep, d, function() for i = 1, 50 do coroutine.wrap(function() goop.db.scalar('SELECT 1') end)() end end) end return 1 end",
        ANY,
    ),
    Attack(
        "SQL at every C level",
        DEEP
        + "function call() for d = 180, 200 do pcall(deep, d, function() goop.db.query('SELECT ' .. ('('):rep(100) .. '1' .. (')'):rep(100)) end) end return 1 end",
        ANY,
    ),
    Attack(
        "JSON of JSON of JSON",
        "local s = '1' for i = 1, 20 do s = goop.json.encode(s) if #s > 2e6 then break end end return #s > 1000",
        "ok",
        True,
    ),
    Attack(
        "Lua stack to its end",
        "local function f(...) return f(1, 2, 3, 4, 5, 6, 7, 8, ...) end return f()",
        ANY,
        lua={"max_memory_mb": 200, "timeout_seconds": 5},
    ),
    Attack(
        "call info to its end",
        "local function f() return 1 + f() end return f()",
        ANY,
        lua={"max_memory_mb": 200, "timeout_seconds": 5},
    ),
    Attack(
        "a million arguments",
        "return select('#', unpack({}, 1, 999000))",
        ANY,
        lua={"max_memory_mb": 200, "timeout_seconds": 5},
    ),
]

COROUTINES = [
    Attack(
        "host errors in dead coroutines",
        "for i = 1, 1000 do local c = coroutine.wrap(function() pcall(goop.log.info, 5) goop.kv.get({}) end) pcall(c) end for i = 1, 1e5 do local t = {} end return 1",
        "ok",
        1,
    ),
    Attack(
        "tables made in dead coroutines",
        "for i = 1, 1000 do local c = coroutine.create(function() goop.json.encode({{}, {}}) error(goop.json.decode('[1]')) end) coroutine.resume(c) end return 1",
        "ok",
        1,
    ),
    Attack(
        "conversion errors in coroutines",
        "for i = 1, 1000 do coroutine.resume(coroutine.create(function() goop.kv.set('k', {print}) end)) end return 1",
        "ok",
        1,
    ),
    Attack(
        "yield across a host call",
        "local co = coroutine.wrap(function() goop.log.info(setmetatable({}, {__tostring = coroutine.yield})) end) return pcall(co)",
        "ok",
        False,
    ),
    Attack("yield in the main thread", "coroutine.yield(1)", "script", says="outside a coroutine"),
    Attack("yield from pcall in the main thread", "return pcall(coroutine.yield, 1)", "ok", False),
    Attack("a suspended coroutine as a result", "return coroutine.create(print)", "conversion"),
    Attack(
        "an error object from a dead coroutine",
        "local co = coroutine.create(function() error({}) end) local _, e = coroutine.resume(co) co = nil for i = 1, 1e5 do local t = {} end error(e)",
        "script",
    ),
    Attack(
        "rows while a coroutine dies",
        "for i = 1, 200 do local c = coroutine.wrap(function() local r = goop.db.query('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 900) SELECT x FROM c') error(r) end) pcall(c) end return 1",
        ANY,
    ),
]

VALUES = [
    Attack("NaN as a key", "local t = {} t[0/0] = 1", "script", says="NaN"),
    Attack("NaN as a result", "return 0/0", "conversion"),
    Attack("infinity in a table", "return {a = {math.huge}}", "conversion", says="result.a[1]"),
    Attack("infinity as a key", "return {[math.huge] = 1, [-math.huge] = 2}", "conversion"),
    Attack("a cyclic result", "local t = {} t.a = {t} return t", "conversion", says="result.a[1]"),
    Attack("a function in a result", "return {a = {b = print}}", "conversion", says="result.a.b"),
    Attack("a sparse array", "return {[1] = 'a', [100] = 'b'}", "ok", ["a", *[None] * 98, "b"]),
    Attack(
        "a huge index",
        "return {[2^53] = 1, [-1] = 2, [1.5] = 3, [0] = 4}",
        "conversion",
    ),
    Attack("keys that meet", "return {[1] = 'a', ['1'] = 'b', [true] = 'c', ['true'] = 'd'}", "ok"),
    Attack("invalid UTF-8 out", "return {'\\255\\254', '\\237\\160\\128', '\\0', ('\\128'):rep(5)}", "ok"),
    Attack("invalid UTF-8 as a key", "return {['\\255'] = 1}", "ok"),
    Attack("invalid UTF-8 in an error", "error('\\255\\254\\0x')", "script"),
    Attack(
        "invalid UTF-8 to the host",
        "goop.log.info('\\255\\0') return {goop.kv.set('\\255', 1), goop.kv.set('k', '\\255') or 'kept', tostring(goop.json.decode('\\255')), tostring(goop.site.read('\\255')), tostring(goop.db.scalar('SELECT \\255'))}",
        ANY,
    ),
    Attack(
        "lone surrogates in",
        "return {#request.params.s, request.params.t}",
        "ok",
        params={"s": "\ud800", "t": "\udfff x"},
    ),
    Attack("big integers in", "return request.params[1] > 0", "ok", True, params=[2**70, -(2**70), 10**400]),
    Attack("NaN in", "return 1", ("conversion", "ok"), params={"x": float("nan")}),
    Attack(
        "deep params",
        "return 1",
        "conversion",
        act=lambda engine: engine.calls.call("t", _nested(150), caller=engine.owner),
    ),
    Attack(
        "cyclic params",
        "return 1",
        "conversion",
        act=lambda engine: engine.calls.call("t", _cycle(), caller=engine.owner),
    ),
    Attack(
        "params of a strange type",
        "return 1",
        "conversion",
        act=lambda engine: engine.calls.call("t", {"x": object()}, caller=engine.owner),
    ),
    Attack(
        "params with strange keys",
        "return 1",
        ("conversion", "ok"),
        act=lambda engine: engine.calls.call("t", {1: 2, None: 3}, caller=engine.owner),
    ),
    Attack(
        "params with NUL and empty keys",
        "return {request.params[''], request.params['a\\0b']}",
        "ok",
        [1, 2],
        params={"": 1, "a\0b": 2},
    ),
    Attack(
        "too many params",
        "return 1",
        "conversion",
        act=lambda engine: engine.calls.call("t", list(range(500_000)), caller=engine.owner),
    ),
    Attack(
        "a text of 10 MB in params",
        "return 1",
        "conversion",
        act=lambda engine: engine.calls.call("t", "x" * 10_000_000, caller=engine.owner),
    ),
    Attack("a text of 10 MB inside", "return #('x'):rep(1e7)", ("memory", "ok")),
    Attack(
        "errors of every kind",
        "for _, v in ipairs{1, true, {}, print, coroutine.create(print), ('x'):rep(1e5)} do pcall(error, v) pcall(error, v, 99) pcall(error, v, -1) end error(nil)",
        "script",
    ),
    Attack("error levels without end", "error('x', 2^31)", "script"),
    Attack(
        "error in error handling",
        "return {xpcall(function() error('a') end, function() error('b') end)}",
        "ok",
        [False, "t.lua:2: b"],
    ),
    Attack(
        "assert with anything",
        "assert(false, setmetatable({}, {__tostring = function() return nil end}))",
        "script",
    ),
    Attack(
        "string.format with everything",
        "for c = 0, 255 do pcall(string.format, '%' .. string.char(c), 1) pcall(string.format, '%-+ #0' .. string.char(c), 'x') pcall(string.format, '%99.99' .. string.char(c), 1e308) end return 1",
        "ok",
        1,
    ),
    Attack(
        "library functions without arguments",
        "local n = 0 for _, lib in pairs{string, table, math, os, coroutine, _G} do for k, f in pairs(lib) do if type(f) == 'function' and f ~= coroutine.yield and f ~= call then pcall(f) pcall(f, nil) pcall(f, {}, {}, {}) pcall(f, -1, 2^53, 0/0) pcall(f, '', '', '') n = n + 1 end end end return n > 40",
        "ok",
        True,
    ),
    Attack(
        "table functions on strange positions",
        "local t = {1, 2, 3} for _, p in ipairs{-1, 0, 2^31, 2^53, -2^53, 1e308, 0.5, 0/0} do pcall(table.insert, t, p, 1) pcall(table.remove, t, p) pcall(table.concat, t, ',', p, p) pcall(unpack, t, p, p) pcall(select, p, 1, 2) pcall(string.sub, 'abc', p, p) pcall(string.byte, 'abc', p, p) pcall(string.char, p) pcall(string.rep, 'a', p < 100 and p or 1) end return 1",
        "ok",
        1,
    ),
    Attack(
        "a foreign locale",
        "return {tostring(1.5), tonumber('2.25'), ('%.2f'):format(0.5), ('É'):upper() == 'É'}",
        "ok",
        ["1.5", 2.25, "0.50", True],
        prepare=with_locale,
    ),
]

RESIDUAL = [
    Attack("hash flooding", "local t = {} for i = 1, 60000 do t[i * 2^32 + i] = 1 end while true do local u = {} for k in pairs(t) do u[k] = 1 end end", ("timeout", "memory"), may_be_abandoned=True, seconds=60.0),
    Attack("ephemerons", """
local mt = {}
local t = setmetatable({}, mt)
mt.__mode = 'k'
local keys = {}
for i = 1, 25000 do keys[i] = {} end
for i = 25000, 2, -1 do local j = math.random(i) keys[i], keys[j] = keys[j], keys[i] end
for i = 1, 24999 do t[keys[i]] = keys[i + 1] end
local first = keys[1]
keys = nil
while true do local x = {} end""", ("timeout", "memory"), may_be_abandoned=True, seconds=60.0),
]  # fmt: skip


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def _cycle() -> object:
    value: list[object] = []
    value.append(value)
    return value


ATTACKS = [*SOURCES, *SOURCES_AT_RUN_TIME, *C_STACK, *COROUTINES, *VALUES, *RESIDUAL]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_crash_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
