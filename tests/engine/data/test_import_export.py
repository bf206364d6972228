"""Export then import gives back every value; a file with a mistake changes nothing."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError
from lua_engine.data.csv_text import CsvCell, csv_rows
from lua_engine.data.exporting import FileFormat, export_rows
from lua_engine.data.formats import neutralised, restored
from lua_engine.data.importing import RowImport, json_items
from lua_engine.store.connections import RawText
from lua_engine.store.tables.query import RowQuery
from lua_engine.store.tables.reading import ReadCancelled
from tests.engine.data.conftest import Ground

OWNER = Caller("me", "Me", "")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "NULL", "null", "=1+1", "'=x", "-5", "+a", "@x", "x'00'", "t'00'", "5", "1e3", "inf", "9e999", "a,b",
     'q"',
        "l\r\nf", " x ",
     "\t", "\ufeff", "ü€😀"]
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.sampled_from([float("inf"), float("-inf"), 1e300]),
    TEXTS,
    st.binary(max_size=8),
    st.just(RawText(b"\xff'\"")),
)


def stored(ground: Ground, table: str) -> list[tuple[Any, ...]]:
    with ground.database.system_read() as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY rowid")
        return [tuple((type(value), value) for value in row) for row in rows]


def import_of(ground: Ground, path: Path, table: str, **how: Any) -> RowImport:
    info = next(one for one in ground.tables.infos() if one.name == table)
    kind: Any = path.suffix[1:]
    return RowImport(path, kind, info, ground.edit, **how)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(TEXTS | st.none(), st.integers(-5, 5), CELLS), max_size=8),
    kind=st.sampled_from(["csv", "json", "sql"]),
)
def test_every_value_comes_back(
    ground: Ground, tmp_path: Path, rows: list[tuple[Any, int, Any]], kind: FileFormat
) -> None:
    ground.outside("DELETE FROM plain")
    named = [{"a": a, "b": b, "c": c} for a, b, c in rows]
    if named:
        ground.edit.insert("plain", named, OWNER)
    before = stored(ground, "plain")
    path = tmp_path / f"rows.{kind}"
    done = export_rows(ground.reader, RowQuery("plain"), path, kind, Deadline(60))
    assert done.rows == len(rows)
    ground.outside("DELETE FROM plain")
    if kind == "sql":
        with ground.database.system_write() as connection:
            for statement in split_sql(path.read_bytes().decode()):
                connection.exec_driver_sql(statement)
    else:
        source = import_of(ground, path, "plain")
        check = source.check(Deadline(60))
        assert (check.rows, check.bad) == (len(rows), 0)
        source.run(OWNER, Deadline(60))
    assert stored(ground, "plain") == before


def split_sql(text: str) -> list[str]:
    """The statements of an export: SQLite itself knows where each ends."""
    import sqlite3

    found, start = [], 0
    for place, letter in enumerate(text):
        if letter == ";" and sqlite3.complete_statement(text[start : place + 1]):
            found.append(text[start : place + 1])
            start = place + 1
    return found


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=3))
)
def test_csv_in_pieces_of_any_size_is_csv(rows: list[list[str]]) -> None:
    def quoted(text: str) -> str:
        escaped = text.replace('"', '""')
        return f'"{escaped}"'

    text = "".join(",".join(map(quoted, row)) + "\r\n" for row in rows)

    class Slow(io.StringIO):
        def read(self, _size: int | None = -1) -> str:
            return super().read(1)

    expected = [[CsvCell(cell, True) for cell in row] for row in rows]
    assert [cells for _line, cells in csv_rows(Slow(text, newline=""))] == expected
    assert [cells for _line, cells in csv_rows(io.StringIO(text, newline=""))] == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ('"a,b,c";d\n', ["a,b,c", "d"]),
        ('"a\n,,,;b"\tc\n', ["a\n,,,;b", "c"]),
        ('"a"",,";d', ['a",,', "d"]),
        ('5" pipe,6" pipe;x,y', ['5" pipe', '6" pipe;x', "y"]),
        (";a\n", ["", "a"]),
        ("alone\nx,y", ["alone"]),
    ],
)
@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_delimiters_are_counted_outside_quotes_over_the_whole_first_row(
    text: str, first: list[str], piece: int
) -> None:
    class Pieces(io.StringIO):
        def read(self, _size: int | None = -1) -> str:
            return super().read(piece)

    rows = list(csv_rows(Pieces(text, newline="")))
    assert [cell.text for cell in rows[0][1]] == first


@given(st.text(max_size=6) | st.sampled_from(["=1", "'=1", "''-", "'a", "@", "\t"]))
def test_no_spreadsheet_takes_a_text_for_a_formula(text: str) -> None:
    out = neutralised(text)
    assert not out.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert restored(out) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a,b\r\n"x', "line 2: a quote is never closed"),
        ('a,b\n"x"y,1', "line 2: there is text after a closing quote"),
        ("a,nope\n1,2", 'column "nope" is not in table plain'),
    ],
)
def test_a_csv_that_is_none_is_named(ground: Ground, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(KnownError, match=message):
        import_of(ground, path, "plain").check(Deadline(10))


def test_rows_with_mistakes_are_named_by_line_and_nothing_is_written(ground: Ground, tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text('title,n,state\none,1,open\n,2,\ntwo,x,\nthree,3,gone\n"f,our",,done\n')
    source = import_of(ground, path, "cards")
    check = source.check(Deadline(10))
    assert (check.rows, check.bad) == (5, 3)
    assert [(one.line, one.message) for one in check.problems] == [
        (3, 'column "title" is required'),
        (4, 'column "n" expects integer, got string'),
        (5, 'column "state": value "gone" is not a valid enum option'),
    ]
    with pytest.raises(KnownError):
        source.run(OWNER, Deadline(10))
    assert ground.outside("SELECT count(*) FROM cards") == [(0,)]
    entry = source.run(OWNER, Deadline(10), skip_bad=True)
    assert entry is not None
    assert (entry.title, entry.rows) == ("Imported cards.csv", 2)
    assert ground.outside("SELECT title, n, state FROM cards") == [
        ("one", 1, "open"),
        ("f,our", None, "done"),
    ]
    ground.undo.undo()
    assert ground.outside("SELECT count(*) FROM cards") == [(0,)]


def test_ids_and_times_are_kept_when_that_is_asked_for(ground: Ground, tmp_path: Path) -> None:
    ground.outside("INSERT INTO cards (_id, _owner, title, _created_at) VALUES (77, 'peer', 'a', 'then')")
    path = tmp_path / "cards.json"
    export_rows(ground.reader, RowQuery("cards"), path, "json", Deadline(10))
    ground.outside("DELETE FROM cards")
    import_of(ground, path, "cards", keep_ids=True).run(OWNER, Deadline(10))
    assert ground.outside("SELECT _id, _owner, _created_at FROM cards") == [(77, "peer", "then")]
    ground.outside("DELETE FROM cards")
    import_of(ground, path, "cards").run(OWNER, Deadline(10))
    assert ground.outside("SELECT _id, _owner, title FROM cards") == [(78, "peer", "a")]


def test_json_lines_and_arrays(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for text in ('[{"a": 1}, {"a": 12345}]', '{"a": 1}\n{"a": 12345}\n', '[{"a":1},{"a":12345}]  \n'):
        assert list(json_items(io.StringIO(text), path)) == [{"a": 1}, {"a": 12345}]
    for text in ('[{"a": 1}', '[{"a": NaN}]', "[1] x", '[{"a": 1} {"b"'):
        with pytest.raises(KnownError):
            list(json_items(io.StringIO(text), path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n\n{bad\n', 'line 3: row 2 is not valid JSON: a key must be in double quotes, like "key"'),
        ('[\n{"a": 1},\n{"a": }]', "line 3: row 2 is not valid JSON: a value is expected here"),
        ('[{"a": 1, "a": 2}]', 'row 1 is not valid JSON: the key "a" appears twice'),
        ('[{"a": {"b": 1, "b": 2}}]', 'row 1 is not valid JSON: the key "b" appears twice'),
        ('{"a": 1}\n{"a": 1e999}\n', "row 2 is not valid JSON: 1e999 is too large for a number"),
        ('[{"a": NaN}]', "row 1 is not valid JSON: NaN is not JSON"),
    ],
)
def test_json_is_read_as_strictly_as_anywhere(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(KnownError) as caught:
        list(json_items(io.StringIO(text), tmp_path / "rows.json"))
    assert str(caught.value) == f"{tmp_path / 'rows.json'}: {message}"


@pytest.mark.parametrize("ending", ["csv", "json"])
@pytest.mark.skipif(os.name != "posix", reason="makes a pipe")
def test_an_import_waits_for_no_pipe_and_reads_no_device(ground: Ground, tmp_path: Path, ending: str) -> None:
    pipe, device = tmp_path / f"pipe.{ending}", tmp_path / f"zero.{ending}"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path, what in ((pipe, "pipe"), (device, "device")):
        with pytest.raises(KnownError) as caught:
            import_of(ground, path, "plain").check(Deadline(10))
        assert str(caught.value) == f"{path}: is a {what}, not a file"


def test_xlsx_holds_texts_as_texts(ground: Ground, tmp_path: Path) -> None:
    ground.outside("INSERT INTO plain VALUES ('=1+1', 5, ?)", 9007199254740993)
    ground.outside("INSERT INTO plain VALUES (?, 6, NULL)", "x" * 40_000)
    path = tmp_path / "rows.xlsx"
    done = export_rows(ground.reader, RowQuery("plain"), path, "xlsx", Deadline(30))
    assert (done.rows, done.cut) == (2, 1)
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "9007199254740993" in sheet


@pytest.mark.parametrize("kind", ["csv", "json", "sql", "xlsx"])
def test_an_export_that_is_cancelled_leaves_nothing(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: FileFormat
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    fill = "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k LIMIT 3000) SELECT '', i, 0 FROM k"
    ground.outside(f"INSERT INTO plain {fill}")
    path = tmp_path / f"rows.{kind}"
    path.write_text("before")
    deadline = Deadline(30)
    with pytest.raises(ReadCancelled):
        export_rows(ground.reader, RowQuery("plain"), path, kind, deadline, lambda _rows: deadline.revoke())
    assert path.read_text() == "before"
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".tmp")] == []


KILLED = """
import sys, os
from pathlib import Path
from types import FrameType
sys.path.insert(0, sys.argv[2])
from tests.engine.data.conftest import Ground
from lua_engine.base.caller import Caller
ground = Ground(Path(sys.argv[1]))
def rows():
    for number in range(100000):
        if number == 3000:
            print("half", flush=True)
            sys.stdin.read()
        yield {"title": f"card {number}", "n": number}
