from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.scripts.annotations import parse_annotations


@pytest.mark.parametrize(
    ("source", "description", "rate_limit"),
    [
        (
            "--- A weather lookup command\n--- @rate_limit 10\nfunction handle(args)\nend",
            "A weather lookup command",
            10,
        ),
        ("--- @rate_limit 0\n--- Later text\n--- More", "Later text", 0),
        ("\n\n  ---   Indented  \r\n\t\n---@rate_limit 5\r\n", "Indented", 5),
        ("---\n--- Second", "Second", None),
        ("-- two dashes\n--- never", "", None),
        ("local x\n--- never", "", None),
        ("#!/usr/bin/lua\n--- After the shebang", "After the shebang", None),
        ("--- One\n-- two\n--- @rate_limit 3", "One", None),
        ("--- @rate_limit 3\n--- @rate_limit 4", "", 4),
        ("--- @rate_limit 10 a minute", "", 10),
        ("", "", None),
    ],
)
def test_the_leading_block(source: str, description: str, rate_limit: int | None) -> None:
    found = parse_annotations(source)
    assert (found.description, found.rate_limit) == (description, rate_limit)


@pytest.mark.parametrize("value", ["", "ten", "-1", "1.5", "9" * 10, "١٠", "1e3"])
def test_a_bad_rate_limit_is_a_warning_and_the_default_applies(value: str) -> None:
    found = parse_annotations(f"--- Text\n--- @rate_limit {value}\n")
    assert found.rate_limit is None
    (note,) = found.warnings
    assert note.line == 2
    assert note.message.startswith("@rate_limit needs a whole number")


@pytest.mark.parametrize(
    ("source", "line", "part"),
    [
        ("-- @rate_limit 10\nfunction handle() end", 1, "has two dashes"),
        ("--- Text\n--@rate_limit 10", 2, "has two dashes"),
        ("--- Text\nfunction handle() end\n--- @rate_limit 10", 3, "is after the leading block"),
        ("--- @ratelimit 10", 1, "unknown annotation @ratelimit; there is only @rate_limit"),
        ("--- @", 1, "unknown annotation @;"),
    ],
)
def test_what_looks_like_an_annotation_but_is_none(source: str, line: int, part: str) -> None:
    found = parse_annotations(source)
    assert found.rate_limit is None
    (note,) = found.warnings
    assert note.line == line
    assert part in note.message


def test_editor_tags_are_fine() -> None:
    assert parse_annotations("--- Text\n---@param args string\n---@return string").warnings == ()


lines = st.one_of(
    st.just(""),
    st.just("   "),
    st.text("ab@- \t", max_size=6).map(lambda text: "---" + text),
    st.integers(0, 99).map(lambda n: f"--- @rate_limit {n}"),
    st.text("ab-=", max_size=5),
)


@given(st.lists(lines, max_size=12))
def test_it_is_the_contract_word_by_word(source: list[str]) -> None:
    block = []
    for line in source:
        if line.strip() and not line.strip().startswith("---"):
            break
        block.append(line.strip())
    texts = [line[3:].strip() for line in block if line]
    plain = [text for text in texts if text and not text.startswith("@")]
    limits = [int(text.split()[1]) for text in texts if text.startswith("@rate_limit ")]
    found = parse_annotations("\n".join(source))
    assert found.description == (plain[0] if plain else "")
    assert found.rate_limit == (limits[-1] if limits else None)
