"""New scripts: which names they may have, and what they begin with. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from goop_console.gallery import ready_commands
from goop_console.tabs.scripts.files.from_table import table_script
from lua_engine import Engine, KnownError, ScriptInfo

FUNCTION: Final = "function"
COMMAND: Final = "command"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_COMMAND: Final = """--- Greets whoever writes !{name}

function handle(args)
  local name = args ~= "" and args or goop.peer.label
  return "Hello, " .. name .. "!"
end
"""
_FUNCTION: Final = """--- What {name} does, in one line

local function greet(params)
  local name = params.name or goop.peer.label
  return {{ greeting = "Hello, " .. name .. "!" }}
end

local dispatch = goop.route({{ greet = greet }})

function call(request)
  return dispatch(request)
end
"""


@dataclass(frozen=True, slots=True)
class Start:
    """What a new script of ``kind`` may begin with. ``name`` is what it would be called; without ``text`` it
    begins with the small example.
    """

    label: str
    kind: str
    name: str = ""
    text: str = ""


EXAMPLES: Final = (Start("A small example", COMMAND), Start("A small example", FUNCTION))


def read_starts(engine: Engine) -> tuple[Start, ...]:
    """The example, the tables and the ready commands. Reads files: not for the Qt thread."""
    try:
        tables = [one for one in engine.tables.infos() if one.kind == "orm"]
    except KnownError:  # no database that could be read
        tables = []
    over = [
        Start(f"The table {one.name}", FUNCTION, script_name(one.name), table_script(one)) for one in tables
    ]
    ready = [
        Start(f"The ready command !{name}", COMMAND, name, text.decode())
        for name, text in ready_commands().items()
    ]
    return (*EXAMPLES, *over, *ready)


def script_name(text: str) -> str:
    """A name that a script can have. Example: ``my table`` becomes ``my_table``."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:64].strip("_") or "table"


def free_name(name: str, kind: str, infos: Iterable[ScriptInfo]) -> str:
    """``name``, or ``name_2`` and so on where that is taken."""
    known, number, wanted = tuple(infos), 1, name
    while name_problem(wanted, kind, known) and number < 1_000:
        number += 1
        wanted = f"{name[:58]}_{number}"
    return wanted


def starting_text(name: str, kind: str) -> str:
    """A small script that runs as it is; its first line is its description."""
    return (_COMMAND if kind == COMMAND else _FUNCTION).format(name=name)


def name_problem(name: str, kind: str, infos: Iterable[ScriptInfo]) -> str:
    """Why a new script of ``kind`` cannot be named so; empty when it can."""
    if not name:
        return "A script needs a name."
    if not _NAME.match(name):
        return "Letters from A to Z, digits, _ and - only, at most 64 of them."
    wanted = _key(name, kind)
    if any(one.kind == kind and _key(one.name, kind) == wanted for one in infos):
        return f"There is a {'chat command' if kind == COMMAND else 'data function'} of that name already."
    return ""


def name_clash(name: str, kind: str, infos: Iterable[ScriptInfo]) -> str:
    """What to know about a name that a script of the other kind has; empty when none has it."""
    if any(one.kind != kind and one.name.lower() == name.lower() for one in infos):
        other = "data function" if kind == COMMAND else "chat command"
        return (
            f"A {other} has that name too: !{name.lower()} runs the command here, but the function in Goop2."
        )
    return ""


def _key(name: str, kind: str) -> str:
    """Commands are looked up in lower case."""
    return name.lower() if kind == COMMAND else name
