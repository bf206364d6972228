"""Runs installations in forked children, so that each can be killed at any moment without paying for the
imports again.

One line on standard input: ``SITE<TAB>TEMPLATE``, or ``SITE<TAB>`` to only open the site (which recovers).
Answers the child's pid when the site is open (or about to be), then, on a line of its own, ``end`` when the
child is gone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    from lua_engine import Engine, read_template
    from lua_engine.engine import _prelude

    _prelude()
    for line in sys.stdin:
        site, template = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                print(os.getpid(), flush=True)
                with Engine.open(Path(site), watch=False) as engine:
                    if template:
                        engine.templates.install(read_template(Path(template)))
                status = 0
            finally:
                os._exit(status)
        _, waited = os.waitpid(child, 0)
        print("end", os.waitstatus_to_exitcode(waited), flush=True)


if __name__ == "__main__":
    main()
