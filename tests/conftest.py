"""What every test stands on: nothing of the user who runs them is read or written; their order, and the seed
of those that draw by chance.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.nightly import IS_NIGHTLY

# Set before xdist starts its processes, which inherit it.
os.environ.setdefault("GOOP_SEED", str(random.SystemRandom().randrange(10**6)))

# How fast this machine is just now is no finding, and the fixtures of a test serve all of its examples.
# `make test` tries the same examples each time, `make nightly` new ones.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=not IS_NIGHTLY,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

ROOT = Path(__file__).parents[1]

FIRST = (
    "tests/console/shell/test_shell_screenshots.py",
    "tests/engine/adversarial",
    "tests/engine/beside/test_side_by_side.py",
)
"""What takes longest: begun last, it would keep one process busy with nothing left for the other to steal."""


def pytest_report_header() -> str:
    return f"GOOP_SEED={os.environ['GOOP_SEED']}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = item.path.relative_to(ROOT).as_posix()
    return next((place for place, first in enumerate(FIRST) if path.startswith(first)), len(FIRST))


@pytest.fixture(autouse=True, scope="session")
def _state_of_the_tests() -> Iterator[None]:
    """The console's own key (``XDG_STATE_HOME``) is one of this run, for child processes too."""
    with tempfile.TemporaryDirectory(prefix="goop-state-") as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
            patch.setitem(os.environ, name, folder)
        yield
