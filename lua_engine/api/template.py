"""``goop.template``: the manifest of the installed template. The table itself is made by
``lua/template.lua``.
"""

from __future__ import annotations

from typing import Any

from lua_engine.api.acting import raised
from lua_engine.api.binding import Host, describe, describe_field, host_function
from lua_engine.base.errors import ScriptError
from lua_engine.base.strict_json import parse_json
from lua_engine.store.community.template_meta import read_meta

_MANIFEST, _REQUIRE_EMAIL = "template_manifest", "template_require_email"


def read_manifest(host: Host) -> dict[str, Any]:
    """The stored manifest with ``require_email``; empty when no template is installed. Raises
    :class:`ScriptError`.
    """
    with raised(), host.services.database.plain_read(host.run.deadline) as raw:
        stored = read_meta(raw, _MANIFEST, _REQUIRE_EMAIL)
    if not stored.get(_MANIFEST):
        return {}
    try:
        manifest = parse_json(stored[_MANIFEST])
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict):
        raise ScriptError("goop.template: the stored manifest is damaged; install the template again")
    return {**manifest, "require_email": stored.get(_REQUIRE_EMAIL) == "1"}


@host_function(
    "template.manifest",
    shown="goop.template",
    returns="table",
    doc="The installed template's manifest: name, description, category, icon, schemas, require_email, "
    "default_role. Empty without a template.",
    errors=("raises when the stored manifest is damaged",),
    internal=True,
)
def manifest(host: Host) -> dict[str, Any]:
    return read_manifest(host)


describe_field(
    "goop.template",
    "{name: string, description: string, category: string, icon: string, schemas: string[], require_email: "
    "boolean, default_role: string?}",
    "The installed template's manifest; an empty table when there is none. "
    "It raises when the stored manifest is damaged.",
    "local name = goop.template.name",
)
describe(
    "goop.transform",
    returns="never",
    doc="Goop2's transformations are not supported here: calling any of its functions raises.",
    errors=("raises `goop.transform is not supported`",),
)
