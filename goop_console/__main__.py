"""``python -m goop_console``."""

from __future__ import annotations

import sys

from goop_console.cli import main

if __name__ == "__main__":
    sys.exit(main())
