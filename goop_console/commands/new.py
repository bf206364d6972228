"""``new``: a site in an empty folder, with a template or without."""

from __future__ import annotations

import shlex
from pathlib import Path

from goop_console.commands.open_site import open_site
from goop_console.gallery import find_template
from lua_engine import new_site


def run_new(site: Path, template: str, label: str) -> int:
    """Create the site, then install the template. A template that cannot be read is refused before."""
    found = find_template(template) if template else None
    path = new_site(site, label=label)
    print(f"{path}: a new site")
    if found is not None:
        with open_site(path) as engine:
            result = engine.templates.install(found[0], bundled=found[1])
        print(f"{result.title}: done")
    print(f"Open it with: goop-console open {shlex.quote(str(path))}")
    return 0
