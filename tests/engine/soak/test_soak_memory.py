"""Whatever eight callers of hostile scripts do, the process stays small.

``make test`` looks for some seconds, ``make soak`` for five minutes (``SOAK_SECONDS``).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = float(os.environ.get("SOAK_SECONDS", "6"))
MEGABYTES = 300
RUNNER = Path(__file__).with_name("hostile_callers.py")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
@pytest.mark.timeout(7200)
def test_the_process_stays_small() -> None:
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(SECONDS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MEGABYTES * 2**20, f"{int(done.stdout) // 2**20} MB"
