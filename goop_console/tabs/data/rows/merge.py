"""From the rows that are shown to the rows that are there now, in steps that keep selection and scroll."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]  # first and last position, both included
MAX_COMPARED = 20_000  # rows that are compared one by one
MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Three steps, in this order: remove, permute, insert.

    ``removals`` are positions in the old order, last first. ``order`` (or None: nothing moved) gives, for
    each place of the kept rows from ``start`` on, the place it comes from. ``insertions`` are positions in
    the
    new order, first first.
    """

    removals: tuple[Span, ...]
    order: tuple[int, ...] | None
    insertions: tuple[Span, ...]
    start: int = 0


def plan_merge(old: Sequence[Hashable], new: Sequence[Hashable]) -> MergePlan:
    """How to get from the keys ``old`` to the keys ``new``; each sequence holds a key once."""
    in_old, in_new = set(old), set(new)
    removed = [place for place, key in enumerate(old) if key not in in_new]
    kept = [key for key in old if key in in_new]
    wanted = [key for key in new if key in in_old]
    added = [place for place, key in enumerate(new) if key not in in_old]
    order: tuple[int, ...] | None = None
    if kept != wanted:
        place_of = {key: place for place, key in enumerate(kept)}
        order = tuple(place_of[key] for key in wanted)
    return MergePlan(tuple(reversed(_spans(removed))), order, tuple(_spans(added)))


def plan_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> MergePlan | None:
    """:func:`plan_merge` for any number of rows: what is equal at both ends is not looked at. None when the
    rest is
    too much for single steps.
    """
    start = _common(old, new)
    end = _common_end(old, new, min(len(old), len(new)) - start)
    length_old, length_new = len(old) - start - end, len(new) - start - end
    if not length_old:
        added = ((start, start + length_new - 1),) if length_new else ()
        return MergePlan((), None, added, start)
    if not length_new:
        return MergePlan(((start, start + length_old - 1),), None, (), start)
    if max(length_old, length_new) > MAX_COMPARED:
        return None
    plan = plan_merge(old[start : start + length_old], new[start : start + length_new])
    if len(plan.removals) + len(plan.insertions) > MAX_STEPS:
        return None
    return MergePlan(_moved(plan.removals, start), plan.order, _moved(plan.insertions, start), start)


def _moved(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    return tuple((first + by, last + by) for first, last in spans)


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """How many keys are equal at the beginning; halved until they are: slices compare quickly."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if _is_same(old[low:middle], new[low:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: Sequence[Hashable], new: Sequence[Hashable], most: int) -> int:
    low, high, size_old, size_new = 0, most, len(old), len(new)
    while low < high:
        middle = (low + high + 1) // 2
        if _is_same(old[size_old - middle : size_old - low], new[size_new - middle : size_new - low]):
            low = middle
        else:
            high = middle - 1
    return low


def _is_same(left: Sequence[Hashable], right: Sequence[Hashable]) -> bool:
    return left == right if type(left) is type(right) else list(left) == list(right)


def _spans(places: Iterable[int]) -> list[Span]:
    """Neighbouring places joined."""
    spans: list[Span] = []
    for place in places:
        if spans and spans[-1][1] == place - 1:
            spans[-1] = (spans[-1][0], place)
        else:
            spans.append((place, place))
    return spans
