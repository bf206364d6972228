"""What random pairs seldom reach: limits, errors and their place, odd arguments, every byte in every class,
long plain searches.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

Compare = Callable[..., bytes]
Eval = Callable[[str], bytes]

CLASSES = [f"%{c}" for c in "acdglpsuwxzACDGLPSUWXZ.[]^$-%"] + [
    "[a-]",
    "[-a]",
    "[^-a]",
    "[%a-z]",
    "[a-%%]",
    "[]-a]",
    "[^]-a]",
    "[%]a]",
    "[a-z%d_]",
    "[^%s%c]",
    "[\200-\255]",
    "[z-a]",
    "[^%W]",
    "[%z\1-\31]",
    "[%^x]",
]


@pytest.mark.parametrize("item", CLASSES)
@pytest.mark.parametrize("quantifier", ["", "*", "+", "-", "?"])
def test_every_byte_in_every_class(compare: Compare, item: str, quantifier: str) -> None:
    every = bytes(range(256))
    pattern = item.encode("latin-1") + quantifier.encode()
    assert compare("gsub", every, pattern, b"<%0>") == b""
    assert compare("gsub", every, b"^" + pattern + b"(.)", b"%1") == b""
    assert (
        compare(
            "gmatch",
            every,
            b"%f" + (pattern if pattern.startswith(b"[") else b"[" + item.encode("latin-1") + b"]"),
        )
        == b""
    )


@pytest.mark.parametrize(
    ("subject", "pattern"),
    [
        (b"a" * 199, b"a?" * 199),
        (b"a" * 200, b"a?" * 200),
        (b"a" * 300, b"a?" * 300),
        (b"", b"a?" * 300),
        (b"b" * 10, b"a*" * 400),
        (b"a", b"a-" * 300),
        (b"a" * 150, b"a?" * 150 + b"()" * 20 + b"x?" * 200),
        (b"abc", b".-" * 100),
        (b"abc", b"()" * 32),
        (b"abc", b"()" * 33),
        (b"abc", b"(" * 33),
        (b"abc", b"((((((a))))))%1%6"),
        (b"x" * 5000, b"x" * 5000),
        (b"x" * 5000, b"x" * 4999 + b"y"),
        (b"abcabcabc" * 20, b"(abc)%1%1"),
        (b"a" * 9000, b"^(a*)%1$"),
        (b"a" * 9000 + b"b" * 9000, b"(a+)(b+)"),
        (b"(" * 200 + b")" * 199, b"%b()"),
        (b" " * 300 + b"x" + b" " * 300, b"^%s*(.-)%s*$"),
    ],
)
def test_limits_of_the_c_matcher(compare: Compare, subject: bytes, pattern: bytes) -> None:
    for operation in ("find", "match"):
        assert compare(operation, subject, pattern) == b""
    assert compare("gsub", subject, pattern, b"<%1>") == b""
    assert compare("gsub_by", subject, pattern, b"function") == b""


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (b"a",),
        (None, b"a"),
        (12, 1),
        (b"1.5", 1.5),
        (b"a", True),
        (True, b"a"),
        (b"aaa", b"a", b"2"),
        (b"aaa", b"a", b" 0x2 "),
        (b"aaa", b"a", b"x"),
        (b"aaa", b"a", True),
        (b"aaa", b"a", 2.0**53),
        (b"aaa", b"a", 2.0**63),
        (b"aaa", b"a", -(2.0**63)),
        (b"aaa", b"a", float("inf")),
        (b"aaa", b"a", float("-inf")),
        (b"aaa", b"a", float("nan")),
        (b"aaa", b"a", -0.5),
        (b"aaa", b"^a", 2),
        (b"a.a", b".", 2, True),
        (b"a.a", b".", 3, True),
        (b"a.a", b"", 4, True),
        (b"a.a", b"", 5, True),
        (b"a)]", b")]"),
        (b"a)]", b")"),
        (b"", b""),
        (b"", b"", 2),
        (b"\0a\0", b"\0", 2),
    ],
)
def test_odd_arguments_of_find_and_match(compare: Compare, arguments: tuple[object, ...]) -> None:
    ours = compare("find", *arguments)
    assert b"no value" in ours or ours == b""  # nil and nothing are told apart by what follows only
    assert b"no value" in compare("match", *arguments[:3]) or compare("match", *arguments[:3]) == b""


@pytest.mark.parametrize(
    "limit", [0, 1, 1.5, 0.9, -1, -0.5, 2.0**64, float("nan"), float("inf"), b"2", b"x", True]
)
def test_odd_limits_of_gsub(compare: Compare, limit: object) -> None:
    assert compare("gsub", b"abc", b"%w", b"x", limit) == b""
    assert compare("gsub_by", b"abc", b"%w", b"function", limit) == b""


@pytest.mark.parametrize("pattern", [b"^a", b"^", b"^*", b"^^", b"^(^?)a", b"%^a", b"$", b"a$", b"^$"])
def test_gmatch_knows_no_anchor(compare: Compare, pattern: bytes) -> None:
    for subject in (b"^a^aa^", b"aa", b"", b"^^^$"):
        assert compare("gmatch", subject, pattern) == b""


@pytest.mark.parametrize(
    "needle", [b"a" * 100 + b"b", b"b" + b"a" * 100, b"ab" * 60, b"a" * 33, b"a" * 32, b"ab" * 3000]
)
def test_long_plain_searches(compare: Compare, needle: bytes) -> None:
    for subject in (
        b"a" * 500,
        b"a" * 300 + b"b" + b"a" * 300,
        b"ab" * 300,
        b"ab" * 5000,
        needle,
        needle[1:],
        b"",
    ):
        for init in (1, 2, 100, -len(needle), len(subject)):
            assert compare("find", subject, needle, init, True) == b""
            assert compare("find", subject, needle, init) == b""


@pytest.mark.parametrize("size", [600, 5_000, 40_000])
def test_long_subjects(compare: Compare, size: int) -> None:
    text = (b"  lorem ipsum, dolor=sit&amet <b>x</b> {{ name }} (a(b)c) \n" * (size // 50))[:size]
    patterns = [
        b"^%s*(.-)%s*$",
        b"%s+$",
        b"[^,]+",
        b"(%w+)=(%w+)",
        b"<(.-)>",
        b"<[^>]+>",
        b"%b()",
        b"{{%s*(.-)%s*}}",
        b"%f[%w]%w+",
        b"(.-),",
        b"()%a+()",
    ]
    for pattern in patterns:
        assert compare("find", text, pattern) == b""
        assert compare("match", text, pattern, 20) == b""
        assert compare("gmatch", text, pattern) == b""
        assert compare("gsub", text, pattern, b"[%1]") == b""
        assert compare("gsub_by", text, pattern, b"function") == b""
