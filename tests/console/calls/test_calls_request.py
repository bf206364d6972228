"""Params, requests and the words about them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.tabs.calls.model.params import ParamsError, parse_params
from goop_console.tabs.calls.model.stranger import new_stranger
from goop_console.tabs.calls.model.words import byte_size, milliseconds

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_params_are_what_the_text_says(value: Any) -> None:
    assert parse_params(json.dumps(value)) == value
    assert parse_params(json.dumps(value, ensure_ascii=False, indent=3)) == value


@given(st.text())
def test_any_text_parses_or_says_where_it_is_wrong(text: str) -> None:
    found = None
    try:
        parse_params(text)
    except ParamsError as error:
        found = error
    assert found is None or (str(found) and found.line <= text.count("\n") + 1)


def test_empty_params_are_an_object() -> None:
    assert parse_params("") == {}
    assert parse_params("  \n ", "list") == {"action": "list"}


def test_an_action_is_joined_as_the_api_does() -> None:
    assert parse_params('{"text": "Buy milk"}', "add") == {"action": "add", "text": "Buy milk"}
    assert parse_params('{"action": "add"}', "add") == {"action": "add"}


@pytest.mark.parametrize(
    ("text", "action", "message"),
    [
        ('{\n  "a": 1\n  "b": 2\n}', "", "Line 3, column 3: a comma is expected here"),
        ("{a: 1}", "", 'Line 1, column 2: a key must be in double quotes, like "key"'),
        ('{"a": ', "", "Line 1, column 7: a value is missing at the end"),
        ('{"a": 1} x', "", "Line 1, column 10: there is something after the end of the value"),
        ('{"a" 1}', "", "Line 1, column 6: a colon is expected here"),
        ('{"a": "b}', "", "Line 1, column 7: the string that starts here is never closed"),
        ("[NaN]", "", "Line 1, column 2: NaN is not JSON"),
        ("[1]", "list", "an action needs params that are an object: { … }"),
        (
            '{"action": "add"}',
            "list",
            'the params say action "add", the action field says “list”: clear one of them',
        ),
        ("[" * 100_000, "", "Line 1, column 201: this is nested more than 200 levels deep"),
        ('{"a": ' + "1" * 5_000 + "}", "", f"Line 1, column 7: {'1' * 40} is too large for a number"),
    ],
)
def test_wrong_params_say_what_and_where(text: str, action: str, message: str) -> None:
    with pytest.raises(ParamsError) as caught:
        parse_params(text, action)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0.0 ms"), (0.00002, "0.02 ms"), (0.0008, "0.8 ms"), (0.12, "120 ms"), (3.21, "3.2 s")],
)
def test_times(seconds: float, words: str) -> None:
    assert milliseconds(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 byte"), (812, "812 bytes"), (1229, "1.2 KB"), (21_076_377, "20.1 MB")]
)
def test_sizes(count: int, words: str) -> None:
    assert byte_size(count) == words


def test_a_new_stranger_looks_like_a_peer_and_is_new() -> None:
    one, other = new_stranger(()).id, new_stranger(()).id
    assert one != other
    assert len(one) == 52
    assert one.startswith("12D3KooW")
    assert new_stranger({"Anna", "Stranger 1", "Stranger 3"}).name == "Stranger 2"
    assert new_stranger(()).role == "stranger"
