"""Every line and branch of the rooms that guard a site must run in their own tests: fails and names what has
not.

Only these tests are traced, and of the program only these files: over all of both coverage costs 39 % of the
time and proves no more. With
``--ignored`` it prints what tells pytest to leave them out: ``make test`` runs each test once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WHOLE = (
    "lua_engine/net/policy.py",
    "lua_engine/runtime/bytecode.py",
    "lua_engine/runtime/convert.py",
    "lua_engine/sandbox/limits.py",
    "lua_engine/sandbox/patterns.py",
    "lua_engine/sandbox/policy.py",
)
TESTS = (
    "tests/engine/net/test_net_policy.py",
    "tests/engine/runtime/test_bytecode_lines.py",
    "tests/engine/runtime/test_convert_values.py",
    "tests/engine/conformance/test_goop2_scenarios.py",
    "tests/engine/store/test_large_integers.py",
    "tests/engine/sandbox",
)


def measure() -> dict[str, Any]:
    """By file, what of it ran. Ends the program when a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        run = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "3",
            *(f"--cov={name.removesuffix('.py').replace('/', '.')}" for name in WHOLE),
            f"--cov-report=json:{report}",
            *TESTS,
        ]
        environment = {**os.environ, "COVERAGE_FILE": str(Path(folder, "coverage"))}
        if subprocess.run(run, env=environment, check=False).returncode:
            sys.exit("coverage: the tests that it is measured by have failed")
        return dict(json.loads(report.read_text(encoding="utf-8"))["files"])


def main() -> int:
    if "--ignored" in sys.argv:
        print(*(f"--ignore={one}" for one in TESTS))
        return 0
    files, failed = measure(), False
    for name in WHOLE:
        if name not in files:
            print(f"coverage: {name} was not measured at all")
            failed = True
            continue
        lines, branches = files[name]["missing_lines"], files[name].get("missing_branches", [])
        if lines or branches:
            print(f"coverage: {name}: lines {lines}, branches {branches} did not run")
            failed = True
    if not failed:
        print(f"coverage: every line and branch of {len(WHOLE)} guarded files ran")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
