"""How a person has arranged one table: found again at the next start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TableLayout:
    """``order`` are (column, last first), ``widths`` by column, ``columns`` the order from left to right."""

    order: tuple[tuple[str, bool], ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    frozen: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "order": [list(one) for one in self.order],
            "widths": dict(self.widths),
            "hidden": list(self.hidden),
            "columns": list(self.columns),
            "filters": dict(self.filters),
            "where": self.where,
            "frozen": list(self.frozen),
        }


def layouts_of(data: Any) -> dict[str, TableLayout]:
    """What ``to_json`` gave, by table; what does not fit is left out."""
    tables = data.items() if isinstance(data, dict) else ()
    return {name: _layout(one) for name, one in tables if isinstance(name, str) and isinstance(one, dict)}


def _layout(data: Mapping[str, Any]) -> TableLayout:
    order = data.get("order")
    where = data.get("where")
    return TableLayout(
        tuple(
            (one[0], bool(one[1]))
            for one in (order if isinstance(order, list) else ())
            if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str)
        ),
        {
            name: width
            for name, width in _pairs(data.get("widths"))
            if isinstance(width, int) and 0 < width < 10_000
        },
        texts_of(data.get("hidden")),
        texts_of(data.get("columns")),
        {name: text for name, text in _pairs(data.get("filters")) if isinstance(text, str)},
        where if isinstance(where, str) else "",
        texts_of(data.get("frozen")),
    )


def texts_of(data: Any) -> tuple[str, ...]:
    """The texts of a list; nothing for anything else."""
    return tuple(one for one in data if isinstance(one, str)) if isinstance(data, list) else ()


def _pairs(data: Any) -> list[tuple[str, Any]]:
    return (
        [(name, value) for name, value in data.items() if isinstance(name, str)]
        if isinstance(data, dict)
        else []
    )


def text_of(value: Any) -> str:
    """``value`` when it is a text, else an empty one."""
    return value if isinstance(value, str) else ""
