"""Merging what is shown with what is there now."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from goop_console.tabs.data.merge import MergePlan, plan_merge, unique_keys


def apply(old: list[int], new: list[int], plan: MergePlan) -> list[int]:
    """The three steps, as a model takes them."""
    rows = list(old)
    for first, last in plan.removals:
        del rows[first : last + 1]
    if plan.order is not None:
        rows = [rows[source] for source in plan.order]
    for first, last in plan.insertions:
        rows[first:first] = new[first : last + 1]
    return rows


keys = st.lists(st.integers(0, 30), unique=True)


@given(old=keys, new=keys)
def test_the_steps_lead_from_the_old_rows_to_the_new_ones(old: list[int], new: list[int]) -> None:
    assert apply(old, new, plan_merge(old, new)) == new


@given(rows=keys)
def test_nothing_is_planned_where_nothing_changed(rows: list[int]) -> None:
    assert plan_merge(rows, rows) == MergePlan((), None, ())


def test_neighbours_are_removed_and_inserted_together() -> None:
    assert plan_merge([1, 2, 3, 4], [1, 4, 8, 9]) == MergePlan(((1, 2),), None, ((2, 3),))


@given(st.lists(st.integers(0, 4)))
def test_unique_keys_are_unique_and_keep_the_first_of_each(rows: list[int]) -> None:
    found = unique_keys(rows)
    assert len(set(found)) == len(rows)
    assert all(row in found for row in rows)
