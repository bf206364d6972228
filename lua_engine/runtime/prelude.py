"""The prelude: everything that runs in a VM before the script, as bytecode, compiled once per process.

Its parts are Lua files (``sandbox/lua``: the guard; ``runtime/lua``: codec and boot; ``api/lua``: the glue of
the namespaces) and one generated part: a closure for every declared host function that checks its arguments
and crosses to Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol

import lupa.lua52 as lua

from lua_engine.runtime.bytecode import strip_lines
from lua_engine.runtime.debugging import debugger_source
from lua_engine.sandbox.guard import guard_source
from lua_engine.sandbox.patterns import pattern_source

_TYPE_NAMES = {
    "string": "a string",
    "bytes": "a string",
    "number": "a number",
    "boolean": "a boolean",
    "table": "a table",
}
_LUA_TYPES = {
    "string": "string",
    "bytes": "string",
    "number": "number",
    "boolean": "boolean",
    "table": "table",
}


class ParamLike(Protocol):
    """The part of ``api.binding.Param`` that is needed here (this room does not know ``api``)."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def optional(self) -> bool: ...
    @property
    def variadic(self) -> bool: ...


class FunctionLike(Protocol):
    """The part of ``api.binding.HostFunction`` that is needed here."""

    @property
    def name(self) -> str: ...
    @property
    def shown(self) -> str: ...
    @property
    def params(self) -> Sequence[ParamLike]: ...


_WITH_LINE = ("orm.", "config.", "goop.db.")  # functions whose call's line is kept: with each SQL statement


def read_lua(package: str, name: str) -> str:
    """The text of ``lua/NAME.lua`` of one of our packages."""
    return files(package).joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")


def _check(function: FunctionLike, param: ParamLike, local: str) -> str:
    names = f'"{function.shown}", "{param.name}"'
    if param.variadic:
        return f"  local rest = json_rest({names}, ...)\n"
    if param.type == "value":
        return f"  {local} = json({names}, {local})\n"
    nil_is_fine = f"{local} ~= nil and " if param.optional else ""
    kind = _LUA_TYPES[param.type]
    otherwise = f'misuse({names}, "{_TYPE_NAMES[param.type]}", {local})'
    if kind == "string":
        otherwise = f"{local} = text({names}, {local})"  # a number is a text too
    text = f'  if {nil_is_fine}type({local}) ~= "{kind}" then {otherwise} end\n'
    if param.type == "table":
        guard = f"if {local} ~= nil then " if param.optional else ""
        text += f"  {guard}{local} = json({names}, {local}){' end' if param.optional else ''}\n"
    return text


def _closure(index: int, function: FunctionLike) -> str:
    fixed = [f"a{i}" for i, param in enumerate(function.params) if not param.variadic]
    is_variadic = len(fixed) < len(function.params)
    text = f"f = function({', '.join([*fixed, '...'] if is_variadic else fixed)})\n"
    for i, param in enumerate(function.params):
        text += _check(function, param, f"a{i}")
    line = "line()" if function.name.startswith(_WITH_LINE) else "0"
    sent = ", ".join([str(index), line, *fixed, *(["rest"] if is_variadic else [])])
    text += f'  begin_host()\n  return finish(dispatch({sent}))\nend\nhost["{function.name}"] = f\n'
    return text + (f"{function.name} = f\n" if function.name.startswith("goop.") else "")


def generate_bindings(functions: Sequence[FunctionLike]) -> str:
    """Lua source of the closures; a function's place in ``functions`` is its number at the border. It answers
    ``host, goop``.
    """
    head = (
        "local guard = ...\n"
        "local type, misuse, text = guard.native.type, guard.misuse, guard.text\n"
        "local json, json_rest = guard.json, guard.json_rest\n"
        "local line = guard.line\n"
        "local begin_host, finish, dispatch, host, goop, f = guard.begin_host, guard.finish, guard.dispatch, "
        "{}, {}\n"
    )
    spaces = sorted(
        {
            function.name.split(".")[1]
            for function in functions
            if function.name.count(".") == 2 and function.name[:5] == "goop."
        }
    )
    head += "".join(f"goop.{space} = {{}}\n" for space in spaces)
    return (
        head + "".join(_closure(i, function) for i, function in enumerate(functions)) + "return host, goop\n"
    )


_ASSEMBLY = """
local G = ...
local globals = _G
local real, private = {{}}, {{}}
for name, value in pairs(globals) do real[name] = value end
for _, name in ipairs {{ "assert", "error", "ipairs", "next", "pairs", "rawequal", "rawget", "rawlen",
  "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "string", "table", "math" }} do
  private[name] = real[name]
end
for name in real.pairs(real) do globals[name] = nil end
local parts, glue = {{}}, {{}}
{parts}
local guard = {{}}
parts.guard(guard, G)
private.getmetatable = guard.native.getmetatable
parts.codec(G, guard)
guard.private = private
return parts.boot(G, guard, parts.bindings, glue)
"""


def _part(target: str, source: str, environment: str) -> str:
    return f"{target} = function(...)\nlocal _ENV = {environment}\n{source}\nend\n"


def assemble(functions: Sequence[FunctionLike], glue: Sequence[tuple[str, str]]) -> str:
    """Lua source of the whole prelude, called with one table ``G`` (see ``bridge.py``); it answers the
    function that runs a script.

    Only the guard sees the real globals; every other part runs in a private environment with the pristine
    base library, and ``_G`` itself is empty afterwards.
    """
    parts = _part("parts.guard", guard_source(), "real")
    parts += _part("parts.codec", read_lua("lua_engine.runtime", "codec"), "private")
    parts += _part("parts.boot", read_lua("lua_engine.runtime", "boot"), "private")
    parts += _part("parts.bindings", generate_bindings(functions), "private")
    for _, source in glue:
        parts += _part("glue[#glue + 1]", source, "private")
    return _ASSEMBLY.format(parts=parts)


@dataclass(frozen=True, slots=True)
class Prelude:
    """Stripped bytecode: its frames have no line, which is how they are told from a script's.

    ``patterns`` is a part of its own, loaded when a script first calls a pattern function: most data
    functions never do. So is ``debugger``, for the calls that are debugged.
    """

    main: bytes
    patterns: bytes
    debugger: bytes


def compile_prelude(functions: Sequence[FunctionLike], glue: Sequence[tuple[str, str]]) -> Prelude:
    """Compile everything once; every VM of the process is made from the answer."""
    builder = lua.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    dump = builder.execute(
        b"return function(source) return string.dump(assert(load(source, '=prelude', 't'))) end"
    )
    sources = assemble(functions, glue), pattern_source(), debugger_source()
    return Prelude(*(strip_lines(dump(source.encode())) for source in sources))
