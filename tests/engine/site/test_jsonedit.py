"""An edited JSON text says what it should, and every character that need not change has not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.site import jsontext
from lua_engine.site.jsonedit import edit
from lua_engine.site.jsontext import Layout, parse, render

TEXT = """{
  "p2p": {"port": 4001,   "key": "SECRET"},
  "lua": {
    "enabled": false, "rate": 1.50,
    "list": [ 1,2 ]
  },
  "tail": 12345678901234567890
}
"""


def changed(text: str, *path: str, value: Any) -> str:
    tree = parse(text)
    place = tree
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return edit(text, tree)


def test_one_value_changes_and_nothing_else() -> None:
    assert changed(TEXT, "lua", "enabled", value=True) == TEXT.replace("false", "true")
    assert changed(TEXT, "p2p", "port", value=5) == TEXT.replace("4001", "5")
    assert changed(TEXT, "lua", "rate", value=[1, {"a": None}]).replace("\n", "").count('"a": null') == 1


def test_new_members_look_like_their_neighbours() -> None:
    assert changed(TEXT, "p2p", "new", value=1) == TEXT.replace('"SECRET"}', '"SECRET",   "new": 1}')
    assert changed(TEXT, "lua", "new", value=1) == TEXT.replace("[ 1,2 ]", '[ 1,2 ],\n    "new": 1')
    assert changed(TEXT, "viewer", "theme", value="dark") == TEXT.replace(
        "567890\n", '567890,\n  "viewer": {\n    "theme": "dark"\n  }\n'
    )
    assert changed("{}", "a", value=1) == '{"a": 1}'
    assert changed('{"a": 1}', "b", value=2) == '{"a": 1, "b": 2}'
    assert changed('{"a":1}', "b", value=2) == '{"a":1, "b": 2}'


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ('{"a": 1, "b": 2, "c": 3}', "a", '{"b": 2, "c": 3}'),
        ('{"a": 1, "b": 2, "c": 3}', "b", '{"a": 1, "c": 3}'),
        ('{"a": 1, "b": 2, "c": 3}', "c", '{"a": 1, "b": 2}'),
        ('{ "a": 1 }', "a", "{}"),
        ('{\n  "a": 1,\n  "b": 2\n}\n', "b", '{\n  "a": 1\n}\n'),
    ],
)
def test_a_member_goes_with_its_comma(text: str, gone: str, left: str) -> None:
    tree = parse(text)
    del tree[gone]
    assert edit(text, tree) == left


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=5)
LAYOUTS = st.builds(
    Layout, st.sampled_from([None, "  ", "\t"]), st.sampled_from(["\n", "\r\n"]), st.booleans()
)


def in_order(tree: Any) -> Any:
    """``tree`` with the keys of every object sorted."""
    if isinstance(tree, dict):
        return {key: in_order(tree[key]) for key in sorted(tree)}
    return [in_order(one) for one in tree] if isinstance(tree, list) else tree


@given(before=OBJECTS, after=OBJECTS, layout=LAYOUTS)
def test_it_says_what_it_should(before: dict[str, Any], after: dict[str, Any], layout: Layout) -> None:
    text = render(before, layout)
    wanted = parse(render(after, layout))
    assert render(in_order(parse(edit(text, wanted))), Layout()) == render(in_order(wanted), Layout())


@given(tree=OBJECTS, layout=LAYOUTS, noise=st.sampled_from([" ", "  ", "\n ", "\t"]))
def test_no_change_is_no_change(tree: dict[str, Any], layout: Layout, noise: str) -> None:
    text = (
        noise + render(tree, layout).replace(": ", ":" + noise)
        if not any(": " in key for key in tree)
        else render(tree, layout)
    )
    try:
        parsed = jsontext.parse(text)
    except ValueError:  # the noise fell into a string
        return
    assert edit(text, copy.deepcopy(parsed)) == text
