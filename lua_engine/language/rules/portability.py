"""What Goop2 does otherwise (``scripts/portability``), as findings."""

from __future__ import annotations

from collections.abc import Iterator

from lua_engine.language.finding import Finding
from lua_engine.language.script import ScriptText
from lua_engine.scripts.portability.source import source_notes
from lua_engine.scripts.syntax import Place


def portability(script: ScriptText) -> Iterator[Finding]:
    """One finding for each note; the whole line is meant."""
    lines = script.source.split("\n")
    for note in source_notes(script.source, is_function=script.kind == "function"):
        text = lines[note.line - 1] if 0 < note.line <= len(lines) else ""
        start = len(text) - len(text.lstrip())
        place = Place(max(note.line, 1), start, max(note.line, 1), len(text.rstrip()))
        yield Finding(
            "portability", "warning", f"{note.verdict}: {note.what}. Instead: {note.instead}", place
        )
