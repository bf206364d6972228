"""The notes of one call: what it met, as the VM tells, with the places that the script's text tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lua_engine.base.records import PortabilityNote
from lua_engine.scripts.portability.differences import AS_WRITTEN, IN_TEXT, note

Met = tuple[str, int, str]
"""Difference, line (0: a tail call has hidden it), the code that it is about."""


def notes_of_call(in_text: Sequence[PortabilityNote], met: Iterable[Met]) -> tuple[PortabilityNote, ...]:
    """What is written in another language than Goop2's counts for every call, the rest when it is met.

    A function that the text finds too is noted where the text names it: a script that asks first whether
    there is one (``table.unpack or unpack``) gets no note.
    """
    found = [one for one in in_text if one.id in AS_WRITTEN]
    for difference, line, what in met:
        named = [one for one in in_text if one.id == difference and one.what == what]
        named = named or [one for one in in_text if one.id == difference]
        if difference not in IN_TEXT and (line or not named):
            found.append(note(difference, line, what))
        elif any(one.line == line for one in named):
            found += [one for one in named if one.line == line]
        else:
            found += named
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.line, one.id, one.what)))
