"""The place of a row among all keys, in whatever order they stand."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.tabs.data.rows import places
from goop_console.tabs.data.rows.places import patient_place_of, place_of
from lua_engine import RowKey

KEYS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=40)


@given(
    keys=KEYS, order=st.sampled_from(["up", "down", "any"]), near=st.integers(0, 60), other=st.integers(0, 99)
)
def test_it_is_where_the_key_stands(keys: list[int], order: str, near: int, other: int) -> None:
    ordered = keys if order == "any" else sorted(keys, reverse=order == "down")
    everything: tuple[Sequence[RowKey], ...] = (array("q", ordered), ordered, [(one, "x") for one in ordered])
    for all_keys in everything:
        for at, key in enumerate(all_keys):
            assert place_of(all_keys, key, near) == at
            assert patient_place_of(all_keys, key) == at
        missing: RowKey = other if isinstance(all_keys, array) else (other, "y")
        if missing not in all_keys:
            assert place_of(all_keys, missing, near) == -1


@pytest.mark.parametrize("at", [0, 5, 99])
def test_keys_in_no_order_are_found_far_from_where_they_were(
    at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "NEAR", 3)
    monkeypatch.setattr(places, "_SLICE", 7)
    keys = array("q", [number * 37 % 101 for number in range(100)])
    assert place_of(keys, keys[at], near=50) == at
    assert place_of(keys, 1_000, near=50) == -1
