"""Where the journals of long edits are, and whether there are any: every start asks, so it imports little."""

from __future__ import annotations

from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.site.foreign import check_real

EDITS = "edits"
ENDING = ".edit"


def left_over(home: Path, console: str) -> tuple[Path, ...]:
    """Files in ``home/console/edits`` of edits that are under way, or were cut off."""
    folder = home / console / EDITS
    try:
        check_real(folder, home, is_folder=True)
        return tuple(sorted(path for path in folder.iterdir() if path.suffix == ENDING))
    except (OSError, SiteError):  # there is none, or it is not ours
        return ()
