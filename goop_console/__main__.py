"""``python -m goop_console``. Ctrl+C ends the program with 130 and without a word, from its first line on."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes enumerations first: a moment too late
import gc
import os
import sys

INTERRUPTED = 130
# Objects made before garbage is looked for: Python's 700 take an eighth of a start, where all is kept.
_GARBAGE = 20_000


def _leave(*_: object) -> None:
    """At once: there is nothing to tidy while modules are imported, and threads may not outlive Python."""
    os._exit(INTERRUPTED)


def main() -> int:
    """Run the command of the command line; answers the exit code."""
    gc.set_threshold(_GARBAGE, 20, 20)
    try:
        # Until a site is open (commands/open_site.py); then it unwinds, so that everything is closed.
        _signal.signal(_signal.SIGINT, _leave)
        import goop_console.quick_dataclasses
        import goop_console.quick_hashes  # noqa: F401  # both before what they make quick

        # isort: split
        from goop_console.cli import main as run

        code = run()
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        _leave()
    gc.freeze()  # Python looks through all objects once more when it ends: 16 ms of a call's 240
    return code


if __name__ == "__main__":
    sys.exit(main())
