"""Every template's page with the keyboard alone: all controls are reached, named, seen, and let go again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import Page
from tests.helpers.scene import Scene

READY = {
    "demo": "document.querySelector('#tasks li') !== null",
    "blog": "document.querySelector('article') !== null",
    "clubhouse": "document.querySelector('#rooms a') !== null",
    "kanban": "document.querySelectorAll('.column').length === 4",
    "poll": "document.querySelector('#polls form, #polls article') !== null",
    "tic-tac-toe": "document.querySelectorAll('#board button').length === 9",
    "todo": "document.querySelectorAll('#tasks li').length === 5",
}
"""By template, when its page is drawn."""
MOST = 300  # controls of a page; a walk that is longer goes in circles

# `window.walk`: what a person with a keyboard should be able to reach, and what stands under the focus.
SCRIPT = r"""
window.walk = (() => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex]";
  const isShown = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === "visible";
  const open = () => document.querySelector("dialog[open]") || document;
  const label = (one) => [
    one.getAttribute("aria-label"),
    (one.getAttribute("aria-labelledby") || "").split(" ").map((id) =>
      (document.getElementById(id) || {innerText: ""}).innerText).join(" "),
    [...(one.labels || [])].map((part) => part.innerText).join(" "),
    one.matches("input, select, textarea") ? "" : one.innerText,
    one.title, one.getAttribute("alt"),
  ].find((text) => text && text.trim()) || "";
  const look = (one) => {
    const seen = (part) => { const style = getComputedStyle(part);
      return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor,
        style.backgroundColor, style.textDecorationLine].join("|"); };
    return [one, one.parentElement, one.nextElementSibling].filter(Boolean).map(seen).join("//");
  };
  const isRadio = (one) => one.matches("input[type=radio]") && one.name;
  const numbers = new Map();
  const number = (one) => { if (!numbers.has(one)) numbers.set(one, numbers.size); return numbers.get(one); };
  const told = (one) => ({ number: number(one), tag: one.tagName, label: label(one).trim(),
    html: one.outerHTML.slice(0, 160) });
  return {
    wanted: () => [...open().querySelectorAll(kinds)].filter((one) =>
      isShown(one) && !one.disabled && one.tabIndex >= 0 && !(isRadio(one) && !one.checked
        && document.querySelector(`input[type=radio][name="${one.name}"]`))).map(told),
    focus: () => {
      const one = document.activeElement;
      // The preview's badge stands beside the body, and is no part of the page.
      if (!one || !document.body.contains(one) || one === document.body) return null;
      const box = one.getBoundingClientRect();
      return { ...told(one), look: look(one), isInside: open().contains(one),
        isOnScreen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth };
    },
    goTo: (name) => {
      const one = [...open().querySelectorAll(kinds)].find((found) => isShown(found) && !found.disabled
        && (label(found).trim().split("\n")[0] === name || label(found).trim() === name));
      if (one) one.focus();
      return Boolean(one);
    },
    focusName: () => { const one = document.activeElement; return one ? label(one).trim() : ""; },
    look: (which) => { for (const [one, at] of numbers) if (at === which) return look(one); return ""; },
    mouseOnly: () => [...document.querySelectorAll("body *")].filter((one) => isShown(one)
      && getComputedStyle(one).cursor === "pointer"
      && !one.closest("a[href], button, input, select, textarea, label, summary, option, [tabindex]"))
      .map((one) => one.outerHTML.slice(0, 160)),
  };
})()
"""


@dataclass(frozen=True)
class Stop:
    """One place of the walk."""

    number: int
    label: str
    html: str


def stop_of(found: dict[str, Any]) -> Stop:
    return Stop(found["number"], found["label"], found["html"])


def opened(scene: Scene, who: str, ready: str) -> Page:
    """The page of ``who`` with its content drawn."""
    page = scene.page(who)
    page.wait(ready, "the page's content")
    page.run(SCRIPT + "; true")
    return page


def walked(page: Page) -> list[Stop]:
    """Tab through the page, or the open dialog, until the walk is round; each stop must be seen."""
    stops: list[Stop] = []
    before, was_out = "", False
    for _ in range(MOST):
        page.key("Tab")
        found: dict[str, Any] | None = page.run("walk.focus()")
        if found and stops and found["number"] == stops[-1].number:  # day, month and year of one date
            continue
        if stops:
            last = stops[-1]
            assert page.run(f"walk.look({last.number})") != before, f"nothing shows the keyboard at {last}"
        if found is None and not was_out:  # the end of the page: the walk goes on at its beginning
            was_out, before = True, ""
            continue
        if found is None or any(one.number == found["number"] for one in stops):
            return stops
        stop = stop_of(found)
        assert found["isInside"], f"the keyboard leaves the dialog for {stop}"
        assert found["isOnScreen"], f"the keyboard is where nobody sees it: {stop}"
        before = found["look"]
        stops.append(stop)
    raise AssertionError(f"the walk does not end: {stops[-5:]}")


def check_all_are_reached(page: Page) -> None:
    """Every control has a name, and the walk comes past it."""
    wanted = [stop_of(one) for one in page.run("walk.wanted()")]
    assert len(wanted) > 0
    assert [one.html for one in wanted if not one.label] == [], "controls without a name"
    first = page.run("walk.focus()")  # a dialog gives it to one of its controls
    reached = {one.number for one in walked(page)} | ({first["number"]} if first else set())
    assert [one for one in wanted if one.number not in reached] == [], "never reached"
    assert page.run("walk.mouseOnly()") == [], "for the mouse only"


def focused(page: Page) -> str:
    """The name of what has the keyboard; empty when nothing has."""
    found = page.run("walk.focus()")
    return str(found["label"].split("\n")[0]) if found else ""


def press(page: Page, label: str, key: str = "Enter") -> None:
    """Press ``key`` on the control with that name."""
    page.wait(f"walk.goTo({label!r})", label)
    page.key(key)


@pytest.mark.parametrize("who", ["owner", "coauthor", "viewer", "stranger"])
@pytest.mark.parametrize("key", READY)
def test_every_control_is_reached_and_named_and_shows_the_keyboard(
    open_template: OpenTemplate, key: str, who: str
) -> None:
    person = "friend" if (key, who) == ("demo", "coauthor") else who  # the demo has an Anna of its own
    check_all_are_reached(opened(open_template(key), person, READY[key]))


@pytest.mark.parametrize(
    ("key", "label", "first"),
    [
        ("clubhouse", "+ New room", "Name"),
        ("clubhouse", "Close the room", "Cancel"),
        ("kanban", "Title …", "Title"),
        ("kanban", "+ Column", "Name"),
        ("kanban", "Edit column: Ideas", "Name"),
        ("kanban", "Delete column: Ideas", "Move the cards to"),
        ("kanban", "Paint a sign for the yard gate", "Title"),
        ("poll", "New poll", "Question"),
        ("poll", "Edit", "Question"),
        ("poll", "Votes", "Close"),
        ("poll", "Delete", "Cancel"),
        ("todo", "+ New list", "Name"),
        ("todo", "Rename", "Name"),
        ("todo", "Clear done", "Cancel"),
        ("todo", "Delete list", "Cancel"),
        ("todo", "Edit: Print the signs for the gate", "Task"),
        ("todo", "Delete: Print the signs for the gate", "Cancel"),
    ],
)
def test_a_dialog_keeps_the_keyboard_and_gives_it_back(
    open_template: OpenTemplate, key: str, label: str, first: str
) -> None:
    page = opened(open_template(key), "owner", READY[key])
    press(page, label)
    page.wait("document.querySelector('dialog[open]') !== null")
    assert focused(page) == first
    check_all_are_reached(page)
    page.key("Escape")
    page.wait("document.querySelector('dialog[open]') === null")
    assert focused(page) == label


@pytest.mark.parametrize(
    ("key", "label", "then"),
    [
        ("todo", "Move up: Borrow two folding tables from the choir", "Move down: Borrow two folding"),
        ("todo", "Move down: Print the signs for the gate", "Move down: Print the signs"),
        ("kanban", "Move column left: To do", "Move column right: To do"),
        ("kanban", "Move column right: In progress", "Move column left: In progress"),
        ("poll", "Close", "Open again"),
        ("tic-tac-toe", "Cancel the game", "Board"),
    ],
)
def test_the_keyboard_is_never_lost_when_the_page_is_drawn_anew(
    open_template: OpenTemplate, key: str, label: str, then: str
) -> None:
    page = opened(open_template(key), "owner", READY[key])
    page.run("window.drawn = 0; new MutationObserver(() => { window.drawn += 1; }).observe(document.body, "
             "{childList: true, subtree: true}); true")  # fmt: skip
    press(page, label)
    page.wait(f"window.drawn && walk.focusName().startsWith({then!r})", then)


@pytest.mark.parametrize(
    ("key", "label", "then"),
    [
        ("todo", "Delete: Print the signs for the gate", "tasks"),
        ("kanban", "Delete column: Ideas", "board"),
        ("poll", "Delete", "polls"),
    ],
)
def test_what_is_deleted_leaves_the_keyboard_to_what_is_left(
    open_template: OpenTemplate, key: str, label: str, then: str
) -> None:
    page = opened(open_template(key), "owner", READY[key])
    press(page, label)
    page.wait("document.querySelector('dialog[open]') !== null")
    press(page, "Delete")
    page.wait(f"document.activeElement.id === {then!r}", "the rest has the keyboard")
