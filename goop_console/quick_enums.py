"""Imported before Qt: its enumerations are made in a third of the time.

PySide makes the enumerations of a class when the class is first touched: 4,400 members of 350 enumerations by
the time the window is painted, which is a fifth of the start. Python 3.11 looks through the class and its
bases some twenty times for each member; here an enumeration is made by Python without members, and they are
put in at once. Names or values that are in any way unusual are left to Python, and so is all of it in another
version of Python.
"""

from __future__ import annotations

import enum
import sys
from functools import cache
from typing import Any

_EnumType: Any = enum.EnumType
_by_python = _EnumType._create_
_KINDS = frozenset({enum.Enum, enum.Flag, enum.IntEnum, enum.IntFlag})


@cache
def _taken(kind: type[enum.Enum]) -> frozenset[str]:
    """What no member of such an enumeration may be called here: a base has it."""
    return frozenset(["mro", *(name for base in kind.__mro__ for name in base.__dict__)])


def _are_plain(kind: type[enum.Enum], names: Any) -> bool:
    """Whether ``names`` are pairs of a name and a whole number, as PySide gives them."""
    if kind not in _KINDS or type(names) is not list:
        return False
    taken, seen = _taken(kind), set()
    for pair in names:
        if type(pair) is not tuple or type(pair[0]) is not str or type(pair[1]) is not int:
            return False
        name = pair[0]
        if name in taken or name in seen or name[:1] in ("", "_"):
            return False
        seen.add(name)
    return True


def _create(
    kind: Any,
    class_name: str,
    names: Any,
    *,
    module: str | None = None,
    qualname: str | None = None,
    type: Any = None,
    start: int = 1,
    boundary: Any = None,
) -> Any:
    """In the place of ``EnumType._create_``: what ``Enum("Name", names)`` answers."""
    module = module or sys._getframe(2).f_globals.get("__name__")  # as Python does: whoever called Enum
    about: dict[str, Any] = {"module": module, "qualname": qualname, "boundary": boundary}
    if type is not None or not _are_plain(kind, names):
        return _by_python(kind, class_name, names, type=type, start=start, **about)
    made = _by_python(kind, class_name, (), **about)
    _fill(made, names)
    if issubclass(made, enum.Flag):
        _set_masks(made)
    return made


def _fill(made: Any, names: list[tuple[str, int]]) -> None:
    own, put = made.__dict__, type.__setattr__
    order, members, by_value = own["_member_names_"], own["_member_map_"], own["_value2member_map_"]
    new = own["_new_member_"]
    arguments = own["_use_args_"]
    is_flag = issubclass(made, enum.Flag)
    for name, value in names:
        member = by_value.get(value)
        if member is None:
            member = by_value[value] = new(made, value) if arguments else new(made)
            member._value_ = value
            member._name_ = name
            member.__objclass__ = made
            member._sort_order_ = len(order)
            if not is_flag or _is_single(value):
                order.append(name)
        put(made, name, member)
        members[name] = member


def _is_single(value: int) -> bool:
    return value > 0 and not value & (value - 1)


def _set_masks(made: Any) -> None:
    """Which bits a sum of flags may have, and in which order a sum names them."""
    values = [each._value_ for each in made.__dict__["_member_map_"].values()]
    mask = singles = 0
    for value in values:
        mask |= value
        singles |= value if _is_single(value) else 0
    made._flag_mask_, made._singles_mask_ = mask, singles
    made._all_bits_ = 2 ** mask.bit_length() - 1
    listed = [each._value_ for each in made]
    if listed != sorted(listed):
        made._iter_member_ = made._iter_member_by_def_


if sys.version_info[:2] == (3, 11):
    _EnumType._create_ = _create
