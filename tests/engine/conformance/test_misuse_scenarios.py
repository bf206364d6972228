"""Misuse of every function: made from the declarations, so that none is forgotten."""

from __future__ import annotations

import re

import pytest

from lua_engine.api.binding import REGISTRY, HostFunction, Param
from lua_engine.api.catalog import load_functions
from lua_engine.testing import Matching, Scenario, run_scenario
from tests.engine.conformance.sites import TABLES

load_functions()

RIGHT = {"string": '"x"', "bytes": '"x"', "number": "1", "boolean": "true", "table": "{}", "value": "1"}
ARTICLES = {
    "string": "a string",
    "bytes": "a string",
    "number": "a number",
    "boolean": "a boolean",
    "table": "a table",
}
HANDLES = {"goop.orm": 'assert(goop.orm("posts"))'}


def receiver(function: HostFunction) -> tuple[str, tuple[Param, ...]]:
    """What a script writes to call it, and the parameters that it gives."""
    namespace, colon, method = function.shown.partition(":")
    if not colon:
        return function.shown, function.params
    return f"({HANDLES[namespace]}):{method}", function.params[1:] if function.params[
        0
    ].name == "table" else function.params


def reachable() -> list[HostFunction]:
    """Functions that Python serves and scripts call by their shown name with these very parameters."""
    glue = ("config.", "log.", "commands.", "template.", "group.")
    built_in_lua = (
        "orm.update",
        "orm.update_where",
    )  # their data is rewritten by the glue: see test_orm_scenarios.py
    return [f for f in REGISTRY.values() if not f.name.startswith(glue) and f.name not in built_in_lua]


def cases() -> list[tuple[str, str, str]]:
    """(id, Lua, error) of each parameter given wrongly, those before it rightly."""
    found = []
    for function in reachable():
        call, params = receiver(function)
        for at, param in enumerate(params):
            before = [RIGHT[one.type] for one in params[:at]]
            if param.type == "value" or param.variadic:
                wrong, error = "print", "cannot convert"
            else:
                wrong = "true" if param.type != "boolean" else "1"
                error = f"{re.escape(param.name)} must be {ARTICLES[param.type]}, got {'boolean' if wrong == 'true' else 'number'}"
            lua = f"{call}({', '.join([*before, wrong])})"
            found.append(
                (
                    f"{function.shown} {param.name}",
                    lua,
                    rf"^scenario\.lua:3: {re.escape(function.shown)}: {error}",
                )
            )
            if not (param.optional or param.variadic or param.type == "value"):
                missing = f"{call}({', '.join(before)})"
                error = f"{re.escape(param.name)} must be {ARTICLES[param.type]}, got nil"
                found.append(
                    (
                        f"{function.shown} without {param.name}",
                        missing,
                        rf"^scenario\.lua:3: {re.escape(function.shown)}: {error}",
                    )
                )
    return found


CASES = [case for case in cases() if not case[0].startswith("string.")]  # Lua's own, in its own words


def test_there_are_cases() -> None:
    assert len(CASES) > 80


@pytest.mark.parametrize(("name", "lua", "error"), CASES, ids=[name for name, _, _ in CASES])
def test_misuse_names_function_parameter_and_type(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, TABLES, lua=f"local _\n_ = {lua}", error=Matching(error)))
