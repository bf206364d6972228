"""goop.route and goop.owner: written in Lua (``lua/route.lua``), described here."""

from __future__ import annotations

from lua_engine.api.binding import Param, describe, describe_field

describe(
    "goop.route",
    Param("handlers", "table", doc="action name to function"),
    returns="function(request)",
    doc="Makes a dispatcher: request.params.action selects the handler, which is called with params.",
    errors=(
        "request.params missing",
        "action parameter required",
        "unknown action: X",
        "action X is not a function",
    ),
    example="local dispatch = goop.route({ list = function(params) return {} end })\n"
    "function call(req) return dispatch(req) end",
)
describe(
    "goop.owner",
    Param("fn", "value", doc="a function"),
    returns="function",
    doc="Wraps a function so that only the site owner can call it. "
    "It checks the real caller, whatever the script did to goop.peer.",
    errors=("only the site owner can do this",),
    example="local clear = goop.owner(function(params) return { cleared = true } end)",
)
describe_field(
    "goop.peer",
    "{id: string, label: string, email: string}",
    "The caller: peer id, display name, email (empty when unknown). The script's own table: "
    "what it writes there changes nobody's rights.",
    "local name = goop.peer.label",
)
describe_field(
    "goop.self",
    "{id: string, label: string}",
    "The site's owner: peer id and display name.",
    "local owner = goop.self.label",
)
