"""Time: the caller has its answer at most 0.5 s after the limit, and the script has stopped by then, whatever
it does.
"""

from __future__ import annotations

import pytest

from tests.helpers.attack_arena import Attack, Outcome, hurried

# 1,800 coercions of a long text in a row: few instructions, much time, no allocation between them.
FLAT = "local flat = load('local s = ... local x ' .. ('x = s + 0 '):rep(1800))\n"
LOOP = "function() while true do end end"
# Each level is one C call: Lua allows 200, and at 199 the hook itself cannot run.
DEEP = """
local function deep(n, f)
  if n == 0 then return f() end
  return setmetatable({}, {__index = function() return deep(n - 1, f) end}).x
end
"""

LOOPS = [
    Attack("while loop", "while true do end", says="script timed out"),
    Attack("repeat until false", "repeat until false"),
    Attack("for to infinity", "for i = 1, math.huge do end"),
    Attack("for with no step", "for i = 1, 2, 0 do end", expect=("timeout", "ok")),
    Attack("goto", "::again:: goto again"),
    Attack("tail call", "function call() return call() end"),
    Attack("mutual tail calls", "local a, b\nfunction a() return b() end\nfunction b() return a() end\nfunction call() return a() end"),
    Attack("loop at the top level", "while true do end\nfunction call() end"),
    Attack("endless iterator", "for _ in function() return 1 end do end"),
    Attack("endless pairs with a growing table", "local t = {1} for k in pairs(t) do t[1] = nil t[1] = 1 end while true do end"),
    Attack("recursion without end", "local function f() return 1 + f() end return f()", expect=("script", "memory")),
]  # fmt: skip

SWALLOWED = [
    Attack("pcall in a loop", f"while true do pcall({LOOP}) end"),
    Attack("xpcall in a loop", f"while true do xpcall({LOOP}, {LOOP}) end"),
    Attack("xpcall handler that loops", f"xpcall(function() error('x') end, {LOOP})"),
    Attack("xpcall handler that raises", "while true do xpcall(error, error, 'x') end"),
    Attack(
        "xpcall handler is xpcall",
        "local function h() return xpcall(error, h) end while true do pcall(xpcall, error, h) end",
    ),
    Attack(
        "pcall of pcall of pcall",
        f"local f = {LOOP} for i = 1, 150 do local g = f f = function() pcall(g) end end while true do pcall(f) end",
    ),
    Attack("coroutine.resume swallows", f"while true do coroutine.resume(coroutine.create({LOOP})) end"),
    Attack(
        "coroutine.wrap swallows", f"while true do pcall(coroutine.wrap(function() pcall({LOOP}) end)) end"
    ),
    Attack(
        "a coroutine that yields for ever",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
    ),
    Attack(
        "yield inside pcall inside a coroutine",
        "local co = coroutine.wrap(function() while true do pcall(coroutine.yield) end end) while true do co() end",
    ),
    Attack(
        "metamethod that loops",
        f"local t = setmetatable({{}}, {{__index = {LOOP}}}) while true do pcall(function() return t.x end) end",
    ),
    Attack(
        "__newindex that loops",
        f"setmetatable(_G, {{__newindex = {LOOP}}}) while true do pcall(function() foo = 1 end) end",
    ),
    Attack(
        "__eq that loops",
        f"local m = {{__eq = {LOOP}}} local a, b = setmetatable({{}}, m), setmetatable({{}}, m) while true do pcall(function() return a == b end) end",
    ),
    Attack(
        "__concat that loops",
        f"local t = setmetatable({{}}, {{__concat = {LOOP}}}) while true do pcall(function() return t .. 'x' end) end",
    ),
    Attack("__call chain", f"local t = setmetatable({{}}, {{__call = {LOOP}}}) while true do pcall(t) end"),
    Attack("__tostring of an error value", f"error(setmetatable({{}}, {{__tostring = {LOOP}}}))"),
    Attack(
        "__tostring under pcall",
        f"while true do pcall(tostring, setmetatable({{}}, {{__tostring = {LOOP}}})) end",
    ),
    Attack(
        "__tostring in print", f"while true do pcall(print, setmetatable({{}}, {{__tostring = {LOOP}}})) end"
    ),
    Attack(
        "__tostring of a key in a result",
        f"return {{[setmetatable({{}}, {{__tostring = {LOOP}}})] = 1}}",
        expect=("timeout", "conversion"),
    ),
    Attack(
        "__len that loops in sort",
        f"while true do pcall(table.sort, setmetatable({{}}, {{__len = {LOOP}}})) end",
    ),
    Attack("__pairs that loops", f"while true do pcall(pairs, setmetatable({{}}, {{__pairs = {LOOP}}})) end"),
    Attack("sort comparator that loops", f"table.sort({{3, 2, 1}}, {LOOP})"),
    Attack("sort comparator under pcall", f"while true do pcall(table.sort, {{3, 2, 1}}, {LOOP}) end"),
    Attack(
        "sort comparator without order",
        "local t = {} for i = 1, 5000 do t[i] = i end while true do pcall(table.sort, t, function() return true end) end",
    ),
    Attack("gsub callback that loops", f"while true do pcall(string.gsub, 'x', 'x', {LOOP}) end"),
    Attack(
        "gmatch in a gsub callback",
        "while true do ('xxx'):gsub('x', function(x) for y in ('aaa'):gmatch('a') do pcall(error) end end) end",
    ),
    Attack("load with a looping reader", f"while true do load({LOOP}) end"),
    Attack("load with an endless reader", "while true do load(function() return 'x = 1 ' end) end"),
    Attack(
        "error values that pretend",
        "while true do pcall(error, 'not enough memory_') pcall(error, 'script timed out') end",
    ),
    Attack(
        "catches the kill's text",
        f"while true do local ok, e = pcall({LOOP}) if e == nil then return 'caught' end end",
    ),
]

