"""Merging what is shown with what is there now."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex

from goop_console.tabs.data.rows.merge import MergePlan, plan_merge, plan_order
from goop_console.tabs.data.rows.rows_model import RowsModel
from lua_engine import ColumnInfo


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


@given(old=keys, new=keys, before=st.integers(0, 3), behind=st.integers(0, 3))
def test_what_is_equal_at_both_ends_is_left_alone(
    old: list[int], new: list[int], before: int, behind: int
) -> None:
    ends = list(range(100, 100 + before)), list(range(200, 200 + behind))
    first, second = ends[0] + old + ends[1], ends[0] + new + ends[1]
    model = RowsModel()
    model._keys = array("q", first)
    model.set_order(array("q", second))
    assert list(model.keys) == second


def test_a_change_that_is_too_large_for_steps_moves_what_is_selected_along() -> None:
    model = RowsModel()
    model._columns = (ColumnInfo("a", "text", False, False, False, None),)
    model._keys = array("q", range(50_000))
    kept = QPersistentModelIndex(model.index(40_000, 0))
    gone = QPersistentModelIndex(model.index(7, 0))
    wanted = array("q", [key for key in range(49_999, -1, -1) if key % 7])
    assert plan_order(model.keys, wanted) is None
    model.set_order(wanted)
    assert model.keys == wanted
    assert model.key(kept.row()) == 40_000
    assert not gone.isValid()
