"""Installing, installing again, going back: what changes, what stays, and that a failure changes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lua_engine import (
    Actor,
    Engine,
    Event,
    GroupClosed,
    KnownError,
    LogRecorded,
    SiteLocked,
    Template,
    TemplateChanged,
    TemplateError,
    read_template,
)
from lua_engine.site.lock import SiteLock
from lua_engine.site.user_folder import journal_key
from lua_engine.templates import execution, journal_record
from lua_engine.templates.change import Change
from tests.helpers.goop2 import write_goop2_folder
from tests.helpers.site_digest import site_digest
from tests.helpers.small_template import NOTES, SCHEMA, template_files, write_files


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_goop2_folder(folder).close()
    return folder


@pytest.fixture
def engine(site: Path) -> Iterator[Engine]:
    with Engine.open(site, watch=False) as opened:
        yield opened


def notes(tmp_path: Path, name: str = "Notes", **changed: str | bytes | None) -> Template:
    folder = tmp_path / f"template-{name}-{len(list(tmp_path.iterdir()))}"
    return read_template(write_files(folder / "notes", template_files(name, **changed)))


def meta(site: Path) -> dict[str, str]:
    connection = sqlite3.connect(site / "data.db")
    try:
        return dict(connection.execute("SELECT key, value FROM _meta"))
    finally:
        connection.close()


def test_everything_is_brought(engine: Engine, site: Path, tmp_path: Path) -> None:
    result = engine.templates.install(notes(tmp_path))
    assert result.tables == ("notes",)
    assert result.seed is not None
    assert result.seed.value == {"seeded": 3}
    assert (site / "site/index.html").read_text() == "<title>Notes</title>"
    assert (site / "site/images/dot.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((site / "schemas/notes.json").read_text()) == SCHEMA
    assert json.loads((site / "site/lua/.state/seed.json").read_text()) == {"seeded": 3}
    assert [row[5] for row in engine.tables.page("notes").rows] == ["one", "two", "three"]
    assert {row[1] for row in engine.tables.page("notes").rows} == {engine.owner.id}
    assert engine.calls.call("notes", caller=engine.owner).ok
    assert engine.calls.chat("!shout hi", caller=engine.owner).value == "HI"
    kept = meta(site)
    assert kept["template_tables"] == "notes"
    assert kept["template_require_email"] == ""
    assert kept["template_group_name"] == "Notes"
    assert json.loads(kept["template_manifest"])["x"] == 1
    assert "goop_console_change" not in kept
    group = engine.groups.get(kept["template_group_id"])
    assert (group.group_type, group.context, group.default_role, group.roles) == (
        "template",
        "Notes",
        "reader",
        ("reader", "writer"),
    )
    assert [room.name for room in engine.rooms.rooms()] == ["Lobby"]
    config = json.loads((site / "goop.json").read_text())
    assert config["viewer"]["active_template"] == "local:notes"
    assert engine.templates.installed() is not None


def test_a_bundled_template_is_named_without_local(engine: Engine, site: Path, tmp_path: Path) -> None:
    engine.templates.install(notes(tmp_path), bundled=True)
    assert json.loads((site / "goop.json").read_text())["viewer"]["active_template"] == "notes"


def test_the_plan_says_what_will_be_done(engine: Engine, site: Path, tmp_path: Path) -> None:
    (site / "site/index.html").write_text("mine")
    plan = engine.templates.plan(notes(tmp_path))
    actions = {change.path: change.action for change in plan.files}
    assert actions["site/index.html"] == "replace"
    assert actions["site/css/notes.css"] == "add"
    assert actions["schemas/cards.json"] == "remove"
    assert [(one.name, one.rows) for one in plan.dropped] == [("cards", 5)]
    assert [one.name for one in plan.closed] == ["Board Co-authors"]
    assert plan.created == ("notes",)
    assert plan.replaces == "Board"
    assert plan.runs_seed
    assert not plan.turns_lua_on
    assert any("another program" in warning for warning in plan.warnings)


def test_the_plan_warns_of_scripts_that_lose_their_tables(engine: Engine, tmp_path: Path) -> None:
    uses = 'local t = goop.orm("{}")\nfunction call() return t:count() end\n'
    engine.scripts.create("mine", "function", uses.format("Cards"))
    engine.scripts.create("other", "function", uses.format("guestbook"))
    said = [one for one in engine.templates.plan(notes(tmp_path)).warnings if "stays" in one]
    wanted = "site/lua/functions/mine.lua stays, but it uses the table cards of the template before"
    assert any(wanted in one for one in said)
    assert not any("other.lua" in one for one in said)
    engine.templates.install(notes(tmp_path))
    assert not any("stays" in one for one in engine.templates.plan(notes(tmp_path)).warnings), "nothing drops"


def test_the_owners_own_tables_and_files_stay(engine: Engine, site: Path, tmp_path: Path) -> None:
    engine.scripts.create("mine", "command", "--- Mine\nfunction handle() return 'mine' end\n")
    rows = engine.tables.page("guestbook").rows
    engine.templates.install(notes(tmp_path))
    engine.templates.install(notes(tmp_path, "Other", **{"index.html": "other"}))
    assert engine.tables.page("guestbook").rows == rows
    assert engine.calls.chat("!mine", caller=engine.owner).value == "mine"


def test_switching_removes_what_the_last_one_brought(engine: Engine, site: Path, tmp_path: Path) -> None:
    engine.templates.install(notes(tmp_path))
    (site / "site/css/notes.css").write_text("edited")
    other = notes(
        tmp_path,
        "Other",
        **{"css/notes.css": None, "images/dot.png": None, "lua/shout.lua": None, "css/other.css": "x"},
    )
    plan = engine.templates.plan(other)
    removed = {change.path: change.note for change in plan.files if change.action == "remove"}
    assert removed == {
        "site/css/notes.css": "edited since install",
        "site/images/dot.png": "",
        "site/lua/shout.lua": "",
    }
    engine.templates.install(other, plan=plan)
    assert not (site / "site/images").exists()
    assert engine.calls.chat("!shout x", caller=engine.owner).value == "Unknown command: shout"
    assert [room.name for room in engine.rooms.rooms()] == ["Lobby"]  # the new one's own


def test_installing_again_keeps_the_group_and_its_members(engine: Engine, tmp_path: Path) -> None:
    engine.templates.install(notes(tmp_path))
    group = engine.groups.template_group()
    engine.groups.add_to_template("anna", "writer")
    changed = json.dumps({**SCHEMA, "roles": {"editor": {"read": True}}})
    plan = engine.templates.plan(notes(tmp_path, **{"schemas/notes.json": changed}))
    assert plan.keeps_group
    engine.templates.install(notes(tmp_path, **{"schemas/notes.json": changed}))
    assert engine.groups.template_group() == group
    assert engine.peers.role_of("anna") == "writer"
    assert engine.groups.get(group).roles == ("editor",)


def test_lua_is_turned_on_for_functions_only(engine: Engine, site: Path, tmp_path: Path) -> None:
    engine.site.update_config(lambda tree: tree["lua"].update(enabled=False))
    page = {"lua/functions/notes.lua": None, "lua/functions/seed.lua": None}
    engine.templates.install(notes(tmp_path, **page))
    assert not engine.settings.lua.enabled
    assert engine.templates.plan(notes(tmp_path)).turns_lua_on
    engine.templates.install(notes(tmp_path))
    assert engine.settings.lua.enabled
    engine.templates.restore()
    assert not engine.settings.lua.enabled
    assert json.loads((site / "goop.json").read_text())["lua"]["enabled"] is False


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        ("function call() error('no luck') end", "functions/seed.lua:2: seed failed: no luck;"),
        (
            "function call() goop.db.exec([[INSERT INTO guestbook (_owner, message) VALUES ('x', "
            "'y')]]) return 1 end",
            "seed writes to guestbook",
        ),
        ("function call() while true do end end", "script timed out"),
    ],
)
def test_a_seed_that_fails_changes_nothing(
    engine: Engine, site: Path, tmp_path: Path, seed: str, said: str
) -> None:
    engine.site.update_config(lambda tree: tree["lua"].update(timeout_seconds=1))
    before = site_digest(site, exact=True)
    with pytest.raises(TemplateError, match=said):
        engine.templates.install(notes(tmp_path, **{"lua/functions/seed.lua": "--- s\n" + seed}))
    assert site_digest(site, exact=True) == before
    assert engine.templates.backups() == ()
    assert list((site / ".goop-console/backups").iterdir()) == []


def test_a_table_of_the_owner_is_never_taken(engine: Engine, site: Path, tmp_path: Path) -> None:
    schema = json.dumps({**SCHEMA, "name": "GuestBook"})
    manifest = json.dumps({"name": "Notes", "schemas": ["GuestBook"]})
    clash = notes(
        tmp_path, **{"schemas/notes.json": None, "schemas/GuestBook.json": schema, "manifest.json": manifest}
    )
    with pytest.raises(TemplateError, match="table guestbook exists"):
        engine.templates.plan(clash)


def test_a_link_is_not_written_through(engine: Engine, site: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (site / "site/css").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TemplateError, match="css"):
        engine.templates.install(notes(tmp_path))
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("nth", range(1, 9))
def test_a_file_that_cannot_be_put_in_place_takes_everything_back(
    engine: Engine, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    (site / "site/index.html").write_text("mine")
    before = site_digest(site, exact=True)
    count, replace = 0, Path.replace

    def failing(self: Path, target: Path) -> Any:
        nonlocal count
        if "after" in self.parts:
            count += 1
            if count == nth:
                raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(KnownError, match="No space left on device"):
        engine.templates.install(notes(tmp_path))
    monkeypatch.undo()
    assert site_digest(site, exact=True) == before
    engine.templates.install(notes(tmp_path))


def test_a_database_that_stays_busy_takes_everything_back(
    engine: Engine, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lua_engine.templates.execution.LOCK_SECONDS", 0.3)
    moved: list[object] = []
    monkeypatch.setattr(Change, "apply", lambda change: moved.append(change))
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = site_digest(site, exact=True)
    with pytest.raises(KnownError, match=r"Goop2 \(or another program\) is writing to data\.db"):
        engine.templates.install(notes(tmp_path))
    assert not moved
    other.execute("ROLLBACK")
    other.close()
    assert site_digest(site, exact=True) == before


def test_who_waits_for_a_writer_gives_up_after_five_seconds() -> None:
    assert execution.LOCK_SECONDS <= 5


def test_a_stale_plan_is_refused(engine: Engine, site: Path, tmp_path: Path) -> None:
    template = notes(tmp_path)
    plan = engine.templates.plan(template)
    (site / "site/index.html").write_text("changed since")
    with pytest.raises(TemplateError, match="changed since the plan"):
        engine.templates.install(template, plan=plan)


def test_progress_can_cancel_until_the_end(engine: Engine, site: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    engine.templates.install(notes(tmp_path), progress=lambda *step: told.append(step))
    assert [step for _, step, _ in told] == sorted(step for _, step, _ in told)
    assert told[-1] == ("Done", 5, 5)
    before = site_digest(site, exact=True)

    def give_up(_what: str, step: int, _steps: int) -> None:
        if step == 3:
            raise TemplateError("cancelled")

    with pytest.raises(TemplateError, match="cancelled"):
        engine.templates.install(notes(tmp_path, "Other"), progress=give_up)
    assert site_digest(site, exact=True) == before


def test_functions_hear_of_closed_groups_those_that_go_too(engine: Engine, tmp_path: Path) -> None:
    engine.scripts.create(
        "mine",
        "function",
        "--- M\nfunction on_group_close(id) goop.log.info('mine heard of ' .. id) end\nfunction call() end\n",
    )
    engine.templates.install(notes(tmp_path))
    group = engine.groups.template_group()
    events: list[Event] = []
    engine.bus.subscribe(events.append)
    engine.templates.install(notes(tmp_path, "Other", **{"lua/functions/notes.lua": NOTES + "-- other\n"}))
    engine.calls.emit("nothing", "")  # waits for the handlers
    heard = [event.line.message for event in events if isinstance(event, LogRecorded)]
    assert f"mine heard of {group}" in heard
    assert f"notes heard of {group}" in heard
    assert group in {event.group_id for event in events if isinstance(event, GroupClosed)}
    assert [event.template for event in events if isinstance(event, TemplateChanged)] == ["Other"]


def test_going_back_and_forth(engine: Engine, site: Path, tmp_path: Path) -> None:
    states = [site_digest(site, exact=True)]
    for template in (
        notes(tmp_path),
        notes(tmp_path, "Other", **{"css/notes.css": None}),
        notes(tmp_path, "Third", **{"index.html": "3"}),
    ):
        engine.templates.install(template)
        states.append(site_digest(site, exact=True))
    engine.templates.restore()
    assert site_digest(site, exact=True) == _without_sequence(states[2], site)
    engine.templates.restore()  # going back was a change too: this undoes it
    assert site_digest(site, exact=True)["files"] == states[3]["files"]
    oldest = engine.templates.backups()[-1]
    assert oldest.title == "Before: Install Notes over Board"
    plan = engine.templates.plan_restore(oldest.id)
    assert plan.template == "Board"
    engine.templates.restore(oldest.id, plan=plan)
    assert site_digest(site, exact=True) == _without_sequence(states[0], site)
    assert engine.calls.call("board", {"action": "list"}, caller=engine.owner).ok


def _without_sequence(expected: dict[str, Any], site: Path) -> dict[str, Any]:
    """Numbers of chat messages are not given out twice: that the sequence has gone on is no difference."""
    now = site_digest(site, exact=True)["tables"]["sqlite_sequence"]
    return {**expected, "tables": {**expected["tables"], "sqlite_sequence": now}}


def test_going_back_keeps_what_others_wrote_meanwhile(engine: Engine, site: Path, tmp_path: Path) -> None:
    engine.templates.install(notes(tmp_path))
    other = sqlite3.connect(site / "data.db")
    with other:
        other.execute("INSERT INTO guestbook (_owner, message) VALUES ('g', 'written by Goop2')")
        other.execute("INSERT INTO _a_table_of_tomorrow (note) VALUES ('new')")
    other.close()
    engine.templates.restore()
    assert "written by Goop2" in {row[-1] for row in engine.tables.page("guestbook").rows}
    assert len(engine.tables.page("_a_table_of_tomorrow").rows) == 2


def test_only_ten_backups_are_kept(engine: Engine, tmp_path: Path) -> None:
    for round_ in range(12):
        engine.templates.install(notes(tmp_path, **{"index.html": str(round_)}))
    assert len(engine.templates.backups()) == 10


def test_commands_are_added_all_or_none(engine: Engine, site: Path) -> None:
    result = engine.templates.add_scripts({"ping": b"--- P\nfunction handle() return 'pong' end\n"})
    assert engine.calls.chat("!ping", caller=engine.owner).value == "pong"
    with pytest.raises(TemplateError, match="!PING already"):
        engine.templates.add_scripts({"PING": b"x", "other": b"y"})
    assert not (site / "site/lua/other.lua").exists()
    engine.templates.restore(result.backup)
    assert engine.calls.chat("!ping", caller=engine.owner).value == "Unknown command: ping"


def test_another_console_is_named(site: Path, tmp_path: Path) -> None:
    with (
        SiteLock.acquire(site / ".goop-console"),
        Engine.open(site, watch=False) as engine,
        pytest.raises(SiteLocked, match="already open"),
    ):
        engine.templates.install(notes(tmp_path))


def test_read_only_installs_nothing(site: Path, tmp_path: Path) -> None:
    with Engine.open(site, watch=False):
        pass
    with (
        Engine.open(site, watch=False, read_only=True) as engine,
        pytest.raises(TemplateError, match="reading only"),
    ):
        engine.templates.install(notes(tmp_path))


def test_a_damaged_backup_is_named(engine: Engine, site: Path, tmp_path: Path) -> None:
    (site / "site/index.html").write_text("mine")
    result = engine.templates.install(notes(tmp_path))
    (site / ".goop-console/backups" / result.backup / "before/site/index.html").write_text("tampered")
    with pytest.raises(KnownError, match="backup is damaged"):
        engine.templates.restore()
    assert (site / "site/index.html").read_text() == "<title>Notes</title>"


def test_rooms_come_back_with_their_messages(engine: Engine, tmp_path: Path) -> None:
    engine.templates.install(notes(tmp_path))
    room = engine.rooms.rooms()[0]
    engine.rooms.send(room.id, "hello", engine.owner.id, by=Actor("window"))
    engine.templates.install(notes(tmp_path, "Other", **{"lua/functions/seed.lua": None}))
    assert engine.rooms.rooms() == []
    engine.templates.restore()
    assert [message.text for message in engine.rooms.state(room.id).messages] == ["hello"]
    assert engine.rooms.state(room.id).room.description == "come in"


def test_half_written_files_of_a_killed_change_are_removed(site: Path, tmp_path: Path) -> None:
    with Engine.open(site, watch=False) as engine:
        backup = engine.templates.install(notes(tmp_path)).backup
    connection = sqlite3.connect(site / "data.db")
    with connection:  # as if it had been killed right after the commit
        connection.execute("INSERT INTO _meta (key, value) VALUES ('goop_console_change', ?)", (backup,))
    connection.close()
    book = site / ".goop-console/backups" / backup / "journal.json"
    key = journal_key(create=False) or b""
    record, _ = journal_record.decode(book.read_bytes(), key)
    book.write_bytes(journal_record.encode(replace(record, state="prepared"), key))
    leftovers = [site / ".goop.json.0123456789ab.tmp", site / "site/.index.html.abcdef012345.tmp"]
    mine = site / ".goop.json.mine.tmp"
    for path in (*leftovers, mine):
        path.write_text("half")
    with Engine.open(site, watch=False) as engine:
        assert engine.calls.call("notes", caller=engine.owner).ok
        assert [one.id for one in engine.templates.backups()] == [backup]
    assert not any(path.exists() for path in leftovers)
    assert mine.exists()
    assert "goop_console_change" not in meta(site)
