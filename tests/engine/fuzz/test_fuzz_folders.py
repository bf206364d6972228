"""Folders and lines of others, by the thousand: no traceback, no hang, no change outside the folder.

``make test`` makes a few, always the same; ``make fuzz`` 10,000 new ones (``GOOP_FUZZ``).
"""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from goop_console.cli import main
from goop_console.commands.batch import Batch
from lua_engine import Engine
from tests.helpers.foreign_change import CHANGE_ID, change_folder, kept_file, sha, write_change

COUNT = int(os.environ.get("GOOP_FUZZ", "0"))
RANDOM = settings(
    max_examples=COUNT or 60,
    derandomize=not COUNT,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
LINES = settings(RANDOM, max_examples=COUNT or 300)

FILES = [
    "goop.json",
    "data/identity.key",
    ".goop-console",
    ".goop-console/peers.json",
    ".goop-console/lock",
    ".goop-console/lock.json",
    ".goop-console/template.json",
    ".goop-console/history.db",
    ".goop-console/calls",
    ".goop-console/calls/a.call.json",
    ".goop-console/calls/b.check.json",
    ".goop-console/trash",
    ".goop-console/backups",
    f".goop-console/backups/{CHANGE_ID}",
    f".goop-console/backups/{CHANGE_ID}/journal.json",
    f".goop-console/backups/{CHANGE_ID}/data.db",
    "data.db",
    "data.db-wal",
    "data.db-journal",
    "schemas",
    "schemas/a.json",
    "site",
    "site/index.html",
    "site/lua",
    "site/lua/hello.lua",
    "site/lua/functions",
    "site/lua/functions/f.lua",
    "site/lua/functions/g.lua",
    "site/lua/.state",
    "site/lua/.state/f.json",
    "shared",
    "avatar.png",
    ".goop-console/.gitignore",
    ".goop-console/breakpoints.json",
    ".goop-console/edits",
    ".goop-console/edits/a.edit",
    ".goop-console/history.json",
    ".goop-console/last-good.json",
    ".goop-console/log.db",
    ".goop-console/log.db-wal",
    ".goop-console/log.json",
    ".goop-console/replacing.json",
    ".goop-console/versions",
    ".goop-console/versions/function-f",
    ".goop-console/writes.db",
    "site/lua/goop.d.lua",
]
WORDS = [
    "null", "5", "[]", "{}", '"x"', "{", "[" * 3000, '{"a":' * 500, "1e999", "NaN", '{"a":1,"a":2}',
    '"\\ud800"',
    '{"lua": {"enabled": true}}', '{"lua": {"enabled": true, "script_dir": "../x"}}',
    '{"lua": {"enabled": true, "script_dir": ".goop-console"}}', '{"lua": {"script_dir": "site/\\u0000"}}',
    '{"lua": {"enabled": true}, "identity": {"key_file": "a\\u0000b"}}', '{"paths": {"site_root": "data"}}',
    '{"lua": {"enabled": true}, "identity": {"key_file": "../key"}}', '{"peers": [{"id": ""}]}',
    '{"peers": [{"id": "p", "label": "\\u202e"}]}', '{"format": 99}', '{"function": "f", "params": {}}',
    '{"name": "a", "columns": [{"name": "x", "type": "text"}], "system_key": true}',
    '{"template": "", "files": {"../x": "y", "goop.json": "z"}}',
    "function call(r) return goop.kv.get('k') end",
    "function handle(a) return a end", "x = ", "\x1bLua", "-- \ufeff\u2029\r", "\x00", "\xff\xfe",
]  # fmt: skip


def _socket_free_kinds() -> list[Callable[[Path, Random], object]]:
    def target(place: Path, random: Random) -> str:
        home = next(one for one in place.parents if one.name == "site-folder").parent
        return random.choice(
            [
                *(
                    "/dev/zero",
                    "/etc/passwd",
                    "/proc/self/mem",
                    "nowhere",
                    place.name,
                    "a.lua/x",
                    ".",
                    "..",
                    "/",
                ),
                *(str(home / "outside"), str(home / "outside/secret.txt"), "../site/index.html"),
            ]
        )

    return [
        lambda place, random: place.write_text(random.choice(WORDS), encoding="utf-8", errors="replace"),
        lambda place, random: place.write_bytes(random.randbytes(random.randrange(2000))),
        lambda place, random: place.symlink_to(target(place, random)),
        lambda place, random: os.mkfifo(place),
        lambda place, random: place.mkdir(),
        lambda place, random: _truncated(place, random.choice([0, 1, 2**20, 2**33])),
    ]


def _truncated(place: Path, size: int) -> None:
    with place.open("wb") as file:
        file.truncate(size)


KINDS = _socket_free_kinds()


def make_folder(home: Path, random: Random) -> Path:
    """A site with some things of it replaced by others."""
    site = home / "site-folder"
    (site / "site/lua/functions").mkdir(parents=True)
    (site / "goop.json").write_text('{"lua": {"enabled": true, "timeout_seconds": 2}}')
    (site / "site/lua/functions/f.lua").write_text("function call(r) goop.kv.set('k', 1) return 1 end")
    (home / "outside").mkdir()
    (home / "outside/secret.txt").write_text("SECRET")
    if random.random() < 0.4:
        path = random.choice(["../outside/secret.txt", "site/index.html", "/x", "goop.json", "site/a/b", ""])
        write_change(
            site,
            files=[{"path": path, "before": random.choice([None, sha(b"x")]), "after": sha(b"SECRET")}],
            folders=[random.choice(["../outside", "site/a", "site"])],
            state=random.choice(["prepared", "done", "x"]),
        )
        if path and not path.startswith(("/", "..")):
            kept_file(site, path, b"x")
    for name in random.sample(FILES, random.randrange(1, 5)):
        place = site / name
        try:
            if place.is_symlink() or place.is_file():
                place.unlink()
            elif place.is_dir():
                shutil.rmtree(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            random.choice(KINDS)(place, random)
        except OSError:  # something above it is no folder any more
            continue
    return site


def outside(home: Path) -> dict[str, object]:
    """What lies outside the site. A folder of the site may be a link to there, so anything may."""
    return {str(path.relative_to(home)): _kept(path, path.lstat()) for path in (home / "outside").rglob("*")}


def _kept(path: Path, found: os.stat_result) -> object:
    if path.is_symlink():
        return os.readlink(path)
    if stat.S_ISREG(found.st_mode) and found.st_size < 2**21:
        return path.read_bytes()
    return stat.S_IFMT(found.st_mode), found.st_size


COMMANDS = [
    ["check"],
    ["call", "f"],
    ["call", "f", "--as", "stranger"],
    ["chat", "!hello"],
    ["test"],
    ["unfinished"],
    ["unfinished", "--undo", CHANGE_ID],
    ["unfinished", "--drop", CHANGE_ID],
    ["restore", "--list"],
    ["restore", "--plan"],
    ["install", "todo", "--plan"],
    ["install", "todo"],
    ["add", "ping"],
    ["types"],
    ["logs"],
    ["logs", "--since", "1h", "--json"],
    ["export-data", "a", "--out", "OUT/a.csv"],
    ["export", "OUT/exported", "--name", "x"],
]


@pytest.fixture(autouse=True)
def _kept_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goop_console.cli.prepare_streams", lambda: None)


@RANDOM
@given(st.randoms(use_true_random=False))
@pytest.mark.timeout(7200)
def test_folders_of_others(random: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        site = make_folder(home, random)
        note(str(sorted(str(path.relative_to(site)) for path in site.rglob("*"))))
        (home / "out").mkdir()
        before = {*os.listdir(home)}, outside(home)
        name, *rest = random.choice(COMMANDS)
        rest = [word.replace("OUT/", f"{home}/out/") for word in rest]
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = main([name, str(site), *rest])
        note(f"{name} {rest}: {code}: {said.getvalue()[:2000]}")
        assert code in (0, 1, 2)
        assert "Traceback" not in said.getvalue()
        assert "SECRET" not in said.getvalue()
        assert ({*os.listdir(home)}, outside(home)) == before


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    site = tmp_path_factory.mktemp("lines") / "site"
    (site / "site/lua/functions").mkdir(parents=True)
    (site / "goop.json").write_text('{"lua": {"enabled": true, "timeout_seconds": 1}}')
    (site / "site/lua/functions/f.lua").write_text("function call(r) return r.params end")
    with Engine.open(site, watch=False) as engine:
        yield Batch(engine)


TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "x" * 300,
            "x" * 5000,
            "a\0b",
            "~nobody/x",
            "/dev/zero",
            "/",
            ".",
            "..",
            "\ud800",
            "owner",
            "f",
            "todo!",
        ]
    ),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OPERATIONS = st.sampled_from(["call", "chat", "emit", "functions", "commands", "reload", "install", "?"])
KEYS = ("function", "params", "caller", "text", "event", "argument", "template", "id")


@LINES
@given(
    st.one_of(
        st.binary(max_size=60),
        st.fixed_dictionaries({"op": OPERATIONS | VALUES}, optional=dict.fromkeys(KEYS, VALUES)).map(
            lambda line: json.dumps(line).encode()
        ),
        st.fixed_dictionaries({"op": OPERATIONS}, optional=dict.fromkeys(KEYS, TEXTS)).map(
            lambda line: json.dumps({"caller": "owner", **line}).encode()
        ),
    )
)
@pytest.mark.timeout(7200)
def test_lines_of_others(batch: Batch, line: bytes) -> None:
    answer = batch.answer(line)
    assert answer["ok"] in (True, False)
    assert answer["ok"] or answer["error"]["message"]
    json.dumps(answer, allow_nan=False)


def test_the_lines_that_ended_a_batch(batch: Batch) -> None:
    for template in ("x" * 300, "a\0b", "~no-such-user-here/x", "/dev/zero", "/dev/stdin"):
        line = json.dumps({"id": 1, "op": "install", "template": template}).encode()
        answer = batch.answer(line)
        assert (answer["ok"], answer["id"]) == (False, 1), template


def test_a_folder_of_a_change_without_a_journal(tmp_path: Path) -> None:
    site = make_folder(tmp_path, Random(5))
    change_folder(site).mkdir(parents=True, exist_ok=True)
    assert main(["unfinished", str(site)]) in (0, 1, 2)
