"""A hostile page in another tab, and a hostile page of the site itself, in a real browser."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lua_engine import CallFinished, Event
from tests.browser.conftest import OpenTemplate
from tests.helpers.scene import Scene


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Not on the test's output."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another server on this machine, as any program may run one: its address."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Elsewhere</title><body>elsewhere</body>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("pages")


def test_a_page_from_elsewhere_reaches_nothing(scene: Scene, elsewhere: str) -> None:
    calls: list[Event] = []
    scene.engine.bus.subscribe(lambda one: calls.append(one) if isinstance(one, CallFinished) else None)
    mine = scene.page("owner")
    target = scene.preview.address(scene.visitor("owner"))
    mine.run("document.cookie = 'mine=1'")
    bad = scene.page("stranger")
    bad.go(elsewhere)
    body = '{"function": "notes", "params": {"action": "wipe"}}'
    call = f"{target}api/data/lua/call"
    asked = [
        f"fetch('{target}api/self').then((r) => r.text())",
        f"fetch('{call}', {{method: 'POST', headers: {{'Content-Type': 'application/json'}}, "
        f"body: '{body}'}}).then((r) => r.text())",
        f"fetch('{call}', {{method: 'POST', mode: 'no-cors', body: '{body}'}}).then((r) => r.type)",
    ]
    assert bad.run(f"{asked[0]}.catch(() => 'blocked')") == "blocked"
    assert bad.run(f"{asked[1]}.catch(() => 'blocked')") == "blocked"
    assert bad.run(f"{asked[2]}.catch(() => 'blocked')") in ("blocked", "opaque")
    bad.run(
        f"""(async () => {{
          const add = (tag, properties) => {{
            const element = Object.assign(document.createElement(tag), properties);
            document.body.append(element);
            return element;
          }};
          add("iframe", {{ name: "sink" }});
          const sent = {{ method: "POST", action: "{call}", target: "sink", enctype: "text/plain" }};
          const form = add("form", sent);
          form.innerHTML = `<input name='{body[:-1]}, "x": "' value='"}}'>`;
          form.submit();
          add("script", {{ src: "{target}sdk/goop-data.js" }});
          add("iframe", {{ src: "{target}" }});
          await new Promise((done) => setTimeout(done, 500));
        }})()"""
    )
    assert bad.run("typeof Goop") == "undefined", "a script of ours runs on no other page"
    assert calls == [], "no call reached the engine"
    bad.errors.clear()


def test_a_page_of_the_site_gets_out_nowhere(scene: Scene, elsewhere: str) -> None:
    page = scene.page("stranger")
    other = scene.preview.address(scene.visitor("owner"))
    for address in (elsewhere, f"{other}api/self"):
        assert page.run(f"fetch('{address}').then(() => 'reached', () => 'blocked')") == "blocked"
        image = f"""new Promise((done) => {{
          const image = new Image();
          image.onload = () => done("reached");
          image.onerror = () => done("blocked");
          image.src = "{address}";
        }})"""
        assert page.run(image) == "blocked"
    inline = "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hurt=1\">')"
    script = "const s = document.createElement('script'); s.textContent = 'window.hurt=1'"
    page.run(f"{inline}; {script}; document.body.append(s)")
    page.run("new Promise((done) => setTimeout(done, 200))")
    assert page.run("window.hurt ?? 0") == 0
    assert page.run("document.cookie + localStorage.length") == "0", "another visitor's storage is apart"
    page.errors.clear()
