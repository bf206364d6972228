"""No pattern keeps the hook from stopping a script: every attack is repeated in a child process until the
hook ends it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lua_engine.sandbox.patterns import pattern_source

HERE = Path(__file__).parent
ATTACKS = [line.strip() for line in (HERE / "attacks.lua").read_text().splitlines() if line.startswith('  "')]
WATCHDOG_SECONDS = (
    60  # an attack that holds ends within a second of its deadline; one that does not never ends
)


@pytest.mark.parametrize("index", range(1, len(ATTACKS) + 1), ids=[attack[:60] for attack in ATTACKS])
def test_the_hook_stops_it(index: int) -> None:
    command = [sys.executable, str(HERE / "attack_runner.py"), str(index)]
    source = pattern_source().encode()
    done = subprocess.run(command, input=source, capture_output=True, timeout=WATCHDOG_SECONDS, check=False)
    assert done.stderr == b""
    assert [line.split()[:2] for line in done.stdout.decode().splitlines()] == [
        ["guarded", "stopped"],
        ["forced", "stopped"],
    ]


def test_there_are_enough() -> None:
    assert len(ATTACKS) >= 40
