"""Tries a bundle as somebody has it who has no Python: ``smoke_test.py FOLDER``, at the end of
``make bundle``; or ``smoke_test.py FOLDER SYSTEM`` as root, where it is installed in another system's folder.

The environment is empty, the PATH leads nowhere, the home is new, the screen is none, and where there is Xvfb
also a screen of its own. What fails is said with what the program printed; the exit code is 1 then.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dap_client import DapClient, stop_at
from PySide6.QtGui import QImage

HELLO = "--- Greets\nfunction handle(args) return 'Hello, ' .. args .. '!' end\n"
SUM = """--- Adds
function call(request)
  local total = request.params.a + request.params.b
  return total
end
"""
ENDLESS = "--- Never ends\nfunction call(request) while true do end end\n"
# different columns of pixels in the line of the menu; boxes in place of letters have fewer than ten
MIN_LETTERS = 40


class Bundle:
    """The program in ``folder``, run in an empty environment, below ``system`` if that is not this one.

    ``home`` has one path in both.
    """

    def __init__(self, folder: Path, home: Path, system: Path | None = None) -> None:
        self._program = folder / "goop-console"
        self._home = home
        self._system = system

    def command(self, *words: object, **settings: str) -> list[str]:
        """What runs it with ``settings`` in its environment. No process stands between it and us."""
        environment = {
            "HOME": str(self._home),
            "PATH": "/nowhere",
            "QT_QPA_PLATFORM": "offscreen",
            "LANG": "C.UTF-8",
            **settings,
        }
        there = ["chroot", str(self._system)] if self._system is not None else []
        named = [f"{name}={value}" for name, value in environment.items()]
        return [*there, "/usr/bin/env", "-i", *named, str(self._program), *map(str, words)]

    def run(self, *words: object, stdin: str = "", code: int = 0) -> str:
        """Its standard output; fails unless it ends with ``code``."""
        done = subprocess.run(
            self.command(*words),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=1_800,
            check=False,
        )
        if done.returncode != code:
            said = f"{done.stdout}{done.stderr}"
            fail(f"{' '.join(map(str, words))}: exit code {done.returncode}, expected {code}\n{said}")
        return done.stdout


def main(arguments: Sequence[str]) -> int:
    system = Path(arguments[1]).resolve() if len(arguments) > 1 else None
    place = Path(arguments[0]) if system is not None else Path(arguments[0]).resolve()
    with tempfile.TemporaryDirectory(prefix="goop-smoke-") as folder, shared(folder, system):
        bundle, site = Bundle(place, Path(folder), system), Path(folder, "site")
        make_site(site)
        say(bundle.run("--version").strip())
        try_commands(bundle, site)
        try_batch(bundle, site)
        try_debugger(bundle, site)
        try_preview(bundle, site)
        try_window(bundle, Path(folder, "pictures"))
        try_screen(bundle, site)
    say("the bundle works without Python")
    return 0


@contextmanager
def shared(folder: str, system: Path | None) -> Iterator[None]:
    """``folder`` has the same path below ``system``."""
    if system is None:
        yield
        return
    there = Path(f"{system}{folder}")
    there.mkdir(parents=True)
    subprocess.run(["mount", "--bind", folder, str(there)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(there)], check=True)
        there.rmdir()


def make_site(site: Path) -> None:
    (site / "site/lua/functions").mkdir(parents=True)
    lua = {"enabled": True, "timeout_seconds": 2}
    (site / "goop.json").write_text(json.dumps({"profile": {"label": "Maya"}, "lua": lua}))
    (site / "site/lua/hello.lua").write_text(HELLO)
    (site / "site/lua/functions/endless.lua").write_text(ENDLESS)


def try_commands(bundle: Bundle, site: Path) -> None:
    expect("todo" in bundle.run("templates"), "the bundled templates are listed")
    bundle.run("install", site, "todo")
    expect(bundle.run("chat", site, "!hello Ana") == "Hello, Ana!\n", "a chat command answers")
    add = ("--action", "add", "--params", '{"list_id": 1, "text": "Milk"}')
    tasks = ("--action", "tasks", "--params", '{"list_id": 1}')
    before = bundle.run("call", site, "todo", *tasks)
    bundle.run("call", site, "todo", *add, "--dry-run")
    expect(bundle.run("call", site, "todo", *tasks) == before, "a dry run changes nothing")
    added = json.loads(bundle.run("call", site, "todo", *add))["id"]
    expect("Milk" in bundle.run("call", site, "todo", *tasks), "a call writes")
    milk = site / "milk.csv"
    bundle.run("export-data", site, "tasks", "--out", milk, "--where", "text = 'Milk'")
    bundle.run("import-data", site, "tasks", milk)
    expect(bundle.run("call", site, "todo", *tasks).count("Milk") == 2, "a row is added to a table")
    edit = ("--action", "edit", "--params", json.dumps({"id": added, "text": "Oats"}))
    bundle.run("call", site, "todo", *edit)
    expect("Oats" in bundle.run("call", site, "todo", *tasks), "a row is edited")
    bundle.run("call", site, "endless", code=1)
    saved = site / ".goop-console/calls"
    saved.mkdir(parents=True, exist_ok=True)
    greeting = {
        "kind": "chat",
        "text": "!hello Al",
        "expect": [{"kind": "value_equals", "value": "Hello, Al!"}],
    }
    (saved / "greets.call.json").write_text(json.dumps(greeting))
    junit = site / "results.xml"
    bundle.run("test", site, "--junit", junit)
    expect("<testsuite" in junit.read_text(), "the site's saved calls are run")
    bundle.run("check", site)
    bundle.run("types", site)


def try_batch(bundle: Bundle, site: Path) -> None:
    requests = [{"op": "functions"}, {"op": "reload"}, {"op": "chat", "text": "!hello Bo", "caller": "owner"}]
    answers = bundle.run(
        "batch", site, stdin="".join(json.dumps(one) + "\n" for one in requests)
    ).splitlines()
    expect(json.loads(answers[-1])["value"] == "Hello, Bo!", "a batch answers")


def try_debugger(bundle: Bundle, site: Path) -> None:
    """A breakpoint stops a call, as for an editor."""
    script = site / "site/lua/functions/sum.lua"
    script.write_text(SUM)
    client = DapClient(bundle.command("dap", site))
    found = stop_at(client, script, 4, {"function": "sum", "params": {"a": 40, "b": 2}})
    expect(found.get("total") == "42", f"a breakpoint stops a call: {found}")
    expect(client.end() == 0, "the debugger ends with its editor")


def try_preview(bundle: Bundle, site: Path) -> None:
    command = bundle.command("preview", site, "--json")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            status, page = fetch(told["visitors"][0]["address"])
            expect(status == 200 and b"<html" in page.lower(), f"a page is served: {status}")
        finally:
            process.send_signal(signal.SIGTERM)
        expect(process.wait(300) == 0, "the preview ends when it is told to")


def fetch(address: str) -> tuple[int, bytes]:
    """The answer, redirects followed as a browser does: the visitor's name is a host of this machine, and the
    first
    answer sets a cookie.
    """
    parts, cookie = urlsplit(address), ""
    path = f"{parts.path or '/'}?{parts.query}"
    for _ in range(3):
        connection = HTTPConnection("127.0.0.1", parts.port or 80, timeout=300)
        connection.request("GET", path, headers={"Host": parts.netloc, "Cookie": cookie})
        answer = connection.getresponse()
        body, place = answer.read(), answer.getheader("Location")
        cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
        connection.close()
        if place is None:
            return answer.status, body
        path = urlsplit(place).path or "/"
    return answer.status, body


def try_window(bundle: Bundle, out: Path) -> None:
    bundle.run("demo", "--screenshots", out)
    pictures = sorted(out.glob("*.png"))
    expect(len(pictures) > 30, "the demo opens and the tour made its pictures")
    for path in pictures:
        few = letters(QImage(str(path))) < MIN_LETTERS
        expect_quietly(not few, f"{path.name} has text: no font, or nothing painted")
    say(f"ok: {len(pictures)} pictures have text")


def try_screen(bundle: Bundle, site: Path) -> None:
    """A real window on a screen of its own: it opens and a signal closes it."""
    if shutil.which("Xvfb") is None:
        say("no Xvfb: the window was not tried on a screen")
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            expect(bool(select.select([read], [], [], 60)[0]), "there is a screen")
            display = f":{os.read(read, 16).decode().strip()}"
            command = bundle.command("open", site, QT_QPA_PLATFORM="xcb", DISPLAY=display)
            with subprocess.Popen(command) as window:
                lock = site / ".goop-console/lock.json"
                wait_for(lambda: lock.exists() or window.poll() is not None, "the window opens the site")
                window.send_signal(signal.SIGTERM)
                expect(window.wait(300) == 0, "the window opened the site on a screen and closed")
        finally:
            os.close(read)
            server.terminate()


def wait_for(holds: Callable[[], bool], what: str) -> None:
    """Look until it holds; fails after two minutes."""
    end = time.monotonic() + 120
    while not holds():
        expect_quietly(time.monotonic() < end, what)
        time.sleep(0.1)


def letters(picture: QImage, height: int = 30) -> int:
    """How many different columns of pixels the top of ``picture`` has, where the menu is."""
    rows = range(min(height, picture.height()))
    return len({tuple(picture.pixel(x, y) for y in rows) for x in range(picture.width())})


def expect_quietly(holds: bool, what: str) -> None:
    if not holds:
        fail(f"does not hold: {what}")


def expect(holds: bool, what: str) -> None:
    expect_quietly(holds, what)
    say(f"ok: {what}")


def say(text: str) -> None:
    print(f"smoke test: {text}", flush=True)


def fail(text: str) -> None:
    sys.exit(f"smoke test: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
