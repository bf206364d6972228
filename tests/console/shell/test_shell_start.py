"""What is imported by the time the window is painted, and for one call: each module is time that a person
waits. Counted, since the clock of a busy machine says nothing; `make bench` has the times.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import goop_console
from goop_console.demo import build_demo
from lua_engine import Engine

from .conftest import MakeSite

WINDOW = """
from goop_console.app import Console, make_application
app = make_application()
Console(app).show()
import linecache
assert [one for one in linecache.cache if "goop_console" in one] == [], "PySide reads sources"
"""
CALL = """
import sys
from goop_console.cli import main
assert main(["call", *sys.argv[1:]]) == 0
"""
TELL = "import json, os, sys\n{}\nprint(json.dumps(sorted(sys.modules)), flush=True)\nos._exit(0)"
HEAVY = {"asyncio", "cryptography", "email", "html", "httpx", "lupa", "pygls", "qasync", "sqlalchemy"}
HEAVY |= {"ssl", "sqlite3", "tree_sitter", "watchdog", "xlsxwriter", "lua_engine.engine"}

NOT_FOR_A_CALL = {"PySide6", "pygls", "qasync", "watchdog", "xlsxwriter", "lua_engine.checks.checker"}
NOT_FOR_A_CALL |= {"lua_engine.data.part", "lua_engine.debugger.debugger", "lua_engine.history.call_history"}
NOT_FOR_A_CALL |= {"lua_engine.language.language", "lua_engine.pages.pages", "lua_engine.pages.beside"}
# SQLAlchemy with what it brings took half of a call's time.
NOT_FOR_A_CALL |= {
    "sqlalchemy",
    "asyncio",
    "email",
    "importlib.metadata",
    "cryptography",
    "httpx",
    "idna",
    "ssl",
}
NOT_FOR_A_CALL |= {
    "lua_engine.logs.query",
    "lua_engine.templates.installer",
    "lua_engine.store.community.community_rows",
    "uuid",
}


def imported(code: str, home: Path, *arguments: str) -> set[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", TELL.format(code), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def ours(modules: set[str]) -> list[str]:
    return [name for name in modules if name.startswith(("goop_console", "lua_engine"))]


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    modules = imported(WINDOW, tmp_path)
    assert modules & HEAVY == set()
    assert len(ours(modules)) <= 67, "is the new one needed before the window is there?"


def test_a_call_imports_only_what_a_call_needs(tmp_path: Path, make_site: MakeSite) -> None:
    """The rows of a table with a schema are read and written with SQL of our own."""
    site = make_site()
    with Engine.open(site, watch=False) as engine:
        assert engine.owner.id  # the first time a key and the tables are made
    build_demo(tmp_path / "demo")
    assert (
        imported(CALL, tmp_path, str(tmp_path / "demo"), "tasks", "--action", "list") & NOT_FOR_A_CALL
        == set()
    )
    modules = imported(CALL, tmp_path, str(site), "echo")
    assert modules & NOT_FOR_A_CALL == set()
    # Files are split now and then: what counts is the list above, and that no room comes along whole.
    assert len(ours(modules)) <= 232, "does one call need the new ones?"


def test_a_window_waits_for_no_import_of_a_part_later() -> None:
    """Else the Qt thread imports it, 0.1 s for the data browser, when a tab first asks for it."""
    code = (
        "import sys\nfrom goop_console.window.importing import import_all\nimport_all()\n"
        "from lua_engine.engine_parts import _PARTS\nprint([one for one in _PARTS if one not in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PARTS = """
import json, sys, goop_console.app
from goop_console.window.importing import PARTS, import_engine, import_part, import_rest
import_engine()
found, before_rest = {}, []
for tab_id, parts in PARTS.items():
    for part in parts:
        before = len(sys.modules)
        import_part(part)
        found[part] = len(sys.modules) - before
    before_rest = before_rest or [one for one in sys.modules if one.partition(".")[0] == "sqlalchemy"] or [""]
    import_rest()
print(json.dumps([found, before_rest]))
"""


def test_the_tabs_are_imported_in_small_parts() -> None:
    """On the Qt thread, which is held for a millisecond or two by each module; the first without SQLAlchemy,
    the others once a thread has imported that.
    """
    done = subprocess.run([sys.executable, "-c", PARTS], capture_output=True, text=True, check=True)
    found, before_rest = json.loads(done.stdout)
    assert {part: count for part, count in found.items() if count > 40} == {}, "put one before it"
    assert before_rest == [""]
    folder = Path(goop_console.__file__).parent / "tabs"
    tabs = {f"tabs.{one.parent.name}.tab" for one in folder.glob("*/tab.py")}
    assert tabs <= set(found), "a tab that is imported when it is first made"


def test_an_open_site_needs_no_tls_and_no_server_yet(tmp_path: Path) -> None:
    """They are imported with the first request of a script and the first visitor of a preview."""
    code = (
        "from goop_console.window.importing import import_all\nimport_all()\n"
        "import asyncio, sys\nassert asyncio.sslproto.ssl is None"
    )
    assert imported(code, tmp_path) & {"ssl", "http.server", "urllib.request", "xml", "httpx"} == set()
    code += "\nimport ssl\nassert ssl.create_default_context() is not None"
    assert "ssl" in imported(code, tmp_path)


def test_window_and_call_hash_without_openssl(tmp_path: Path) -> None:
    """4 MB of a library of which nothing else is used."""
    hashes = (
        "import hashlib, hmac\n"
        "assert hashlib.sha256(b'abc').hexdigest().startswith('ba7816bf8f01cfea')\n"
        "told = hmac.new(b'Jefe', b'what do ya want for nothing?', 'sha256').hexdigest()\n"
        "assert told.startswith('5bdcc146bf60754e')"
    )
    window = WINDOW + "from goop_console.window.importing import import_all\nimport_all()\n" + hashes
    assert "_hashlib" not in imported(window, tmp_path)
    build_demo(tmp_path / "demo")
    call = (
        "import sys\nsys.argv.insert(1, 'call')\nfrom goop_console.__main__ import main\nassert main() == 0\n"
    ) + hashes
    assert "_hashlib" not in imported(call, tmp_path, str(tmp_path / "demo"), "tasks", "--action", "list")
