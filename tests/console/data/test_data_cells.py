"""Values as cells and in full."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.tabs.data.rows.cells import as_json, cell_text, describe, detail_text, full_text, hex_dump

values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


@given(values)
def test_a_cell_is_one_short_line(value: object) -> None:
    text = cell_text(value)
    assert len(text) <= 241
    assert not set(text) & {"\n", "\r", "\t"}
    assert describe(value)
    assert isinstance(detail_text(value), str)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "NULL"),
        (b"", "blob 0 bytes"),
        (b"x", "blob 1 byte"),
        (b"x" * 1200, "blob 1,200 bytes"),
        ("two\nlines", "two⏎lines"),
        ("", ""),
        (1.5, "1.5"),
    ],
)
def test_cell_text(value: object, shown: str) -> None:
    assert cell_text(value) == shown


def test_the_word_null_as_text_is_told_apart_from_null() -> None:
    assert describe("NULL") == "text, 4 characters"
    assert describe(None) == "NULL: no value"
    assert full_text("NULL") != full_text(None)


def test_nothing_is_cut_in_a_copy() -> None:
    assert full_text("x" * 5000) == "x" * 5000
    assert full_text(b"\x00\xff") == "00ff"


def test_a_hex_dump_shows_offset_digits_and_characters() -> None:
    assert hex_dump(b"Goop\x00" * 4).splitlines() == [
        "000000  47 6f 6f 70 00 47 6f 6f 70 00 47 6f 6f 70 00 47  Goop.Goop.Goop.G",
        "000010  6f 6f 70 00                                      oop.",
    ]


@given(st.dictionaries(st.text(), st.integers()) | st.lists(st.text()))
def test_json_in_a_text_is_found(value: object) -> None:
    assert as_json(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text", ["", "12", '"text"', "{", "[1,", "{not json}", "null", None, 5, b"{}", "[" * 100_000]
)
def test_what_is_no_json_container_stays_text(text: object) -> None:
    assert as_json(text) is None
