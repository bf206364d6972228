"""Every example of docs/javascript-api.md, run in a page that has loaded the whole SDK."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from goop_console.preview.reference import ORDER, members
from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import BrowserError, Page
from tests.helpers.scene import Scene

STRICT = "console.assert = (right, ...words) => { if (!right) throw new Error(`not so: ${words}`); }"
WRITES = ("Goop.site.upload", "Goop.site.remove")  # they change the site's files, and so load the page anew
SDK = Path(__file__).parents[2] / "resources/sdk"
SHEETS = sorted(path.name for path in SDK.glob("*.css"))


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    scene = open_template("pages")
    scripts = "".join(f'<script src="/sdk/{name}"></script>' for name in ORDER)
    sheets = "".join(f'<link rel="stylesheet" href="/sdk/{name}">' for name in SHEETS)
    page = f"<!doctype html><title>All</title>{sheets}<body>{scripts}</body>"
    (scene.engine.site.site_root / "all.html").write_text(page)
    return scene


def wait_loaded_anew(page: Page) -> None:
    """The page that ``window.before`` was set in is gone: its files were changed, so it was loaded again."""
    for _ in range(600):
        try:
            if page.run("window.before === undefined"):
                break
        except BrowserError:  # it is on its way
            pass
        time.sleep(0.05)
    wait_loaded(page)
    page.run(STRICT)


def wait_loaded(page: Page) -> None:
    for _ in range(200):
        try:
            if page.run("document.readyState === 'complete' && typeof Goop === 'object'"):
                return
        except BrowserError:  # it is still on its way
            pass
        time.sleep(0.05)


def test_every_example_runs(scene: Scene) -> None:
    page = scene.page("owner", "all.html")
    page.run(STRICT)
    for name in ORDER:
        for one in members(SDK / name):
            example = one.example.replace(
                'Goop.router.page() === "index.html"', 'Goop.router.page() === "all.html"'
            )
            script = f"(async () => {{ {example}\n return 'done'; }})()"
            page.run("window.before = true")
            try:
                assert page.run(script) == "done", one.name
            except BrowserError as error:  # loaded anew before it could answer
                if one.name not in WRITES or "navigated" not in str(error):
                    raise
            if one.name in WRITES:
                wait_loaded_anew(page)
    page.errors.clear()  # requests that an example expects to be refused


def test_every_member_is_there(scene: Scene) -> None:
    page = scene.page("stranger", "all.html")
    for name in ORDER:
        for one in members(SDK / name):
            kind = "object" if one.type.startswith("{") else "function"
            assert page.run(f"typeof {one.name}") == kind, one.name


def test_text_stays_text(scene: Scene) -> None:
    """What visitors wrote is never markup, whichever helper shows it."""
    partial = scene.engine.site.site_root / "partials/evil.html"  # before the page: a change loads it anew
    partial.write_text("<p title='{{text}}'>{{text}}</p>")
    page = scene.page("owner", "all.html")
    evil = json.dumps("""'"><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>{{text}}""")
    shown = page.run(
        f"""(async () => {{ const evil = {evil}, box = document.createElement("div");
          document.body.append(box); box.append(Goop.dom("p", {{ title: evil }}, evil), await
          Goop.partial("evil", {{ text: evil }}), Goop.ui.empty(evil)); const list =
          document.createElement("div"); box.append(list); Goop.list(list, [], () => "", {{ empty: evil
          }}); const esc = document.createElement("div"); esc.innerHTML = Goop.esc(evil); box.append(esc);
          Goop.ui.toast(box)({{ title: evil, message: evil }}); const asked = Goop.ui.confirm(evil, evil);
          document.querySelector(".gc-dialog-cancel").click(); await asked; await new Promise((done) =>
          setTimeout(done, 200)); return [box.querySelectorAll("img, script").length, window.hurt ?? 0,
          esc.textContent === evil];
        }})()"""
    )
    assert shown == [0, 0, True]


def test_partials_with_blocks(scene: Scene) -> None:
    item = "<li>{{@index}}{{name}}{{#if done}}+{{else}}-{{/if}}</li>"
    text = f"<ul>{{{{#each rows}}}}{item}{{{{/each}}}}{{{{#unless rows}}}}none{{{{/unless}}}}</ul>"
    partials = scene.engine.site.site_root / "partials"  # before the page: a change loads it anew
    (partials / "rows.html").write_text(text)
    (partials / "broken.html").write_text("{{#if a}}x")
    page = scene.page("owner", "all.html")
    rows = '[{"name": "a", "done": true}, {"name": "b"}]'
    assert page.run(f'Goop.partial("rows", {{rows: {rows}}}).then((e) => e.textContent)') == "0a+1b-"
    assert page.run('Goop.partial("rows", {rows: []}).then((e) => e.textContent)') == "none"
    assert "no {{/if}}" in page.run('Goop.partial("broken").catch((error) => error.message)')
    assert page.run('Goop.partial("nosuch").catch((error) => error.message)') == "partial not found: nosuch"
    page.errors.clear()
