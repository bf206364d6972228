"""``goop.site``: the files that visitors are served."""

from __future__ import annotations

from lua_engine.api.binding import Host, Param, fail, host_function
from lua_engine.site.files import SiteFileError


@host_function(
    "goop.site.read",
    Param("path", "string", doc="relative to the site root, `/` between folders"),
    returns="string|nil, string?",
    doc="The text of a file in the site content directory.",
    errors=("no such file", "outside the site root", "larger than 1 MB", "not UTF-8 text"),
    example='local content, err = goop.site.read("config.json")',
)
def read(host: Host, path: str) -> str | tuple[None, str]:
    try:
        return host.services.files.read(path)
    except SiteFileError as error:
        return fail(str(error))
