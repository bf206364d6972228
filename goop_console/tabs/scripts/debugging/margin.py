"""What stands behind the lines of the editor: what a run computed there, or how many calls reach it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from goop_console.tabs.scripts.debugging.words import margin_text
from goop_console.widgets.wording import counted
from lua_engine import Margin, ScriptCoverage


@dataclass(frozen=True, slots=True)
class LineNotes:
    """A short text behind lines, by line; ``missed`` are grey."""

    texts: dict[int, str] = field(default_factory=dict)
    missed: frozenset[int] = frozenset()


def notes_of_run(margin: Margin, *, is_over: bool) -> LineNotes:
    """What each line computed last and how often it ran. Of a run that is under way, or whose recording
    stopped early, nobody knows what did not run.
    """
    texts = {one.line: text for one in margin.lines if (text := margin_text(one))}
    if margin.is_partial or not is_over:
        return LineNotes(texts)
    missed = margin.runnable - {one.line for one in margin.lines}
    return LineNotes({**_said_once(missed, margin.runnable, "not run"), **texts}, missed)


def notes_of_coverage(one: ScriptCoverage) -> LineNotes:
    """How many runs reached each line, and which branches went one way only."""
    texts = {line: counted(runs, "run") for line, runs in one.lines.items() if runs}
    for branch in one.branches:
        if any(branch.ways) and not branch.is_covered:
            # A branch may stand in a line that counts no runs of its own: the rest of a long condition.
            runs = texts.get(branch.line, "")
            texts[branch.line] = f"{runs}, always the same way" if runs else "always the same way"
    missed = frozenset(one.missed_lines)
    return LineNotes({**_said_once(missed, one.lines, "not reached"), **texts}, missed)


def _said_once(missed: frozenset[int], lines: Iterable[int], word: str) -> dict[int, str]:
    """``word`` at the first line of each stretch of missed ones: grey alone would be colour alone."""
    texts, was_missed = {}, False
    for line in sorted(lines):
        if line in missed and not was_missed:
            texts[line] = word
        was_missed = line in missed
    return texts


def coverage_words(one: ScriptCoverage) -> str:
    """``12 of 15 lines, 3 of 4 ways of branches``."""
    reached = len(one.lines) - len(one.missed_lines)
    words = f"{reached:,} of {counted(len(one.lines), 'line')}"
    if one.branches:
        words += f", {one.covered_branches:,} of {2 * len(one.branches):,} ways of its branches"
    return words
