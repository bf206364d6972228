"""Dry runs: what they answer, and that nothing of them stays."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lua_engine import (
    Caller,
    CallerError,
    CallerRef,
    CallFinished,
    Engine,
    Event,
    LogRecorded,
    Request,
    SiteError,
    outcome_of,
)
from lua_engine.rehearsal.folder import trial_parent
from lua_engine.testing import SiteSpec, open_site
from tests.engine.rehearsal.conftest import SPEC, site_bytes

Rehearse = Callable[..., Any]


def effects(rehearsal: Any) -> list[tuple[str, str]]:
    return [(effect.kind, effect.text) for effect in rehearsal.effects]


def test_a_dry_run_answers_as_a_call_does_and_says_what_it_would_change(rehearse: Rehearse) -> None:
    came = rehearse("notes", "add", text="four", n=4)
    assert came.value == {"id": 4}
    assert came.is_dry
    (table,) = came.diff.tables
    assert (table.table, table.key, table.changed, table.removed, table.left_out) == (
        "notes",
        "_id",
        (),
        (),
        0,
    )
    assert dict(zip(table.columns, table.added[0], strict=True))["text"] == "four"
    assert [statement.sql[:6] for statement in came.sql] == ["INSERT"]


def test_every_dry_run_begins_with_the_live_data(rehearse: Rehearse, site: Engine) -> None:
    assert rehearse("notes", "add", text="x").value == {"id": 4}
    assert rehearse("notes", "add", text="x").value == {"id": 4}
    assert len(rehearse("notes", "list").value) == 3
    site.calls.call("notes", {"action": "add", "text": "live"}, caller=site.owner)
    assert len(rehearse("notes", "list").value) == 4
    with sqlite3.connect(site.site.data_db) as goop2:
        goop2.execute("DELETE FROM notes")
    goop2.close()
    assert rehearse("notes", "list").value == []


def test_a_changed_row_is_shown_cell_by_cell_and_a_removed_one_whole(rehearse: Rehearse) -> None:
    (table,) = rehearse("notes", "edit", id=2, text="deux").diff.tables
    (row,) = table.changed
    assert (row.key, set(row.columns) - {"_updated_at"}) == (2, {"text"})
    at = table.columns.index("text")
    assert (row.before[at], row.after[at]) == ("two", "deux")
    (gone,) = rehearse("notes", "drop", id=3).diff.tables
    assert (gone.added, gone.changed, [row[0] for row in gone.removed]) == ((), (), [3])


def test_nothing_changes_byte_for_byte(rehearse: Rehearse, site: Engine) -> None:
    site.listen.create("Evening")
    before = site_bytes(site.site.path)
    for function, action in [("notes", one) for one in ("add", "edit", "drop", "keep")] + [
        ("world", one) for one in ("http", "room", "group", "listen", "log")
    ]:
        rehearse(function, action, id=1, text="x", value={"a": 1})
    site.calls.run(Request.chat("!add by chat"), site.owner, is_dry=True)
    site.calls.run(Request.event("on_group_close", "g"), site.owner, is_dry=True)
    assert site_bytes(site.site.path) == before
    session = site.listen.state()
    assert session is not None
    assert session.name == "Evening"


def test_kept_keys_are_copies(rehearse: Rehearse, site: Engine) -> None:
    came = rehearse("notes", "keep", value="tried")
    assert came.value == "tried"
    assert effects(came) == [("kv", 'kv notes: kept = "tried"')]
    assert rehearse("notes", "keep", value=None).value is None
    assert site.calls.call("notes", {"action": "keep", "value": "live"}, caller=site.owner).value == "live"


def test_no_request_leaves_and_a_refused_address_is_refused(rehearse: Rehearse) -> None:
    came = rehearse("world", "http")
    assert came.value == {
        "err": "dry run: http request not sent",
        "refused": "address refused: 127.0.0.1 is a loopback address",
    }
    assert effects(came)[0] == ("http", "would send GET https://example.org/x")
    assert "secret" not in repr(came.effects)
    assert came.effects[1].detail["body"] == '{"a":1}'


def test_groups_rooms_and_messages_are_effects_and_closing_is_told_within(rehearse: Rehearse) -> None:
    came = rehearse("world", "group")
    assert effects(came)[:6] == [
        ("group", "would create group Team (template)"),
        ("group", "would add somebody to group Team"),
        ("group", "would make somebody writer in group Team"),
        ("message", 'would send to group Team: {"hello": "all"}'),
        ("group", "would remove somebody from group Team"),
        ("group", "would close group Team"),
    ]
    assert [kind for kind, _text in effects(came)[6:]] == ["closed", "kv"]
    assert came.diff.table("notes").added[0][-2:] == ("closed", None)
    room = rehearse("world", "room")
    assert [text.split(" ")[1] for _kind, text in effects(room)[:3]] == ["open", "send", "close"]


def test_the_listening_session_is_a_copy(rehearse: Rehearse, site: Engine) -> None:
    site.listen.create("Evening")
    came = rehearse("world", "listen")
    assert came.value == {"before": "Evening"}
    assert ("listen", "would closed the listening session") not in effects(came)
    assert ("listen", "would close the listening session") in effects(came)
    assert site.listen.state() is not None


def test_the_live_page_is_read(rehearse: Rehearse) -> None:
    assert rehearse("world", "read").value == "the live page"


def test_the_live_bus_hears_of_logs_and_results_only_marked_as_dry(rehearse: Rehearse, site: Engine) -> None:
    seen: list[Event] = []
    site.bus.subscribe(seen.append)
    rehearse("world", "group")
    came = rehearse("world", "log")
    assert {type(event) for event in seen} == {CallFinished, LogRecorded}
    lines = [event.line for event in seen if isinstance(event, LogRecorded)]
    assert all(line.is_dry for line in lines)
    assert all(event.result.is_dry for event in seen if isinstance(event, CallFinished))
    assert (lines[-1].message, lines[-1].call_id) == ("rehearsing", came.call_id)


def test_the_limits_of_time_and_memory_hold(rehearse: Rehearse) -> None:
    spun = rehearse("world", "spin")
    assert spun.error is not None
    assert spun.error.kind == "timeout"
    swollen = rehearse("world", "swell")
    assert swollen.error is not None
    assert swollen.error.kind == "memory"
    assert rehearse("notes", "add", text="after").value == {"id": 4}


def test_a_dry_run_is_cancelled_by_its_id(site: Engine) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(
            site.calls.run,
            Request.call("world", {"action": "spin"}),
            site.owner,
            is_dry=True,
            call_id="mine",
        )
        while not site.calls.cancel("mine"):
            assert not running.done()
        came = running.result()
    assert came.error is not None
    assert (came.call_id, came.error.kind) == ("mine", "cancelled")
    assert site.calls.running() == ()
    assert not site.calls.cancel("mine")


def test_an_event_and_a_chat_line(site: Engine) -> None:
    said = site.calls.run(Request.chat("!add from chat"), Caller("peer-anna"), is_dry=True)
    assert (said.value, said.caller.label) == ("added 4", "Anna")
    told = site.calls.run(Request.event("on_group_close", "g"), site.owner, is_dry=True)
    assert (told.kind, told.script, told.ok) == ("event", "notes", True)
    nobody = site.calls.run(Request.event("on_nothing", ""), site.owner, is_dry=True)
    assert nobody.error is not None
    assert nobody.error.kind == "not_found"


def test_the_rate_limit_is_shown_and_not_used(site: Engine) -> None:
    counted = site.calls.call("notes", {"action": "list"}, caller=Caller("peer-vic")).rate
    assert counted is not None
    assert (counted.used, counted.counted) == (1, True)
    dry = site.calls.run(Request.call("notes", {"action": "list"}), Caller("peer-vic"), is_dry=True).rate
    assert dry is not None
    assert (dry.used, dry.counted, dry.limit) == (1, False, 100_000)
    assert site.calls.last_minute() == counted.global_used


def test_a_site_open_for_reading_only_can_rehearse(site: Engine) -> None:
    with Engine.open(site.site.path, watch=False, read_only=True) as reader:
        came = reader.calls.run(
            Request.call("notes", {"action": "add", "text": "x"}), reader.owner, is_dry=True
        )
    assert came.value == {"id": 4}
    assert came.diff.row_count == 1


def test_a_closed_site_says_so(site: Engine) -> None:
    site.close()
    with pytest.raises(SiteError, match="closed"):
        site.calls.run(Request.call("notes", {"action": "list"}), site.owner, is_dry=True)


def test_closing_the_site_ends_a_dry_run_and_leaves_no_copy(site: Engine) -> None:
    def copies() -> set[Path]:
        """Of this process: others may run beside it."""
        return set(trial_parent().glob(f"{os.getpid()}-*"))

    before = copies()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(
            site.calls.run,
            Request.call("world", {"action": "spin"}),
            site.owner,
            is_dry=True,
            call_id="mine",
        )
        while not (copies() - before and site.calls.running()):
            assert not running.done()
        site.close()
        came = running.result()
    assert came.error is not None
    assert came.error.kind in ("cancelled", "busy")
    assert copies() <= before


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors where Linux shows them")
def test_many_dry_runs_leave_no_thread_and_no_descriptor(rehearse: Rehearse, site: Engine) -> None:
    def run() -> tuple[int, int]:
        rehearse("notes", "add", text="x")
        rehearse("world", "group")
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(3):
        run()
    assert site.log.flush()  # the log on disk is opened by its first line
    until = time.monotonic() + 60  # and who wrote what by the first write, the site's own rows
    while not (site.site.console_dir / "writes.db-wal").exists() and time.monotonic() < until:
        time.sleep(0.01)
    first = run()
    last = [run() for _ in range(40)][-1]
    assert last[0] <= first[0]
    assert last[1] <= first[1] + 6, "writes.db may be opened meanwhile"


def test_a_recorded_run_is_live_and_shows_its_own_writes_only(site: Engine) -> None:
    before = site.calls.run(Request.call("notes", {"action": "add", "text": "own"}), site.owner, is_dry=True)
    stop = threading.Event()

    def others() -> None:
        while not stop.is_set():
            site.calls.call("notes", {"action": "edit", "id": 1, "text": "others"}, caller=site.owner)

    noise = threading.Thread(target=others)
    noise.start()
    try:
        runs = [
            site.calls.run(
                Request.call("notes", {"action": "add", "text": "own"}), site.owner, keeps_diff=True
            )
            for _ in range(20)
        ]
    finally:
        stop.set()
        noise.join()
    assert not any(run.is_dry for run in runs)
    assert [[row[-2] for row in run.diff.tables[0].added] for run in runs] == [["own"]] * 20
    assert all(run.diff.row_count == 1 for run in runs)
    assert before.diff.tables[0].columns == runs[0].diff.tables[0].columns
    assert len(site.tables.page("notes").rows) == 23


def test_a_recorded_run_includes_the_scripts_that_follow(site: Engine) -> None:
    came = site.calls.run(Request.call("world", {"action": "group"}), site.owner, keeps_diff=True)
    assert came.diff.row_count == 1
    assert [kind for kind, _text in effects(came)][-2:] == ["closed", "kv"]
    assert ("group", "closed group Team") in effects(came)


def test_dry_runs_beside_live_calls_and_another_program(site: Engine) -> None:
    stop = threading.Event()

    def goop2() -> None:
        connection = sqlite3.connect(site.site.data_db, timeout=10)
        while not stop.is_set():
            connection.execute("UPDATE notes SET n = n + 1 WHERE _id = 2")
            connection.commit()
            stop.wait(0.002)  # SQLite knows no queue: without a pause nobody else may ever get in
        connection.close()

    writer = threading.Thread(target=goop2)
    writer.start()
    try:
        with ThreadPoolExecutor(6) as threads:
            edits = [{"action": "edit", "id": 1, "text": f"dry {i}"} for i in range(30)]
            dry = [
                threads.submit(site.calls.run, Request.call("notes", edit), site.owner, is_dry=True)
                for edit in edits
            ]
            live = [
                threads.submit(site.calls.call, "notes", {"action": "add", "text": "live"}, caller=site.owner)
                for _ in range(30)
            ]
            done = [one.result() for one in dry]
            assert all("id" in one.result().value for one in live)
    finally:
        stop.set()
        writer.join()
    for number, came in enumerate(done):
        assert came.ok, came.error
        (row,) = came.diff.tables[0].changed
        assert (row.key, row.after[-2]) == (1, f"dry {number}")
    texts = [row[-2] for row in site.tables.page("notes", limit=1000).rows]
    assert texts.count("live") == 30
    assert texts[0] == "one"


def test_a_member_that_nobody_is_exists_in_rehearsals_only(site: Engine) -> None:
    caller = site.calls.callers.resolve(CallerRef("role:editor"))
    came = site.calls.run(Request.call("notes", {"action": "who"}), caller, is_dry=True)
    assert (came.value["role"], came.value["member"], came.diff.is_empty) == (
        "editor",
        True,
        True,
    )
    assert site.peers.role_of(caller.id) == ""
    with pytest.raises(CallerError, match="nobody has the role editor"):
        site.calls.run(Request.call("notes", {"action": "who"}), caller, keeps_diff=True)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("return 1", "ok"),
        ("return { error = 'members only' }", "refused"),
        ("return { ok = false, message = 'you may not do this' }", "refused"),
        ("return { error = 'no' }", "invalid"),
        ("return { error = 'id required' }", "invalid"),
        ("return { ok = false }", "invalid"),
        ("if not goop.group.is_member() then return { error = 'no' } end", "refused"),
        ("if not goop.group.is_member() then return { ok = false } end", "refused"),
        ("if not goop.group.is_member() then return { error = 'id required' } end", "invalid"),
        ("error('column \"x\" expects integer, got string')", "invalid"),
        ("error('unknown column: nope', 0)", "invalid"),
        ("return { error = { code = 1 } }", "invalid"),
        ("error('not for you')", "refused"),
        ("error({ code = 1 })", "invalid"),
        ("return error('not for you', 0)", "refused"),
        ("goop.owner(function() end)()", "refused"),
        ("local ok, err = pcall(goop.owner(function() end)) error(err, 0)", "refused"),
        ("local x; return x.y", "error"),
        ("assert(false, 'broken')", "error"),
        ("goop.kv.set({})", "error"),
        ("return goop.route({})({ params = { action = 'x' } })", "error"),
        ("return { f = print }", "error"),
    ],
)
def test_refusals_are_told_from_faults(body: str, outcome: str) -> None:
    with open_site(SiteSpec(functions={"t": f"function call(request)\n{body}\nend"})) as engine:
        stranger = Caller("12D3KooWStranger")
        assert outcome_of(engine.calls.run(Request.call("t", {}), stranger, is_dry=True)) == outcome
        assert outcome_of(engine.calls.call("t", {}, caller=stranger)) == outcome


def test_lua_switched_off_is_a_refusal() -> None:
    with open_site(replace(SPEC, lua={"enabled": False}, rows={})) as engine:
        assert (
            outcome_of(engine.calls.run(Request.call("notes", {"action": "list"}), engine.owner, is_dry=True))
            == "refused"
        )


def test_a_dry_run_of_a_site_without_data_makes_nothing(site: Engine) -> None:
    folder = site.site.path
    site.close()
    for path in folder.glob("data.db*"):
        path.unlink()
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    with Engine.open(folder, watch=False, read_only=True) as reader:
        result = reader.calls.run(Request.call("world", {"action": "read"}), reader.owner, is_dry=True)
    assert result.value == "the live page"
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before


def test_kept_keys_that_cannot_be_read_are_refused_as_in_a_real_call(tmp_path: Path) -> None:
    spec = SiteSpec(functions={"f": "function call() return { goop.kv.set('a', 1) } end"})
    with open_site(spec, tmp_path) as engine:
        state = tmp_path / "site/lua/.state/f.json"
        for stands_there in (lambda: os.mkfifo(state), lambda: state.symlink_to("x"), state.mkdir):
            state.parent.mkdir(exist_ok=True)
            stands_there()
            real, dry = (
                engine.calls.run(Request.call("f"), engine.owner, is_dry=is_dry).value
                for is_dry in (False, True)
            )
            assert real == dry
            assert real[0].startswith("kv: f.json ")
            state.rmdir() if state.is_dir() else state.unlink()
