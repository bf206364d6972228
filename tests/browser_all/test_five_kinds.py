"""The five kinds of page that Goop2's templates are, each as a small page of ours with exactly those SDK
calls.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import ALT
from tests.helpers.scene import Scene

DIALOG = """<div id="confirm-dialog" class="gc-dialog-backdrop hidden"><div class="gc-dialog">
<h2 class="gc-dialog-title"></h2><div class="gc-dialog-body"><p class="gc-dialog-message"></p>
<div class="gc-dialog-input-wrap"><input class="gc-dialog-input"></div></div>
<div class="gc-dialog-buttons"><button class="gc-dialog-cancel">Cancel</button>
<button class="gc-dialog-ok">OK</button></div></div></div><div id="toasts" class="gc-toast-
container"></div>"""
SETUP = """
const toast = Goop.ui.toast(document.getElementById("toasts"), {
  toastClass: "gc-toast", titleClass: "gc-toast-title", messageClass: "gc-toast-message",
  enterClass: "gc-toast-enter", exitClass: "gc-toast-exit" });
Goop.ui.dialog(document.getElementById("confirm-dialog"), {
  title: ".gc-dialog-title", message: ".gc-dialog-message", inputWrap: ".gc-dialog-input-wrap",
  input: ".gc-dialog-input", ok: ".gc-dialog-ok", cancel: ".gc-dialog-cancel", hiddenClass: "hidden" });
"""


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("pages")


def write_page(scene: Scene, name: str, sdk: str, body: str, script: str) -> str:
    """A page that loads those files of the SDK, then its own script; answers its path."""
    root = scene.engine.site.site_root
    names = sdk.split()
    sheets = ("component-toast", "component-dialog", "component-drag", "component-toolbar", "form")
    links = "".join(f'<link rel="stylesheet" href="/sdk/goop-{one}.css">' for one in sheets if one in names)
    scripts = "".join(f'<script src="/sdk/goop-{one}.js"></script>' for one in names)
    page = f"<!doctype html><html lang=en><meta charset=utf-8><title>{name}</title>{links}<body>{body}"
    (root / f"{name}.html").write_text(f'{page}{scripts}<script src="js/{name}.js"></script></body></html>')
    (root / f"js/{name}.js").write_text(f"(async () => {{ {script} }})();")
    return f"{name}.html"


def test_lists_with_dialogs_and_toasts(scene: Scene) -> None:
    sdk = "data identity component-base component-toast component-dialog component-drag"
    script = (
        SETUP
        + """
      const h = Goop.dom, notes = Goop.data.api("notes"), list = document.getElementById("list");
      const ctx = await Goop.peer();
      const r = ctx.isOwner ? { permissions: { insert: true } } : await Goop.data.role("opens");
      document.getElementById("add").hidden = !r.permissions.insert;
      async function load() {
        const { notes: rows } = await notes("list");
        Goop.render(list, rows.map((row) => h("li", { data: { id: row._id } }, row.text,
          h("button", { class: "delete", onclick: () => remove(row) }, "Delete"))));
        if (!rows.length) Goop.render(list, Goop.ui.empty("Nothing here"));
      }
      async function remove(row) {
        if (!await Goop.ui.confirm("Delete " + row.text + "?")) return;
        await Goop.data.remove("opens", row._id);
        toast({ title: "Gone", message: row.text });
        await load();
      }
      document.getElementById("add").onclick = async () => {
        const text = await Goop.ui.prompt({ title: "New", message: "What?" });
        try {
          if (text !== null && (await notes("add", { text })).error) toast.error("Write something");
        } catch (error) { toast.error(error.message); }
        await load();
      };
      await load();
    """
    )
    path = write_page(scene, "list", sdk, f'<ul id="list"></ul><button id="add">Add</button>{DIALOG}', script)
    page = scene.page("coauthor", path)
    page.see("opens 1", "#list")
    page.click("#add")
    page.write(".gc-dialog-input", "Bread")
    page.key("Enter")
    page.see("Bread", "#list")
    page.click("#add")
    page.click(".gc-dialog-ok")
    page.see("Write something", "#toasts")
    page.click("#list .delete")
    page.see("Delete opens 1?", ".gc-dialog")
    assert page.run("document.activeElement.className") == "gc-dialog-ok"
    page.key("Escape")
    assert not page.is_shown(".gc-dialog")
    page.click("#list .delete")
    page.click(".gc-dialog-ok")
    page.see("Gone", "#toasts")
    page.wait("!document.querySelector('#list').innerText.includes('opens 1')")


