"""The smoke test of the bundle in its short form: its commands, with the program as it is installed here;
those that only run and end do so in this process, but in ``make nightly``.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from tests.helpers.command_line import run

ROOT = Path(__file__).resolve().parents[2]


def run_and_end(_bundle: object, *words: object, stdin: str = "", code: int = 0) -> str:
    done = run(*words, stdin=stdin)
    assert done.returncode == code, (words, done)
    return done.stdout


def test_the_commands_of_the_smoke_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    smoke = runpy.run_path(str(ROOT / "packaging/smoke_test.py"))
    monkeypatch.setattr(smoke["Bundle"], "run", run_and_end)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    program, site = smoke["Bundle"](Path(sys.executable).parent, tmp_path / "home"), tmp_path / "site"
    (tmp_path / "home").mkdir()
    smoke["make_site"](site)
    for attempt in ("try_commands", "try_batch", "try_debugger", "try_preview"):
        smoke[attempt](program, site)
    said = capsys.readouterr().out
    for what in (
        "a dry run changes nothing",
        "a row is edited",
        "a batch answers",
        "a breakpoint stops a call",
    ):
        assert f"ok: {what}" in said
    assert "ok: a page is served: 200" in said
