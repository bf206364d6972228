"""Random scripts under random limits: each answers in time, and leaves an engine that works.

``make test`` runs a hundred or so, always the same; ``make fuzz`` 10,000 new ones (``GOOP_FUZZ``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.engine.fuzz.lua_grammar import write_script
from tests.engine.fuzz.lua_target import Target, Verdict

SCRIPTS = int(os.environ.get("GOOP_FUZZ", "120"))
LATENESS = 0.5  # seconds of the processor
MEGABYTES = 250  # resident, of a process that has run thousands of scripts


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.close()


def holds(verdict: Verdict) -> bool:
    """In time, and stopped: not abandoned and still running."""
    return not verdict.problems and verdict.late <= LATENESS and verdict.busy <= LATENESS


@settings(
    max_examples=SCRIPTS,
    derandomize="GOOP_FUZZ" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
@given(
    random=st.randoms(use_true_random=False),
    seconds=st.sampled_from([0.05, 0.1, 0.15, 0.2]),
    megabytes=st.sampled_from([1, 2, 10, 10, 30]),
)
def test_random_scripts_are_held(target: Target, random: Random, seconds: float, megabytes: int) -> None:
    source = write_script(random)
    verdict = target.run(source, seconds, megabytes)
    for _ in range(2):  # processors that are shared are slower: late must be late every time
        if holds(verdict) or verdict.problems:
            break
        verdict = target.run(source, seconds, megabytes)
    note(source)
    note(str(verdict))
    assert not verdict.problems, verdict
    assert holds(verdict), verdict
    assert verdict.megabytes < MEGABYTES, verdict
