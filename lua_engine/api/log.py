"""goop.log and print: lines into the live log."""

from __future__ import annotations

from lua_engine.api.binding import Host, Param, describe, host_function


@host_function(
    "log.write",
    Param("level", "bytes"),
    Param("text", "bytes"),
    shown="goop.log",
    internal=True,
    doc="Writes one line to the log, with script, caller and call id.",
)
def write(host: Host, level: bytes, text: bytes) -> None:
    host.run.log(level.decode(), text.decode("utf-8", "replace"))


for _level in ("info", "warn", "error"):
    describe(
        f"goop.log.{_level}",
        Param("text", "value", doc="a string or a number; several are joined here, Goop2 writes the first"),
        doc=f"Writes a line of level {_level} to the live log.",
        errors=("raises for a table, a boolean or nil, as in Goop2",),
        example=f'goop.log.{_level}("processing " .. goop.peer.label)',
    )
describe(
    "print",
    Param("text", "value", variadic=True),
    doc="Writes its arguments, separated by tabs, to the log as info.",
    example='print("hello", 42)',
)
