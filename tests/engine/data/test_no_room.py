"""A disk that is full in the middle of an export or an import: what a file may grow to is bounded, as the
kernel does it for a disk.
"""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lua_engine import Deadline, Engine, KnownError, RowQuery
from lua_engine.data.exporting import export_rows
from lua_engine.data.xlsx import XlsxFile
from tests.engine.data.conftest import Ground

IMPORT = """
import resource, sys
from lua_engine import Deadline, Engine, StoreError
engine = Engine.open(sys.argv[1], watch=False)
rows = ({"title": "x" * 500} for _ in range(6_000))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
try:
    engine.data.edit.insert("t", rows, engine.owner, "Imported rows.csv")
except StoreError as error:
    print(error, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
engine.close()
"""


@pytest.mark.parametrize("kind", ["csv", "json", "sql", "xlsx"])
def test_an_export_that_finds_no_room_says_so_and_leaves_nothing(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    texts = [random.Random(number).randbytes(500).hex() for number in range(400)]
    ground.outside("INSERT INTO plain SELECT value, 1, NULL FROM json_each(?)", json.dumps(texts))
    path = tmp_path / f"rows.{kind}"
    path.write_text("before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    finish = XlsxFile.close

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))

    monkeypatch.setattr(XlsxFile, "close", lambda book: (bound(), finish(book)))
    if kind != "xlsx":
        bound()
    try:
        with pytest.raises(KnownError, match=r"rows\.\w+: cannot be written: File too large"):
            export_rows(ground.reader, RowQuery("plain"), path, kind, Deadline(60))  # type: ignore[arg-type]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".tmp")] == []


def test_what_cannot_be_taken_back_now_is_taken_back_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "goop.json").write_text("{}")
    Engine.open(tmp_path, watch=False).close()
    with closing(sqlite3.connect(tmp_path / "data.db")) as connection:
        connection.execute("CREATE TABLE t (title TEXT)")
    command = [sys.executable, "-c", IMPORT, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout
    assert "taken back at the next start" in said
    assert rows_of(tmp_path) > 0, "there was no room to take them back"
    with Engine.open(tmp_path, watch=False) as engine:
        engine.data.recovered()
    assert rows_of(tmp_path) == 0


def rows_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "data.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])
