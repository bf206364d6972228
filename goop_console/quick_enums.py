"""Imported before Qt: its enumerations are made in less than half the time.

PySide makes the enumerations of a class when the class is first touched: 4,400 members of 350 enumerations by
the time the window is painted, which is a fifth of the start. Python 3.11 looks through the class and its
bases some twenty times for each member; here it is done once for all members of one enumeration. Members that
are no plain whole numbers are left to Python, and so is all of it in another version of Python.
"""

from __future__ import annotations

import enum
import sys
from functools import cache
from typing import Any, NamedTuple

_proto_member: Any = enum._proto_member  # type: ignore[attr-defined]
_by_python = _proto_member.__set_name__


class _Making(NamedTuple):
    """The enumeration whose members are being made."""

    enum_class: Any
    is_plain: bool  # nothing of its own happens when a member is made
    is_int: bool
    is_flag: bool
    taken: frozenset[str]
    names: list[str]
    members: dict[str, Any]
    by_value: dict[int, Any]


@cache
def _taken(bases: tuple[type, ...]) -> frozenset[str]:
    """Names that a base has; Python looks what becomes of a member that is called so."""
    return frozenset(name for base in bases for name in base.__dict__)


def _making(enum_class: Any) -> _Making:
    own, bases = enum_class.__dict__, enum_class.__mro__[1:]
    is_int = own["_new_member_"] is int.__new__ and own["_member_type_"] is int
    is_object = own["_new_member_"] is object.__new__ and own["_member_type_"] is object
    return _Making(
        enum_class,
        (is_int or is_object) and enum_class.__init__ is enum.Enum.__init__,
        is_int,
        issubclass(enum_class, enum.Flag),
        _taken(bases),
        own["_member_names_"],
        own["_member_map_"],
        own["_value2member_map_"],
    )


_now = _making(enum.IntFlag)


def _set_name(proto: Any, enum_class: Any, name: str) -> None:
    """In the place of ``_proto_member.__set_name__``: the member ``name`` of ``enum_class``."""
    global _now
    making = _now
    if making.enum_class is not enum_class:
        making = _now = _making(enum_class)
    value = proto.value
    if not making.is_plain or type(value) is not int or name in making.taken:
        _by_python(proto, enum_class, name)
        return
    member = int.__new__(enum_class, value) if making.is_int else object.__new__(enum_class)
    of_member = member.__dict__
    of_member["_value_"] = value
    of_member["_name_"] = name
    of_member["__objclass__"] = enum_class
    of_member["_sort_order_"] = len(making.names)
    is_single = value > 0 and not value & (value - 1)
    if making.is_flag:
        _count_bits(enum_class, value, is_single)
    known = making.by_value.get(value)
    if known is not None:
        member = known
    elif is_single or not making.is_flag:
        making.names.append(name)
    type.__setattr__(enum_class, name, member)
    making.members[name] = member
    making.by_value.setdefault(value, member)


def _count_bits(enum_class: Any, value: int, is_single: bool) -> None:
    own = enum_class.__dict__
    mask = own["_flag_mask_"] | value
    if mask != own["_flag_mask_"]:
        type.__setattr__(enum_class, "_flag_mask_", mask)
        type.__setattr__(enum_class, "_all_bits_", 2 ** mask.bit_length() - 1)
    if is_single:
        type.__setattr__(enum_class, "_singles_mask_", own["_singles_mask_"] | value)


if sys.version_info[:2] == (3, 11):
    _proto_member.__set_name__ = _set_name
