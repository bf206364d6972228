"""goop.commands: the chat commands of the site."""

from __future__ import annotations

from lua_engine.api.binding import Host, describe, host_function


@host_function(
    "commands.list", shown="goop.commands", returns="table", doc="Lists the chat commands.", internal=True
)
def commands(host: Host) -> list[dict[str, str]]:
    infos = [info for info in host.services.scripts.infos() if info.kind == "command" and info.version]
    return [
        {"name": info.name, "description": info.description}
        for info in sorted(infos, key=lambda info: info.name)
    ]


describe(
    "goop.commands",
    returns="{name, description}[]",
    doc="Lists all loaded chat commands, sorted by name. "
    "An entry also behaves as its name in `..` and tostring.",
    example="""for _, cmd in ipairs(goop.commands()) do print("!" .. cmd, cmd.description) end""",
)
