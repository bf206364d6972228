"""The functions of Lua's own libraries, for who writes a script: how each is called, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

_FUNCTIONS: Final = """
assert(v, message?)|v when it is true; else an error with the message.
collectgarbage("count")|The kilobytes that this call's values take.
error(message, level?)|Ends the call with an error; level 2 blames the caller's line.
getmetatable(object)|The metatable, or nil.
ipairs(t)|For loops over t[1], t[2] and so on, to the first nil.
load(text, name?, mode?, env?)|Compiles a text; a function, or nil and what is wrong.
loadstring(text, name?)|Compiles a text; a function, or nil and what is wrong.
next(t, key?)|The key and value that follow, or nil at the end: next(t) == nil says that t is empty.
pairs(t)|For loops over all keys and values.
pcall(f, ...)|Calls f: true and what it answers, or false and the error.
rawequal(a, b)|a == b without __eq.
rawget(t, key)|t[key] without __index.
rawlen(v)|#v without __len.
rawset(t, key, value)|t[key] = value without __newindex; answers t.
select(n, ...)|What follows from the n-th value on; select("#", ...) is how many there are.
setmetatable(t, metatable)|Gives t a metatable; answers t.
tonumber(v, base?)|A number, or nil when v is none.
tostring(v)|v as text.
type(v)|"nil", "number", "string", "boolean", "table", "function" or "thread".
unpack(t, i?, j?)|t[1], t[2] and so on as single values.
xpcall(f, handler, ...)|As pcall; what the handler makes of the error comes second.
coroutine.create(f)|A coroutine that will run f.
coroutine.resume(co, ...)|Runs it on: true and what it yields or returns, or false and the error.
coroutine.running()|The coroutine that runs.
coroutine.status(co)|"suspended", "running", "normal" or "dead".
coroutine.wrap(f)|A function that runs the coroutine on at each call.
coroutine.yield(...)|Hands values out and waits to be resumed.
math.abs(x)|x without its sign.
math.acos(x)|In radians.
math.asin(x)|In radians.
math.atan(y)|In radians.
math.atan2(y, x)|The angle of y/x in radians, in the right quarter.
math.ceil(x)|The smallest whole number that is not less than x.
math.cos(x)|x in radians.
math.cosh(x)|The hyperbolic cosine.
math.deg(x)|Radians as degrees.
math.exp(x)|e to the power of x.
math.floor(x)|The largest whole number that is not more than x.
math.fmod(x, y)|What x / y leaves, with the sign of x.
math.frexp(x)|m and e of x = m * 2^e.
math.huge|A number larger than any other.
math.ldexp(m, e)|m * 2^e.
math.log(x, base?)|The natural logarithm.
math.log10(x)|The logarithm of base 10.
math.max(x, ...)|The largest.
math.min(x, ...)|The smallest.
math.mod(x, y)|As math.fmod.
math.modf(x)|The whole part and the rest.
math.pi|3.14159…
math.pow(x, y)|x ^ y.
math.rad(x)|Degrees as radians.
math.random(m?, n?)|From 0 to 1; a whole number from 1 to m, or from m to n.
math.randomseed(x)|Begins a series of math.random anew.
math.sin(x)|x in radians.
math.sinh(x)|The hyperbolic sine.
math.sqrt(x)|The square root.
math.tan(x)|x in radians.
math.tanh(x)|The hyperbolic tangent.
os.clock()|Seconds of processor time of this call.
os.date(format?, time?)|A time as text: os.date("!%Y-%m-%d %H:%M") in UTC; "*t" gives a table.
os.difftime(later, earlier)|The seconds between.
os.time(table?)|Seconds since 1970, of now or of { year, month, day, hour, min, sec }.
string.byte(s, i?, j?)|The codes of the bytes from i to j.
string.char(...)|The text of these byte codes.
string.find(s, pattern, init?, plain?)|Where it begins and ends, then its captures; nil when it is not there.
string.format(format, ...)|Puts values into a text: %s text, %d whole number, %.2f decimals, %q quoted.
string.gfind(s, pattern)|As string.gmatch.
string.gmatch(s, pattern)|For loops over all that fits: for word in s:gmatch("%a+") do
string.gsub(s, pattern, replacement, n?)|s with what fits replaced, by a text or by what a function says
string.len(s)|How many bytes.
string.lower(s)|In small letters (A to Z).
string.match(s, pattern, init?)|The captures, or all that fits; nil when nothing does.
string.rep(s, n, separator?)|s n times.
string.reverse(s)|The bytes in reverse.
string.sub(s, i, j?)|The bytes from i to j; -1 is the last.
string.upper(s)|In capital letters (A to Z).
table.concat(t, separator?, i?, j?)|The texts and numbers of a list as one text.
table.getn(t)|#t.
table.insert(t, position?, value)|Puts a value into a list, at its end or before position.
table.maxn(t)|The largest numeric key.
table.pack(...)|A list of values, with their number as n.
table.remove(t, position?)|Takes a value out of a list, the last one or that at position; answers it.
table.sort(t, less?)|Sorts a list in place; less(a, b) says whether a comes first.
table.unpack(t, i?, j?)|t[1], t[2] and so on as single values.
"""


class LuaFunction(NamedTuple):
    """``signature`` as it is called, a question mark where an argument may be left out."""

    signature: str
    doc: str


@cache
def lua_functions() -> Mapping[str, LuaFunction]:
    """By name: ``string.rep``, ``ipairs``."""
    found = {}
    for line in _FUNCTIONS.strip().split("\n"):
        signature, _, doc = line.partition("|")
        found[signature.partition("(")[0]] = LuaFunction(signature, doc if doc.endswith(".") else f"{doc}.")
    return found