C_STACK = [
    Attack(
        "gsub recursion",
        "local function f() return (('x'):gsub('x', f)) end while true do pcall(f) end",
        ("timeout", "memory"),
    ),
    Attack(
        "the heap grows where no finalizer can run",
        FLAT
        + DEEP
        + """
local a, b = ('x'):rep(2e5)
local function junk() for i = 1, 15 do b = a .. i end b = nil end
function call()
  pcall(deep, 196, junk)
  for d = 190, 199 do for _ = 1, 3 do pcall(deep, d, junk) end end
  a = nil
  local s = '1'
  for i = 1, 21 do s = s .. s end
  while true do flat(s) end
end""",
    ),
    Attack(
        "loop at every C level", DEEP + f"function call() for d = 150, 200 do pcall(deep, d, {LOOP}) end end"
    ),
    Attack(
        "loop at C level 199 under pcall",
        DEEP
        + f"function call() while true do for d = 185, 200 do pcall(deep, d, function() while true do pcall({LOOP}) end end) end end end",
    ),
    Attack(
        "__index recursion",
        "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end while true do pcall(function() return t.x end) end",
    ),
    Attack(
        "tostring recursion",
        "local t t = setmetatable({}, {__tostring = function() return tostring(t) end}) while true do pcall(tostring, t) end",
    ),
    Attack(
        "format recursion",
        "local t t = setmetatable({}, {__tostring = function() return string.format('%s', t) end}) while true do pcall(tostring, t) end",
    ),
    Attack(
        "sort in a comparator",
        "local function less() table.sort({1, 2, 3}, less) return false end while true do pcall(table.sort, {1, 2, 3}, less) end",
        ("timeout", "memory"),
    ),
    Attack(
        "load in load's reader",
        "local function r() load(r) return nil end while true do pcall(load, r) end",
        ("timeout", "memory"),
    ),
    Attack(
        "pcall recursion in a coroutine",
        "local function f() pcall(f) while true do end end coroutine.wrap(f)()",
    ),
    Attack("wrap recursion", "local function f() return coroutine.wrap(f)() end while true do pcall(f) end"),
    Attack(
        "resume recursion",
        "local function f() coroutine.resume(coroutine.create(f)) while true do end end f()",
    ),
    Attack("xpcall recursion in the handler", "local function f() xpcall(f, f) while true do end end f()"),
    Attack(
        "xpcall handlers nested in a coroutine",
        "coroutine.wrap(function() local function h() xpcall(error, h) while true do end end h() end)()",
    ),
    Attack(
        "xpcall handlers nested in a coroutine with much memory",
        "coroutine.wrap(function() local function h() xpcall(error, h) end h() while true do end end)()",
        lua={"max_memory_mb": 200},
    ),
    Attack(
        "errors caught below many pcalls in a coroutine",
        "local function f(n) pcall(error) if n > 0 then pcall(f, n - 1) end while true do end end coroutine.wrap(f)(100000)",
    ),
    Attack(
        # A pcall that is entered when resumed from a low place and left when resumed from a high one.
        "protected calls are counted through yields",
        """
local function at(n, f) if n == 0 then return f() end pcall(at, n - 1, f) end
function call()
  local co = coroutine.create(function()
    for _ = 1, 400 do pcall(coroutine.yield) coroutine.yield() end
    local n = 0
    local function deep() n = n + 1 pcall(error, 'x') if n < 100000 then pcall(deep) end while true do end end
    pcall(deep)
    while true do end
  end)
  coroutine.resume(co)
  for _ = 1, 400 do at(150, function() coroutine.resume(co) end) coroutine.resume(co) end
  while true do end
end""",
    ),
]

