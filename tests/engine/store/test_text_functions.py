"""The linear text functions answer exactly as SQLite's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lua_engine.store.script.text_functions import TextFunctions

LETTERS = st.text(alphabet="ab \0é😀%_'", max_size=12)
VALUES = st.one_of(
    st.none(),
    LETTERS,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    LETTERS.map(str.encode),
)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    native, ours = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    functions = TextFunctions(4_000_000, lambda: None)
    functions.install(ours)
    yield native, ours
    functions.close()
    native.close()
    ours.close()


def same(both: tuple[sqlite3.Connection, sqlite3.Connection], call: str, *args: Any) -> None:
    native, ours = (
        one.execute(f"SELECT typeof(r), r FROM (SELECT {call} AS r)", args).fetchone() for one in both
    )
    assert ours == native


@given(VALUES, VALUES)
@example(b"\x00a", b"a")
@example(5.0, ".0")
@example(1e300, "e")
@example("", "")
def test_instr(both: Any, haystack: Any, needle: Any) -> None:
    same(both, "instr(?, ?)", haystack, needle)


@given(VALUES, VALUES, VALUES)
@example(5, "", "x")
@example("a\0b", "\0", "x")
def test_replace(both: Any, value: Any, old: Any, new: Any) -> None:
    same(both, "replace(?, ?, ?)", value, old, new)


@given(VALUES, VALUES)
@example("  a  ", "")
def test_trim(both: Any, value: Any, characters: Any) -> None:
    for name in ("trim", "ltrim", "rtrim"):
        same(both, f"{name}(?, ?)", value, characters)
        same(both, f"{name}(?)", value)


@given(st.text(alphabet=[chr(n) for n in range(32, 232)], min_size=70), st.text(max_size=20))
@settings(max_examples=50)
def test_trim_with_many_characters(both: Any, characters: str, middle: str) -> None:
    text = f"{characters}{middle}{characters}"
    for name in ("trim", "ltrim", "rtrim"):
        same(both, f"{name}(?, ?)", text, characters)


def test_json_patch_is_native_when_small(both: Any) -> None:
    same(both, "json_patch(?, ?)", '{"a":1,"b":2}', '{"a":null,"c":3}')
    same(both, "json_patch(?, ?)", None, "{}")


@given(st.text(alphabet="%-+0,#!*.123dsfcqQwxXg ", max_size=8), st.lists(VALUES, max_size=3))
@example("%*d|%-*d|%.*f", [5, 1, -5])
@example("%%%5s", ["x"])
def test_printf(both: Any, form: str, values: list[Any]) -> None:
    if "*" in form and any(isinstance(value, (int, float)) and abs(value) > 1000 for value in values):
        return  # widths that ours refuses
    same(both, f"printf({', '.join('?' * (len(values) + 1))})", form, *values)


def test_a_long_search_is_ended() -> None:
    def over() -> None:
        raise TimeoutError

    functions = TextFunctions(4_000_000, over)
    with pytest.raises(TimeoutError):
        functions.trim("a" * 10, "".join(map(chr, range(1, 200))))
