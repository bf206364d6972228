"""What another program wrote is told cell by cell, for rows that were read here; ours never passes for it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import CellEdit, DataChanged, Engine, RowHistory, RowQuery
from lua_engine.base.events import EventBus
from lua_engine.data.external_changes import ExternalChanges
from lua_engine.schema.model import parse_schema
from lua_engine.store.changes import seen_rows
from lua_engine.store.changes.seen_rows import SeenRows
from lua_engine.store.tables.reading import LongValue, RowReader
from tests.engine.data.conftest import ground_of_cards
from tests.engine.data.test_who_wrote import SCHEMA, SCRIPT
from tests.helpers.nightly import nightly


class Site:
    def __init__(self, folder: Path) -> None:
        (folder / "site/lua/functions").mkdir(parents=True)
        (folder / "site/lua/functions/edit.lua").write_text(SCRIPT)
        (folder / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
        self.folder = folder
        self.engine = Engine.open(folder, watch=False)
        self.engine._services.tables.create_table(parse_schema(json.dumps(SCHEMA), "cards.json"))
        self.call(op="insert", title="a")
        self.call(op="insert", title="b")

    def call(self, **params: object) -> None:
        result = self.engine.calls.call("edit", params, caller=self.engine.owner, counts=False)
        assert result.ok, result.error

    def outside(self, sql: str, *args: object) -> None:
        with closing(sqlite3.connect(self.folder / "data.db")) as connection, connection:
            connection.execute(sql, args)

    def read(self, *keys: int) -> None:
        self.engine.data.rows.rows(RowQuery("cards"), keys or (1, 2, 3))

    def who(self, key: int) -> RowHistory:
        self.engine.bus.publish(DataChanged((), "external"))
        return self.engine.data.who_wrote("cards", key)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    yield one
    one.engine.close()


def test_before_and_after_of_a_row_that_was_read(site: Site) -> None:
    site.read()
    site.outside("UPDATE cards SET title = 'theirs', n = 5 WHERE _id = 1")
    newest, first = site.who(1).writes
    assert (newest.origin, newest.operation, newest.is_call) == ("external", "update", False)
    assert newest.cells == (("title", "a", "theirs"), ("n", None, 5))
    assert first.operation == "insert"
    site.outside("UPDATE cards SET title = 'again' WHERE _id = 1")
    site.read(1)  # seen by a reading, before anybody looked
    assert site.who(1).writes[0].cells == (("title", "theirs", "again"),)
    assert len(site.who(1).writes) == 3
    assert len(site.who(2).writes) == 1


def test_rows_that_appear_and_go(site: Site) -> None:
    site.engine.data.rows.first_page(RowQuery("cards"))
    site.outside("INSERT INTO cards (_owner, title) VALUES ('x', 'new')")
    (added,) = site.who(3).writes
    assert added.operation == "insert"
    assert ("title", None, "new") in added.cells
    site.outside("DELETE FROM cards WHERE _id = 2")
    assert site.who(2).writes[0].operation == "delete"
    assert ("title", "b", None) in site.who(2).writes[0].cells


def test_what_was_never_read_is_not_known(site: Site) -> None:
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    history = site.who(1)
    assert [one.origin for one in history.writes if one.origin == "external"] == []
    assert history.external_at > 0


def test_our_own_writes_are_never_taken_for_others(site: Site) -> None:
    site.engine.data.rows.first_page(RowQuery("cards"))
    site.call(op="update", id=1, title="ours")
    site.engine.data.edit.update("cards", [CellEdit(2, "title", "mine")])
    site.call(op="insert", title="c")
    site.call(op="all")
    site.read()
    site.call(op="copy")
    for key in range(1, 7):
        assert "external" not in {one.origin for one in site.who(key).writes}


def test_a_long_value_is_told_by_its_beginning_and_size(site: Site) -> None:
    site.outside("UPDATE cards SET title = ? WHERE _id = 1", "x" * 5_000)
    site.read(1)
    site.outside("UPDATE cards SET title = 'short' WHERE _id = 1")
    ((name, before, after),) = site.who(1).writes[0].cells
    assert (name, before, after) == ("title", LongValue("x" * 2_000, 5_000), "short")


def test_a_page_that_writes_without_a_script_is_named(site: Site) -> None:
    site.engine.pages.direct("update", {"table": "cards", "id": 1, "data": {"title": "p"}}, site.engine.owner)
    newest = site.who(1).writes[0]
    assert newest.caller is not None
    assert (newest.caller.id, newest.is_call) == (site.engine.owner.id, False)


def test_calls_that_write_all_the_while_are_never_named(site: Site) -> None:
    """Two threads of ours write and read while the look is made again and again."""
    over = threading.Event()

    def work(key: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            site.call(op="update", id=key, title=f"ours {number}")
            site.read(key)

    threads = [threading.Thread(target=work, args=(key,)) for key in (1, 2)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        site.engine.bus.publish(DataChanged((), "external"))
    over.set()
    for thread in threads:
        thread.join()
    assert {one.origin for key in (1, 2) for one in site.who(key).writes} & {"external"} == set()


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_rows, "MAX_BYTES", 10_000)
    seen = SeenRows()
    for turn in range(3):
        for key in range(100):
            seen.note("t", ("a",), {key: (f"{turn}" + "x" * 400,)}, seen.mark())
    assert sum(map(len, seen.kept().values())) < 17
    assert seen._size <= 10_000
    seen.note("t", ("a", "b"), {1: ("y", 2)}, seen.mark())
    assert seen.kept() == {"t": [1]}, "another shape: another table"
    for number in range(100):
        seen.note("t", ("a", "b"), {1: ("y" * 400, number)}, seen.mark())
    assert 0 < seen._changes_size <= 10_000
    seen.forget("t")
    assert (seen._size, seen.kept()) == (0, {})


STEPS = st.lists(
    st.tuples(st.sampled_from(["ours", "outside", "read"]), st.integers(1, 4), st.text("ab", max_size=2)),
    max_size=15,
)


@settings(max_examples=nightly(10, 100), deadline=None)
@given(steps=STEPS)
def test_exactly_the_changes_of_others_are_told(
    steps: list[tuple[str, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ground = ground_of_cards(tmp_path_factory.mktemp("ground") / "data.db")
    seen, bus = SeenRows(), EventBus()
    outside = ExternalChanges(bus, ground.database, seen)
    reader = RowReader(ground.database, seen)
    now, kept = dict.fromkeys(range(1, 5), ""), set()
    expected: list[tuple[int, str, str]] = []
    told: list[tuple[int, Any, Any]] = []
    for kind, key, title in steps:
        if kind == "read":
            reader.rows(RowQuery("cards"), [key])
            kept.add(key)
            continue
        if kind == "ours":
            ground.edit.update("cards", [CellEdit(key, "title", title)])
            kept -= {key} if now[key] != title else set()
        else:
            ground.outside("UPDATE cards SET title = ? WHERE _id = ?", title, key)
            expected += [(key, now[key], title)] if key in kept and now[key] != title else []
            bus.publish(DataChanged((), "external"))
        now[key] = title
    for key in now:
        for one in reversed(seen.changes("cards", key)):
            assert one.before is not None
            assert one.after is not None
            place = one.columns.index("title")
            told.append((key, one.before[place], one.after[place]))
    assert sorted(told) == sorted(expected)
    outside.close()
    ground.close()
