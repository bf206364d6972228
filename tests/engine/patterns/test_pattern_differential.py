"""The guarded pattern functions and the forced matcher answer what Lua 5.2.4 answers, call for call and error
for error.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.nightly import nightly

Compare = Callable[..., bytes]

PAIRS = nightly(5_000, 100_000)
SEEDS = 20  # a failed one is small enough to run again

SINGLES = [
    b"a",
    b"b",
    b".",
    b"%a",
    b"[ab]",
    b"[^a]",
    b"%w",
    b"%s",
    b"[a-c]",
    b"[%a_]",
    b"%%",
    b"c",
    b"[]]",
    b"[^]x]",
    b"[%]-]",
    b"\0",
    b"%z",
    b"-",
    b"]",
]
RARE = [
    b"%b()",
    b"%bab",
    b"%baa",
    b"%f[%w]",
    b"%f[^a]",
    b"%f[%z]",
    b"%1",
    b"%2",
    b"()",
    b"$",
    b"^",
    b"%",
    b"[",
    b"[a",
    b")",
    b"(",
    b"%b",
    b"%f",
    b"%bx",
    b"%0",
    b"[%",
    b"[^",
    b"%9",
]
ALPHABETS = [b"a", b"ab", b"ab ", b"abc()", b"a-]%_x", b"ab\0", bytes(range(256)), b"a1 ,=\n"]
REPLACEMENTS = [b"", b"x", b"<%0>", b"%1", b"%2%1", b"%%", b"%", b"%q", b"%9", b"long %0 text %0"]


def random_item(rng: random.Random, budget: list[int]) -> bytes:
    kind = rng.random()
    if kind < 0.07:
        return rng.choice(RARE)
    item = rng.choice(SINGLES[:7] if rng.random() < 0.7 else SINGLES)
    if kind < 0.6 and budget[0] > 0:
        budget[0] -= 1
        item += rng.choice([b"*", b"+", b"-", b"?"])
    return item


def random_pattern(rng: random.Random, quantifiers: int) -> bytes:
    """Balanced captures most of the time, so that the matcher has something to do; now and then anything."""
    budget, out, depth = [quantifiers], [], 0
    if rng.random() < 0.15:
        out.append(b"^")
    for _ in range(rng.randint(0, 8)):
        roll = rng.random()
        if roll < 0.15:
            out.append(b"(")
            depth += 1
        elif roll < 0.3 and depth:
            out.append(b")")
            depth -= 1
        elif roll < 0.34 and depth == 0 and b")" in out:
            out.append(b"%1")
        else:
            out.append(random_item(rng, budget))
    if rng.random() < 0.95:
        out.extend([b")"] * depth)
    if rng.random() < 0.2:
        out.append(b"$")
    return b"".join(out)


def random_subject(rng: random.Random, longest: int) -> bytes:
    alphabet = rng.choice(ALPHABETS[:4]) if rng.random() < 0.8 else rng.choice(ALPHABETS)
    return bytes(rng.choice(alphabet) for _ in range(rng.randint(0, longest)))


def random_pair(rng: random.Random) -> tuple[bytes, bytes]:
    """A pair on which even the native functions are quick: at most about length ** quantifiers steps."""
    quantifiers = rng.choice([0, 1, 2, 2, 3, 4, 5])
    longest = {0: 60, 1: 60, 2: 40, 3: 25, 4: 14, 5: 9}[quantifiers]
    return random_subject(rng, longest), random_pattern(rng, quantifiers)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_pairs_answer_as_lua(compare_all: Compare, seed: int) -> None:
    rng = random.Random(f"patterns {seed}")
    for _ in range(PAIRS // SEEDS):
        subject, pattern = random_pair(rng)
        init = rng.choice(
            [0, 1, 2, 3, -1, -3, len(subject), len(subject) + 1, len(subject) + 2, -100, 2.5, -1.5]
        )
        difference = compare_all(
            subject, pattern, rng.choice(REPLACEMENTS), init, rng.choice([0, 1, 2, -1, 1.5])
        )
        assert difference == b""


@settings(
    max_examples=nightly(300, 3_000),
    deadline=None,
)
@given(
    subject=st.lists(st.sampled_from([b"a", b"b", b"(", b")", b" ", b"\0", b"%", b"\xff"]), max_size=12).map(
        b"".join
    ),
    pattern=st.lists(
        st.sampled_from([b"(", b")", b"*", b"+", b"-", b"?", b"$", b"^", *SINGLES, *RARE]), max_size=7
    ).map(b"".join),
    replacement=st.sampled_from(REPLACEMENTS),
    init=st.integers(-20, 20),
    limit=st.integers(-1, 5),
)
def test_any_text_as_a_pattern_answers_as_lua(
    compare_all: Compare, subject: bytes, pattern: bytes, replacement: bytes, init: int, limit: int
) -> None:
    assert compare_all(subject, pattern, replacement, init, limit) == b""