COROUTINES = [
    Attack(
        "a tree of coroutines",
        "local function f(n) if n == 0 then return end for i = 1, 25 do coroutine.resume(coroutine.create(f), n - 1) end end f(30)",
    ),
    Attack(
        "short coroutines for ever",
        "while true do coroutine.wrap(function() local n = 0 for i = 1, 100 do n = n + i end end)() end",
    ),
    Attack(
        "generators of generators",
        "local function g(n) return coroutine.wrap(function() if n > 0 then for x in g(n - 1) do coroutine.yield(x) end end while true do coroutine.yield(n) end end) end for x in g(50) do end",
    ),
    Attack(
        "dead coroutines resumed",
        "local co = coroutine.create(function() end) coroutine.resume(co) while true do coroutine.resume(co) end",
    ),
    Attack(
        "the main thread resumed", "local co = coroutine.running() while true do coroutine.resume(co) end"
    ),
    Attack(
        "a coroutine resumes itself",
        "local co co = coroutine.create(function() while true do coroutine.resume(co) end end) coroutine.resume(co)",
    ),
    Attack(
        "native functions as bodies",
        "while true do for _, f in pairs(string) do pcall(coroutine.wrap(f), 'x', 'x', 'x') end end",
    ),
    Attack("pcall as a body", f"while true do coroutine.wrap(pcall)({LOOP}) end"),
    Attack(
        "yield in a sort comparator",
        "local co = coroutine.wrap(function() table.sort({3, 2, 1}, function() coroutine.yield() end) end) while true do pcall(co) end",
    ),
    Attack(
        "yield in a gsub callback",
        "while true do pcall(coroutine.wrap(function() ('xx'):gsub('x', coroutine.yield) end)) end",
    ),
    Attack(
        "the resumer keeps its own hook",
        FLAT
        + "function call() local s coroutine.wrap(function() s = '1' for i = 1, 21 do s = s .. s end for i = 1, 1e5 do end end)() while true do flat(s) end end",
    ),
]

