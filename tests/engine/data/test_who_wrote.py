"""Which rows a call wrote, who wrote a row, where scripts use a table, and who may read it."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine import Caller, CellEdit, DataChanged, Engine, Event, RowHistory, RowQuery, Rule, StoreError
from lua_engine.data.part import Viewer
from lua_engine.data.usage import lines_with
from lua_engine.store.row_writes import RowWrites, WritingCall, key_runs

SCRIPT = """local t = goop.orm("cards")
function call(request)
  local p = request.params
  if p.op == "insert" then local id = t:insert({ title = p.title }) return id end
  if p.op == "update" then return t:update(p.id, { title = p.title }) end
  if p.op == "all" then local n = goop.db.exec("UPDATE cards SET n = coalesce(n, 0) + 1") return n end
  if p.op == "upsert" then return t:upsert("title", { title = p.title, n = 1 }) end
  if p.op == "copy" then
    return goop.db.exec("INSERT INTO cards (_owner, title) SELECT _owner, title FROM cards") end
  if p.op == "replace"
    then return goop.db.exec("REPLACE INTO cards (_id, _owner, title) VALUES (1, 'x', 'r')") end
  if p.op == "delete" then return t:delete(p.id) end
  if p.op == "none" then local id = t:insert({ title = "gone" }) t:delete(id) return id end
  if p.op == "fail" then t:insert({ title = "kept" }) error("late") end
