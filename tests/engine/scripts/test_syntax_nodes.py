"""The nodes that one pass over the tree finds are those of a walk, and the lexemes leave nothing out."""

from __future__ import annotations

from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.scripts import syntax
from lua_engine.scripts.lexer import lexemes
from lua_engine.scripts.syntax import Node, Syntax, Wanted, walk

_PIECES = (
    *("local ", "function f(a)\n", " end ", "return ", "if x then ", "x", "goop.kv.get", "(", ")", "{", "}"),
    *(
        " = ",
        "==",
        "..",
        "...",
        "::go::",
        "'a'",
        '"',
        "[[",
        "]]",
        "-- c\n",
        "1",
        "0x1p3",
        "é",
        "“",
        "\n",
        ",",
    ),
    *("a.b.c", "a:b()", "f(g(x).y).z", " and ", "@", "[1]"),
)
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)
_KINDS: dict[Wanted, tuple[str, ...]] = {
    "leaf": ("identifier", "string", "number", "comment", "hash_bang_line"),
    "call": ("function_call",),
    "assignment": ("assignment_statement",),
    "index": ("dot_index_expression",),
}


def walked(node: Node, wanted: Wanted) -> list[Node]:
    return [one for one in walk(node) if one.type in _KINDS[wanted]]


@given(_SOUP)
def test_nodes_are_those_of_a_walk(source: str) -> None:
    syntax = Syntax(source)

    for wanted in _KINDS:
        assert syntax.nodes(wanted) == walked(syntax.root, wanted)


@pytest.mark.parametrize("wanted", _KINDS)
def test_nodes_inside_another(wanted: Wanted) -> None:
    syntax = Syntax("local a = f(1)\nlocal function g(p) p.x = h(p.y, {k = f(2)}) -- c\nend\ng('s')")
    function = next(one for one in walk(syntax.root) if one.type == "function_declaration")

    assert syntax.nodes(wanted, function) == walked(function, wanted)


@given(_SOUP)
def test_lexemes_stand_where_they_say(source: str) -> None:
    at = 0
    for one in lexemes(source):
        assert one.start >= at
        assert source.startswith(one.raw, one.start)
        at = one.end


def test_signs_are_whole() -> None:
    found = [one.raw for one in lexemes("local t = a .. b == c ~= d <= e >= f, ... -- x\n::go:: goto go")]

    assert found == [
        *("local", "t", "=", "a", "..", "b", "==", "c", "~=", "d", "<=", "e", ">=", "f", ",", "..."),
        *("::", "go", "::", "goto", "go"),
    ]


@pytest.mark.parametrize("before", ["", "x", "xx"])
def test_time_that_ends_within_a_character_ends_the_parsing(
    monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """Once: the process crashed, where a chunk had cut the character and its rest was not given."""
    data = (before + "字" * 60_000).encode()
    stopped = []
    for looks in range(1, 30):
        clock = chain([0.0] * looks, repeat(9.0))
        monkeypatch.setattr(syntax.time, "thread_time", lambda clock=clock: next(clock))
        stopped.append(syntax.parse(data, seconds=1.0) is None)
    assert stopped[0]