GARBAGE = [
    Attack(
        "finalizers are not honoured",
        "for i = 1, 100 do setmetatable({}, {__gc = function() while true do end end}) end local s for i = 1, 1e5 do s = {} end return 1",
        "ok",
        1,
    ),
    Attack(
        "finalizer added later",
        "local m = {} for i = 1, 100 do setmetatable({}, m) end m.__gc = function() while true do end end local s for i = 1, 1e5 do s = {} end return 1",
        "ok",
        1,
    ),
    Attack(
        "finalizer through rawset and again",
        "local m = {} rawset(m, '__gc', function() while true do end end) setmetatable({}, m) m.__gc = function() while true do end end setmetatable({}, m) local s for i = 1, 1e5 do s = {} end return rawget(m, '__gc') == nil",
        "ok",
        True,
    ),
    Attack(
        "finalizer from a metatable's own metatable",
        "local m = setmetatable({}, {__index = {__gc = function() while true do end end}}) for i = 1, 100 do setmetatable({}, m) end local s for i = 1, 1e5 do s = {} end return 1",
        "ok",
        1,
    ),
    Attack(
        "collectgarbage in a loop", "while true do pcall(collectgarbage, 'collect') pcall(collectgarbage) end"
    ),
    Attack("collectgarbage stops nothing", "return collectgarbage('stop')", "ok", 0),
    Attack("garbage without end", "while true do local t = {{}, {}, {}} end"),
    Attack(
        "closures without end",
        "local f = function() end while true do local g = f f = function() return g end g = nil f = function() end end",
    ),
]

