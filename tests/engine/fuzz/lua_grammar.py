# ruff: noqa: E501  # vocabulary and templates: one kind a line
"""Random Lua: scripts from a grammar that leans towards what hurts.

Everything is drawn from one ``random.Random`` that hypothesis controls, so a failing script is found again
and made smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

NUMBERS = [
    "0",
    "1",
    "-1",
    "2",
    "3.5",
    "100",
    "1e5",
    "2^31",
    "-2^31",
    "2^53",
    "1e308",
    "0/0",
    "1/0",
    "-1/0",
    "1e-300",
    "#s",
    "n",
]
TEXTS = [
    "''", "'x'", "'abc'", "'\\0'", "'\\255\\254'", "'12'", "'0x10'", "'1e5'", "'%s'", "'__index'", "('x'):rep(1000)", "('1'):rep(1e5)", "('\\0'):rep(1e5)",
    "('ab'):rep(5e5)", "'not enough memory'", "'SELECT 1 AS x'", "'notes'", "'[1,{\"a\":null}]'", "'../x'", "'http://127.0.0.1/'", "'%d+'", "'return 1'",
]  # fmt: skip
PATTERNS = [
    "'a'",
    "'.-b'",
    "'(a*)*'",
    "'%b()'",
    "'^a?a?a?a$'",
    "'%f[%w]%w+'",
    "'[^a-z]+'",
    "'()'",
    "'(.)%1'",
    "'.*.*.*x'",
    "'%'",
    "'[a'",
    "('a?'):rep(20)",
]
NAMES = ["a", "b", "s", "t", "u", "f", "g", "co", "n"]
OPERATORS = ["+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or"]
METAMETHODS = [
    "__index", "__newindex", "__call", "__add", "__concat", "__eq", "__lt", "__le", "__len", "__unm", "__tostring", "__gc", "__mode", "__metatable", "__pairs",
]  # fmt: skip
LIBRARY = [
    "string.rep", "string.sub", "string.byte", "string.char", "string.format", "string.upper", "string.reverse", "string.len", "table.concat", "table.insert",
    "table.remove", "table.sort", "table.maxn", "table.pack", "unpack", "select", "tostring", "tonumber", "type", "next", "pairs", "ipairs", "rawget",
    "rawset", "rawlen", "rawequal", "getmetatable", "assert", "error", "pcall", "xpcall", "load", "loadstring", "math.floor", "math.random",
    "math.randomseed", "math.fmod", "math.max", "os.time", "os.date", "os.clock", "os.difftime", "collectgarbage", "coroutine.create", "coroutine.resume",
    "coroutine.wrap", "coroutine.status", "coroutine.running", "coroutine.yield", "print", "setmetatable",
]  # fmt: skip
HOST = [
    "goop.log.info", "goop.json.encode", "goop.json.decode", "goop.db.query", "goop.db.scalar", "goop.db.exec", "goop.orm", "goop.expr", "goop.kv.get",
    "goop.kv.set", "goop.site.read", "goop.group.member.role", "goop.group.grouptypes", "goop.group.create", "goop.http.get", "goop.commands", "goop.config",
    "goop.owner", "goop.route", "goop.listen.state", "goop.chat",
]  # fmt: skip

PREAMBLE = """local a, b, s, t, u, n = 1, 'b', 'abc', {1, 2, 3, x = {}}, {}, 0
local f = function(...) n = n + 1 return ... end
local g = function(...) return #s end
local co = coroutine.create(function(...) while n < 1e6 do n = n + 1 coroutine.yield(n) end end)
"""


class Writer:
    """Writes one script of about ``budget`` statements."""

    def __init__(self, random: Random, budget: int) -> None:
        self._random = random
        self._left = budget

    def script(self) -> str:
        body = "\n".join(f"  {self._protected()}" for _ in range(self._random.randint(1, 6)))
        top = f"pcall(function() {self._block(2)} end)\n" if self._maybe(0.2) else ""
        return f"{PREAMBLE}{top}function call(request)\n{body}\n  return {self._expression(2)}\nend\n"

    def _protected(self) -> str:
        return f"pcall(function() {self._block(3)} end)" if self._maybe(0.9) else self._statement(3)

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance

    def _pick(self, values: Sequence[str]) -> str:
        return values[self._random.randrange(len(values))]

    def _block(self, depth: int) -> str:
        return " ".join(f"{self._statement(depth)};" for _ in range(self._random.randint(1, 4)))

    # Expressions
    # ------------------------------------------------------------------------------------------------------

    def _expression(self, depth: int) -> str:
        if depth <= 0:
            return self._pick(self._pick_list())
        forms: list[Callable[[int], str]] = [
            self._leaf, self._leaf, self._binary, self._call, self._call, self._pattern_call, self._host_call, self._table, self._function, self._index,
            self._metatable, self._method,
        ]  # fmt: skip
        return forms[self._random.randrange(len(forms))](depth - 1)

    def _pick_list(self) -> list[str]:
        return (
            NUMBERS,
            TEXTS,
            NAMES,
            NAMES,
            ["nil", "true", "false", "{}", "request", "_G", "goop", "string"],
        )[self._random.randrange(5)]

    def _leaf(self, _depth: int) -> str:
        return self._pick(self._pick_list())

    def _binary(self, depth: int) -> str:
        return f"({self._expression(depth)} {self._pick(OPERATORS)} {self._expression(depth)})"

    def _arguments(self, depth: int) -> str:
        return ", ".join(self._expression(depth) for _ in range(self._random.randint(0, 3)))

    def _call(self, depth: int) -> str:
        return f"{self._pick(LIBRARY)}({self._arguments(depth)})"

    def _host_call(self, depth: int) -> str:
        return f"{self._pick(HOST)}({self._arguments(depth)})"

    def _pattern_call(self, depth: int) -> str:
        function = self._pick(["find", "match", "gmatch", "gsub"])
        more = f", {self._expression(depth)}" if function == "gsub" or self._maybe(0.3) else ""
        return f"string.{function}({self._pick(TEXTS)}, {self._pick(PATTERNS)}{more})"

    def _method(self, depth: int) -> str:
        return f"({self._pick(TEXTS)}):{self._pick(['rep', 'upper', 'sub', 'byte', 'format'])}({self._arguments(depth)})"

    def _table(self, depth: int) -> str:
        fields = [
            f"{self._expression(depth)}"
            if self._maybe(0.5)
            else f"[{self._pick(TEXTS + NUMBERS[:6])}] = {self._expression(depth)}"
            for _ in range(3)
        ]
        return "{" + ", ".join(fields) + "}"

    def _function(self, depth: int) -> str:
        return f"function({self._pick(['...', 'a', 'a, b', 's'])}) {self._block(depth) if depth > 0 else ''} return {self._expression(depth)} end"

    def _index(self, depth: int) -> str:
        return f"({self._pick(NAMES)})[{self._expression(depth)}]"

    def _metatable(self, depth: int) -> str:
        fields = ", ".join(
            f"{self._pick(METAMETHODS)} = {self._pick(['t', 'f', self._function(depth)])}"
            for _ in range(self._random.randint(1, 3))
        )
        return f"setmetatable({{}}, {{{fields}}})"

    # Statements
    # -------------------------------------------------------------------------------------------------------

    def _statement(self, depth: int) -> str:
        self._left -= 1
        if depth <= 0 or self._left <= 0:
            return f"{self._pick(NAMES)} = {self._expression(1)}"
        forms: list[Callable[[int], str]] = [
            self._assignment, self._assignment, self._field, self._branch, self._counted, self._counted, self._each, self._caught, self._coroutine,
            self._while, self._growth, self._load, self._error, self._shadow, self._weak,
        ]  # fmt: skip
        return forms[self._random.randrange(len(forms))](depth - 1)

    def _assignment(self, depth: int) -> str:
        return f"{self._pick(NAMES)} = {self._expression(depth + 1)}"

    def _field(self, depth: int) -> str:
        return f"{self._pick(['t', 'u', '_G', 'goop', 'string', 'goop.peer'])}[{self._expression(depth)}] = {self._expression(depth)}"

    def _branch(self, depth: int) -> str:
        return f"if {self._expression(depth)} then {self._block(depth)} else {self._block(depth)} end"

    def _counted(self, depth: int) -> str:
        return f"for i = 1, {self._pick(['3', '30', '1000', '1e5', '1e9', 'a'])} do {self._block(depth)} end"

    def _each(self, depth: int) -> str:
        return f"for k, v in {self._pick(['pairs(t)', 'ipairs(u)', 'next, _G', 'pairs(goop)', 's:gmatch(s)', 'f', 'pairs(setmetatable({}, {__pairs = f}))'])} do {self._block(depth)} end"

    def _while(self, depth: int) -> str:
        condition = "true" if self._maybe(0.15) else f"n < {self._pick(['10', '1000', '1e6'])}"
        return f"while {condition} do n = n + 1 {self._block(depth)} end"

    def _caught(self, depth: int) -> str:
        if self._maybe(0.5):
            return f"t.ok, t.e = pcall(function() {self._block(depth)} end)"
        return f"t.ok, t.e = xpcall(function() {self._block(depth)} end, {self._expression(depth)})"

    def _coroutine(self, depth: int) -> str:
        return self._pick(
            [
                f"co = coroutine.create(function(...) {self._block(depth)} coroutine.yield({self._expression(1)}) {self._block(depth)} end) coroutine.resume(co, s)",
                "for i = 1, 100 do coroutine.resume(co, i) end",
                f"f = coroutine.wrap(function() while true do pcall(function() {self._block(depth)} end) coroutine.yield() end end)",
                "pcall(coroutine.resume, coroutine.running())",
            ]
        )

    def _growth(self, _depth: int) -> str:
        return self._pick(
            [
                "for i = 1, 25 do s = tostring(s) .. tostring(s) end",
                "for i = 1, 1e4 do t[#t + 1] = {i, tostring(i)} end",
                "for i = 1, 1e4 do t[i * 2^32 + i] = i end",
                "t = {t, t, u}",
                "u.t, t.u = t, u",
                "local r = function(r) return 1 + r(r) end r(r)",
                "for i = 1, 200 do f = (function(h) return function(...) return pcall(h, ...) end end)(f) end f()",
            ]
        )

    def _load(self, depth: int) -> str:
        inner = self._block(depth).replace("]==]", "")
        return (
            f"t.l = load([==[{inner}]==]) pcall(t.l)" if "[==[" not in inner else "t.l = load('return ...')"
        )

    def _error(self, depth: int) -> str:
        return f"if n > {self._pick(['0', '5'])} then error({self._expression(depth)}) end"

    def _shadow(self, _depth: int) -> str:
        return f"{self._pick(['pairs', 'type', 'error', 'pcall', 'tostring', 'string.format', 'table.concat', 'goop.json', '_G.call', 'goop.log.info'])} = f"

    def _weak(self, _depth: int) -> str:
        return "local m = {} u = setmetatable({}, m) m.__gc = function() while true do end end m.__index = u.__index or f"


def write_script(random: Random) -> str:
    """A script that compiles, unless Lua's own limits are met."""
    return Writer(random, 40).script()
