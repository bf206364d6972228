"""What people really write must keep working under the same guards, with exact answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Engine
from tests.helpers.attack_arena import make_site


@dataclass(frozen=True)
class Script:
    """``body`` of ``call(request)`` and what it answers."""

    name: str
    body: str
    value: Any
    params: Any = None


SCRIPTS = [
    Script("split", "local out = {} for part in ('a,b,,c'):gmatch('([^,]*),?') do out[#out + 1] = part end return table.concat(out, '|')", "a|b||c|"),
    Script("trim", "return ('  hello world \\n'):match('^%s*(.-)%s*$')", "hello world"),
    Script("slugify", "return (request.params:lower():gsub('[^%w]+', '-'):gsub('^%-+', ''):gsub('%-+$', ''))", "hello-world-2-0", params="  Hello, World! 2.0 "),
    Script("csv", """
local rows = {}
for line in ('name,age\\nAnn,31\\n"Bob, jr",28'):gmatch('[^\\n]+') do
  local row, rest = {}, line .. ','
  while #rest > 0 do
    local quoted, after = rest:match('^"([^"]*)",(.*)$')
    if quoted then row[#row + 1], rest = quoted, after
    else local plain, tail = rest:match('^([^,]*),(.*)$') row[#row + 1], rest = plain, tail end
  end
  rows[#rows + 1] = row
end
return rows""", [["name", "age"], ["Ann", "31"], ["Bob, jr", "28"]]),
    Script("query string", "local t = {} for k, v in ('a=1&b=x%20y&c='):gmatch('([^&=]+)=([^&]*)') do t[k] = v:gsub('%%(%x%x)', function(h) return string.char(tonumber(h, 16)) end) end return t", {"a": "1", "b": "x y", "c": ""}),
    Script("template", "return (('Hi ${name}, ${n} new'):gsub('%${(%w+)}', {name = 'Ann', n = 3}))", "Hi Ann, 3 new"),
    Script("json round trip", "local v = goop.json.decode(goop.json.encode({list = {1, 2, {x = true}}, text = 'ü\\n\"'})) return {v.list[3].x, v.text, #v.list}", [True, 'ü\n"', 3]),
    Script("params and nulls", "return {request.params.list[2], request.params.none == nil, #request.params.list}", [2.5, True, 3], params={"list": [1, 2.5, "x"], "none": None}),
    Script("sort numbers", "local t = {5, 3, 9, -1, 3} table.sort(t) return t", [-1, 3, 3, 5, 9]),
    Script("sort with a comparator", "local t = {{n = 'b', s = 2}, {n = 'a', s = 2}, {n = 'c', s = 9}} table.sort(t, function(x, y) if x.s ~= y.s then return x.s > y.s end return x.n < y.n end) local o = {} for i, v in ipairs(t) do o[i] = v.n end return table.concat(o)", "cab"),
    Script("sort 5,000 texts", "local t = {} for i = 1, 5000 do t[i] = ('%05d'):format((i * 7919) % 5000) end table.sort(t) for i = 2, #t do if t[i - 1] > t[i] then return false end end return #t", 5000),
    Script("memoize", "local calls, cache = 0, setmetatable({}, {__mode = 'k'}) local sq = setmetatable({}, {__index = function(t, k) calls = calls + 1 local v = k * k rawset(t, k, v) return v end}) return {sq[9], sq[9], sq[3], calls}", [81, 81, 9, 2]),
    Script("class", """
local Animal = {} Animal.__index = Animal
function Animal.new(name) return setmetatable({name = name}, Animal) end
function Animal:speak() return self.name .. ' makes a sound' end
local Dog = setmetatable({}, {__index = Animal}) Dog.__index = Dog
function Dog.new(name) local self = Animal.new(name) return setmetatable(self, Dog) end
function Dog:speak() return Animal.speak(self) .. ': wuff' end
return {Animal.new('Cat'):speak(), Dog.new('Rex'):speak(), getmetatable(Dog.new('x')) == Dog}""", ["Cat makes a sound", "Rex makes a sound: wuff", True]),
    Script("operators", "local V = {} V.__index = V V.__add = function(a, b) return setmetatable({x = a.x + b.x}, V) end V.__eq = function(a, b) return a.x == b.x end V.__lt = function(a, b) return a.x < b.x end V.__le = function(a, b) return a.x <= b.x end V.__call = function(self, y) return self.x * y end V.__tostring = function(self) return 'V' .. self.x end V.__concat = function(a, b) return tostring(a) .. tostring(b) end V.__len = function(self) return self.x end V.__unm = function(a) return setmetatable({x = -a.x}, V) end local a, b = setmetatable({x = 1}, V), setmetatable({x = 2}, V) return {(a + b).x, a == b, a < b, a <= b, b(10), tostring(a), a .. b, #b, (-a).x}", [3, False, True, True, 20, "V1", "V1V2", 2, -1]),
    Script("read only table", "local ro = setmetatable({}, {__index = {a = 1}, __newindex = function() error('read only', 2) end, __metatable = 'locked'}) local ok, e = pcall(function() ro.b = 2 end) return {ro.a, ok, e, getmetatable(ro)}", [1, False, "t.lua:2: read only", "locked"]),
    Script("iterator", "local function range(n) local i = 0 return function() i = i + 1 if i <= n then return i end end end local s = 0 for i in range(10) do s = s + i end return s", 55),
    Script("generator", "local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end local t = {} for i, sq in gen(4) do t[i] = sq end return t", [1, 4, 9, 16]),
    Script("producer and consumer", "local p = coroutine.create(function(a) local b = coroutine.yield(a + 1) local c, d = coroutine.yield(b * 2) return c + d end) local out = {} for _, args in ipairs{{1}, {10}, {3, 4}} do local ok, v = coroutine.resume(p, unpack(args)) out[#out + 1] = v end out[#out + 1] = coroutine.status(p) out[#out + 1] = (select(2, coroutine.resume(p))) return out", [2, 20, 7, "dead", "cannot resume dead coroutine"]),
    Script("permutations", "local function permgen(a, n) if n <= 1 then coroutine.yield(table.concat(a)) else for i = 1, n do a[n], a[i] = a[i], a[n] permgen(a, n - 1) a[n], a[i] = a[i], a[n] end end end local n, last = 0 for p in coroutine.wrap(function() permgen({'a', 'b', 'c', 'd'}, 4) end) do n = n + 1 last = p end return {n, last}", [24, "abcd"]),
    Script("pcall across a yield", "local co = coroutine.wrap(function() local ok, e = pcall(function() coroutine.yield(1) error('late') end) return ok, e end) return {co(), (select(2, co()))}", [1, "t.lua:2: late"]),
    Script("varargs", "local function f(...) local t = {n = select('#', ...), ...} return t.n, (select(-1, ...)), table.pack(...).n end return {f(1, nil, 3)}", [3, 3, 3]),
    Script("closures", "local function counter() local n = 0 return function() n = n + 1 return n end end local a, b = counter(), counter() a() a() return {a(), b()}", [3, 1]),
    Script("date", "local t = os.time({year = 2024, month = 2, day = 29, hour = 12}) return {os.date('%Y-%m-%d %H:%M', t), os.date('*t', t).yday, os.date('!%H', 3600), os.difftime(t + 60, t)}", ["2024-02-29 12:00", 60, "01", 60]),
    Script("Fisher-Yates", "math.randomseed(7) local t, seen = {}, 0 for i = 1, 52 do t[i] = i end for i = #t, 2, -1 do local j = math.random(i) t[i], t[j] = t[j], t[i] end local sum = 0 for i, v in ipairs(t) do sum = sum + v end return {#t, sum}", [52, 1378]),
    Script("random ranges", "for i = 1, 1000 do local a, b, c = math.random(), math.random(6), math.random(-3, 3) if a < 0 or a >= 1 or b < 1 or b > 6 or b % 1 ~= 0 or c < -3 or c > 3 then return false end end return true", True),
    Script("matrix", "local n = 30 local function m(f) local r = {} for i = 1, n do r[i] = {} for j = 1, n do r[i][j] = f(i, j) end end return r end local a, b = m(function(i, j) return i + j end), m(function(i, j) return i == j and 2 or 0 end) local c = m(function(i, j) local s = 0 for k = 1, n do s = s + a[i][k] * b[k][j] end return s end) return {c[1][1], c[30][30]}", [4, 120]),
    Script("big text", "local parts = {} for i = 1, 20000 do parts[#parts + 1] = 'line ' .. i end local s = table.concat(parts, '\\n') return {#s, select(2, s:gsub('\\n', ''))}", [208893, 19999]),
    Script("fib", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(20)", 6765),
    Script("hanoi", "local moves = 0 local function hanoi(n, a, b, c) if n == 0 then return end hanoi(n - 1, a, c, b) moves = moves + 1 hanoi(n - 1, c, b, a) end hanoi(12, 'a', 'b', 'c') return moves", 4095),
    Script("recursion 5,000 deep", "local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end return depth(5000)", 5000),
    Script("tail calls", "local function loop(n) if n == 0 then return 'done' end return loop(n - 1) end return loop(100000)", "done"),
    Script("goto continue", "local s = 0 for i = 1, 10 do if i % 2 == 0 then goto continue end s = s + i ::continue:: end return s", 25),
    Script("format", "return string.format('%d|%5d|%-5d|%05d|%+d|%x|%X|%o|%c|%e|%.3f|%g|%10s|%-10s|%.2s|%q|%%|%i', 42, 42, 42, 42, 42, 255, 255, 8, 65, 12345.678, 3.14159, 0.1, 'right', 'left', 'cut', 'a\"b\\n', 7)", '42|   42|42   |00042|+42|ff|FF|10|A|1.234568e+04|3.142|0.1|     right|left      |cu|"a\\"b\\\n"|%|7'),
    Script("numbers", "return {tostring(10 / 2), 7 % 3, -7 % 3, 2 ^ 10, math.floor(-3.5), tostring(1e15), tonumber('0x10'), tonumber('  12  '), tonumber('z', 36), tonumber('1e2'), tostring(tonumber('x')), math.max(3, 9, 2)}", ["5", 1, 2, 1024, -4, "1000000000000000", 16, 12, 35, 100, "nil", 9]),
    Script("error with a table", "local ok, e = pcall(error, {code = 42, msg = 'no'}) return {ok, e.code, e.msg}", [False, 42, "no"]),
    Script("error levels", "local function check(v) if not v then error('bad value', 2) end end local ok, e = pcall(function() check(false) end) local _, plain = pcall(error, 'plain', 0) return {e, plain}", ["t.lua:2: bad value", "plain"]),
    Script("xpcall", "return {xpcall(function() local t = nil return t.x end, function(e) return 'handled: ' .. e end)}", [False, "handled: t.lua:2: attempt to index local 't' (a nil value)"]),
    Script("xpcall with arguments", "return {xpcall(function(a, b) return a + b end, print, 2, 3)}", [True, 5]),
    Script("assert", "local ok, e = pcall(assert, nil, 'missing') return {select('#', assert(1, 2, 3)), e, (select(2, pcall(assert, false)))}", [3, "missing", "assertion failed!"]),
    Script("load with an env", "local env = {x = 20} local f = load('y = x * 2 return y + 2', 'chunk', 't', env) return {f(), env.y, tostring(y)}", [42, 40, "nil"]),
    Script("load that fails", "local f, e = load('x = = 1', '=rule') return {tostring(f), e}", ["nil", "rule:1: unexpected symbol near '='"]),
    Script("loadstring", "return loadstring('return 1 + 1')()", 2),
    Script("5.1 names", "local t = {1, 2, 3} return {table.getn(t), table.maxn({[7] = 1}), unpack({4, 5}), math.mod(7, 4), _VERSION}", [3, 7, 4, 3, "Lua 5.1"]),
    Script("table functions", "local t = {1, 2, 3} table.insert(t, 4) table.insert(t, 1, 0) local last, first = table.remove(t), table.remove(t, 1) return {last, first, table.concat(t, '-'), table.concat({}, 'x'), table.concat({1, 2, 3}, ',', 2, 3), #t, tostring(table.remove({}))}", [4, 0, "1-2-3", "", "2,3", 3, "nil"]),
    Script("string functions", "local s = 'Hello' return {s:len(), s:lower(), s:upper(), s:reverse(), s:rep(2, '-'), s:sub(-3), s:sub(2, 3), s:byte(1), string.char(72, 105), s:find('l'), (s:find('l', 1, true)), ('x'):rep(0)}", [5, "hello", "HELLO", "olleH", "Hello-Hello", "llo", "el", 72, "Hi", 3, 3, ""]),
    Script("patterns", "return {('key = value'):match('^(%w+)%s*=%s*(%w+)$'), ('2024-02-29'):match('(%d+)-(%d+)-(%d+)'), (('hello world'):gsub('o', '0', 1)), (('abc'):gsub('%w', '%0%0')), ('f(a(b)c)d'):match('%b()'), ('THE (quick) fox'):find('%((%a+)%)'), (('hello'):gsub('', '-')), ('x'):find('')}", ["key", "2024", "hell0 world", "aabbcc", "(a(b)c)", 5, "-h-e-l-l-o-", 1, 0]),
    Script("frontier", "return (('THE (quick) fox'):gsub('%f[%a]%a+', function(w) return w:sub(1, 1):upper() .. w:sub(2):lower() end))", "The (Quick) Fox"),
    Script("UTF-8", "local n = 0 for _ in ('grüße 🎉'):gmatch('[%z\\1-\\127\\194-\\244][\\128-\\191]*') do n = n + 1 end return {n, ('ü'):byte(1, -1)}", [7, 195, 188]),
    Script("queue and set", "local q, head, seen, order = {'a'}, 1, {a = true}, {} local g = {a = {'b', 'c'}, b = {'d'}, c = {'d'}, d = {}} while q[head] do local n = q[head] head = head + 1 order[#order + 1] = n for _, m in ipairs(g[n]) do if not seen[m] then seen[m] = true q[#q + 1] = m end end end return table.concat(order)", "abcd"),
    Script("deep copy", "local function copy(o, seen) if type(o) ~= 'table' then return o end seen = seen or {} if seen[o] then return seen[o] end local n = {} seen[o] = n for k, v in pairs(o) do n[copy(k, seen)] = copy(v, seen) end return setmetatable(n, getmetatable(o)) end local a = {x = {y = {1, 2}}} a.self = a local b = copy(a) return {b.x.y[2], b ~= a, b.self == b}", [2, True, True]),
    Script("__pairs and __ipairs", "local t = setmetatable({}, {__pairs = function() return function(_, k) if not k then return 1, 'one' end end, nil, nil end}) local out = {} for k, v in pairs(t) do out[k] = v end return out", ["one"]),
    Script("route", "return goop.route({hello = function(p) return 'hi ' .. p.name end})({params = {action = 'hello', name = 'Ann'}})", "hi Ann"),
    Script("kv counter", "for i = 1, 3 do goop.kv.set('n', (goop.kv.get('n') or 0) + 1) end return goop.kv.get('n')", 3),
    Script("results", "return {a = {}, b = {[1] = 'x'}, c = 1e15, d = 0.1, e = -0.5, f = {k = {}}, g = 'ü', ['1'] = 'one'}", {"1": "one", "a": [], "b": ["x"], "c": 1e15, "d": 0.1, "e": -0.5, "f": {"k": []}, "g": "ü"}),
    Script("life", "local w, h, g = 8, 8, {} for y = 1, h do g[y] = {} for x = 1, w do g[y][x] = 0 end end g[2][3], g[3][4], g[4][2], g[4][3], g[4][4] = 1, 1, 1, 1, 1 for _ = 1, 4 do local n = {} for y = 1, h do n[y] = {} for x = 1, w do local s = 0 for dy = -1, 1 do for dx = -1, 1 do if dx ~= 0 or dy ~= 0 then s = s + g[(y + dy - 1) % h + 1][(x + dx - 1) % w + 1] end end end n[y][x] = (s == 3 or (s == 2 and g[y][x] == 1)) and 1 or 0 end end g = n end return {g[3][4], g[4][5], g[5][3], g[5][4], g[5][5]}", [1, 1, 1, 1, 1]),
    Script("primes", "local sieve, out = {}, 0 for i = 2, 20000 do if not sieve[i] then out = out + 1 for j = i * i, 20000, i do sieve[j] = true end end end return out", 2262),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every script's result, each in a site of its own name ``t``, on one engine."""
    site = make_site(tmp_path_factory.mktemp("benign") / "site", {}, lua={"timeout_seconds": 20})
    folder: Path = site / "site/lua/functions"
    results: dict[str, Any] = {}
    with Engine.open(site, watch=False) as engine:
        for script in SCRIPTS:
            (folder / "t.lua").write_text(f"function call(request)\n{script.body}\nend\n")
            engine.scripts.reload()
            results[script.name] = engine.calls.call("t", script.params, caller=engine.owner)
    return results


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_benign_script(script: Script, answers: dict[str, Any]) -> None:
    result = answers[script.name]
    assert result.error is None
    assert result.value == script.value