end
"""
SCHEMA = {
    "name": "cards",
    "system_key": True,
    "columns": [{"name": "title", "type": "text", "required": True}, {"name": "n", "type": "integer"}],
    "access": {"read": "owner", "insert": "group", "update": "group"},
    "roles": {"coauthor": {"read": True, "insert": True, "update": True}},
}


class Site:
    def __init__(self, folder: Path) -> None:
        self.events: list[DataChanged] = []
        self.engine = Engine.open(folder, watch=False)
        self.engine.bus.subscribe(self._note)

    def _note(self, event: Event) -> None:
        if isinstance(event, DataChanged):
            self.events.append(event)

    def call(self, **params: object) -> dict[int, str] | None:
        """What the last event says of the rows; None: many, or there was none."""
        self.events.clear()
        self.engine.calls.call("cards", params, caller=Caller("12D3visitor", "Vic", ""), counts=False)
        rows = self.events[-1].keys.get("cards") if self.events else None
        return None if rows is None else {key: change.operation for key, change in rows.items()}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
    functions = tmp_path / "site" / "lua" / "functions"
    functions.mkdir(parents=True)
    (functions / "cards.lua").write_text(SCRIPT)
    one = Site(tmp_path)
    from lua_engine.schema.model import parse_schema

    one.engine._services.tables.create_table(parse_schema(json.dumps(SCHEMA), "cards.json"))
    yield one
    one.engine.close()


def test_a_call_says_which_rows_it_wrote(site: Site) -> None:
    assert site.call(op="insert", title="a") == {1: "insert"}
    assert site.call(op="insert", title="b") == {2: "insert"}
    assert site.call(op="update", id=1, title="c") == {1: "update"}
    assert site.call(op="all") == {1: "update", 2: "update"}
    assert site.call(op="upsert", title="b") == {2: "update"}
    assert site.call(op="upsert", title="new") == {3: "insert"}
    assert site.call(op="none") == {4: "delete"}
    assert site.call(op="copy") is None, "several rows at once: many"
    assert site.call(op="replace") is None, "rows may be put aside unseen: many"
    assert site.call(op="delete", id=2) == {2: "delete"}


def test_the_rows_are_known_also_after_another_program_has_made_the_table_anew(site: Site) -> None:
    site.call(op="insert", title="a")
    assert site.call(op="update", id=1, title="b") == {1: "update"}
    with closing(sqlite3.connect(site.engine.site.data_db)) as other:
        for statement in (
            "CREATE TABLE fresh AS SELECT * FROM cards",
            "DROP TABLE cards",
            "CREATE TABLE cards (_id INTEGER PRIMARY KEY, _owner, _owner_email, _created_at, _updated_at, "
            "title, n)",
            "INSERT INTO cards SELECT _id, _owner, _owner_email, _created_at, _updated_at, title, n "
            "FROM fresh",
        ):
            other.execute(statement)
        other.commit()
    assert site.call(op="update", id=1, title="c") == {1: "update"}
    assert site.call(op="delete", id=1) == {1: "delete"}


def test_many_rows_are_many(site: Site) -> None:
    for _ in range(11):
        site.call(op="insert", title="x")
    for _ in range(7):
        site.call(op="copy")
    assert site.engine.data.count("cards") == 11 * 2**7
    assert site.call(op="all") is None


def test_who_wrote_a_row(site: Site) -> None:
    site.call(op="insert", title="a")
    site.call(op="all")
    history = site.engine.data.writes.of_row("cards", 1)
    assert [(one.operation, one.script,
        one.caller.label if one.caller else "") for one in history.writes] == [
        ("update", "cards", "Vic"), ("insert", "cards", "Vic"),
    ]  # fmt: skip
    assert history.writes[0].sql.startswith("UPDATE cards")
    assert history.writes[0].is_call
    lines = SCRIPT.splitlines()
    assert "UPDATE cards" in lines[history.writes[0].line - 1]
    assert "t:insert" in lines[history.writes[1].line - 1]
    assert history.external_at == 0
    site.engine.bus.publish(DataChanged((), "external"))
    assert site.engine.data.writes.of_row("cards", 1).external_at > 0
    assert site.engine.data.writes.of_row("cards", 99).writes == ()


def of_row(folder: Path, key: int) -> RowHistory:
    """As the next start sees it."""
    with Engine.open(folder, watch=False) as engine:
        return engine.data.writes.of_row("cards", key)


def test_it_is_known_after_a_restart(site: Site, tmp_path: Path) -> None:
    site.call(op="insert", title="a")
    site.call(op="update", id=1, title="b")
    site.engine.data.edit.update("cards", [CellEdit(1, "title", "c")])
    before = site.engine.data.writes.of_row("cards", 1)
    site.engine.close()
    after = of_row(tmp_path, 1)
    assert after.writes == before.writes
    assert [(one.operation, one.script, one.origin == "window") for one in after.writes] == [
        ("update", "", True), ("update", "cards", False), ("insert", "cards", False),
    ]  # fmt: skip
    assert after.writes[2].line > 0
    assert (after.external_at, after.since) == (0, before.since)


def test_what_another_program_wrote_meanwhile_is_said(site: Site, tmp_path: Path) -> None:
    site.call(op="insert", title="a")
    path = site.engine.site.data_db
    site.engine.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE cards SET title = 'theirs'")
    later = time.time() + 60
    os.utime(path, (later, later))
    assert of_row(tmp_path, 1).external_at == pytest.approx(later)


def test_another_row_of_the_same_number_has_its_own_story(site: Site) -> None:
    site.call(op="insert", title="a")
    site.call(op="delete", id=1)
    site.call(op="replace")
    site.engine.data.edit.insert("cards", [{"_id": 9, "title": "mine"}], site.engine.owner)
    site.engine.data.edit.delete("cards", [9])
    site.engine.data.undo.undo()
    assert [one.operation for one in site.engine.data.writes.of_row("cards", 9).writes] == [
        "insert", "delete", "insert",
    ]  # fmt: skip
    site.engine.data.edit.delete("cards", [9])
    site.engine.data.edit.insert("cards", [{"_id": 9, "title": "new"}], site.engine.owner)
    assert [one.operation for one in site.engine.data.writes.of_row("cards", 9).writes] == ["insert"]


def test_an_import_takes_few_lines(site: Site) -> None:
    site.engine.data.edit.insert("cards", ({"title": "x"} for _ in range(2_500)), site.engine.owner)
    writes = site.engine.data.writes
    assert [one.origin for one in writes.of_row("cards", 1_234).writes] == ["window"]
    with writes._book._lock:
        count = writes._book._opened().execute("SELECT count(*) FROM writes").fetchone()[0]
    assert count <= 5


@given(st.dictionaries(st.integers(-5, 40), st.sampled_from([("insert", "a"), ("update", "b")])))
def test_runs_are_the_keys_and_nothing_else(keys: dict[int, tuple[str, str]]) -> None:
    runs = key_runs("t", 1.0, "c", keys)
    back = {key: (run.operation, run.sql) for run in runs for key in range(run.low, run.high + 1)}
    assert back == keys
    assert all(one.high < other.low for one, other in pairwise(runs))


def test_half_a_surrogate_pair_in_a_name_stops_nothing(tmp_path: Path) -> None:
    book = RowWrites(tmp_path / ".goop-console/writes.db")
    book.add(key_runs("cards", 1.0, "call 1", {1: ("insert", "")}))
    book.add([WritingCall("call 1", "cards", "call", Caller("12D3\ud800", "Anna\ud800"), {})])
    (found,), _ = book.of_row("cards", 1)
    book.close()
    assert found.call is not None
    assert found.call.caller == Caller("12D3?", "Anna?")


def test_a_file_that_cannot_be_written_keeps_no_site_open(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.call(op="insert", title="a")
    book = site.engine.data.writes._book
    book.flush()
    with book._lock:
        book._opened().execute("DROP TABLE facts")
    with pytest.raises(StoreError, match="writes"):
        site.engine.data.writes.of_row("cards", 1)
    site.engine.close()
    assert "who wrote which row is not kept" in caplog.text


def test_open_for_reading_only_nothing_is_written(site: Site, tmp_path: Path) -> None:
    site.call(op="insert", title="a")
    site.engine.close()
    (tmp_path / ".goop-console/writes.db").unlink()
    with Engine.open(tmp_path, watch=False, read_only=True) as engine:
        assert engine.data.writes.of_row("cards", 1).writes == ()
    assert not (tmp_path / ".goop-console/writes.db").exists()


def test_where_scripts_use_a_table(site: Site) -> None:
    uses = site.engine.data.uses("cards")
    named = [
        number for number, line in enumerate(SCRIPT.splitlines(), 1) if " cards" in line or 'cards"' in line
    ]
    assert [(one.script, one.line) for one in uses] == [("cards", number) for number in named if number]
    assert site.engine.data.uses("other") == ()
    assert list(lines_with("x = goop.orm 'cards'\n-- goop.orm('cards')\ny = [[ from [cards] ]]",
        "cards")) == [
        (1, "x = goop.orm 'cards'"), (3, "y = [[ from [cards] ]]"),
    ]  # fmt: skip


def test_the_view_of_a_visitor(site: Site) -> None:
    data = site.engine.data
    table = data.table("cards")
    assert table is not None
    stranger = Viewer("12D3visitor", "", False)
    query, decision = data.seen_by(RowQuery("cards"), table, stranger)
    assert query == RowQuery("cards", only_owner="12D3visitor")
    assert decision.rule is Rule.OWN_ROWS
    access = data.access(table, stranger)
    assert access["insert"].reason == "only members of the group may insert rows into cards"
    assert data.access(table, Viewer("p", "coauthor", False))["update"].own_rows
    meta = data.table("_meta")
    assert meta is not None
    assert data.seen_by(RowQuery("_meta"), meta, stranger)[0] is None
    assert data.access(meta, Viewer("o", "owner", True))["read"].allowed
