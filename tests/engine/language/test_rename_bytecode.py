"""A local under another name is the same program to Lua 5.2: its bytecode, without the names of locals, is
that of before. And a name that would change it is refused.
"""

from __future__ import annotations

import re
import struct
from typing import Any, Final

import lupa.lua52
import pytest

from lua_engine.language.navigation import RenameError, definition, rename
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import SiteFacts
from lua_engine.language.words import KEYWORDS

SOURCES: Final = {
    "shadowed in one block": "local a=1\nlocal a=a+1\nprint(a)\n",
    "upvalues": "local a=1\nlocal function f() return a end\nlocal function g() local a=2 return a end\nreturn f()+g()+a",
    "repeat": "local x=0\nrepeat local x=x+1 until x>3\nreturn x",
    "repeat in repeat": "local a repeat local a=1 repeat local a=2 until a==2 until a==1 return a",
    "repeat with a function": "repeat local z=1 local f=function() return z end until f() and z",
    "until with an upvalue": "local y=1 repeat local x=function() return y end until x()==y",
    "a local function knows itself": "local function f(n) return n and f(n-1) end return f",
    "a function in a local does not": "local f = function(n) return f end return f",
    "a local function twice": "local function f() end local function f() return f() end return f",
    "a function statement": "local f function f() return f end return f",
    "self": "local T={}\nfunction T:m(a) self.x=a return self end\nfunction T.n(self) return self end return T",
    "self in a function in a method": "local T={}\nfunction T:m() return function() return self end end",
    "a local self": "local T={} function T:o() local self=1 return self end return T",
    "fields of a local": "local o={} function o.inner.deep(o) return o end function o.inner:m() return o end",
    "varargs": "local function f(...) local a,b=... return select('#',...),a,b end return f(...)",
    "for": "local i=5\nfor i=i,10 do print(i) end\nreturn i",
    "for with its own name inside": "for i=1,3 do local i=i*2 print(i) end",
    "for in": "local k,v=1,2\nfor k,v in pairs({k,v}) do print(k,v) end\nreturn k,v",
    "three numbers": "local n=3 for n=1,n do end for i=n,n,n do end",
    "a loop's variable in functions": "local t={} for i=1,3 do t[i]=function() i=i+1 return i end end return t",
    "goto": "do local a=1 goto a ::a:: print(a) end\nfor a=1,2 do goto continue ::continue:: end",
    "goto over a local": "::top:: local x=1 if x then goto done end ::done::",
    "fields": "local a={a=1}\na.a=a.a a['a']=a return a.a",
    "keys of a table": "local x=1 return {x=x,[x]=x,x}",
    "several at once": "local a,b=1,2 a,b=b,a local a,c=a,b return a,b,c",
    "while": "local a=1 while a do local a=nil if a then break end a=2 break end return a",
    "if": "local a=1 if a then local a=2 print(a) elseif a then local a=3 else print(a) end return a",
    "the end of a branch": "if x then local y=1 else y=2 end return y",
    "do": "local a do local a=1 a=2 end a=3 return a",
    "params": "local function f(a,b) local a=a or b return function(a) return a+b end end return f",
    "a param twice": "local function f(a,a) return a end return f",
    "methods of strings": "local s='x' return s:rep(3), ('s'):rep(2), f's', f{s}",
    "a global of the name": "x=1 local x=x print(x) function x() end",
    "comments and long strings": "local a=[[a]] -- a here\n--[[ a ]] return a..[==[a]==]",
    "semicolons": "local a=1;;a=2;return a;",
    "functions in functions": "local a=1 local function o() local b=a return function() local a=b return a end end return o",
    "_ENV": "local _ENV={print=print} a=1 print(a)",
    "_ENV as a param": "local function f(_ENV) return x end return f",
    "other letters": "local s='\u00e4\U0001f469' local t=s return t,s -- \u00fc s",
    "line ends of Windows": "local a=1\r\nlocal b=a\r\nreturn a+b\r\n",
    "parentheses": "local f=(function(f) return f end)(f) return (f)",
}
_LUA = lupa.lua52.LuaRuntime(encoding="latin-1")
_DUMP: Any = _LUA.eval("function(text) return string.dump(assert(load(text, '=x'))) end")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


class _Chunk:
    """Reads a dump of Lua 5.2 without what is there for debuggers only."""

    def __init__(self, dump: bytes) -> None:
        self._dump, self._at = dump, 18

    def _take(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self._dump, self._at)
        self._at += struct.calcsize(form)
        return value

    def _text(self) -> bytes:
        length = self._take("<Q")
        self._at += length
        return self._dump[self._at - length : self._at]

    def _times(self, read: Any) -> tuple[Any, ...]:
        return tuple(read() for _ in range(self._take("<i")))

    def _constant(self) -> object:
        kind = self._take("<B")
        return {
            0: lambda: None,
            1: lambda: bool(self._take("<B")),
            3: lambda: self._take("<d"),
            4: self._text,
        }[kind]()

    def function(self) -> tuple[Any, ...]:
        self._at += 8
        kept = (
            self._take("<3s"),
            self._times(lambda: self._take("<I")),
            self._times(self._constant),
            self._times(self.function),
            self._times(lambda: self._take("<2s")),
        )
        self._text()
        self._times(lambda: self._take("<i"))
        self._times(lambda: (self._text(), self._take("<i"), self._take("<i")))
        self._times(self._text)
        return kept


def bytecode(text: str) -> object:
    return _Chunk(_DUMP(text.encode().decode("latin-1")).encode("latin-1")).function()


def positions(text: str) -> list[tuple[int, int]]:
    lines = enumerate(text.split("\n"), 1)
    return [(number, found.start()) for number, line in lines for found in _NAME.finditer(line)]


def renamed(text: str, line: int, column: int, name: str) -> str:
    """Raises RenameError."""
    lines = [list(one) for one in text.split("\n")]
    for place in reversed(rename(script(text), line, column, name)):
        lines[place.line - 1][place.column : place.end_column] = name
    return "\n".join("".join(one) for one in lines)


def script(text: str) -> ScriptText:
    return ScriptText(text, "function", SiteFacts())


@pytest.mark.parametrize("name", SOURCES)
def test_a_new_name_is_the_same_program(name: str) -> None:
    text = SOURCES[name]
    taken = set(_NAME.findall(text)) - KEYWORDS | {"print", "self", "_ENV", "fresh_name"}
    before, count = bytecode(text), 0
    for line, column in positions(text):
        for new in taken:
            try:
                after = renamed(text, line, column, new)
            except RenameError:
                continue
            assert bytecode(after) == before, f"{line}:{column} as {new}: {after}"
            count += after != text
    assert count or "_ENV" in text


@pytest.mark.parametrize("name", SOURCES)
def test_all_places_of_a_name_lead_to_one(name: str) -> None:
    text = script(SOURCES[name])
    for line, column in positions(SOURCES[name]):
        try:
            places = rename(text, line, column, "fresh_name")
        except RenameError:
            continue
        for place in places:
            assert rename(text, place.line, place.column, "fresh_name") == places
            assert definition(text, place.line, place.column) == definition(text, line, column)