ground.edit.insert("cards", rows(), Caller("me"))
"""


def test_kill_in_the_middle_of_an_import_leaves_whole_rows(ground: Ground) -> None:
    root = str(Path(__file__).parents[3])
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(ground.path), root],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    count, broken = ground.outside(
        "SELECT count(*), count(*) FILTER (WHERE title <> 'card ' || n OR slug IS NULL OR _owner <> 'me') "
        "FROM cards"
    )[0]
    assert 0 < count <= 3_000
    assert broken == 0
    assert ground.outside("PRAGMA integrity_check") == [("ok",)]


class Interruption:
    """Ctrl+C at the moment in which the sqlite3 module does ``what`` for SQLAlchemy."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        sys.setprofile(self._look)

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)

    def _look(self, frame: FrameType, event: str, function: object) -> None:
        is_ours = "sqlalchemy" in frame.f_code.co_filename
        if is_ours and event == "c_call" and getattr(function, "__name__", "") == self._what:
            sys.setprofile(None)
            raise KeyboardInterrupt


@pytest.mark.parametrize("moment", ["execute", "fetchone"])
def test_ctrl_c_while_a_row_is_fetched_is_what_the_caller_sees(
    ground: Ground, tmp_path: Path, moment: str
) -> None:
    """SQLAlchemy closes the connection then: nothing is said of that, and the next one is whole."""
    ground.edit.insert("cards", [{"title": "one"}], Caller("me"))
    with pytest.raises(KeyboardInterrupt), Interruption(moment):
        ground.reader.facets(RowQuery("cards"), "title", Deadline(60))
    with pytest.raises(KeyboardInterrupt), Interruption("execute"):
        ground.edit.insert("cards", [{"title": "two"}], Caller("me"))
    assert ground.reader.count(RowQuery("cards"), Deadline(60)) == 1
    ground.edit.insert("cards", [{"title": "three"}], Caller("me"))
    assert ground.reader.count(RowQuery("cards"), Deadline(60)) == 2
    assert ground.outside("PRAGMA integrity_check") == [("ok",)]
