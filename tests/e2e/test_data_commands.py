"""``export-data`` and ``import-data`` as they are typed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from goop_console.cli import main


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "goop.json").write_text(json.dumps({"profile": {"label": "Maya"}}))
    with closing(sqlite3.connect(folder / "data.db")) as connection, connection:
        connection.execute("CREATE TABLE notes (a TEXT, n INTEGER NOT NULL)")
        connection.executemany("INSERT INTO notes VALUES (?, ?)", [("=x", 1), (None, 2), ("", 3)])
    return folder


def notes(site: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(site / "data.db")) as connection:
        return connection.execute("SELECT a, n FROM notes ORDER BY rowid").fetchall()


def test_out_and_in_again(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "notes.csv"
    assert main(["export-data", str(site), "notes", "--out", str(out), "--where", "n > 1"]) == 0
    assert out.read_text() == 'a,n\n,2\n"",3\n'
    assert capsys.readouterr().out == f"wrote 2 rows of notes to {out}\n"
    assert main(["import-data", str(site), "notes", str(out), "--check"]) == 0
    assert capsys.readouterr().out == "2 rows can be added to notes, 0 rows cannot\n"
    assert main(["import-data", str(site), "notes", str(out)]) == 0
    assert notes(site) == [("=x", 1), (None, 2), ("", 3), (None, 2), ("", 3)]


def test_mistakes_are_named(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("a,n\nx,1\ny,\nz,q\n")
    assert main(["import-data", str(site), "notes", str(rows)]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f'{rows}:3: column "n" is required',
        f'{rows}:4: column "n" expects integer, got string',
    ]
    assert len(notes(site)) == 3
    assert main(["import-data", str(site), "notes", str(rows), "--skip-bad"]) == 0
    assert notes(site)[3:] == [("x", 1)]
    for arguments, words in (
        (["export-data", str(site), "nope", "--out", str(tmp_path / "x.csv")], "there is no table nope"),
        (["export-data", str(site), "notes", "--out", str(tmp_path / "x.doc")], "the ending names no format"),
        (["import-data", str(site), "notes", str(tmp_path / "gone.csv")], "cannot be read"),
    ):
        assert main(arguments) != 0
        assert words in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="sends SIGTERM")
def test_an_export_that_is_ended_leaves_no_file(site: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(site / "data.db")) as connection, connection:
        connection.execute(
            "CREATE VIEW long AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c"
            " LIMIT 1000000000) SELECT x FROM c"
        )
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "goop_console", "export-data", str(site), "long"]
    process = subprocess.Popen([*command, "--out", str(out / "long.csv")], stderr=subprocess.PIPE)
    while not list(out.iterdir()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said, list(out.iterdir())) == (130, b"", [])
