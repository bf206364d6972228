"""Every place that is read in a site folder, with every kind of thing that may stand there instead of a
file: nobody waits, nothing outside is read or written, what is wrong is named, and the rest works.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lua_engine import Engine, KnownError, read_template
from lua_engine.base.events import LogRecorded
from lua_engine.site.foreign import ForeignFileError, Rule, own_folder, read_foreign
from lua_engine.site.identity import create_key_file
from tests.helpers.foreign_change import CHANGE_ID, write_change
from tests.helpers.nightly import chance, nightly
from tests.helpers.small_template import template_files, write_files

SECRET = "TOP-SECRET-OF-THE-OWNER"
GOOD = """function call(request)
  local answer = {}
  answer.kv = {pcall(goop.kv.get, "k")}
  answer.page = {pcall(goop.site.read, "page.txt")}
  return answer
end"""


def make_site(folder: Path) -> Path:
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "site/lua/.state").mkdir()
    (folder / "schemas").mkdir()
    (folder / "shared").mkdir()
    (folder / "goop.json").write_text('{"lua": {"enabled": true, "timeout_seconds": 5}}')
    (folder / "site/lua/functions/good.lua").write_text(GOOD)
    (folder / "site/lua/functions/odd.lua").write_text(GOOD)
    create_key_file(folder / "data/identity.key")
    (folder.parent / "outside").mkdir()
    (folder.parent / "outside/secret.txt").write_text(SECRET)
    return folder


PLACES = {
    "goop.json": "goop.json",
    "key": "data/identity.key",
    "peers": ".goop-console/peers.json",
    "lock": ".goop-console/lock",
    "lock holder": ".goop-console/lock.json",
    "saved call": ".goop-console/calls/odd.call.json",
    "saved check": ".goop-console/calls/odd.check.json",
    "calls": ".goop-console/calls",
    "history": ".goop-console/history.db",
    "history's log": ".goop-console/history.db-wal",
    "journal": f".goop-console/backups/{CHANGE_ID}/journal.json",
    "backups": ".goop-console/backups",
    "template.json": ".goop-console/template.json",
    "trash": ".goop-console/trash",
    "breakpoints": ".goop-console/breakpoints.json",
    "log": ".goop-console/log.db",
    "last good": ".goop-console/last-good.json",
    "avatar": "avatar.png",
    "schemas": "schemas",
    "console": ".goop-console",
    "database": "data.db",
    "database's log": "data.db-wal",
    "kv": "site/lua/.state/good.json",
    "state": "site/lua/.state",
    "script": "site/lua/functions/odd.lua",
    "command": "site/lua/odd.lua",
    "schema": "schemas/odd.json",
    "page": "site/page.txt",
    "functions": "site/lua/functions/more",
    "replacement": ".goop-console/replacing.json",
    "log's limits": ".goop-console/log.json",
    "history's choice": ".goop-console/history.json",
    "writes": ".goop-console/writes.db",
    "long edits": ".goop-console/edits",
    "long edit": f".goop-console/edits/{CHANGE_ID}.edit",
    "versions": ".goop-console/versions",
    "git's": ".goop-console/.gitignore",
    "transformations": "transformations",
}


def _socket(place: Path) -> None:
    here = Path.cwd()
    os.chdir(place.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(place.name)
    finally:
        os.chdir(here)


def _sparse(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(2**33)


KINDS: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "endless device": lambda place: place.symlink_to("/dev/zero"),
    "socket": _socket,
    "folder": Path.mkdir,
    "link outside": lambda place: place.symlink_to(outside(place) / "secret.txt"),
    "link to a folder outside": lambda place: place.symlink_to(outside(place)),
    "link to the site folder": lambda place: place.symlink_to(outside(place).parent / "site"),
    "link to nothing": lambda place: place.symlink_to("b.lua/x"),
    "circle": lambda place: place.symlink_to(place.name),
    "8 GB": _sparse,
    "nonsense": lambda place: place.write_bytes(b"\x00\xff{[\x1b" * 50),
}


def outside(place: Path) -> Path:
    return next(parent / "outside" for parent in place.parents if (parent / "outside").is_dir())


def state_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


INSTALLS = (
    "console",
    "backups",
    "journal",
    "template.json",
    "database",
    "trash",
    "schemas",
    "schema",
    "page",
)
"""Places that an installation reads or writes."""


def use(site: Path, template: Path | None) -> list[str]:
    """Open the site and do what reads each place; everything that was said."""
    said: list[str] = []

    def attempt(work: Callable[[], object]) -> None:
        try:
            said.append(repr(work()))
        except KnownError as error:
            said.append(str(error))

    def work() -> None:
        with Engine.open(site, watch=False, lock=True) as engine:
            engine.bus.subscribe(
                lambda event: said.append(event.line.message) if isinstance(event, LogRecorded) else None
            )
            said.extend(
                str(one) for info in engine.scripts.reload() for one in (info.problem, *info.warnings)
            )
            said.extend(str(one) for one in engine.scripts.problems())
            attempt(lambda: engine.calls.call("good", caller=engine.owner).value)
            attempt(engine.tables.infos)
            attempt(engine.checks.files.problems)
            attempt(lambda: engine.history.count)
            attempt(engine.peers.all)
            attempt(lambda: engine.pages.avatar(engine.owner.id))
            attempt(lambda: read_page(engine))
            attempt(engine.schemas.reload)
            attempt(engine.templates.recovery.undecided)
            attempt(engine.templates.backups)
            attempt(lambda: engine.scripts.source(engine.scripts.all()[-1]))
            for script in [one for one in engine.scripts.all() if one.name == "odd"]:
                attempt(partial(engine.scripts.delete, script))
            if template is not None:
                attempt(lambda: engine.templates.install(read_template(template)).title)

    attempt(work)
    return said


def read_page(engine: Engine) -> bytes:
    with engine.pages.files.open("page.txt").stream as stream:
        return stream.read(200)


@pytest.mark.parametrize("place", PLACES)
def test_whatever_stands_there(tmp_path: Path, place: str) -> None:
    template = write_files(tmp_path / "notes", template_files())
    kinds = nightly(chance(place).sample(list(KINDS), 4), list(KINDS))
    for number, kind in enumerate(kinds):
        site = make_site(tmp_path / str(number) / "site")
        if place == "journal":
            write_change(site).unlink()
        target = site / PLACES[place]
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            target.rmdir()
        target.unlink(missing_ok=True)
        KINDS[kind](target)
        before = state_of(site.parent / "outside")
        said = use(site, template if place in INSTALLS else None)
        assert SECRET not in "\n".join(said), kind
        assert state_of(site.parent / "outside") == before, kind
        assert not any("Traceback" in one or "internal error" in one for one in said), (kind, said)


@pytest.mark.parametrize("kind", [one for one in KINDS if one not in ("folder", "nonsense")])
def test_one_bad_script_is_one_bad_script(tmp_path: Path, kind: str) -> None:
    site = make_site(tmp_path / "site")
    place = site / "site/lua/functions/odd.lua"
    place.unlink()
    KINDS[kind](place)
    with Engine.open(site, watch=False) as engine:
        assert engine.calls.call("good", caller=engine.owner).ok
        named = [*(str(one.problem) for one in engine.scripts.all()), *map(str, engine.scripts.problems())]
        assert any("functions/odd.lua" in one for one in named) or kind == "link to a folder outside"


@pytest.mark.parametrize("value", [".goop-console", ".GOOP-console/calls", "site/../.goop-console"])
@pytest.mark.parametrize("key", ['{"lua": {"script_dir": "%s"}}', '{"paths": {"site_root": "%s"}}'])
def test_no_script_and_no_page_comes_out_of_our_own_folder(tmp_path: Path, key: str, value: str) -> None:
    site = make_site(tmp_path / "site")
    (site / "goop.json").write_text(key % value)
    with pytest.raises(KnownError, match="the console's own folder"):
        Engine.open(site, watch=False)


def test_a_hard_link_is_no_page(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    (site / "site/page.txt").hardlink_to(tmp_path / "outside/secret.txt")
    with Engine.open(site, watch=False) as engine:
        assert "hard link" in str(engine.calls.call("good", caller=engine.owner).value["page"])
        with pytest.raises(KnownError, match="hard link"):
            engine.pages.files.open("page.txt")


def test_what_is_said(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    (site / "a.txt").write_text("x" * 2000)
    (site / "twice.txt").hardlink_to(site / "a.txt")
    (site / "pipe").unlink(missing_ok=True)
    os.mkfifo(site / "pipe")
    (site / "link").symlink_to("a.txt")
    (site / "out").symlink_to("../outside/secret.txt")
    (site / "folder").symlink_to("../outside")

    def reason(name: str, rule: Rule) -> str:
        with pytest.raises(ForeignFileError) as caught:
            read_foreign(site / name, site, rule)
        assert str(site) not in caught.value.reason
        return caught.value.reason

    assert reason("pipe", Rule(9000)) == "is a pipe, not a file"
    assert reason("a.txt", Rule(1024)) == "is larger than 1 KB"
    assert reason("link", Rule(9000)) == "is a symbolic link; put a real file there"
    assert reason("folder/secret.txt", Rule(9000)).startswith("is below folder, which is a symbolic link")
    assert "leads out of the site folder" in reason("out", Rule(9000, links=True))
    assert "leads out of the site folder" in reason("folder/secret.txt", Rule(9000, links=True))
    assert "hard link (the file has 2 names)" in reason("twice.txt", Rule(9000, hard_links=False))
    assert read_foreign(site / "link", site, Rule(9000, links=True)) == b"x" * 2000
    assert read_foreign(site / "none", site, Rule(9000)) is None
    assert read_foreign(site / "none/at all", site, Rule(9000, links=True)) is None
    with pytest.raises(ForeignFileError, match="no file may have"):
        read_foreign(site / "a\0b", site, Rule(9000))
    with pytest.raises(ForeignFileError, match="symbolic link"):
        own_folder(site, "folder", "inner")


def test_a_file_that_grows_is_read_up_to_the_bound(tmp_path: Path) -> None:
    with pytest.raises(ForeignFileError, match="larger than 1 KB"):
        read_foreign(Path("/proc/self/smaps"), Path("/proc/self"), Rule(1024))  # its size is said to be 0
