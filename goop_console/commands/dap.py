"""``dap``: a debug adapter for the site's scripts, on standard input and output (docs/debugging.md)."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from goop_console.commands.site_scripts import open_scripts
from goop_console.dap.adapter import Adapter
from goop_console.dap.wire import WireError


def run_dap(site: Path) -> int:
    """Serve one editor; 2 when what comes is not the protocol."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)  # standard output is the protocol's
    with (
        open_scripts(site) as engine,
        open(os.dup(0), "rb") as requests,
        open(os.dup(1), "wb") as answers,
    ):
        try:
            Adapter(engine, requests, answers).serve()
        except WireError as error:
            sys.stderr.write(f"goop-console dap: {error}\n")
            return 2
    return 0
