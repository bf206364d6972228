"""Reading and saving a script's text: what runs in a thread of its own."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goop_console.tabs.scripts.text.cutting import CutText, cut_text
from goop_console.tabs.scripts.text.line_ends import without_returns
from lua_engine import ScriptInfo, SiteError

if TYPE_CHECKING:
    from lua_engine import Engine


@dataclass(frozen=True, slots=True)
class ReadText:
    """``is_exact``: written back, the text would be the same bytes. ``cut``: what the editor has of it."""

    text: str
    is_exact: bool
    cut: CutText | None = None
    is_protected: bool = False

    @property
    def shown(self) -> str:
        """What the editor gets."""
        return without_returns(self.text) if self.cut is None else self.cut.text


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """``info`` of the saved script; None when ``theirs``, a text that nobody has seen, was found on disk and
    kept, or when the file is write-protected.
    """

    info: ScriptInfo | None
    theirs: str | None = None
    is_protected: bool = False


def read_text(engine: Engine, info: ScriptInfo) -> ReadText:
    """The text on disk now. Raises SiteError when it cannot be read."""
    text = engine.scripts.source(info)
    # U+FFFD stands in the file itself, or for bytes that are no UTF-8.
    is_exact = "\ufffd" not in text or info.path.read_bytes() == text.encode()
    return ReadText(text, is_exact, cut_text(without_returns(text)), is_protected(info.path))


def is_protected(path: Path) -> bool:
    """Whether somebody took the right to write a file from everybody: ``chmod a-w``. A rename would replace
    it all the same, so it is looked at.
    """
    try:
        return not stat.S_IMODE(path.stat().st_mode) & 0o222
    except OSError:  # it is gone, or nobody may look: writing says which
        return False


def save_text(
    engine: Engine, info: ScriptInfo, text: str, known: str | None, *, in_spite: bool = False
) -> SaveOutcome:
    """Save ``text`` unless the disk holds something else than ``known`` (None: nothing is known to be there),
    or the file is write-protected; ``in_spite`` of that it is written, and stays protected.

    Raises KnownError when it cannot be written.
    """
    theirs = _text_there(engine, info)
    if theirs is not None and theirs not in (known, text):
        return SaveOutcome(None, theirs)
    if not in_spite and is_protected(info.path):
        return SaveOutcome(None, is_protected=True)
    return SaveOutcome(engine.scripts.save(info, text))


def delete_script(engine: Engine, info: ScriptInfo) -> tuple[ReadText, Path]:
    """Delete the file; answers its text, and where it lies now. Raises SiteError when it cannot be read or
    moved.
    """
    return read_text(engine, info), engine.scripts.delete(info)


def _text_there(engine: Engine, info: ScriptInfo) -> str | None:
    try:
        return engine.scripts.source(info)
    except SiteError:
        if info.path.exists():
            raise
        return None  # deleted: saving writes it again
