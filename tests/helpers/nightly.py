"""What ``make test`` runs in a short form and ``make nightly`` in the long one
(docs/testing.md lists them).
"""

from __future__ import annotations

import os
import random
from typing import TypeVar

T = TypeVar("T")

IS_NIGHTLY = os.environ.get("GOOP_NIGHTLY") == "1"


def nightly(short: T, long: T) -> T:
    """``long`` in ``make nightly``, else ``short``."""
    return long if IS_NIGHTLY else short


def chance(name: str) -> random.Random:
    """Chance for the test ``name``, other at each run. The head of the run prints GOOP_SEED; with that in the
    environment the same is drawn again.
    """
    return random.Random(f"{os.environ['GOOP_SEED']} {name}")
