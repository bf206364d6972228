"""Run as everyone over the bundled templates: exactly the policy that each is meant to have, and one guard
taken out turns exactly its cells red.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from lua_engine import AccessCheck, AccessResult, Request, SavedCall
from tests.helpers.nightly import chance, nightly
from tests.templates.conftest import GALLERY, OpenTemplate, TemplateSite

OK, NO = "ok", "refused"
HIDDEN = "invalid"  # "not found": what one may not see, one is not told of
EVERYBODY, OWNER_ONLY = (OK,) * 5, (OK, NO, NO, NO, NO)
MEMBERS = (OK, OK, OK, OK, NO)
# Who may: owner, the roles in alphabetical order, stranger; a row is cut to as many as there are. Params that
# the owner's call succeeds with.
POLICIES: dict[str, dict[str, tuple[tuple[str, ...], dict[str, Any]]]] = {
    "blog": {  # owner, author, editor, viewer, stranger; the posts are the owner's
        "home": (EVERYBODY, {}),
        "read": (EVERYBODY, {"slug": "the-ferry-waits"}),
        "comment": (EVERYBODY, {"id": 1, "text": "Well said"}),
        "delete_comment": ((OK, NO, OK, NO, NO), {"id": 1}),
        "drafts": ((OK, OK, OK, NO, NO), {}),
        "save": ((OK, OK, OK, NO, NO), {"title": "A new one", "body": "Words"}),
        "publish": ((OK, HIDDEN, OK, NO, NO), {"id": 4}),
        "unpublish": ((OK, NO, OK, NO, NO), {"id": 1}),
        "delete": ((OK, NO, OK, NO, NO), {"id": 1}),
        "pending": ((OK, NO, OK, NO, NO), {}),
        "approve_comment": ((OK, NO, OK, NO, NO), {"id": 1}),
        "save_settings": (
            OWNER_ONLY,
            {"title": "T", "tagline": "", "posts_per_page": 5, "moderate_comments": True},
        ),
    },
    "clubhouse": {  # owner, coauthor, viewer, stranger; the room is the owner's and nobody else has joined
        "list": (EVERYBODY, {}),
        "state": ((OK, NO, NO, NO), {"id": 1}),
        "create": ((OK, OK, NO, NO), {"name": "A room"}),
        "join": ((OK, OK, OK, NO), {"id": 1}),
        "send": ((OK, NO, NO, NO), {"id": 1, "text": "Hello"}),
        "close": ((OK, NO, NO, NO), {"id": 1}),
    },
    "kanban": {  # owner, coauthor, viewer, stranger; the cards are the owner's
        "board": (EVERYBODY, {}),
        "add_card": ((OK, OK, NO, NO), {"column_id": 1, "title": "A card"}),
        "edit_card": ((OK, OK, NO, NO), {"id": 1, "title": "A card"}),
        "move_card": ((OK, OK, NO, NO), {"id": 1, "column_id": 2, "position": 1}),
        "assign_card": ((OK, OK, NO, NO), {"id": 1, "peer_id": ""}),
        "delete_card": ((OK, NO, NO, NO), {"id": 1}),
        "add_column": (OWNER_ONLY, {"name": "Later"}),
        "rename_column": (OWNER_ONLY, {"id": 1, "name": "Later"}),
        "move_column": (OWNER_ONLY, {"id": 1, "position": 2}),
        "delete_column": (OWNER_ONLY, {"id": 1, "move_to": 2}),
        "save_settings": (OWNER_ONLY, {"title": "Our board"}),
    },
    "poll": {  # owner, stranger (who has no email, and the template asks for one)
        "list": ((OK, NO), {}),
        "get": ((OK, NO), {"id": 1}),
        "vote": ((OK, NO), {"id": 1, "option_id": 1}),
        "create": (OWNER_ONLY, {"question": "Tea or coffee?", "options": ["Tea", "Coffee"]}),
        "edit": (OWNER_ONLY, {"id": "draft", "question": "Tea or cocoa?", "options": ["Tea", "Cocoa"]}),
        "set_results": (OWNER_ONLY, {"id": 1, "results": "always"}),
        "open": (OWNER_ONLY, {"id": "draft"}),
        "close": (OWNER_ONLY, {"id": 1}),
        "delete": (OWNER_ONLY, {"id": 1}),
        "votes": (OWNER_ONLY, {"id": 1}),
    },
    "tic-tac-toe": {  # owner, stranger; the last game is one of the owner's that waits for somebody
        "list": (EVERYBODY, {}),
        "get": (EVERYBODY, {"id": 1}),
        "history": (EVERYBODY, {"id": 1}),
        "scores": (EVERYBODY, {}),
        "new": (EVERYBODY, {"versus": "computer"}),
        "join": ((NO, OK), {"id": "waiting"}),
        "move": ((OK, NO), {"id": "playing", "cell": 5}),
        "resign": ((OK, NO), {"id": "playing"}),
        "cancel": ((OK, NO), {"id": "waiting"}),
        "delete": (OWNER_ONLY, {"id": 1}),
    },
    "todo": {  # owner, coauthor, viewer, stranger; the tasks are the owner's
        "lists": (EVERYBODY, {}),
        "tasks": (EVERYBODY, {"list_id": 1}),
        "add": ((OK, OK, NO, NO), {"list_id": 1, "text": "Buy milk"}),
        "tick": ((OK, OK, NO, NO), {"id": 1, "done": True}),
        "edit": ((OK, NO, NO, NO), {"id": 1, "text": "Buy oats"}),
        "delete": ((OK, NO, NO, NO), {"id": 1}),
        "move": (OWNER_ONLY, {"id": 1, "position": 2}),
        "clear_done": (OWNER_ONLY, {"list_id": 1}),
        "add_list": (OWNER_ONLY, {"name": "Later"}),
        "rename_list": (OWNER_ONLY, {"id": 1, "name": "Soon"}),
        "delete_list": (OWNER_ONLY, {"id": 1, "with_tasks": True}),
    },
}
FUNCTIONS = {"tic-tac-toe": "tictactoe"}
_GUARD = re.compile(r"^  (\w+) = goop\.owner\((.+)\),$", re.MULTILINE)


def source_of(key: str) -> str:
    name = FUNCTIONS.get(key, key)
    return (GALLERY / key / f"lua/functions/{name}.lua").read_text(encoding="utf-8")


TWO_WALLS = {("poll", "edit"), ("poll", "open")}  # these take drafts, and nobody but the owner finds a draft
GUARDED = [(key, found[1]) for key in POLICIES for found in _GUARD.finditer(source_of(key))]


def prepare(site: TemplateSite) -> dict[str, int]:
    """Rows that the seed does not make; the ids that stand for words in the params."""
    if site.key == "poll":
        made = site.ask("owner", "poll", "create", question="A draft?", options=["Yes", "No"])
        return {"draft": made["id"]}
    if site.key == "tic-tac-toe":
        waiting = site.ask("owner", "tictactoe", "new", versus="visitor")
        playing = site.ask("owner", "tictactoe", "new", versus="computer")
        return {"waiting": waiting["game"]["_id"], "playing": playing["game"]["_id"]}
    return {}


def policy(key: str, callers: tuple[str, ...], ids: dict[str, int]) -> AccessCheck:
    function = FUNCTIONS.get(key, key)
    calls, expected = [], {}
    for action, (row, params) in POLICIES[key].items():
        known = {
            name: ids.get(value, value) if isinstance(value, str) else value for name, value in params.items()
        }
        calls.append(SavedCall(action, Request.call(function, {"action": action, **known})))
        wanted = row if len(row) == len(callers) else (*row[: len(callers) - 1], row[-1])
        expected |= {(action, caller): outcome for caller, outcome in zip(callers, wanted, strict=True)}
    return AccessCheck(f"{key} policy", tuple(calls), expected)


@pytest.fixture(scope="module")
def checks(lasting_site: OpenTemplate) -> dict[str, tuple[TemplateSite, AccessCheck]]:
    made = {}
    for key in POLICIES:
        site = lasting_site(key)
        made[key] = site, policy(key, site.engine.checks.callers(), prepare(site))
    return made


def part_of(check: AccessCheck, names: set[str]) -> AccessCheck:
    """The calls of these names alone."""
    expected = {cell: outcome for cell, outcome in check.expected.items() if cell[0] in names}
    return replace(check, calls=tuple(one for one in check.calls if one.name in names), expected=expected)


def reds(result: AccessResult) -> set[tuple[str, str]]:
    return {
        (cell.call, cell.caller) for cell in (*result.newly_allowed, *result.newly_refused, *result.changed)
    }


def told(result: AccessResult) -> str:
    """What came instead, and why: for a failed test."""
    changed = [cell for cell in result.cells if (cell.call, cell.caller) in reds(result)]
    return "\n".join(f"{cell.call} as {cell.caller}: {cell.outcome} {cell.reason}" for cell in changed)


@pytest.mark.parametrize("key", sorted(POLICIES))
def test_the_matrix_finds_exactly_the_known_policy(
    checks: dict[str, tuple[TemplateSite, AccessCheck]], key: str
) -> None:
    site, check = checks[key]
    before = site.digest()
    result = site.engine.checks.run_access(check)
    assert result.passed, told(result)
    assert len(result.cells) == len(check.calls) * len(site.engine.checks.callers())
    assert site.digest() == before
    function = FUNCTIONS.get(key, key)
    assert set(POLICIES[key]) >= set(site.engine.scripts.actions(function)) - {"leave", "unvote"}, (
        "an action has no policy"
    )


def test_every_guarded_action_is_mutated() -> None:
    assert len(GUARDED) == sum(source_of(key).count("goop.owner(") for key in POLICIES)
    assert {key for key, _ in GUARDED} == set(POLICIES) - {"clubhouse"}


@pytest.mark.parametrize(("key", "action"), GUARDED)
def test_an_owner_guard_taken_out_turns_exactly_its_cells_red(
    checks: dict[str, tuple[TemplateSite, AccessCheck]], key: str, action: str
) -> None:
    site, check = checks[key]
    others = [one for one in check.calls if one.name != action]
    beside = nightly(chance(f"{key} {action}").sample(others, 2), others)
    check = part_of(check, {action, *(one.name for one in beside)})
    path = site.engine.site.functions_dir / f"{FUNCTIONS.get(key, key)}.lua"
    source = source_of(key)
    try:
        path.write_text(
            _GUARD.sub(lambda found: f"  {action} = {found[2]}," if found[1] == action else found[0], source),
            encoding="utf-8",
        )
        site.engine.scripts.reload()
        result = site.engine.checks.run_access(check)
    finally:
        path.write_text(source, encoding="utf-8")
        site.engine.scripts.reload()
    everybody_else = {(action, caller) for caller in site.engine.checks.callers() if caller != "owner"}
    expected = set() if (key, action) in TWO_WALLS else everybody_else
    allowed = {(cell.call, cell.caller) for cell in result.newly_allowed}
    hidden = {(cell.call, cell.caller) for cell in result.changed if cell.outcome == HIDDEN}
    assert allowed == expected, told(result)
    assert reds(result) == allowed | hidden, told(result)
    assert hidden <= everybody_else
    assert result.passed == (not reds(result))
