"""Every action of the bundled templates, dry and then for real: the dry run leaves the site byte for byte as
it was, and both say the same.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, DataDiff, Engine, Peer, Request
from tests.engine.rehearsal.conftest import site_bytes
from tests.helpers.nightly import chance, nightly
from tests.templates.conftest import GALLERY, install, roles_of

TEMPLATES = sorted(path.name for path in GALLERY.iterdir() if (path / "manifest.json").is_file())
ROUNDS = nightly(1, 3)  # of every action as every caller
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.\d]*Z?")
_RANDOM = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
# What some handler of some template reads; each call gets all of them.
_PARAMS: dict[str, list[Any]] = {
    "id": [1, 2, 3],
    "text": ["Paint the gate", "Feed the hens"],
    "title": ["A title", "Another title"],
    "body": ["Words.", "More words."],
    "name": ["A name", "Another name"],
    "question": ["Tea or coffee?"],
    "options": [["tea", "coffee"], ["a", "b", "c"]],
    "description": ["About it."],
    "message": ["Hello all"],
    "due": ["2026-05-31", ""],
    "done": [True, False],
    "position": [0, 1, 2, 5, 9],
    "to": [0, 1, 2],
    "slug": ["a-title"],
    "color": ["#aabbcc"],
    "email": ["someone@example.org"],
}
_IDS = re.compile(r"^(\w+_)?id$")


@pytest.fixture(scope="module", params=TEMPLATES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    key = request.param
    folder = tmp_path_factory.mktemp(key) / "site"
    install(key, folder)
    with Engine.open(folder, watch=False) as engine:
        for role in roles_of(key):
            engine.peers.add_test_peer(Peer(f"12D3KooW{role}", role.title(), f"{role}@example.org", "test"))
            engine.groups.add_to_template(f"12D3KooW{role}", role)
        yield engine


def params_for(engine: Engine, function: str, values: random.Random) -> dict[str, Any]:
    """A value for every parameter that the script reads anywhere (``p.name``)."""
    source = engine.scripts.source(next(one for one in engine.scripts.functions() if one.name == function))
    names = sorted(set(re.findall(r"\bp(?:arams)?\.(\w+)", source)) - {"action"})
    return {
        name: values.choice(_PARAMS["id"] if _IDS.match(name) else _PARAMS.get(name, [1, 2, "text"]))
        for name in names
    }


def comparable(diff: DataDiff) -> list[Any]:
    """Moments and random ids count as equal: also a row that was touched within the second in which it was
    made, or after it.
    """
    found = []
    for table in diff.tables:
        changed = [
            (row.key, plain(row.before), plain(row.after))
            for row in table.changed
            if plain(row.before) != plain(row.after)
        ]
        if changed or table.added or table.removed:
            found.append(
                (
                    table.table,
                    table.key,
                    table.columns,
                    plain(table.added),
                    changed,
                    plain(table.removed),
                    table.left_out,
                )
            )
    return found


def plain(rows: Any) -> str:
    return _RANDOM.sub("RANDOM", _MOMENT.sub("MOMENT", repr(rows)))


def test_dry_and_real_say_the_same_and_dry_leaves_no_trace(template: Engine) -> None:
    values, changed = random.Random(7), 0
    callers = [
        template.owner,
        *(Caller(peer.id) for peer in template.peers.all() if peer.source == "test"),
        Caller("12D3KooWStranger", "Nora"),
    ]
    for _round in range(ROUNDS):
        for function in [one.name for one in template.scripts.functions() if one.name != "seed"]:
            for action in template.scripts.actions(function):
                for caller in callers:
                    params = {"action": action, **params_for(template, function, values)}
                    changed += same(template, "call", function, params, caller)
    for command in template.scripts.commands():
        changed += same(template, "chat", "", f"!{command.name} something", callers[0])
    assert changed > 0, "no call changed anything: the parameters fit no handler"


def same(engine: Engine, kind: str, name: str, argument: Any, caller: Caller) -> int:
    """Whether the call changed something; fails unless the dry run and the real one agree."""
    before = site_bytes(engine.site.path)
    dry = engine.calls.run(Request(kind, name, argument), caller, is_dry=True)
    assert site_bytes(engine.site.path) == before
    real = engine.calls.run(Request(kind, name, argument), caller, keeps_diff=True)
    asked = f"{name} {argument} as {caller.id}"
    assert comparable(dry.diff) == comparable(real.diff), asked
    assert (dry.ok, dry.error and dry.error.message) == (
        real.ok,
        real.error and real.error.message,
    ), asked
    assert [effect.kind for effect in dry.effects] == [effect.kind for effect in real.effects], asked
    return not real.diff.is_empty


def test_the_group_and_the_kept_keys_are_left_alone(template: Engine, tmp_path: Path) -> None:
    groups = [(group.id, template.groups.members(group.id)) for group in template.groups.list()]
    for function in template.scripts.functions():
        template.calls.run(
            Request.event("on_group_close", groups[0][0] if groups else "x"), template.owner, is_dry=True
        )
        for action in template.scripts.actions(function.name):
            template.calls.run(
                Request.call(function.name, {"action": action, "id": 1, "name": "x"}),
                template.owner,
                is_dry=True,
            )
    assert [(group.id, template.groups.members(group.id)) for group in template.groups.list()] == groups


_CHILD = """
import json, sys
from lua_engine import Engine, Request
engine = Engine.open(sys.argv[1], watch=False)
calls = json.loads(sys.argv[2])
print("ready", flush=True)
while True:
    for function, params in calls:
        engine.calls.run(Request.call(function, params), engine.owner, is_dry=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize("number", range(nightly(1, 5)))
def test_dry_runs_of_every_action_that_are_killed_leave_no_trace(
    template: Engine, number: int, tmp_path: Path
) -> None:
    moment = chance(f"killed dry runs {template.site.path.parent.name} {number}")
    calls = [
        (function.name, {"action": action, **params_for(template, function.name, moment)})
        for function in template.scripts.functions()
        for action in template.scripts.actions(function.name)
    ]
    folder = tmp_path / "site"
    shutil.copytree(template.site.path, folder, ignore=shutil.ignore_patterns("console.lock"))
    with Engine.open(folder, watch=False):
        pass  # what opening a site writes is no trace of a dry run
    before = site_bytes(folder)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder), json.dumps(calls)],
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    time.sleep(moment.uniform(0.0, 0.15))  # the moment of the kill is what is random here
    assert child.poll() is None
    child.kill()
    child.wait()
    child.stdout.close()
    assert (folder / "data.db-wal").stat().st_size == 0, (
        "the log of an open database: nothing was ever written to it"
    )
    (folder / "data.db-wal").unlink()
    assert site_bytes(folder) == before
