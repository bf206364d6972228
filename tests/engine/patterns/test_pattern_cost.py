"""Who runs a pattern: the native function where it is provably quick,
our own matcher where it might not be.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

IsNative = Callable[..., bool]

TEXT = (b"lorem ipsum, dolor=sit&amet; joe.b@example.org %20 name: value\n" * 400)[:20_000]
ORDINARY = [
    b"^%s*(.-)%s*$",
    b"^%s+",
    b"%s+$",
    b"%a+",
    b"%S+",
    b"[^,]+",
    b"([^,]*)",
    b"([^\n]*)\n?",
    b"[^%w]+",
    b"(%w+)=(%w+)",
    b"^(%w+)%s*:%s*(.+)$",
    b"%%(%x%x)",
    b"[<>&\"']",
    b"{{(%w+)}}",
    b"(%d+)-(%d+)-(%d+)",
    b"%f[%w]%w+",
    b"^.-:",
]
# Slow on some subject of this length, though not on every one.
SLOW = [
    (b"a" * 29, b"a?" * 29 + b"a" * 29),
    (b"a" * 2_000, b".*.*.*b"),
    (b"a" * 20_000, b".-.-b"),
    (b"a" * 20_000, b"(.-),"),
    (b"a" * 20_000, b"%w+@"),
    (b" " * 20_000 + b"x", b"%s+$"),
    (b" " * 10_000 + b"x" + b" " * 10_000, b"^%s*(.-)%s*$"),
    (b"(" * 20_000, b"%b()"),
    (b"a" * 1_500, b"(a*)%1b"),
    (b"<" * 20_000, b"<(.-)>"),
]
FAULTY = [b"%", b"[a", b"(", b"a)", b"%1", b"%f", b"%bx", b"()" * 33, b"a?" * 200]


@pytest.mark.parametrize("pattern", ORDINARY)
@pytest.mark.parametrize("size", [20, 500, 5_000, 20_000])
def test_ordinary_patterns_stay_native(is_native: IsNative, pattern: bytes, size: int) -> None:
    for operation in ("find", "match", "gmatch"):
        if operation != "gmatch" or not pattern.startswith(b"^"):
            assert is_native(operation, TEXT[:size], pattern)
    assert is_native("gsub", TEXT[:size], pattern, b"-")


@pytest.mark.parametrize(("subject", "pattern"), SLOW)
def test_slow_ones_do_not(is_native: IsNative, subject: bytes, pattern: bytes) -> None:
    assert not is_native("match", subject, pattern)
    assert not is_native("gsub", subject, pattern, b"-")
    assert not is_native("gmatch", subject, pattern)


@pytest.mark.parametrize("pattern", FAULTY)
def test_what_could_raise_an_error_is_ours(is_native: IsNative, pattern: bytes) -> None:
    assert not is_native("match", b"aaa", pattern)


def test_a_replacement_larger_than_the_budget_is_ours(is_native: IsNative) -> None:
    assert is_native("gsub", b"a" * 1_000, b"a()", b"b" * 100)
    assert not is_native("gsub", b"a" * 20_000, b"a()", b"b" * 6_000)
