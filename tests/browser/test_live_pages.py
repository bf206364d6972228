"""What happens in a page by itself: news, reload on save, errors that reach the log."""

from __future__ import annotations

import time

import pytest

from lua_engine import Event, LogRecorded
from tests.browser.conftest import OpenTemplate
from tests.helpers.scene import Scene


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("pages")


def listens(scene: Scene, who: str) -> None:
    """Wait until the engine has ``who`` on its news."""
    until = time.monotonic() + 60
    while scene.visitor(who).caller.id not in scene.preview.pages.listeners():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_saved_styles_are_swapped_and_saved_pages_reloaded(scene: Scene) -> None:
    page = scene.page("owner")
    listens(scene, "owner")
    root = scene.engine.site.site_root
    page.run("window.before = true")
    color = "getComputedStyle(document.querySelector('h1')).color"
    (root / "css/main.css").write_text("h1 { color: rgb(1, 2, 3); }")
    page.wait(f"{color} === 'rgb(1, 2, 3)'")
    assert page.run("window.before"), "a style sheet does not wipe forms"
    (root / "js/main.js").write_text("document.getElementById('out').textContent = 'saved';")
    page.see("saved")
    assert not page.run("window.before")


def test_a_saved_script_of_the_site_does_not_reload(scene: Scene) -> None:
    page = scene.page("owner")
    listens(scene, "owner")
    page.run("window.before = true")
    source = "function call() return 'new' end"
    (scene.engine.site.functions_dir / "null.lua").write_text(source)
    page.wait("Goop.data.call('null').then((answer) => answer === 'new')", "the new script answers")
    assert page.run("window.before")


def test_errors_of_the_page_are_rows_in_the_log(scene: Scene) -> None:
    lines: list[tuple[str, str, str]] = []

    def note(event: Event) -> None:
        if isinstance(event, LogRecorded):
            name = event.line.caller.name if event.line.caller else ""
            lines.append((event.line.level, name, event.line.message))

    scene.engine.bus.subscribe(note)
    script = "\n\nconsole.error('careful');\nlater();\nfunction later() { nosuch.method(); }"
    (scene.engine.site.site_root / "js/main.js").write_text(script)
    index = scene.engine.site.site_root / "index.html"
    broken = '<img src="nosuch.png" alt=""><p onclick="x()">in</p><script>evil()</script></body>'
    index.write_text(index.read_text().replace("</body>", broken))
    page = scene.page("viewer")
    wanted = (
        ("error", "console.error: careful"),
        ("error", "js/main.js:5: Uncaught ReferenceError: nosuch is not defined"),
        ("error", "img cannot be loaded"),
        ("error", "Goop2's policy blocks this (script-src-elem)"),
    )
    for level, text in wanted:
        page.wait("true")
        until = time.monotonic() + 60
        while not [one for one in lines if one[:2] == (level, "Vic") and text in one[2]]:
            assert time.monotonic() < until, (text, lines)
            time.sleep(0.05)
    assert page.errors, "the browser says it too"
    page.errors.clear()


def test_many_windows_share_one_stream(scene: Scene) -> None:
    """A stream in each tab would stall the sixth: a browser opens six connections to one host."""
    pages = [scene.page("owner") for _ in range(8)]
    listens(scene, "owner")
    for page in pages:
        assert page.run("Goop.data.call('null')") is None
        page.run("window.heard = 0; Goop._listeners.push({kind: 'mq', hear() { window.heard += 1; }})")
    streams = [one for one in scene.preview.pages.listeners() if one == scene.engine.owner.id]
    assert len(streams) == 1
    body = f'{{"peer_id": "{scene.engine.owner.id}", "topic": "game", "payload": 1}}'
    options = f"{{method: 'POST', headers: {{'Content-Type': 'application/json'}}, body: '{body}'}}"
    send = f"fetch('/api/mq/send', {options})"
    pages[0].run(f"{send}.then((r) => r.ok)")
    for page in pages:
        page.wait("window.heard === 1", "every window hears it")
    pages[0].go("about:blank")  # whichever held the lock: another one takes over
    pages[1].wait(
        f"{send}.then((r) => r.ok && new Promise((done) => setTimeout(() => done(window.heard > 1), 100)))"
    )


def test_slow_and_offline(scene: Scene) -> None:
    page = scene.page("viewer")
    visitor = scene.visitor("viewer")
    visitor.delay = 0.3
    clock = "const t = performance.now(); await Goop.data.call('null'); return performance.now() - t;"
    assert page.run(f"(async () => {{ {clock} }})()") >= 300
    visitor.delay = 0.0
    visitor.is_offline = True
    assert "cannot be reached" in page.run("Goop.data.call('null').catch((error) => error.message)")
    page.errors.clear()
    visitor.is_offline = False
    assert page.run("Goop.data.call('null')") is None


def test_the_badge_says_who_one_is_and_can_be_hidden(open_template: OpenTemplate) -> None:
    page = open_template("pages").page("viewer")
    page.wait("document.documentElement.lastElementChild.tagName === 'DIV'", "the badge")
    page.mouse("mousePressed", 640, 8)
    page.mouse("mouseReleased", 640, 8)
    page.wait("sessionStorage.getItem('goop-badge') === 'off'")
