"""``Goop.template``: the installed template's manifest."""

from __future__ import annotations

import json
from typing import Any

from lua_engine.pages.errors import failed
from lua_engine.pages.groups import PAGE
from lua_engine.pages.parts import PageParts

_MANIFEST, _REQUIRE_EMAIL = "template_manifest", "template_require_email"


def settings(parts: PageParts) -> dict[str, Any]:
    """The manifest with ``require_email``; that alone when no template is installed."""
    stored = parts.community.meta(_MANIFEST, _REQUIRE_EMAIL, by=PAGE)
    try:
        manifest = json.loads(stored.get(_MANIFEST) or "{}")
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict):
        raise failed("the stored manifest is damaged; install the template again")
    return {**manifest, "require_email": stored.get(_REQUIRE_EMAIL) == "1"}
