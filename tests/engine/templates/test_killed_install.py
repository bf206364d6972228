"""An installation that is killed at any moment leaves the site as it was or as it should be, at the latest
when it is opened again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Engine, read_template
from tests.helpers.goop2 import write_goop2_folder
from tests.helpers.nightly import chance, nightly
from tests.helpers.site_digest import site_digest
from tests.helpers.small_template import template_files, write_files

TRIALS = nightly(10, 1_000)
FORKER = Path(__file__).with_name("install_forker.py")


class _Forker:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(FORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, site: Path, template: Path | None, kill_after: float | None) -> tuple[int, float]:
        """Exit status of the child (negative: the signal that ended it) and how long it took."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{site}\t{template or ''}\n")
        self._process.stdin.flush()
        pid, began = int(self._process.stdout.readline()), time.perf_counter()
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):  # it was done already
                os.kill(pid, signal.SIGKILL)
        end = self._process.stdout.readline().split()
        assert end[0] == "end"
        return int(end[1]), time.perf_counter() - began

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        self._process.stdout.close()


@pytest.fixture
def forker() -> Iterator[_Forker]:
    made = _Forker()
    yield made
    made.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.timeout(nightly(600, 7_200))
def test_killed_at_random_moments(tmp_path: Path, forker: _Forker) -> None:
    origin, template = tmp_path / "origin", write_files(tmp_path / "notes", template_files())
    origin.mkdir()
    write_goop2_folder(origin).close()
    with Engine.open(origin, watch=False):
        pass  # completes the system tables
    before = site_digest(origin)
    runs = []
    for round_ in range(3):
        whole = tmp_path / f"whole{round_}"
        shutil.copytree(origin, whole)
        status, seconds = forker.run(whole, template, None)
        assert status == 0
        runs.append(seconds)
    seconds, after = sorted(runs)[1], site_digest(whole)
    assert before != after
    seen = {"before": 0, "after": 0, "killed": 0, "killed again": 0}
    moment = chance("killed installs")
    for trial in range(TRIALS):
        site = tmp_path / f"site{trial}"
        shutil.copytree(origin, site)
        # The first is killed at once and the second not at all: both ends are seen, whatever chance says.
        at = {0: 0.0, 1: None}.get(trial, moment.uniform(0, seconds * 1.1))
        status, _ = forker.run(site, template, at)
        seen["killed"] += status == -signal.SIGKILL
        if status == -signal.SIGKILL and trial % 3 == 0:  # its recovery is killed too
            again, _ = forker.run(site, None, moment.uniform(0, 0.06))
            seen["killed again"] += again == -signal.SIGKILL
        with Engine.open(site, watch=False) as engine:
            assert not engine.templates.recovery.has_unfinished()
            result = engine.calls.call(
                "notes" if engine.templates.installed().name == "Notes" else "board",
                {"action": "list"},
                caller=engine.owner,
            )  # type: ignore[union-attr]
            assert result.ok, result.error
        now = site_digest(site)
        assert now in (before, after), (
            f"trial {trial}: {_differences(before, now)} from before, {_differences(after, now)} from after"
        )
        seen["after" if now == after else "before"] += 1
        if now == after:
            with Engine.open(site, watch=False) as engine:
                engine.templates.restore()
            assert not _differences(before, site_digest(site))
        shutil.rmtree(site)
    assert min(seen["killed"], seen["before"], seen["after"]) > 0, seen


def _differences(expected: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Which files, tables and keys are not as expected."""
    return [
        f"{part} {name}"
        for part in ("files", "tables", "config")
        for name in sorted(expected[part].keys() | now[part].keys())
        if expected[part].get(name) != now[part].get(name)
    ]


def test_a_half_made_backup_is_forgotten(tmp_path: Path) -> None:
    site, template = tmp_path / "site", write_files(tmp_path / "notes", template_files())
    site.mkdir()
    write_goop2_folder(site).close()
    leftover = site / ".goop-console/backups/20200101-000000-deadbeef"
    leftover.mkdir(parents=True)
    (leftover / "data.db").write_bytes(b"half")
    with Engine.open(site, watch=False) as engine:
        engine.templates.install(read_template(template))
        assert len(engine.templates.backups()) == 1
    assert not leftover.exists()
