"""The enumerations of Qt are the same, whoever makes them: Python or ``goop_console/quick_enums.py``."""

from __future__ import annotations

import enum
import os
import subprocess
import sys

import pytest

import goop_console.quick_enums  # noqa: F401  # those below are made by it

TELL = """
import enum, json
from PySide6 import QtCore, QtGui, QtWidgets
for module in (QtCore, QtGui, QtWidgets):
    for name in dir(module):
        getattr(module, name)
def name_of(one):
    return one.__module__, one.__qualname__
def below(one):
    for other in type.__subclasses__(one):
        yield other
        yield from below(other)
for one in sorted({one for one in below(enum.Enum) if "PySide6" in one.__module__}, key=name_of):
    own = one.__dict__
    masks = [own.get(name) for name in ("_flag_mask_", "_singles_mask_", "_all_bits_")]
    members = [
        (name, each.name, each.value, each._sort_order_, own[name] is each, one(each.value) is each)
        for name, each in one.__members__.items()
    ]
    sums = [repr(one(0)), repr(~list(one)[0])] if issubclass(one, enum.Flag) and list(one) else []
    print(one.__module__, one.__qualname__, one._member_names_, members, masks, sums, one.__mro__[1:])
"""


def told(first: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", first + TELL],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout.splitlines()


def test_all_enumerations_of_qt_are_those_that_python_makes() -> None:
    quick = told("import goop_console.quick_enums\n")
    assert len(quick) > 600
    assert quick == told("")


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="another Python makes its enumerations itself")
def test_it_is_what_makes_them() -> None:
    from goop_console.quick_enums import _create

    assert enum.EnumType._create_ is _create  # type: ignore[attr-defined]
    assert enum.Enum("Here", [("A", 1)]).__module__ == __name__


def test_other_enumerations_are_made_as_ever() -> None:
    class Word(enum.StrEnum):
        A = "a"
        B = enum.auto()

    class Place(enum.Enum):
        X = (1, "one")
        Y = 2
        Z = 2  # noqa: PIE796

        def __init__(self, *given: object) -> None:
            self.given = given

    class Taken(enum.IntEnum):
        name = 1
        real = 2

    class Bits(enum.IntFlag):
        ONE = 1
        TWO = 2
        BOTH = 3

    assert [str(one) for one in Word] == ["a", "b"]
    assert Place.X.given == (1, "one")
    assert Place.Z is Place.Y
    assert (Taken["name"].value, Taken(2).name) == (1, "real")
    assert Bits(3) is Bits.BOTH
    assert list(Bits) == [Bits.ONE, Bits.TWO]
    with pytest.raises(AttributeError):
        Bits.ONE = 4  # type: ignore[misc]
