"""A process that dies in the middle of a dry run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lua_engine import Engine, Request
from lua_engine.rehearsal.folder import TrialFolder, trial_parent
from tests.engine.rehearsal.conftest import site_bytes

CHILD = """
import sys
from lua_engine import Engine, Request
engine = Engine.open(sys.argv[1], watch=False)
print("ready", flush=True)
engine.calls.run(Request.call("busy"), engine.owner, is_dry=True)
"""
BUSY = """
function call()
  goop.chat.create("Room")
  goop.kv.set("a", 1)
  goop.log.info("wrote")
  while true do goop.orm("notes"):insert({ text = "busy" }) end
end
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's place for temporary files, for this test alone."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    return place


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_a_killed_dry_run_changes_nothing_and_is_cleaned_up_later(site: Engine, temporary: Path) -> None:
    (site.site.functions_dir / "busy.lua").write_text(BUSY)
    site.site.update_config(lambda tree: tree["lua"].update(timeout_seconds=60))
    folder = site.site.path
    site.close()
    before = site_bytes(folder)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    while not any(path.stat().st_size > 500_000 for path in temporary.rglob("*.db-wal")):
        assert child.poll() is None
        os.sched_yield()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert {name: digest for name, digest in site_bytes(folder).items() if name != "data.db-wal"} == before
    assert list(temporary.rglob("*.db"))
    with Engine.open(folder, watch=False) as engine:
        assert not list(temporary.rglob("*.db"))
        assert len(engine.tables.page("notes").rows) == 3
        assert engine.calls.run(Request.call("notes", {"action": "list"}), engine.owner, is_dry=True).ok
    assert list(trial_parent().iterdir()) == []


def test_a_living_process_keeps_its_folder(temporary: Path, site: Engine) -> None:
    site.calls.prepare_dry_runs()
    kept = list(temporary.rglob("*.db"))
    assert len(kept) == 1
    with Engine.open(site.site.path, watch=False, read_only=True):
        assert list(temporary.rglob("*.db")) == kept


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_nobody_else_may_look(temporary: Path) -> None:
    folder = TrialFolder()
    assert folder.path.parent == trial_parent()
    assert [path.stat().st_mode & 0o077 for path in (folder.path, folder.path.parent)] == [0, 0]
    folder.close()
    assert not folder.path.exists()
    trial_parent().rmdir()
    other = temporary / f"goop-rehearsals-{os.geteuid()}"
    other.mkdir(mode=0o777)
    other.chmod(0o777)
    assert trial_parent() != other
