"""What a run computed, for the margin of the editor."""

from __future__ import annotations

from goop_console.tabs.scripts.debugging.words import margin_text
from lua_engine import Margin


def line_values(margin: Margin | None) -> dict[int, str]:
    """Line to the text in the margin."""
    if margin is None:
        return {}
    return {one.line: text for one in margin.lines if (text := margin_text(one))}


def not_run(margin: Margin | None) -> frozenset[int]:
    """The lines that could have run and did not."""
    if margin is None or margin.is_partial:
        return frozenset()
    return margin.runnable - {one.line for one in margin.lines}
