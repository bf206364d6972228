"""docs/lint.md lists every code."""

from __future__ import annotations

from pathlib import Path

from lua_engine.language.finding import CODES


def test_every_code_is_listed() -> None:
    text = Path(__file__).parents[3].joinpath("docs", "lint.md").read_text(encoding="utf-8")

    assert [line for line in text.splitlines() if line.startswith("| `")] == [
        f"| `{code}` | {words} |" for code, words in CODES.items()
    ]