C_LOOPS = [
    Attack("rep of nothing", "while true do (''):rep(2^31) end"),
    Attack("rep of nothing with a text count", "while true do (''):rep('2147483647') end"),
    Attack("rep of nothing with an empty separator", "while true do (''):rep(2^31 - 1, '') end"),
    Attack("rep of a number", "while true do string.rep(1, 3e6) end"),
    Attack("rep of megabytes", "while true do local s = ('x'):rep(3e6) end"),
    Attack("upper of megabytes", "local s = ('x'):rep(2e6) while true do s:upper() end"),
    Attack("reverse of megabytes", "local s = ('x'):rep(2e6) while true do s:reverse() end"),
    Attack("format %q of megabytes", "local s = ('\\n'):rep(1e6) while true do string.format('%q', s) end"),
    Attack(
        "format of many widths",
        "local f = ('%99d'):rep(200) local t = {} for i = 1, 200 do t[i] = i end while true do f:format(unpack(t)) end",
    ),
    Attack("format with a huge width", "string.format('%999999999d', 1)", "script", says="invalid format"),
    Attack(
        "comparison of megabytes",
        "local a, b = ('x'):rep(2e6) .. 'a', ('x'):rep(2e6) .. 'b' while a < b do end",
    ),
    Attack(
        "comparison of megabytes of NUL",
        "local a, b = ('\\0'):rep(1.5e6) .. 'a', ('\\0'):rep(1.5e6) .. 'b' while a < b do end",
    ),
    Attack(
        "comparisons in a row",
        "local f = load('local a, b = ... local x ' .. ('x = a < b '):rep(600)) local a, b = ('\\0'):rep(2e6) .. 'a', ('\\0'):rep(2e6) .. 'b' while true do f(a, b) end",
    ),
    Attack("coercion of megabytes", "local s = ('1'):rep(2e6) while true do local n = s + 0 end"),
    Attack(
        "coercions in a row",
        FLAT + "function call() local s = '1' for i = 1, 21 do s = s .. s end while true do flat(s) end end",
    ),
    Attack(
        "coercion of long hexadecimal", "local s = '0x' .. ('f'):rep(2e6) while true do local n = s + 0 end"
    ),
    Attack("tonumber of megabytes", "local s = ('1'):rep(2e6) while true do tonumber(s, 36) tonumber(s) end"),
    Attack("concatenation of megabytes", "local s = ('1'):rep(2e6) while true do local x = s .. 'a' end"),
    Attack("doubling and dropping", "while true do local s = 'x' for i = 1, 21 do s = s .. s end end"),
    Attack(
        "params that are megabytes",
        FLAT + "function call(r) while true do flat(r.params.s) end end",
        params={"s": "1" * 3_900_000},
    ),
    Attack(
        "a column that is a megabyte",
        FLAT
        + "function call() local s = goop.db.scalar('SELECT hex(zeroblob(500000))') while true do flat(s) end end",
    ),
    Attack(
        "decoded text of megabytes",
        FLAT
        + "function call() local s = goop.json.decode('\"' .. ('1'):rep(2e6) .. '\"') while true do flat(s) end end",
    ),
    Attack(
        "concat over a huge range",
        "while true do pcall(table.concat, {}, '', 1, 2^31) pcall(table.concat, {}, '', -2^31, 2^31) end",
    ),
    Attack(
        "concat over a length that lies",
        "while true do pcall(table.concat, setmetatable({}, {__len = function() return 2^31 end, __index = function() return 'x' end})) end",
    ),
    Attack(
        "concat with text bounds",
        "local t = {} for i = 1, 1e5 do t[i] = '' end while true do table.concat(t, '', '1', '100000') end",
    ),
    Attack(
        "concat with NaN",
        "while true do pcall(table.concat, {}, '', 0/0, 0/0) pcall(table.concat, {'a'}, '', 1, 0/0) end",
    ),
    Attack(
        "unpack of a huge range",
        "while true do pcall(unpack, {}, 1, 1e8) pcall(unpack, {}, -2^31, 2^31) pcall(unpack, {}, 2^53, 2^53 + 1e9) end",
    ),
    Attack(
        "unpack with text bounds",
        "while true do select('#', unpack({}, '1', '200000')) end",
        ("timeout", "memory"),
    ),
    Attack(
        "varargs in a row",
        "local f = load('local function g(...) local n ' .. ('n = select(\"#\", ...) '):rep(600) .. ' end g(...)') while true do f(unpack({}, 1, 50000)) end",
        ("timeout", "memory"),
    ),
    Attack(
        "insert into a length that lies",
        "while true do pcall(table.insert, setmetatable({}, {__len = function() return 2^31 end}), 1, 'x') end",
    ),
    Attack(
        "remove from a length that lies",
        "while true do pcall(table.remove, setmetatable({}, {__len = function() return 2^53 end}), 1) end",
    ),
    Attack(
        "sort of a length that lies",
        "while true do pcall(table.sort, setmetatable({}, {__len = function() return 2^31 end})) end",
    ),
    Attack(
        "length that is infinite",
        "table.sort(setmetatable({}, {__len = function() return math.huge end, __index = function() return 1 end}), function(a, b) return true end)",
        ("timeout", "script", "memory"),
    ),
    Attack(
        "insert at the front",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end",
    ),
    Attack(
        "sort of long equal texts",
        "local s, t = ('x'):rep(2e6), {} for i = 1, 20000 do t[i] = s end while true do table.sort(t) end",
    ),
    Attack(
        "sort killer",
        "local t = {} for i = 1, 30000 do t[i] = i % 2 == 0 and i or 30000 - i end while true do table.sort(t) end",
    ),
    Attack(
        "next over an emptied table",
        "local t = {} for i = 1, 1e5 do t[i] = i end for i = 1, 1e5 do t[i] = nil end while true do next(t) end",
    ),
    Attack(
        "pairs over an emptied table",
        "local t = {} for i = 1, 65536 do t['k' .. i] = 1 end for k in pairs(t) do t[k] = nil end while true do for k in pairs(t) do end end",
    ),
    Attack(
        "maxn of a big table", "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.maxn(t) end"
    ),
    Attack(
        "select of many",
        "local function f(...) return select('#', ...) end local t = {} for i = 1, 1e5 do t[i] = i end while true do f(unpack(t)) end",
        ("timeout", "memory"),
    ),
    Attack("print of many", "while true do print(unpack({}, 1, 50000)) end", ("timeout", "memory")),
    Attack("string.char of many", "while true do string.char(unpack({('x'):rep(7000):byte(1, -1)})) end"),
    Attack("string.byte of many", "local s = ('x'):rep(2e6) while true do pcall(string.byte, s, 1, -1) end"),
    Attack(
        "load of a long chain",
        "local s = 'return ' .. ('a and '):rep(10000) .. '1' while true do load(s) end",
    ),
    Attack(
        "load of many elseifs",
        "local s = 'if a then ' .. ('elseif a then '):rep(4000) .. ' end' while true do load(s) end",
    ),
    Attack("load of many gotos", "local s = ('goto a '):rep(9000) .. '::a::' while true do load(s) end"),
    Attack(
        "load of a big table", "local s = 'local x = {' .. ('1,'):rep(30000) .. '}' while true do load(s) end"
    ),
    Attack("os.date with long formats", "local f = ('%c'):rep(500) while true do os.date(f) end"),
    Attack(
        "os.time of nonsense",
        "while true do pcall(os.time, {year = 1e300, month = 1e300, day = -1e300}) pcall(os.date, '*t', 1e300) pcall(os.date, '!%c', -1e300) pcall(os.date, '%c', 0/0) end",
    ),
    Attack(
        "json.encode again and again",
        "local t = {} for i = 1, 10000 do t[i] = {a = i} end while true do goop.json.encode(t) end",
    ),
    Attack(
        "json.decode of many values",
        "local s = '[' .. ('1,'):rep(200000) .. '1]' while true do goop.json.decode(s) end",
        ("timeout", "memory"),
    ),
]

