"""The fuzzed engine, in a process of its own: a hang or a crash there is an answer here."""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lua_engine import Engine
from tests.helpers.attack_arena import BENIGN, BENIGN_VALUE, ROOT, make_site

PATIENCE = 60.0
"""Seconds past the limit after which the process is taken for dead."""


@dataclass(frozen=True)
class Verdict:
    """What became of one script. ``late`` is in seconds of the processor past its limit until it was
    answered,
    ``busy`` until its thread had ended.
    """

    kind: str
    late: float = 0.0
    busy: float = 0.0
    problems: tuple[str, ...] = ()
    megabytes: int = 0


class Target:
    """Runs scripts one after another; starts anew after a hang or a crash."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, source: str, seconds: float, megabytes: int) -> Verdict:
        """Call the script with those limits."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        request = {"source": source, "seconds": seconds, "megabytes": megabytes}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], seconds + PATIENCE)
        line = process.stdout.readline() if ready else b""
        if line:
            told = json.loads(line)
            return Verdict(
                told["kind"], told["late"], told["busy"], tuple(told["problems"]), told["megabytes"]
            )
        self.close(kill=True)
        return Verdict(
            "hang" if not ready else "crash",
            problems=("HANG" if not ready else f"CRASH: exit code {process.returncode}",),
        )

    def close(self, *, kill: bool = False) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        if kill:
            process.kill()
        else:
            process.stdin.close()
        process.wait()
        process.stdout.close()

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-X", "faulthandler", "-c", f"from {__name__} import serve; serve()"]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


# In that process
# ------------------------------------------------------------------------------------------------------


class _Failures(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(
            "".join(traceback.format_exception(*record.exc_info)[-6:])
            if record.exc_info
            else record.getMessage()
        )


def serve() -> None:
    """Answer requests (one JSON object a line) until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    failures = _Failures()
    logging.getLogger("goop").addHandler(failures)
    with tempfile.TemporaryDirectory() as folder:
        site = make_site(
            Path(folder) / "site",
            {"t": "function call() end", "benign": BENIGN},
            {"http_enabled": True, "timeout_seconds": 60},  # the benign call's, on a machine under load
        )
        with Engine.open(site, watch=False) as engine:
            for line in sys.stdin:
                told = _one(engine, json.loads(line))
                told["problems"] += failures.seen
                failures.seen.clear()
                answers.write(json.dumps(told) + "\n")
                answers.flush()


def _one(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    info = next(info for info in engine.scripts.functions() if info.name == "t")
    info = engine.scripts.save(info, request["source"])
    if info.problem is not None:
        return {"kind": "refused", "late": 0.0, "busy": 0.0, "problems": [], "megabytes": 0}
    folder = engine.site
    normal = folder._settings
    # Below a second, which goop.json does not allow: so that many scripts fit into a minute.
    folder._settings = replace(normal, timeout_seconds=request["seconds"], max_memory_mb=request["megabytes"])
    began = time.process_time()
    try:
        result = engine.calls.call("t", {"x": 1, "s": "abc"}, caller=engine.owner, counts=False)
    finally:
        folder._settings = normal
    spent = time.process_time() - began
    problems = [] if _is_idle_soon(engine) else ["its thread was abandoned and still runs"]
    busy = time.process_time() - began - request["seconds"]
    after = engine.calls.call("benign", {"a": 41}, caller=engine.owner, counts=False)
    if after.value != BENIGN_VALUE:
        problems.append(f"a benign call afterwards answers {after.value!r}, {after.error}")
    if result.error and any(
        word in result.error.message for word in ("internal error", "Traceback", "<class", " object at 0x")
    ):
        problems.append(f"the host leaks: {result.error.message[:300]}")
    kind = result.error.kind.value if result.error else "ok"
    return {
        "kind": kind,
        "late": spent - request["seconds"],
        "busy": busy,
        "problems": problems,
        "megabytes": _resident(),
    }


def _is_idle_soon(engine: Engine) -> bool:
    end = time.monotonic() + PATIENCE / 2
    while engine.calls.abandoned_threads and time.monotonic() < end:
        time.sleep(0.005)
    return not engine.calls.abandoned_threads


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1048576
