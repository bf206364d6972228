"""What comes with the program runs on Goop2 as it does here: no portability note at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from lua_engine.scripts.portability.source import source_notes

RESOURCES = Path(__file__).parents[2] / "resources"
SCRIPTS = sorted(RESOURCES.rglob("*.lua"))


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) > 12


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.relative_to(RESOURCES).as_posix() for path in SCRIPTS])
def test_a_bundled_script_has_no_note(path: Path) -> None:
    notes = source_notes(path.read_text(encoding="utf-8"), is_function=path.parent.name == "functions")
    assert [str(note) for note in notes] == []
