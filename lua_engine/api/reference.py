"""What the declarations of the host functions say, for people (``docs/lua-api.md``) and for editors
(``goop.d.lua``).
"""

from __future__ import annotations

from collections.abc import Iterable

from lua_engine.api.binding import DESCRIBED, REGISTRY, HostFunction, Param
from lua_engine.api.catalog import load_functions

_EMMY_TYPES = {
    "string": "string",
    "bytes": "string",
    "number": "number",
    "boolean": "boolean",
    "table": "table",
    "value": "any",
}


def all_functions() -> list[HostFunction]:
    """Every function that scripts can call, once, by its shown name."""
    load_functions()
    found: dict[str, HostFunction] = {}
    for function in (*DESCRIBED.values(), *REGISTRY.values()):
        if not function.is_internal:
            found.setdefault(function.shown, function)
    return [found[name] for name in sorted(found, key=_order)]


def _order(shown: str) -> tuple[str, str]:
    return (namespace_of(shown), shown)


def namespace_of(shown: str) -> str:
    """``goop.orm`` of ``goop.orm:find`` and of ``goop.orm``; ``print`` of ``print``."""
    return ".".join(shown.replace(":", ".").split(".")[:2])


def _name(param: Param) -> str:
    return f"{param.name}?" if param.optional else param.name


def signature(function: HostFunction) -> str:
    """``goop.kv.set(key, value)``; optional parameters with a question mark."""
    names = [f"{param.name}..." if param.variadic else _name(param) for param in function.shown_params]
    return function.shown if function.is_field else f"{function.shown}({', '.join(names)})"


def _describe_param(param: Param) -> str:
    kind = {"value": "any value", "bytes": "string"}.get(param.type, param.type)
    words = [
        kind,
        *(["optional"] if param.optional else []),
        *(["any number of them"] if param.variadic else []),
    ]
    return f"* `{param.name}`: {', '.join(words)}" + (f"; {param.doc}" if param.doc else "")


def _entry(function: HostFunction) -> str:
    lines = [f"### `{signature(function)}`", "", function.doc, ""]
    if function.shown_params:
        lines += [*map(_describe_param, function.shown_params), ""]
    lines += [f"{'Type' if function.is_field else 'Returns'} `{function.returns}`.", ""]
    if function.errors:
        lines += ["Errors: " + "; ".join(function.errors) + ".", ""]
    if function.example:
        lines += ["```lua", function.example, "```", ""]
    return "\n".join(lines)


def markdown() -> str:
    """``docs/lua-api.md``: a test fails when the file and the code differ."""
    head = (
        "# The goop.* API\n\n"
        "Made from the declarations in `lua_engine/api` (`make api-docs`): do not edit.\n\n"
        "Calls that can fail answer `value` or `nil, message`; "
        "a wrong argument raises, and names the function, the parameter and what it got.\n"
    )
    sections: dict[str, list[str]] = {}
    for function in all_functions():
        sections.setdefault(namespace_of(function.shown), []).append(_entry(function))
    return head + "".join(f"\n## {name}\n\n" + "\n".join(entries) for name, entries in sections.items())


def _emmy(function: HostFunction) -> str:
    lines = [f"--- {function.doc}"]
    if function.is_field:
        return "\n".join([*lines, f"---@type {function.returns}", f"{function.shown} = nil", ""])
    for param in function.shown_params:
        name = "..." if param.variadic else _name(param)
        lines.append(f"---@param {name} {_EMMY_TYPES[param.type]} {param.doc}".rstrip())
    if function.returns != "nil":
        lines.append(f"---@return any # {function.returns}")
    names = ", ".join("..." if param.variadic else param.name for param in function.shown_params)
    return "\n".join([*lines, f"function {function.shown}({names}) end", ""])


def _spaces(functions: Iterable[HostFunction]) -> list[str]:
    names: set[str] = set()
    for function in functions:
        parts = function.shown.replace(":", ".").split(".")
        names |= {".".join(parts[:count]) for count in range(1, len(parts))}
    return sorted(names)


def definitions() -> str:
    """``goop.d.lua`` with EmmyLua annotations: any editor that reads them completes ``goop.*``."""
    functions = [function for function in all_functions() if function.shown.startswith("goop.")]
    head = "---@meta\n-- Made by Goop Console; write it anew with: goop-console types SITE\n\n"
    tables = "".join(f"{name} = {name} or {{}}\n" for name in _spaces(functions))
    return head + tables + "\n" + "\n".join(map(_emmy, functions))
