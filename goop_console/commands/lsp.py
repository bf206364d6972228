"""``lsp``: a language server for the site's scripts, on standard input and output."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version
from pathlib import Path

from goop_console.commands.open_site import open_site
from goop_console.lsp.server import make_server
from goop_console.lsp.serving import serve


def run_lsp(site: Path) -> int:
    """Serve until the editor says exit or is gone. The site is only read, so the window may have it open."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)  # standard output is the protocol's
    with (
        open_site(site, read_only=True, watch=True) as engine,
        # The server closes its streams; the process's own are still written to at its end.
        open(os.dup(0), "rb") as asks,
        open(os.dup(1), "wb") as answers,
    ):
        return serve(make_server(engine, version("goop-console")), asks, answers)
