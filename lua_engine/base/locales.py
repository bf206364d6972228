"""The locale of the process, which C code takes the owner's for: Lua's among it."""

from __future__ import annotations

import locale

_PLAIN = (locale.LC_NUMERIC, locale.LC_TIME, locale.LC_COLLATE)
_TEXT = ("C.UTF-8", "C")  # not every system has the first


def use_neutral_locale() -> None:
    """Make scripts run alike on every machine: English names of days, a point in numbers, texts compared by
    bytes, letters by ASCII.

    The locale is one state of the whole process. Python takes the owner's letters when it starts and Qt all
    of it when its application is made, so this is called after that, and whenever VMs are about to be made.
    """
    for category in _PLAIN:
        if locale.setlocale(category) != "C":  # setting it anew would disturb threads for nothing
            locale.setlocale(category, "C")
    if locale.setlocale(locale.LC_CTYPE) not in _TEXT:
        _set_first(locale.LC_CTYPE, _TEXT)


def _set_first(category: int, names: tuple[str, ...]) -> None:
    for name in names:
        try:
            locale.setlocale(category, name)
        except locale.Error:
            continue
        return
