"""The notes of coverage behind the editor's lines."""

from __future__ import annotations

from goop_console.tabs.scripts.debugging.margin import notes_of_coverage
from lua_engine import Branch, ScriptCoverage


def test_a_branch_in_a_line_without_runs_of_its_own_has_a_note() -> None:
    """Found by the bundle's smoke test: the second line of a long condition counts no runs."""
    branches = (Branch(3, 0, (2, 0)), Branch(4, 0, (0, 2)), Branch(5, 0, (1, 1)), Branch(6, 0, (0, 0)))
    notes = notes_of_coverage(ScriptCoverage("function/todo", "todo.lua", {3: 2, 5: 2, 7: 0}, branches))
    assert notes.texts == {
        3: "2 runs, always the same way",
        4: "always the same way",
        5: "2 runs",
        7: "not reached",
    }
