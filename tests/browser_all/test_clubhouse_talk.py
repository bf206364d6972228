"""Talking in the clubhouse while others do, and while the site is slow or says no."""

from __future__ import annotations

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import Page
from tests.helpers.scene import Scene

HOLD_ONE_LOOK = """(() => {
  const ask = window.fetch;
  window.isHeld = false;
  window.fetch = async (...request) => {
    const answer = await ask(...request);
    if (!String(request[1]?.body).includes('"state"')) return answer;
    window.fetch = ask;
    window.isHeld = true;
    await new Promise((done) => { window.letGo = done; });
    return answer;
  };
  refresh();
})()"""


def in_the_room(scene: Scene, who: str) -> Page:
    page = scene.page(who)
    page.wait("document.querySelectorAll('#rooms li').length > 0")
    if page.is_shown("#join"):
        page.click("#join")
    page.wait("document.querySelector('#send').offsetParent !== null && Goop._live && state.you.name")
    page.run("clearTimeout(timer); wait = () => {};")  # no look by itself: the news alone
    return page


def say(page: Page, text: str) -> None:
    page.write("#text", text)
    page.key("Enter")


def test_a_refusal_stays_while_others_talk(open_template: OpenTemplate) -> None:
    scene = open_template("clubhouse")
    anna, vic = in_the_room(scene, "coauthor"), in_the_room(scene, "viewer")
    for number in range(5):
        say(anna, f"one of five: {number}")
        anna.see(f"one of five: {number}", "#log")
    say(anna, "too much")
    anna.see("wait a few seconds before", "#problem")
    anna.wait("at('text').value === 'too much'", "what was refused can be sent again")
    say(vic, "calm down")
    anna.see("calm down", "#log")
    anna.run("looking.then(() => true)")
    anna.see("wait a few seconds before", "#problem")
    anna.run("location.hash = document.querySelector('#rooms li:last-child a').hash")
    anna.wait("document.querySelector('#problem').hidden", "another room, another matter")


def test_the_next_message_can_be_typed_at_once(open_template: OpenTemplate) -> None:
    scene = open_template("clubhouse")
    anna = in_the_room(scene, "coauthor")
    scene.visitor("coauthor").delay = 0.3
    for text in ("first", "second", "third"):
        say(anna, text)
        assert anna.run("at('text').value") == ""
    scene.visitor("coauthor").delay = 0.0
    anna.see("third", "#log")
    said = anna.run("[...document.querySelectorAll('#log .mine p')].map((one) => one.textContent)")
    assert said == ["first", "second", "third"]


def test_what_is_typed_meanwhile_is_kept_beside_what_was_refused(open_template: OpenTemplate) -> None:
    scene = open_template("clubhouse")
    anna = in_the_room(scene, "coauthor")
    for number in range(5):
        say(anna, f"number {number}")
        anna.see(f"number {number}", "#log")
    scene.visitor("coauthor").delay = 0.3
    say(anna, "sixth")
    anna.write("#text", "seventh")
    anna.wait("at('text').value === 'sixth\\nseventh'")


def test_a_late_answer_takes_nothing_back(open_template: OpenTemplate) -> None:
    scene = open_template("clubhouse")
    anna, vic = in_the_room(scene, "coauthor"), in_the_room(scene, "viewer")
    anna.run(HOLD_ONE_LOOK)
    anna.wait("window.isHeld")
    say(vic, "while she waits")
    vic.see("while she waits", "#log")
    anna.wait("state.hasLiveNews && nextLook !== null", "the news has come, its look waits")
    anna.run("letGo()")
    anna.see("while she waits", "#log")
    anna.run("looking.then(() => true)")
    anna.see("while she waits", "#log")
