"""The engine of a command that is about a site's scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goop_console.commands.failure import WrongInput
from goop_console.commands.open_site import open_site
from lua_engine import Engine


@contextmanager
def open_scripts(site: Path, *, read_only: bool = False) -> Iterator[Engine]:
    """The engine of ``site``, which watches no files. Raises KnownError, or WrongInput when there is no
    script folder.
    """
    with open_site(site, read_only=read_only) as engine:
        if not engine.site.lua_dir.is_dir():
            raise WrongInput("; ".join(engine.site.problems()))
        yield engine


def needs_no_writing(site: Path) -> bool:
    """Whether a dry run opens ``site`` for reading only: there are no data yet, and it is to make none, or
    nothing can be written there. Elsewhere the run stands in the site's log.
    """
    folder = site.expanduser()
    return not (folder / "data.db").exists() or not os.access(folder, os.W_OK)
