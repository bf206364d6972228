"""Columns as people name and declare them with sqlite3: what is exported comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.data.exporting import FileFormat, export_rows
from lua_engine.data.importing import RowImport
from lua_engine.store.tables.query import RowQuery
from tests.engine.data.conftest import Ground

NAMES = (" lead", "order by", 'a"b', "x'y", "🙂", "[br]", "per%cent", "co:lon", "q?m", "new\nline", "lead")


@pytest.fixture
def odd(ground: Ground) -> Ground:
    columns = ", ".join('"' + name.replace('"', '""') + '" TEXT' for name in NAMES)
    ground.outside(f'CREATE TABLE "odd, names" ({columns})')
    places = ", ".join("?" * len(NAMES))
    ground.outside(f'INSERT INTO "odd, names" VALUES ({places})', *map(str, range(len(NAMES))))
    ground.outside("CREATE TABLE exact (id INTEGER PRIMARY KEY, v ANY) STRICT")
    ground.outside("INSERT INTO exact VALUES (1, 9007199254740993), (2, 'text'), (3, NULL), (4, 1.5)")
    return ground


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("table", ["odd, names", "exact"])
def test_what_is_exported_comes_back(odd: Ground, tmp_path: Path, kind: FileFormat, table: str) -> None:
    path = tmp_path / f"out.{kind}"
    before = odd.outside(f'SELECT * FROM "{table}"')
    export_rows(odd.reader, RowQuery(table), path, kind, Deadline(60))
    odd.outside(f'DELETE FROM "{table}"')
    info = next(one for one in odd.tables.infos() if one.name == table)
    rows = RowImport(path, kind, info, odd.edit, keep_ids=True)
    assert rows.check(Deadline(60)).bad == 0
    rows.run(Caller("me"), Deadline(60))
    assert odd.outside(f'SELECT * FROM "{table}"') == before
