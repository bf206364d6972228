"""Every line and branch of the rooms that guard a site must have run in the tests: fails and names what has
not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

WHOLE = (
    "lua_engine/net/policy.py",
    "lua_engine/runtime/bytecode.py",
    "lua_engine/runtime/convert.py",
    "lua_engine/sandbox/limits.py",
    "lua_engine/sandbox/patterns.py",
    "lua_engine/sandbox/policy.py",
)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", report], check=True)
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    failed = False
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
