"""Generated programs for the debugger's tests: they always end, and what they answer does not depend on the
order of ``pairs``, the clock or chance.
"""

from __future__ import annotations

from random import Random

PREAMBLE = """local out, total = {}, 0
local t, u = { 1, 2, 3, x = { y = 1 } }, { name = "u" }
local up = 1
local function note(v) out[#out + 1] = tostring(v) return v end
"""


class ProgramWriter:
    """Writes one program of about ``budget`` statements, from one source of chance."""

    def __init__(self, random: Random, budget: int) -> None:
        self._random = random
        self._budget = budget
        self._depth = 0
        self._functions: list[str] = []
        self._names = ["up", "total"]
        self._lines: list[str] = []

    def program(self) -> str:
        """A chunk that answers ``table.concat(out, ',')``."""
        while self._budget > 0:
            self._statement()
        return (
            PREAMBLE
            + "\n".join(self._lines)
            + "\nreturn table.concat(out, ',') .. '|' .. total .. '|' .. #t\n"
        )

    def _put(self, text: str) -> None:
        self._lines.append("  " * self._depth + text)

    def _value(self) -> str:
        pick = self._random.randrange
        simple = [str(pick(9)), "up", "total", "t[1]", "t.x.y", "#t", "(u.n or 0)", *self._names]
        if self._functions and self._depth < 3 and pick(3) == 0:
            return f"{self._random.choice(self._functions)}({self._random.choice(simple)})"
        if pick(3) == 0:
            a, b = self._random.choice(simple), self._random.choice(simple)
            return f"({a} {self._random.choice('+-*')} {b}) % 97"
        return self._random.choice(simple)

    def _block(self, opening: str, closing: str = "end", size: int = 3) -> None:
        self._put(opening)
        self._depth += 1
        names = len(self._names)
        for _ in range(self._random.randrange(1, size + 1)):
            self._statement()
        del self._names[names:]
        self._depth -= 1
        self._put(closing)

    def _statement(self) -> None:
        self._budget -= 1
        kinds = [
            self._assign, self._assign, self._local, self._note, self._condition, self._loop, self._write,
            self._write, self._function, self._closure, self._sort, self._remove, self._protected,
            self._coroutine, self._expression, self._metatable, self._gsub, self._several_lines, self._while,
        ]  # fmt: skip
        if self._depth > 3 or self._budget <= 0:
            kinds = kinds[:4]
        self._random.choice(kinds)()

    def _assign(self) -> None:
        self._put(f"{self._random.choice(['up', 'total'])} = ({self._value()} + {self._value()}) % 1009")

    def _local(self) -> None:
        name = f"v{self._random.randrange(1000)}"
        self._put(f"local {name} = {self._value()}")
        self._names.append(name)

    def _note(self) -> None:
        self._put(f"note({self._value()})")

    def _condition(self) -> None:
        test = f"{self._value()} {self._random.choice(['<', '==', '>=', '~='])} {self._value()}"
        if self._random.randrange(2):
            test += f" {self._random.choice(['and', 'or'])} {self._value()} > 3"
        if self._random.randrange(2):
            self._block(f"if {test} then", "else")
            self._block("--", "end")
        else:
            self._block(f"if {test} then")

    def _loop(self) -> None:
        if self._random.randrange(2):
            names = list(self._names)
            self._names.append("i")
            self._block(f"for i = 1, {self._random.randrange(5)} do")
            self._names = names
        else:
            self._block("for k, v in ipairs(t) do if k > 3 then break end note(v)")

    def _while(self) -> None:
        name = f"w{self._random.randrange(1000)}"
        self._put(f"local {name} = {self._random.randrange(4)}")
        self._block(f"while {name} > 0 do {name} = {name} - 1")

    def _write(self) -> None:
        target = self._random.choice(["t[#t + 1]", "t.x.y", "u.n", "u.name", "t[1]", "t.x", "u[up]"])
        value = f"{{ y = {self._value()} }}" if target == "t.x" else self._value()
        self._put(f"{target} = {value}")

    def _function(self) -> None:
        name = f"f{self._random.randrange(10000)}"
        self._names.append("n")
        depth, self._depth = self._depth, max(self._depth, 3)
        if self._random.randrange(3) == 0:
            self._put(
                f"local function {name}(n) if n <= 0 or n > 5 then return 1 end return n + {name}(n - 1) end"
            )
        else:
            self._block(f"local function {name}(n)", "return (n or 0) + 1 end")
        self._depth = depth
        self._names.remove("n")
        if self._depth == 0:
            self._functions.append(name)

    def _closure(self) -> None:
        self._put(f"do local c = {self._random.randrange(9)} local function bump() c = c + 1 return c end")
        self._put("  bump() note(bump() + c) total = total + c end")

    def _sort(self) -> None:
        self._put("do local s = { 3, 1, 2, up, 5 }")
        self._put("  table.sort(s, function(a, b)")
        self._put("    total = (total + 1) % 1009")
        self._put("    return a < b end)")
        self._put("  note(s[1]) t[1] = s[#s] end")

    def _remove(self) -> None:
        self._put(
            self._random.choice(
                [
                    "table.remove(t, 1)",
                    "table.insert(t, 1, up)",
                    "table.insert(t, total)",
                    "rawset(u, 'r', up)",
                    "u.name = nil",
                ]
            )
        )
        self._put("if t[1] == nil then t[1] = 7 end")

    def _protected(self) -> None:
        self._put("do local ok, e = pcall(function()")
        self._put(f"    t.x.y = {self._value()}")
        self._put(f"    if t.x.y == {self._random.randrange(9)} then local z = nil + 1 end")
        self._put("    error('planned', 0) end) note(ok) note(#tostring(e) > 0) end")

    def _coroutine(self) -> None:
        self._put("do local co = coroutine.wrap(function(a)")
        self._put(f"    for i = 1, {self._random.randrange(1, 4)} do")
        self._put("      a = coroutine.yield(a + i)")
        self._put("      u.co = a end")
        self._put("    return 0 end)")
        self._put(f"  note(co({self._random.randrange(9)})) note(co(2)) end")

    def _expression(self) -> None:
        a, b, c = self._value(), self._value(), self._value()
        self._put(f"note({a} == {b}) note({a} > 2 and {b} or {c}) note(not ({a} ~= {c}))")

    def _metatable(self) -> None:
        self._put("do local m = setmetatable({}, { __index = function(s, k)")
        self._put("      return k .. 'x' end, __newindex = function(s, k, v)")
        self._put(
            "      rawset(s, k, v + 1) end, __call = function(s, v) return v end,"
            " __lt = function() return true end })"
        )
        self._put(f"  m.a = {self._random.randrange(9)} note(m.a) note(m.b) note(m(3)) note(m < m) end")

    def _gsub(self) -> None:
        self._put("note((('abc'):gsub('.', function(c)")
        self._put("  total = (total + 1) % 1009")
        self._put("  return c .. total end)))")

    def _several_lines(self) -> None:
        self._put("note(math.max(")
        self._put(f"  {self._value()},")
        self._put(f"  {self._value()}")
        self._put("))")


def generated_program(seed: int, budget: int = 20) -> str:
    """The program of ``seed``."""
    return ProgramWriter(Random(seed), budget).program()
