"""The poll template: who may ask, vote and look; what counts; what hostile pages and parameters come to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, CallResult, Peer

SCHEMAS = Path(__file__).parents[2] / "resources/templates/poll/schemas"
NOT_OWNER = "only the site owner can do this"
NOT_OPEN = "the poll is not open"
MAIL_REQUIRED = "an email address is required here: add yours to your profile, then come back"
WHOLE = "must be a whole number, 1 or more"
OWNER_ACTIONS = ["create", "edit", "set_results", "open", "close", "delete", "votes"]

# What a page can do without our script: a row of its own in a table whose schema says "insert": "open".
DIRECT = "function call(r) return goop.orm('votes'):insert(r.params) end"


@pytest.fixture
def site(template_site: Callable[[str], Any]) -> Any:
    site = template_site("poll")
    site.engine.scripts.create("direct", "function", DIRECT)
    site.meet("ben")
    return site


def new_poll(site: Any, *options: str, results: str = "voted", is_open: bool = True) -> tuple[int, list[int]]:
    made = site.ask(
        "owner",
        "poll",
        "create",
        question="Tea?",
        options=list(options or ("yes", "no")),
        results=results,
        open=is_open,
    )
    poll = site.ask("owner", "poll", "get", id=made["id"])["poll"]
    assert [option["label"] for option in poll["options"]] == list(options or ("yes", "no"))
    return made["id"], [option["_id"] for option in poll["options"]]


def totals(site: Any, poll_id: int, who: str = "owner") -> list[Any]:
    poll = site.ask(who, "poll", "get", id=poll_id)["poll"]
    return [option.get("votes") for option in poll["options"]]


def votes_of(site: Any, poll_id: int) -> list[tuple[str, int]]:
    return [(row["_owner"], row["option_id"]) for row in site.rows("votes") if row["poll_id"] == poll_id]


def test_the_seed_is_believable_and_runs_once(site: Any) -> None:
    polls = site.ask("owner", "poll", "list")["polls"]
    assert [poll["state"] for poll in polls] == ["open", "open", "draft", "closed"]
    assert all(2 <= len(poll["options"]) <= 12 for poll in polls)
    assert polls[-1]["total"] == 1
    before = site.rows("polls"), site.rows("options"), site.rows("votes")
    assert site.engine.calls.call("seed", caller=site.who("owner")).value == 0
    assert (site.rows("polls"), site.rows("options"), site.rows("votes")) == before


def test_only_votes_take_rows_from_pages_and_only_the_owner_reads() -> None:
    access = {path.stem: json.loads(path.read_text())["access"] for path in SCHEMAS.glob("*.json")}
    closed = {"read": "owner", "insert": "owner", "update": "owner", "delete": "owner"}
    assert access == {"polls": closed, "options": closed, "votes": {**closed, "insert": "open"}}


# Voting


def test_a_vote_and_a_change_of_mind(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site, results="always")
    assert site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)["poll"]["choice"] == yes
    site.ask("ben", "poll", "vote", id=poll_id, option_id=yes)
    assert totals(site, poll_id, "stranger") == [2, 0]
    answer = site.ask("stranger", "poll", "vote", id=poll_id, option_id=no)["poll"]
    assert (answer["choice"], answer["total"], [option["votes"] for option in answer["options"]]) == (
        no,
        2,
        [1, 1],
    )
    assert votes_of(site, poll_id) == [(site.who("ben").id, yes), (site.who("stranger").id, no)]


def test_a_vote_is_taken_back(site: Any) -> None:
    poll_id, (yes, _) = new_poll(site)
    assert site.refused("stranger", "poll", "unvote", id=poll_id) == "you have not voted"
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    site.ask("ben", "poll", "vote", id=poll_id, option_id=yes)
    poll = site.ask("stranger", "poll", "unvote", id=poll_id)["poll"]
    assert "choice" not in poll
    assert votes_of(site, poll_id) == [(site.who("ben").id, yes)]


def test_votes_need_an_open_poll(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site)
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    site.ask("owner", "poll", "close", id=poll_id)
    assert site.refused("stranger", "poll", "vote", id=poll_id, option_id=no) == NOT_OPEN
    assert site.refused("stranger", "poll", "unvote", id=poll_id) == NOT_OPEN
    assert totals(site, poll_id) == [1, 0]
    site.ask("owner", "poll", "open", id=poll_id)
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=no)
    assert totals(site, poll_id) == [0, 1]


def test_the_owner_votes_too(site: Any) -> None:
    poll_id, (yes, _) = new_poll(site)
    site.ask("owner", "poll", "vote", id=poll_id, option_id=yes)
    assert totals(site, poll_id) == [1, 0]


def test_an_option_of_another_poll(site: Any) -> None:
    first, _ = new_poll(site)
    _, (foreign, _) = new_poll(site)
    assert (
        site.refused("stranger", "poll", "vote", id=first, option_id=foreign)
        == "this poll has no such option"
    )
    assert votes_of(site, first) == []


def test_votes_at_the_same_time_count_once(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site)
    together = threading.Barrier(4)

    def vote(option: int) -> None:
        together.wait()
        site.ask("stranger", "poll", "vote", id=poll_id, option_id=option)

    threads = [threading.Thread(target=vote, args=(option,)) for option in (yes, no, yes, no)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(totals(site, poll_id)) == 1


# Email


NOMAIL = Caller("12D3KooWTestNomail", "Nomail", "")


def without_email(site: Any, function: str, **params: Any) -> CallResult:
    site.engine.peers.add_test_peer(Peer(NOMAIL.id, NOMAIL.label, NOMAIL.email, "test"))
    result: CallResult = site.engine.calls.call(function, params, caller=NOMAIL)
    return result


@pytest.mark.parametrize("action", ["list", "get", "vote", "unvote"])
def test_no_email_no_polls(site: Any, action: str) -> None:
    poll_id, (yes, _) = new_poll(site)
    assert without_email(site, "poll", action=action, id=poll_id, option_id=yes).value == {
        "error": MAIL_REQUIRED
    }
    assert votes_of(site, poll_id) == []


@pytest.mark.parametrize("action", OWNER_ACTIONS)
def test_no_email_and_no_owner(site: Any, action: str) -> None:
    error = without_email(site, "poll", action=action, id=1).error
    assert error is not None
    assert error.message == NOT_OWNER


def test_an_owner_who_needs_no_emails(site: Any) -> None:
    """The manifest says whether an email is asked for; the owner may change it there."""
    with site.database() as database:
        (text,) = database.execute("SELECT value FROM _meta WHERE key = 'template_manifest'").fetchone()
        manifest = {**json.loads(text), "require_email": False}
        database.execute(
            "UPDATE _meta SET value = ? WHERE key = 'template_manifest'", (json.dumps(manifest),)
        )
        database.execute("UPDATE _meta SET value = '' WHERE key = 'template_require_email'")
        database.commit()
    poll_id, (yes, _) = new_poll(site)
    assert (
        without_email(site, "poll", action="vote", id=poll_id, option_id=yes).value["poll"]["choice"] == yes
    )
    assert totals(site, poll_id) == [1, 0]


# Pages that write votes themselves


def direct(site: Any, who: str, poll_id: int, option_id: int, **more: Any) -> int:
    result = site.call(who, "direct", None, poll_id=poll_id, option_id=option_id, **more)
    assert isinstance(result.value, int), result
    return result.value


def test_a_direct_row_is_a_vote_like_any_other(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site)
    for option in (yes, no, yes, no):
        direct(site, "stranger", poll_id, option)
    assert totals(site, poll_id) == [0, 1]
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    assert votes_of(site, poll_id) == [(site.who("stranger").id, yes)]


def test_direct_rows_that_do_not_count(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site)
    _, (foreign, _) = new_poll(site)
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    direct(site, "stranger", poll_id, foreign)
    direct(site, "stranger", poll_id, 999_999)
    direct(site, "stranger", 999_999, no)
    assert without_email(site, "direct", poll_id=poll_id, option_id=no).ok
    assert totals(site, poll_id) == [1, 0]
    assert [vote["option"] for vote in site.ask("owner", "poll", "votes", id=poll_id)["votes"]] == ["yes"]


def test_nobody_votes_in_somebody_elses_name(site: Any) -> None:
    poll_id, (yes, _) = new_poll(site)
    site.call(
        "stranger",
        "direct",
        None,
        poll_id=poll_id,
        option_id=yes,
        _owner=site.who("ben").id,
        _owner_email="ben@example.org",
    )
    assert votes_of(site, poll_id) == [(site.who("stranger").id, yes)]


def test_direct_rows_before_and_after(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site, is_open=False)
    direct(site, "ben", poll_id, no)
    site.ask("owner", "poll", "open", id=poll_id)
    assert totals(site, poll_id) == [0, 0]
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    site.ask("owner", "poll", "close", id=poll_id)
    direct(site, "stranger", poll_id, no)
    direct(site, "ben", poll_id, no)
    assert totals(site, poll_id) == [1, 0]
    site.ask("owner", "poll", "open", id=poll_id)
    assert totals(site, poll_id) == [1, 0]
    assert votes_of(site, poll_id) == [(site.who("stranger").id, yes)]


# Who sees what


@pytest.mark.parametrize(
    ("results", "before_vote", "after_vote", "when_closed"),
    [
        ("always", True, True, True),
        ("voted", False, True, True),
        ("closed", False, False, True),
        ("never", False, False, False),
    ],
)
def test_totals_as_the_owner_allows(
    site: Any, results: str, before_vote: bool, after_vote: bool, when_closed: bool
) -> None:
    poll_id, (yes, _) = new_poll(site, results=results)
    site.ask("ben", "poll", "vote", id=poll_id, option_id=yes)

    def sees(votes: int) -> bool:
        poll = site.ask("stranger", "poll", "get", id=poll_id)["poll"]
        listed = next(one for one in site.ask("stranger", "poll", "list")["polls"] if one["_id"] == poll_id)
        assert listed == poll
        assert totals(site, poll_id) == [votes, 0]
        assert ("total" in poll) == poll["shows_results"] == ("votes" in poll["options"][0])
        return bool(poll["shows_results"])

    assert sees(1) is before_vote
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    assert sees(2) is after_vote
    site.ask("owner", "poll", "close", id=poll_id)
    assert sees(2) is when_closed
    site.ask("owner", "poll", "set_results", id=poll_id, results="always")
    assert sees(2)


def test_drafts_are_the_owners_secret(site: Any) -> None:
    poll_id, (yes, _) = new_poll(site, is_open=False)
    assert poll_id not in [poll["_id"] for poll in site.ask("stranger", "poll", "list")["polls"]]
    for action in ("get", "vote", "unvote"):
        assert site.refused("stranger", "poll", action, id=poll_id, option_id=yes) == "poll not found"
    assert site.refused("owner", "poll", "vote", id=poll_id, option_id=yes) == NOT_OPEN


def test_the_owner_reads_the_votes(site: Any) -> None:
    poll_id, (yes, no) = new_poll(site)
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=yes)
    site.ask("ben", "poll", "vote", id=poll_id, option_id=no)
    answer = site.ask("owner", "poll", "votes", id=poll_id)
    assert answer["question"] == "Tea?"
    assert [
        (vote["peer_id"], vote["name"], vote["email"], vote["option"], vote["option_id"])
        for vote in answer["votes"]
    ] == [
        (site.who("stranger").id, "Stranger", "stranger@example.org", "yes", yes),
        (site.who("ben").id, "Ben", "ben@example.org", "no", no),
    ]
    assert all(vote["voted_at"] for vote in answer["votes"])


def test_no_answer_to_a_stranger_names_a_voter(site: Any) -> None:
    poll_id, (yes, _) = new_poll(site, results="always")
    site.ask("ben", "poll", "vote", id=poll_id, option_id=yes)
    told = json.dumps([site.ask("stranger", "poll", "list"), site.ask("stranger", "poll", "get", id=poll_id)])
    assert "ben@" not in told
    assert site.who("ben").id not in told


# The owner's work


@pytest.mark.parametrize("action", OWNER_ACTIONS)
def test_only_the_owner(site: Any, action: str) -> None:
    poll_id, _ = new_poll(site)
    before = site.rows("polls"), site.rows("options"), site.rows("votes")
    given = {"id": poll_id, "question": "Mine?", "options": ["a", "b"], "results": "always"}
    assert site.refused("stranger", "poll", action, **given) == NOT_OWNER
    assert (site.rows("polls"), site.rows("options"), site.rows("votes")) == before


def test_a_poll_from_draft_to_dust(site: Any) -> None:
    made = site.ask(
        "owner",
        "poll",
        "create",
        question="  Soup\tor stew? ",
        note="Bring bowls\nand spoons",
        options=["soup", " stew "],
    )
    assert made["state"] == "draft"
    poll_id = made["id"]
    row = next(row for row in site.rows("polls") if row["_id"] == poll_id)
    assert (row["question"], row["note"], row["results"]) == (
        "Soup or stew?",
        "Bring bowls\nand spoons",
        "voted",
    )
    site.ask(
        "owner",
        "poll",
        "edit",
        id=poll_id,
        question="Soup?",
        options=["leek", "pea", "none"],
        results="never",
    )
    poll = site.ask("owner", "poll", "get", id=poll_id)["poll"]
    assert (poll["question"], poll["note"], poll["results"]) == ("Soup?", "", "never")
    assert [option["label"] for option in poll["options"]] == ["leek", "pea", "none"]
    assert site.ask("owner", "poll", "open", id=poll_id) == {"status": "open"}
    assert site.refused("owner", "poll", "open", id=poll_id) == "the poll is open already"
    edited = site.refused("owner", "poll", "edit", id=poll_id, question="Ha?", options=["a", "b"])
    assert edited == "only a draft can be edited: people may have voted on it as it was"
    site.ask("stranger", "poll", "vote", id=poll_id, option_id=poll["options"][1]["_id"])
    assert site.ask("owner", "poll", "close", id=poll_id) == {"status": "closed"}
    assert site.refused("owner", "poll", "close", id=poll_id) == NOT_OPEN
    assert site.ask("owner", "poll", "delete", id=poll_id) == {"status": "deleted", "votes": 1}
    assert site.refused("owner", "poll", "get", id=poll_id) == "poll not found"
    assert [
        row for table in ("options", "votes") for row in site.rows(table) if row["poll_id"] == poll_id
    ] == []


def test_so_many_polls(site: Any) -> None:
    row = "{ question = 'q' .. n, state = 'draft', results = 'never', sealed = 0 }"
    site.engine.scripts.create(
        "filler", "function", f"function call() for n = 1, 196 do goop.orm('polls'):insert({row}) end end"
    )
    assert site.call("owner", "filler").ok
    refused = site.refused("owner", "poll", "create", question="One more?", options=["a", "b"])
    assert refused == "there are 200 polls already: delete an old one first"
    assert len(site.ask("owner", "poll", "list")["polls"]) == 200


# Hostile parameters

LIST = "options must be a list of 2 to 12 texts"
CREATE: list[tuple[dict[str, Any], str]] = [
    ({}, "question is required"),
    ({"question": ""}, "question is required"),
    ({"question": " \t "}, "question is required"),
    ({"question": 5}, "question must be text"),
    ({"question": ["a"]}, "question must be text"),
    ({"question": "ü" * 201}, "question must be at most 200 characters"),
    ({"question": "x" * 100_000}, "question must be at most 200 characters"),
    ({"question": "q", "note": {"__sql_expr": "1"}}, "note must be text"),
    ({"question": "q", "note": "x" * 1001}, "note must be at most 1000 characters"),
    ({"question": "q"}, LIST),
    ({"question": "q", "options": "a,b"}, LIST),
    ({"question": "q", "options": []}, LIST),
    ({"question": "q", "options": ["a"]}, LIST),
    ({"question": "q", "options": {"x": "a", "y": "b"}}, LIST),
    ({"question": "q", "options": [str(n) for n in range(13)]}, LIST),
    ({"question": "q", "options": ["a", 5]}, "option 2 must be text"),
    ({"question": "q", "options": ["a", "  "]}, "option 2 is required"),
    ({"question": "q", "options": ["a", "x" * 101]}, "option 2 must be at most 100 characters"),
    ({"question": "q", "options": ["Tea", "coffee", "tea"]}, "option 3 appears twice: tea"),
    (
        {"question": "q", "options": ["a", "b"], "results": "all"},
        "results must be always, voted, closed or never",
    ),
    (
        {"question": "q", "options": ["a", "b"], "results": 1},
        "results must be always, voted, closed or never",
    ),
    ({"question": "q", "options": ["a", "b"], "open": "yes"}, "open must be true or false"),
]


@pytest.mark.parametrize(("params", "message"), CREATE)
def test_a_poll_that_is_none(site: Any, params: dict[str, Any], message: str) -> None:
    before = site.rows("polls"), site.rows("options")
    assert site.refused("owner", "poll", "create", **params) == message
    assert (site.rows("polls"), site.rows("options")) == before


BAD_IDS: list[tuple[Any, str]] = [
    (None, "id is required"),
    ("1", f"id {WHOLE}"),
    (True, f"id {WHOLE}"),
    (1.5, f"id {WHOLE}"),
    (0, f"id {WHOLE}"),
    (-1, f"id {WHOLE}"),
    (1e300, f"id {WHOLE}"),
    ([1], f"id {WHOLE}"),
    ({"__sql_expr": "1"}, f"id {WHOLE}"),
    (999_999, "poll not found"),
]


@pytest.mark.parametrize(
    "action", ["get", "vote", "unvote", "edit", "set_results", "open", "close", "delete", "votes"]
)
def test_ids_that_are_none(site: Any, action: str) -> None:
    before = site.rows("polls"), site.rows("options"), site.rows("votes")
    for value, message in BAD_IDS:
        assert site.refused("owner", "poll", action, id=value, option_id=1, results="never") == message, value
    assert (site.rows("polls"), site.rows("options"), site.rows("votes")) == before


def test_options_that_are_none(site: Any) -> None:
    poll_id, _ = new_poll(site)
    for value, message in [*BAD_IDS[:-1], (999_999, "this poll has no such option")]:
        expected = message.replace("id ", "option_id ", 1) if message.startswith("id ") else message
        assert site.refused("stranger", "poll", "vote", id=poll_id, option_id=value) == expected, value
    assert votes_of(site, poll_id) == []


def test_actions_that_are_none(site: Any) -> None:
    assert "action parameter required" in site.refused("stranger", "poll")
    assert "unknown action: drop" in site.refused("stranger", "poll", "drop")
    assert site.refused("owner", "poll", "set_results", id=1) == "results is required"
    assert (
        site.refused("owner", "poll", "set_results", id=1, results="me")
        == "results must be always, voted, closed or never"
    )


def test_texts_come_back_as_they_are(site: Any) -> None:
    evil = "<img src=x onerror=alert(1)> \"'; DROP TABLE votes; --"
    poll_id, _ = new_poll(site, evil, "plain")
    poll = site.ask("stranger", "poll", "get", id=poll_id)["poll"]
    assert poll["options"][0]["label"] == evil