def test_posts_with_partials(scene: Scene) -> None:
    sdk = "data identity site router component-base component-template component-toolbar component-dialog"
    (scene.engine.site.site_root / "partials/post.html").write_text(
        '<article data-id="{{_id}}"><h2>{{text}}</h2>{{#if n}}<p class="n">{{n}}</p>{{/if}}'
        "{{#unless n}}<i>none</i>{{/unless}}<time>{{day}}</time></article>"
    )
    script = """
      const editor = Goop.overlay("editor");
      await Goop.preload("post");
      const found = await Goop.data.find("opens");
      const rows = found.map((row) => ({ ...row, day: Goop.date(row._created_at) }));
      await Goop.list(document.getElementById("posts"), rows, "post", { empty: "No posts yet" });
      await Goop.list(document.getElementById("none"), [], "post", { empty: "No posts yet" });
      Goop.ui.toolbar(document.getElementById("layout"), {
        idAttr: "data-layout", activeClass: "active", active: "list",
        onChange: (value) => { document.body.dataset.layout = value; } });
      document.getElementById("open").onclick = editor.open;
      document.body.dataset.css = (await Goop.site.read("css/main.css")).length > 0;
      document.body.dataset.page = Goop.router.page() + Goop.router.param("x");
    """
    body = (
        '<div id="layout"><button data-layout="list">List</button>'
        '<button data-layout="grid">Grid</button></div>'
        '<div id="posts"></div><div id="none"></div><button id="open">New</button>'
        '<div id="editor" class="hidden"><input><button data-close>Close</button></div>'
    )
    page = scene.page("stranger", write_page(scene, "posts", sdk, body, script) + "?x=5")
    page.wait("document.body.dataset.page === 'posts.html5'")
    assert page.run("document.querySelectorAll('article').length") == 2
    assert "20" in page.text("time"), "a day in words"
    page.see("No posts yet", "#none")
    page.click("[data-layout=grid]")
    assert page.run("document.body.dataset.layout") == "grid"
    assert page.run("document.querySelector('#layout [data-layout=grid]').ariaPressed") == "true"
    page.click("#open")
    assert page.run("document.activeElement.tagName") == "INPUT"
    page.key("Escape")
    assert page.run("document.getElementById('editor').classList.contains('hidden')")


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_forms_over_rows(scene: Scene, who: str) -> None:
    sdk = "data identity template form"
    script = """
      window.table = (await Goop.peer()).isOwner ? "survey" : "answers"; // the owner's page makes its table
      const must = await Goop.template.requireEmail();
      document.body.dataset.must = must && Boolean(await Goop.identity.email());
      await Goop.form.render(document.getElementById("form"), {
        table: window.table, singleResponse: true, submitLabel: "Send",
        fields: [
          { name: "text", label: "Your name?", type: "text", required: true },
          { name: "mood", label: "Mood", type: "radio", options: ["good", "bad"] },
          { name: "more", label: "More", type: "textarea" },
          { name: "agree", label: "I agree", type: "checkbox" },
        ].slice(0, (await Goop.peer()).isOwner ? 4 : 1),
      });
      const answers = await Goop.data.orm("answers");
      document.body.dataset.can = answers.canInsert;
      document.body.dataset.valid = answers.validate({}).errors.join();
    """
    page = scene.page(who, write_page(scene, "form", sdk, '<div id="form"></div>', script))
    page.wait("document.body.dataset.valid === 'text is required'")
    assert page.run("[document.body.dataset.must, document.body.dataset.can]") == ["true", "true"]
    page.write("#form input.gform-input", "Somebody")
    page.click("#form button")
    page.see("Saved.", "#form")
    page.write("#form input.gform-input", "Somebody else")
    page.click("#form button", "Update")
    if who == "stranger":  # "answers" lets everybody insert, and members change their own
        page.see("Not saved: update not allowed", "#form")
        page.errors.clear()
        return
    page.wait("document.querySelector('.gform-status').innerText === 'Saved.'")
    rows = page.run("Goop.data.find('survey')")
    assert [row["text"] for row in rows] == ["Somebody else"]
    assert [one["name"] for one in page.run("Goop.data.tables()")].count("survey") == 1