PATTERNS = [
    Attack("a?^30", "local s = ('a'):rep(29) while true do s:find(('a?'):rep(30) .. 'b') end"),
    Attack(
        "nested lazy runs", "while true do for x in ('a'):rep(2000):gmatch('a.-a.-a.-a.-a.-a.-b') do end end"
    ),
    Attack("greedy runs", "while true do ('a'):rep(5000):find(('a.*'):rep(20) .. 'b') end"),
    Attack("optional captures", "('a'):rep(30):match(('(a?)'):rep(30) .. ('a'):rep(31))", ("timeout", "ok")),
    Attack("back reference", "while true do ('a'):rep(3000):find('(a*)%1*(a*)%2b') end"),
    Attack("%b from every place", "local s = ('('):rep(200000) while true do s:find('%b()') end"),
    Attack("frontier", "local s = ('a'):rep(20000) while true do s:gsub('%f[%w]%w*%f[^%w].*.-b', '') end"),
    Attack(
        "plain find n*m",
        "local s, p = ('a'):rep(2e6), ('a'):rep(1e6) .. 'b' while true do s:find(p, 1, true) end",
    ),
    Attack(
        "long class",
        "local s, p = ('a'):rep(20000), '[' .. ('b'):rep(50000) .. ']-c' while true do s:find(p) end",
    ),
    Attack(
        "gsub that grows",
        "local s = ('a'):rep(1000) while true do s:gsub('a', function() return s end) end",
        ("timeout", "memory"),
    ),
    Attack(
        "gsub of empty matches",
        "local s = ('a'):rep(1e5) while true do s:gsub('', 'x') end",
        ("timeout", "memory"),
    ),
    Attack("gsub with a table that loops", f"('x'):gsub('x', setmetatable({{}}, {{__index = {LOOP}}}))"),
    Attack(
        "gsub replacement of many %0",
        "local s = ('a'):rep(1000) while true do s:gsub('.+', ('%0'):rep(1000)) end",
        ("timeout", "memory"),
    ),
    Attack("gmatch with an anchor", "while true do for x in ('aaa'):gmatch('^a*.-.-b') do end end"),
    Attack(
        "pattern too complex",
        "while true do pcall(string.rep, 'x', 3) pcall(string.find, ('('):rep(300000), ('%('):rep(300000)) end",
        ("timeout", "memory"),
    ),
    Attack(
        "malformed patterns",
        "while true do for _, p in ipairs{'%', '[', '[^', '(()', '%f', '%b', '%9', '(', ')', '[a-', '[%'} do pcall(string.find, 'aaaa', p) end end",
    ),
    Attack(
        "strange starts",
        "while true do pcall(string.find, 'aaa', 'a', -1e308) pcall(string.find, 'aaa', 'a', 0/0) pcall(string.find, 'aaa', 'a', 2^53) end",
    ),
]

# The others have steps of megabytes: until the guard looks at the clock more often, a few take all the lateness.
ATTACKS = [*hurried([*LOOPS, *SWALLOWED, *COROUTINES, *GARBAGE]), *C_STACK, *C_LOOPS, *PATTERNS]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_time_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
