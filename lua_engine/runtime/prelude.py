"""The prelude: everything that runs in a VM before the script, as bytecode, compiled once per process.

It is made of Lua files (``sandbox/lua``: the guard; ``runtime/lua``: values, host functions, boot;
``api/lua``: the glue of the namespaces) and, for every declared host function, a generated closure that
checks its arguments and crosses to Python. Every VM runs the core; the rest are parts that a VM loads when it
first needs them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import lupa.lua52 as lua

from lua_engine.base.lua_files import read_lua
from lua_engine.runtime.bytecode import strip_lines
from lua_engine.runtime.debugging import debugger_source
from lua_engine.sandbox.guard import core_source, guard_parts, natives, part_source
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


def _namespace(function: FunctionLike) -> str:
    """The part that a host function is in: ``kv`` of ``goop.kv.get``, ``orm`` of ``orm.find``."""
    return function.name.removeprefix("goop.").split(".")[0]


_HEAD = """
local guard = ...
local _ENV = guard.private
local type, misuse, text = guard.native.type, guard.misuse, guard.text
local json, json_rest, line = guard.json, guard.json_rest, guard.line
local begin_host, finish, dispatch = guard.begin_host, guard.finish, guard.dispatch
local host, goop, f = guard.host, {}
"""


def _namespace_source(name: str, functions: Sequence[tuple[int, FunctionLike]], glue: str) -> str:
    """Lua source of a part ``(guard)``: closures for the host functions, then the glue; it answers the keys
    of ``goop``. A function's number is its place at the border.
    """
    text = _HEAD
    if any(function.name.startswith(f"goop.{name}.") for _, function in functions):
        text += f"goop.{name} = {{}}\n"
    text += "".join(_closure(number, function) for number, function in functions)
    return text + f"do (function(...)\n{glue}\nend)(goop, host, guard) end\nreturn goop\n"


_PUBLIC = re.compile(r"^(?:function )?goop\.(\w+)", re.MULTILINE)


def namespace_parts(
    functions: Sequence[FunctionLike], glue: Sequence[tuple[str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Lua source of each namespace's part, by name; and which part has which key of ``goop``."""
    texts = dict(glue)
    numbered = list(enumerate(functions))
    sources: dict[str, str] = {}
    keys: dict[str, str] = {}
    for name in dict.fromkeys([*map(_namespace, functions), *texts]):
        own = [(number, function) for number, function in numbered if _namespace(function) == name]
        sources[name] = _namespace_source(name, own, texts.get(name, ""))
        public = [function.name.split(".")[1] for _, function in own if function.name.startswith("goop.")]
        keys |= dict.fromkeys([*public, *_PUBLIC.findall(texts.get(name, ""))], name)
    return sources, keys


_PARTS = ("values", "rows", "arguments", "encode", "left_out", "failure", "watched")  # of runtime/lua

_CORE = """
local G = ...
local guard = { FIELDS } -- with room for what the core sets
local real = {}
do
  local globals = _G
  globals.collectgarbage("stop")
  for name, value in globals.next, globals do real[name] = value end
  for name in real.next, real do globals[name] = nil end
end
local _ENV = real
"""


_SETS = re.compile(r"^(?:function )?(guard\.\w+(?:, guard\.\w+)*)(?: =|\()", re.MULTILINE)


def _fields_set(source: str) -> list[str]:
    """The fields of ``guard`` that a text sets at the beginning of a line."""
    found = (field for fields in _SETS.findall(source) for field in fields.split(", "))
    return list(dict.fromkeys(field.removeprefix("guard.") for field in found))


def core() -> str:
    """Lua source of what every VM runs, called with one table ``G`` (see ``bridge.py``); it answers the
    function that runs a script. ``_G`` itself is empty afterwards.
    """
    text = core_source(*(read_lua("lua_engine.runtime", name) for name in ("host", "boot")))
    fields = (f"{field} = false" for field in _fields_set(text))
    return _CORE.replace("FIELDS", ", ".join(fields)) + text


def _patterns() -> str:
    return (
        "local guard = ...\nlocal _ENV = guard.private\n"
        f"return (function(...)\n{pattern_source()}\nend)(guard.native, guard.charge)\n"
    )


def _homes(parts: Mapping[str, str]) -> dict[str, str]:
    """Which part sets which field of ``guard``."""
    return {field: name for name, source in parts.items() for field in _fields_set(source)}


def _directory(
    sizes: Mapping[str, int], homes: Mapping[str, str], keys: Mapping[str, str], start: int
) -> str:
    """Lua source of the directory of parts that begin at byte ``start`` + 1, one after the other."""
    first, last = {}, {}
    for name, size in sizes.items():
        first[name], last[name] = start + 1, start + size
        start += size

    def table(entries: Mapping[str, object]) -> str:
        return "{ " + ", ".join(f'["{key}"] = {value}' for key, value in entries.items()) + " }"

    def names(entries: Mapping[str, str]) -> str:
        return table({key: f'"{value}"' for key, value in entries.items()})

    places = f"first = {table(first)}, last = {table(last)}"
    return f"return {{ {places}, homes = {names(homes)}, keys = {names(keys)} }}"


_LOADER = "local main, G = ... return load(main, '=prelude', 'b')(G)"


@dataclass(frozen=True, slots=True)
class Prelude:
    """Stripped bytecode: its frames have no line, which is how they are told from a script's.

    ``main`` is what every VM runs; ``loader`` is a chunk that loads and runs it, without the GIL, which
    Python would keep. ``parts`` are those that a VM loads when it first needs them
    (``sandbox/lua/parts.lua``), in one text: first a directory of ``directory`` bytes. ``debugger`` is for
    the calls that are debugged.
    """

    loader: bytes
    main: bytes
    parts: bytes
    directory: int
    debugger: bytes


def compile_prelude(functions: Sequence[FunctionLike], glue: Sequence[tuple[str, str]]) -> Prelude:
    """Compile everything once; every VM of the process is made from the answer."""
    builder = lua.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    dump = builder.execute(
        b"return function(source) return string.dump(assert(load(source, '=prelude', 't'))) end"
    )

    names = frozenset(name.encode() for name in natives())

    def compiled(source: str) -> bytes:
        return strip_lines(dump(source.encode()), names)

    namespaces, keys = namespace_parts(functions, glue)
    sources = guard_parts() | {"patterns": _patterns()} | namespaces
    sources |= {name: part_source(read_lua("lua_engine.runtime", name)) for name in _PARTS}
    homes = _homes(sources)
    parts = {name: compiled(source) for name, source in sources.items()}
    sizes = {name: len(part) for name, part in parts.items()}
    # Numbers in bytecode are eight bytes each, so the directory is as long whatever they say.
    length = len(compiled(_directory(sizes, homes, keys, 1_000_000)))
    directory = compiled(_directory(sizes, homes, keys, length))
    if len(directory) != length:
        raise AssertionError("the directory of the prelude changed its length")
    loader, debugger = compiled(_LOADER), compiled(debugger_source())
    return Prelude(loader, compiled(core()), directory + b"".join(parts.values()), length, debugger)