def test_rooms_with_live_messages(scene: Scene) -> None:
    room = scene.engine.rooms.create("Porch").id
    sdk = "data identity group mq chatroom component-base"
    script = f"""
      const room = "{room}", log = document.getElementById("log"), ctx = await Goop.peer();
      const people = document.getElementById("people");
      const show = (message) => log.append(Goop.dom("p", {{}}, message.from_name + ": " + message.text));
      Goop.chatroom.subscribe((id, action, data) => {{
        if (id !== room) return;
        if (action === "msg" && data.message.from !== ctx.myId) show(data.message);
        if (action === "members") people.textContent = data.members.map((m) => m.name).join();
      }});
      if (!ctx.isOwner) await Goop.chatroom.join(ctx.hostId, room);
      const state = await Goop.chatroom.state(room);
      state.messages.forEach(show);
      window.say = (text) => Goop.chatroom.send(room, text);
      window.leave = () => navigator.sendBeacon("/api/chat/rooms/leave",
        new Blob([JSON.stringify({{ group_id: room }})], {{ type: "application/json" }}));
      document.body.dataset.ready = "yes";
    """
    path = write_page(scene, "room", sdk, '<p id="people"></p><div id="log"></div>', script)
    pages = [scene.page(who, path) for who in ("owner", "coauthor", "stranger")]
    for page in pages:
        page.wait("document.body.dataset.ready === 'yes' && Goop._live")
        page.wait(f"{len(scene.preview.pages.listeners())} > 0")
    pages[0].see("Mara,Anna,Sam", "#people")
    for number, page in enumerate(pages):
        page.run(f"say('hello {number}')")
        for other in pages:
            if other is not page:
                other.see(f"hello {number}", "#log")
    pages[2].run("leave()")
    pages[0].wait("document.getElementById('people').textContent === 'Mara,Anna'")


def test_drag_and_drop(scene: Scene) -> None:
    script = """
      window.moves = [];
      for (const list of document.querySelectorAll("ul")) {
        Goop.drag.sortable(list, { items: "> .card", group: "cards",
          onEnd({ item, from, to, oldIndex, newIndex }) {
            moves.push([item.id, from.id, to.id, oldIndex, newIndex]);
          } });
      }
    """
    card = '<li class="card" id="{0}" tabindex="0">Card {0}</li>'
    lists = "".join(
        f'<ul id="{name}">{"".join(card.format(one) for one in ids)}</ul>'
        for name, ids in (("left", "abc"), ("right", "xy"))
    )
    page = scene.page(
        "viewer", write_page(scene, "drag", "data component-base component-drag", lists, script)
    )
    page.drag(page.place("#a"), page.place("#c"))
    assert page.run("moves.at(-1)")[:4] == ["a", "left", "left", 0]
    assert page.run("[...document.querySelectorAll('#left .card')].map((one) => one.id).indexOf('a')") > 0
    x, y = page.place("#y")
    page.drag(page.place("#b"), (x, y + 3))
    page.wait("document.querySelector('#right #b') !== null", "moved to the other list")
    assert page.run("moves.at(-1)[2]") == "right"
    page.run("document.getElementById('b').focus()")
    page.key("ArrowUp", ALT)
    page.wait("moves.at(-1)[0] === 'b' && moves.at(-1)[4] < moves.at(-1)[3]", "by keyboard")
    page.mouse("mouseMoved", *page.place("#x"))
    page.mouse("mousePressed", *page.place("#x"))
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=300, y=5, button="left", buttons=1)
    before = page.run("moves.length")
    page.key("Escape")
    page.mouse("mouseReleased", 300, 5)
    assert page.run("moves.length") == before, "Escape takes it back"
    assert page.run("document.querySelectorAll('.goop-drag-ghost, .goop-drag-placeholder').length") == 0
