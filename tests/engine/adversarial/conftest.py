"""Runs all attacks of a file at once, in children, and hands each test its outcome."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.attack_arena import Arena, Attack, Outcome

_AT_ONCE = 4  # most cases wait for a limit of one second, so more than there are processors


@pytest.fixture(scope="session")
def arena() -> Iterator[Arena]:
    arena = Arena(_AT_ONCE)
    yield arena
    arena.close()


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest, arena: Arena) -> dict[str, Outcome]:
    """By name, of the attacks that are selected in this file."""
    file = str(request.node.path)
    attacks = [
        item.callspec.params["attack"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.node.path and hasattr(item, "callspec")
    ]
    return arena.run_all(file, [attack for attack in attacks if isinstance(attack, Attack)])


@pytest.fixture
def outcome(attack: Attack, outcomes: dict[str, Outcome]) -> Outcome:
    """Of the attack of this test."""
    return outcomes[attack.name]
