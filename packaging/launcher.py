"""Where the bundle begins: what ``python -m goop_console`` does."""

from __future__ import annotations

import sys

from goop_console.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
