"""From the rows that are shown to the rows that are there now, in steps that keep selection and scroll."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]  # first and last position, both included


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Three steps, in this order: remove, permute, insert.

    ``removals`` are positions in the old order, last first. ``order`` (or None: nothing moved) gives, for
    each place of the kept rows, the place it comes from. ``insertions`` are positions in the new order, first
    first.
    """

    removals: tuple[Span, ...]
    order: tuple[int, ...] | None
    insertions: tuple[Span, ...]


def plan_merge(old: Sequence[Hashable], new: Sequence[Hashable]) -> MergePlan:
    """How to get from the keys ``old`` to the keys ``new``; each sequence holds a key once."""
    in_old, in_new = set(old), set(new)
    gone = [place for place, key in enumerate(old) if key not in in_new]
    kept = [key for key in old if key in in_new]
    wanted = [key for key in new if key in in_old]
    came = [place for place, key in enumerate(new) if key not in in_old]
    order: tuple[int, ...] | None = None
    if kept != wanted:
        place_of = {key: place for place, key in enumerate(kept)}
        order = tuple(place_of[key] for key in wanted)
    return MergePlan(tuple(reversed(_spans(gone))), order, tuple(_spans(came)))


def _spans(places: Iterable[int]) -> list[Span]:
    """Neighbouring places joined."""
    spans: list[Span] = []
    for place in places:
        if spans and spans[-1][1] == place - 1:
            spans[-1] = (spans[-1][0], place)
        else:
            spans.append((place, place))
    return spans


def unique_keys(keys: Iterable[Hashable]) -> list[Hashable]:
    """``keys`` with a count added to repeated ones, so that each occurs once."""
    seen: dict[Hashable, int] = {}
    result: list[Hashable] = []
    for key in keys:
        count = seen.get(key, 0)
        seen[key] = count + 1
        result.append(key if count == 0 else (key, count))
    return result
