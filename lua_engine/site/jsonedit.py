"""Editing a JSON text in place: only what changed is written anew, every other character stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lua_engine.site.jsontext import Layout, layout_of, parse, quote, render

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class _Member:
    """One member of an object in a text: where its key begins, its value begins, its value ends."""

    key: str
    start: int
    value: int
    end: int


def edit(text: str, after: Mapping[str, Any]) -> str:
    """``text``, an object, changed so that it says ``after`` (a tree as
    :func:`~lua_engine.site.jsontext.parse` gives it).

    Members keep their order, layout and spelling; a new one comes last, laid out like its neighbours.
    """
    begin = text.index("{")
    return text[:begin] + _object(text[begin:], parse(text), after, layout_of(text), "")


def _object(
    text: str, before: Mapping[str, Any], after: Mapping[str, Any], layout: Layout, margin: str
) -> str:
    """The text of one object (and what follows it) as ``after``; ``margin`` is the indentation of its own
    line.
    """
    for member in reversed(list(_members(text))):
        if member.key not in after:
            text = _without(text, member)
        elif not _same(before[member.key], after[member.key]):
            value = _value(
                text[member.value : member.end],
                before[member.key],
                after[member.key],
                layout,
                margin + (layout.indent or ""),
            )
            text = text[: member.value] + value + text[member.end :]
    for key in after:
        if key not in before:
            text = _with(text, key, after[key], layout, margin)
    return text


def _value(text: str, before: Any, after: Any, layout: Layout, margin: str) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        return _object(text, before, after, layout, margin)
    return _rendered(after, layout, margin)


def _with(text: str, key: str, value: Any, layout: Layout, margin: str) -> str:
    """A member more, at the end of the object."""
    members = list(_members(text))
    inner = margin + (layout.indent or "")
    if not members:
        close = text.index("}")
        line = "" if layout.indent is None else layout.newline
        return (
            f"{{{line}{inner if line else ''}{quote(key)}: "
            f"{_rendered(value, layout, inner)}{line}{margin if line else ''}}}" + text[close + 1 :]
        )
    last = members[-1]
    if len(members) > 1:
        gap = text[text.rindex(",", 0, last.start) + 1 : last.start]
    else:
        usual = "" if layout.indent is None else " "
        gap = text[1 : last.start] or usual
    one_line = "\n" not in gap
    shown = _rendered(value, Layout(None) if one_line else layout, inner)
    return (
        text[: last.end] + f",{gap if gap or not one_line else ' '}{quote(key)}: {shown}" + text[last.end :]
    )


def _without(text: str, member: _Member) -> str:
    """A member less, with the comma that parts it from a neighbour."""
    after = _skip(text, member.end)
    if text[after] == ",":
        return text[: member.start] + text[_skip(text, after + 1) :]
    comma = _comma_before(text, member)
    return (text[:comma] if comma >= 0 else text[: member.start].rstrip()) + (
        text[member.end :] if comma >= 0 else text[after:]
    )


def _comma_before(text: str, member: _Member) -> int:
    place = member.start - 1
    while text[place] in " \t\r\n":
        place -= 1
    return place if text[place] == "," else -1


def _members(text: str) -> Iterator[_Member]:
    """The members of the object that ``text`` begins with."""
    place = _skip(text, 1)
    while text[place] != "}":
        start = place
        key, place = _DECODER.raw_decode(text, start)
        value = _skip(text, _skip(text, place) + 1)
        _, end = _DECODER.raw_decode(text, value)
        yield _Member(key, start, value, end)
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def _rendered(value: Any, layout: Layout, margin: str) -> str:
    body = render(value, Layout(layout.indent, layout.newline, ends_with_newline=False))
    return body.replace(layout.newline, layout.newline + margin) if layout.indent is not None else body


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one kind: 1 is not true, nor 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place
