"""Memory: the VM's limit is hard, and what a script makes Python and SQLite build is bounded too."""

from __future__ import annotations

import resource

import pytest

from lua_engine import CallResult, Engine
from tests.helpers.attack_arena import Attack, Outcome

PATIENT = {"timeout_seconds": 10}  # the machine may be busy
KILLED = "script killed: memory limit exceeded"


def stays_small(_engine: Engine, _result: CallResult) -> None:
    """The child's high-water mark: the VM's 10 MB, SQLite's, a copy or two, and what an idle engine holds."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    assert peak < 400, f"{peak} MB"


def says_log_cut(_engine: Engine, result: CallResult) -> None:
    assert len(result.logs) <= 1_001
    assert sum(len(line.message) for line in result.logs) < 300_000
    assert "log cut" in result.logs[-1].message
    assert all(len(line.message) < 9_000 for line in result.logs)


def killed(name: str, script: str, **more: object) -> Attack:
    return Attack(name, script, "memory", says=KILLED, check=stays_small, **more)  # type: ignore[arg-type]  # passed on as they are


def bounded(
    name: str,
    script: str,
    expect: str | tuple[str, ...] = ("ok", "script", "timeout", "memory"),
    **more: object,
) -> Attack:
    return Attack(name, script, expect, check=stays_small, **more)  # type: ignore[arg-type]  # passed on as they are


IN_LUA = [
    killed("table without end", "local t = {} while true do t[#t + 1] = {} end"),
    killed("text that doubles", "local s = 'x' while true do s = s .. s end"),
    killed("rep of gigabytes", "return #('x'):rep(2^30)"),
    killed("rep in pcall", "while true do pcall(string.rep, 'x', 2^30) end"),
    killed(
        "caught in between",
        "pcall(function() local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end end) return 1",
    ),
    killed(
        "caught by xpcall",
        "xpcall(function() local s = 'x' while true do s = s .. s end end, function() return 1 end) return 1",
    ),
    killed(
        "caught by a coroutine",
        "coroutine.resume(coroutine.create(function() local s = 'x' while true do s = s .. s end end)) return 1",
    ),
    killed(
        "caught by wrap and pcall",
        "pcall(coroutine.wrap(function() local s = 'x' while true do s = s .. s end end)) return 1",
    ),
    killed(
        "in a message handler",
        "xpcall(error, function() local s = 'x' while true do s = s .. s end end) return 1",
    ),
    killed(
        "in __tostring of an error",
        "error(setmetatable({}, {__tostring = function() local s = 'x' while true do s = s .. s end end}))",
    ),
    killed(
        "in a sort comparator",
        "local t = {} pcall(table.sort, {3, 2, 1}, function() while true do t[#t + 1] = {} end end) return 1",
    ),
    killed(
        "in a gsub callback",
        "local t = {} pcall(string.gsub, 'x', 'x', function() while true do t[#t + 1] = {} end end) return 1",
    ),
    killed("at the top level", "local t = {} while true do t[#t + 1] = {} end\nfunction call() end"),
    killed(
        "coroutines kept",
        "local t = {} while true do local c = coroutine.create(function() coroutine.yield() end) coroutine.resume(c) t[#t + 1] = c end",
    ),
    killed("closures kept", "local t = {} while true do local x = #t t[x + 1] = function() return x end end"),
    killed("gsub that explodes", "local s = ('x'):rep(1e5) return (s:gsub('x', s))"),
    killed(
        "concat that explodes",
        "local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1e5) end return table.concat(t)",
    ),
    killed(
        "format that explodes",
        "local s = ('x'):rep(3e6) return string.format('%s%s%s%s%s%s', s, s, s, s, s, s)",
    ),
    killed(
        "load of big tables kept",
        "local t = {} while true do t[#t + 1] = load('return {' .. ('\"' .. #t .. '\",'):rep(5000) .. '}') end",
    ),
    bounded("recursion", "local function f(n) return 1 + f(n + 1) end return f(1)", ("script", "memory")),
    bounded(
        "recursion with many arguments",
        "local function f(...) return f(1, ...) end return f()",
        ("script", "memory", "timeout"),
    ),
    bounded(
        "recursion of coroutines",
        "local function f() return coroutine.wrap(f)() end return f()",
        ("script", "memory"),
    ),
    Attack("error text that pretends", "error('not enough memory', 0)", ("memory", "script")),
    Attack(
        "a fair share is allowed",
        "local t = {} for i = 1, 80 do t[i] = ('x'):rep(100000) .. i end return #t",
        "ok",
        80,
    ),
    Attack("garbage is no use of memory", "for i = 1, 50 do local s = ('x'):rep(1e6) end return 1", "ok", 1),
]

FROM_THE_HOST = [
    killed(
        "rows kept",
        "local t = {} while true do t[#t + 1] = goop.db.query(\"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 900) SELECT x, hex(x) || 'abcdefghijklmnopqrstuvwxyz' AS h FROM c\") end",
        lua=PATIENT,
    ),
    killed(
        "rows at the limit under pcall",
        "local t = {} for i = 1, 95 do t[i] = ('x'):rep(100000) .. i end while true do pcall(function() t[#t + 1] = goop.db.query('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000) SELECT x FROM c') end) end",
    ),
    killed(
        "decoded JSON kept",
        "local s, t = '[' .. ('{\"a\":[1,2]},'):rep(1000) .. '1]', {} while true do t[#t + 1] = goop.json.decode(s) end",
        lua=PATIENT,
    ),
    killed(
        "decoded text kept",
        "local s, t = '\"' .. ('x'):rep(1e6) .. '\"', {} while true do t[#t + 1] = goop.json.decode(s) .. #t end",
    ),
    killed(
        "kv values kept",
        "goop.kv.set('k', ('x'):rep(60000)) local t = {} while true do t[#t + 1] = goop.kv.get('k') .. #t end",
    ),
    killed(
        "site files kept",
        "local t = {} while true do t[#t + 1] = goop.site.read('big.txt') .. #t end",
        files={"site/big.txt": "x" * 900_000},
    ),
    killed(
        "host answers in coroutines at the limit",
        "local t = {} while true do local c = coroutine.wrap(function() t[#t + 1] = goop.json.decode('[' .. ('\"abc\",'):rep(300) .. '1]') end) pcall(c) end",
        lua=PATIENT,
    ),
    killed(
        "params that fill the VM",
        "local t = {} while true do t[#t + 1] = request.params.s .. #t end",
        params={"s": "x" * 3_000_000},
    ),
    bounded(
        "encode at the limit",
        "local t = {} for i = 1, 90000 do t[i] = 'abcdefghij' .. i end while true do pcall(goop.json.encode, t) end",
        ("timeout", "memory"),
    ),
]

OF_PYTHON = [
    Attack(
        "log flood", "for i = 1, 3000 do goop.log.info('line', i) end return 1", "ok", 1, check=says_log_cut
    ),
    Attack(
        "log of megabytes",
        "for i = 1, 100 do goop.log.info(('x'):rep(1e6)) end return 1",
        "ok",
        1,
        check=says_log_cut,
    ),
    Attack("print flood", "for i = 1, 3000 do print(i) end return 1", "ok", 1, check=says_log_cut),
    bounded("error of a megabyte", "error(('x'):rep(2e6))", "script"),
    bounded(
        "error object with a long text",
        "local s = ('x'):rep(2e6) error(setmetatable({}, {__tostring = function() return s end}))",
        "script",
    ),
    bounded(
        "error in a function with a long name",
        "local t = {} t['n' .. ('x'):rep(100)] = 1 load('local function ' .. ('n'):rep(30000) .. '() error(1) end ' .. ('n'):rep(30000) .. '()')()",
        "script",
    ),
    Attack(
        "result of many values",
        "local t = {} for i = 1, 450000 do t[i] = 1 end return t",
        "conversion",
        says="400000",
        lua={"max_memory_mb": 64, "timeout_seconds": 30},
        seconds=60.0,
        check=stays_small,
    ),
    Attack(
        "result of one text many times",
        "local s, t = ('x'):rep(1e6), {} for i = 1, 1000 do t[i] = s end return t",
        "conversion",
        says="more than 10 MB of JSON",
        check=stays_small,
    ),
    Attack(
        "result past what any memory allows",
        "local s, t = ('x'):rep(1e6), {} for i = 1, 1000 do t[i] = s end return t",
        "conversion",
        says="more than 32 MB of JSON",
        lua={"max_memory_mb": 256, "timeout_seconds": 10},
    ),
    Attack(
        "result too deep",
        "local t = {} for i = 1, 150 do t = {t} end return t",
        "conversion",
        says="nested deeper",
    ),
    bounded(
        "decode too much",
        "local s = ('x'):rep(5e6) local v, e = goop.json.decode(s) return e",
        "ok",
        value="json: the text has more than 4 MB",
    ),
    bounded("decode too deep", "local v, e = goop.json.decode(('['):rep(1e6)) return e", "ok"),
    bounded(
        "decode a number of many digits",
        "local out = {} for _, s in ipairs{('9'):rep(1e6), '1' .. ('0'):rep(5000), '-' .. ('9'):rep(4000), '1e99999', '1e-99999'} do local v, e = goop.json.decode(s) out[#out + 1] = tostring(v):sub(1, 20) end return out",
        "ok",
    ),
    bounded(
        "encode to 5 MB",
        "local s = ('x'):rep(1e6) local v, e = goop.json.encode({s, s, s, s, s}) return e",
        ("ok", "script"),
    ),
    bounded("kv value too large", "return goop.kv.set('k', ('x'):rep(1e6))", "ok"),
    bounded(
        "kv with many keys",
        "local e for i = 1, 1100 do e = goop.kv.set('k' .. i, i) or e end return e",
        ("ok", "timeout"),
    ),
    bounded(
        "kv value of many parts",
        "local t = {} for i = 1, 50000 do t[i] = i end return goop.kv.set('k', t)",
        "ok",
        lua=PATIENT,
    ),
    bounded(
        "http body of megabytes",
        "return goop.http.post('http://127.0.0.1/', ('x'):rep(4e6))",
        ("ok", "script", "memory"),
    ),
]

IN_SQLITE = [
    bounded(name, f"local v, e = goop.db.scalar({sql!r}) return type(v) == 'string' and #v or e")
    for name, sql in {
        "zeroblob": "SELECT hex(zeroblob(1000000000))",
        "randomblob": "SELECT length(randomblob(1000000000))",
        "printf width": "SELECT length(printf('%*c', 1000000000, 'x'))",
        "printf precision": "SELECT length(printf('%.1000000000c', 'x'))",
        "format of many": "SELECT length(format('%100000000d%100000000d', 1, 1))",
        "group_concat": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT length(group_concat(printf('%1000d', x))) FROM c",
        "doubling text": "WITH RECURSIVE c(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
        "json_group_array": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT length(json_group_array(zeroblob(0) || x)) FROM c",
        "replace bomb": "SELECT length(replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000000))))",
        "sorter": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c ORDER BY hex(randomblob(100000))",
        "distinct": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(DISTINCT hex(randomblob(50000))) FROM c",
        "recursive queue": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + y FROM c, (SELECT 1 AS y UNION ALL SELECT 2)) SELECT count(*) FROM c",
        "materialized cte": "WITH RECURSIVE c(x) AS (SELECT randomblob(100000) UNION ALL SELECT randomblob(100000) FROM c), m AS MATERIALIZED (SELECT * FROM c) SELECT count(*) FROM m a, m b",
        "nested ctes": "WITH a AS (SELECT 1 AS x UNION ALL SELECT 2), "
        + ", ".join(
            f"a{i} AS (SELECT p.x FROM {'a' if i == 0 else f'a{i - 1}'} p, {'a' if i == 0 else f'a{i - 1}'} q)"
            for i in range(40)
        )
        + " SELECT count(*) FROM a39",
        "deep expression": "SELECT " + "(" * 900 + "1" + ")" * 900,
        "deep not": "SELECT " + "NOT " * 5000 + "1",
        "many columns": "SELECT " + ",".join("1" for _ in range(3000)),
        "many compounds": " UNION ALL ".join("SELECT 1" for _ in range(200)),
        "64 tables": "SELECT count(*) FROM " + ", ".join(f"sqlite_master t{i}" for i in range(64)),
        "65 tables": "SELECT count(*) FROM " + ", ".join(f"sqlite_master t{i}" for i in range(65)),
    }.items()
]

ATTACKS = [*IN_LUA, *FROM_THE_HOST, *OF_PYTHON, *IN_SQLITE]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_memory_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
