"""Each ready chat command, with good and bad input, said by the owner and by a stranger."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PREFABS = Path(__file__).parents[2] / "resources/prefabs"
NAMES = sorted(path.stem for path in PREFABS.glob("*.lua"))
EVERYBODY = pytest.mark.parametrize("who", ["owner", "stranger"])


# What comes with them


def test_the_commands_are_all_there() -> None:
    assert NAMES == [
        "about",
        "counter",
        "echo",
        "flip",
        "help",
        "pick",
        "ping",
        "roll",
        "time",
        "weather",
        "whoami",
    ]


def test_the_sets_name_ready_commands() -> None:
    sets = json.loads((PREFABS / "sets.json").read_text())["sets"]
    assert [one["name"] for one in sets] == ["Basics", "Fun", "Useful", "Everything"]
    assert all(set(one) == {"name", "description", "commands"} and one["description"] for one in sets)
    assert all(set(one["commands"]) <= set(NAMES) for one in sets)
    assert sorted(name for one in sets[:3] for name in one["commands"]) == NAMES
    assert sorted(sets[3]["commands"]) == NAMES


def test_every_command_is_annotated_and_clean(chat: Any) -> None:
    infos = {info.name: info for info in chat.engine.scripts.commands()}
    assert sorted(infos) == NAMES
    for info in infos.values():
        assert info.description, info.name
        assert info.rate_limit, info.name
        assert (info.state, info.warnings) == ("ok", ()), info.name
        assert chat.engine.scripts.check(info.name, chat.engine.scripts.source(info)) == (), info.name


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60), name=st.sampled_from([name for name in NAMES if name != "weather"]))
def test_whatever_is_said_is_answered(chat: Any, name: str, text: str) -> None:
    reply = chat.say(f"!{name} {text}")
    assert 0 < len(reply.encode()) <= 4096 + 20


@EVERYBODY
@pytest.mark.parametrize("name", NAMES)
def test_huge_input_is_answered(chat: Any, name: str, who: str) -> None:
    assert len(chat.say(f"!{name} " + "x" * 200_000, who)) < 1000


# Basics


@EVERYBODY
def test_ping(chat: Any, who: str) -> None:
    assert re.fullmatch(r"pong! It is \d\d:\d\d:\d\d UTC here\.", chat.say("!ping", who))


@EVERYBODY
def test_help_lists_everything(chat: Any, who: str) -> None:
    lines = chat.say("!help", who).splitlines()
    assert lines[0] == "What you can say here:"
    assert [line.split()[0] for line in lines[1:]] == [f"!{name}" for name in NAMES]
    assert all(len(line.split("  ", 1)) == 2 for line in lines[1:])


def test_help_about_one(chat: Any) -> None:
    told = "!roll  Rolls dice: !roll, !roll d20, !roll 2d6+1"
    assert [chat.say(text) for text in ("!help roll", "!help !ROLL", "!HELP roll and more")] == [told] * 3
    assert chat.say("!help dance") == "There is no command !dance. Say !help to see which there are."


def test_help_with_other_commands(open_chat: Callable[..., Any]) -> None:
    site = open_chat(scripts={"bare": "function handle() return 'x' end"})
    assert "!bare" in site.say("!help").splitlines()
    assert site.say("!help bare") == "!bare"


def test_whoami(chat: Any) -> None:
    assert chat.say("!whoami").splitlines() == [
        "You are Stranger.",
        "Peer id: 12D3KooWTestStranger",
        "Email: stranger@example.org",
        "You are a visitor here.",
    ]
    assert chat.say("!whoami", "owner").splitlines() == [
        "You are Mara.",
        f"Peer id: {chat.engine.owner.id}",
        "Email: mara@example.org",
        "This is your own site.",
    ]


@EVERYBODY
def test_about_a_plain_site(chat: Any, who: str) -> None:
    assert chat.say("!about", who).splitlines() == [
        "This is the site of Mara.",
        "Chat commands: 11. If !help is among them, it lists them all.",
    ]


def test_in_a_template(open_chat: Callable[..., Any], tmp_path: Path) -> None:
    site = open_chat()
    (site.engine.site.schemas_dir).mkdir(exist_ok=True)
    schema = {
        "name": "notes",
        "system_key": True,
        "columns": [{"name": "text", "type": "text"}],
        "roles": {"coauthor": {"read": True}},
    }
    (site.engine.site.schemas_dir / "notes.json").write_text(json.dumps(schema))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(
        json.dumps(
            {
                "name": "Notebook",
                "description": "Notes of many",
                "schemas": ["notes"],
                "default_role": "coauthor",
            }
        )
    )
    site.engine.templates.set_up(manifest)
    assert "Notebook: Notes of many" in site.say("!about").splitlines()
    assert site.say("!whoami").splitlines()[-1] == "You are a visitor here."
    site.engine.groups.add_to_template("12D3KooWTestStranger")
    assert site.say("!whoami").splitlines()[-1] == "Role here: coauthor"


# Fun


@EVERYBODY
def test_echo(chat: Any, who: str) -> None:
    assert chat.say("!echo  Grüße <b>&</b> 🌱 ", who) == "Grüße <b>&</b> 🌱"
    assert chat.say("!echo", who) == "Say something for me to repeat: !echo hello"
    assert chat.say("!echo " + "x" * 1000, who) == "x" * 1000
    assert chat.say("!echo " + "x" * 1001, who) == "That is too long to repeat: at most 1000 bytes, please."


ROLL = r"(Mara|Stranger) rolls "


@EVERYBODY
@pytest.mark.parametrize(
    ("said", "low", "high", "shape"),
    [
        ("", 1, 6, r"d6: \d$"),
        ("d20", 1, 20, r"d20: \d+$"),
        ("1d2", 1, 2, r"d2: \d$"),
        ("2d6", 2, 12, r"2d6: \d \+ \d = \d+$"),
        ("2d6+1", 3, 13, r"2d6\+1: \d \+ \d \+ 1 = \d+$"),
        (" 3 D 4 - 2 ", 1, 10, r"3d4-2: \d \+ \d \+ \d - 2 = -?\d+$"),
        ("d6-6", -5, 0, r"d6-6: \d - 6 = -?\d$"),
        ("d6+0", 1, 6, r"d6: \d$"),
        ("100d1000+10000", 10_100, 110_000, r"100d1000\+10000: [\d +]+ = \d+$"),
    ],
)
def test_roll(chat: Any, who: str, said: str, low: int, high: int, shape: str) -> None:
    for _ in range(5):
        reply = chat.say(f"!roll {said}", who)
        assert re.match(ROLL + shape, reply), reply
        assert low <= int(re.split("[:=] ", reply)[-1]) <= high
        shown = [
            int(one)
            for one in re.findall(
                r"[+-]? ?\d+", reply.split(": ")[1].split(" = ")[0].replace("+ ", "+").replace("- ", "-")
            )
        ]
        assert sum(shown) == int(re.split("[:=] ", reply)[-1])


BAD_ROLLS = [
    "0d6",
    "101d6",
    "d1",
    "d1001",
    "2d",
    "d",
    "six",
    "2d6+",
    "2d6+1+1",
    "2d6*2",
    "d6+10001",
    "-1d6",
    "2d6.5",
    "1e3d6",
    "d" + "9" * 30,
]


@pytest.mark.parametrize("said", BAD_ROLLS)
def test_no_roll(chat: Any, said: str) -> None:
    assert (
        chat.say(f"!roll {said}")
        == "Say how many dice of how many sides: !roll 2d6+1 (up to 100 dice of 2 to 1000 sides)"
    )


def test_dice_show_every_side(chat: Any) -> None:
    shown = re.findall(r"\d+", chat.say("!roll 100d4").split(": ")[1].split(" = ")[0])
    assert set(shown) == {"1", "2", "3", "4"}


@EVERYBODY
@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ("tea, coffee,water", {"tea", "coffee", "water"}),
        ("red wine, white wine", {"red wine", "white wine"}),
        ("stay in or go out", {"stay in", "go out"}),
        ("a  b\tc", {"a", "b", "c"}),
        (",,a,,b,", {"a", "b"}),
        ("%d, %s", {"%d", "%s"}),
    ],
)
def test_pick(chat: Any, who: str, said: str, choices: set[str]) -> None:
    picked = {chat.say(f"!pick {said}", who).removeprefix("I pick: ") for _ in range(8)}
    assert picked <= choices


@pytest.mark.parametrize("said", ["", "tea", ",", "tea,", " , , "])
def test_nothing_to_pick(chat: Any, said: str) -> None:
    assert chat.say(f"!pick {said}") == "Give me two things or more to choose from: !pick tea, coffee, water"


def test_too_much_to_pick(chat: Any) -> None:
    assert chat.say("!pick " + ",".join(map(str, range(100)))).startswith("I pick: ")
    assert (
        chat.say("!pick " + ",".join(map(str, range(101))))
        == "That is too much to choose from: at most 100 things, please."
    )


@EVERYBODY
def test_flip(chat: Any, who: str) -> None:
    assert chat.say("!flip", who) in ("It is heads.", "It is tails.")
    assert chat.say("!flip 1", who) in ("1 coin: 1 heads, 0 tails", "1 coin: 0 heads, 1 tails")
    heads, tails = re.findall(r"\d+", chat.say("!flip 100", who).removeprefix("100 coins: "))
    assert int(heads) + int(tails) == 100
    assert min(int(heads), int(tails)) > 0


@pytest.mark.parametrize("said", ["0", "101", "-1", "1.5", "ten", "1e2", "0x10", "1 2"])
def test_no_flip(chat: Any, said: str) -> None:
    assert chat.say(f"!flip {said}") == "Say how many coins, 1 to 100: !flip 3"


# Useful

DAY = r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d [A-Z][a-z]+ 20\d\d, \d\d:\d\d "


@EVERYBODY
@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("", "UTC"),
        ("0", "UTC"),
        ("utc", "UTC"),
        ("UTC+2", "UTC+2:00"),
        ("2", "UTC+2:00"),
        ("-3:30", "UTC-3:30"),
        ("+0545", "UTC+5:45"),
        ("-0:30", "UTC-0:30"),
        ("+14", "UTC+14:00"),
        ("-12:00", "UTC-12:00"),
    ],
)
def test_time(chat: Any, who: str, said: str, zone: str) -> None:
    assert re.fullmatch(DAY + re.escape(zone), chat.say(f"!time {said}", who))


@pytest.mark.parametrize(
    "said", ["+15", "14:01", "-13", "2:60", "2:5", "noon", "Berlin", "+", "--2", "1.5", "999"]
)
def test_no_time(chat: Any, said: str) -> None:
    assert (
        chat.say(f"!time {said}") == "Say how far you are from UTC, -12:00 to +14:00: !time +2 or !time -3:30"
    )


def test_counter(chat: Any) -> None:
    assert chat.say("!counter").startswith("Nothing is counted yet. Say !counter coffee +1")
    assert chat.say("!counter coffee") == "There is no counter coffee yet: !counter coffee +1 begins it."
    assert chat.say("!counter Coffee +1") == "coffee: 1"
    assert chat.say("!counter coffee +1", "owner") == "coffee: 2"
    assert chat.say("!counter coffee -10") == "coffee: -8"
    assert chat.say("!counter 7 +7") == "7: 7"
    assert chat.say("!counter coffee") == "coffee: -8"
    assert chat.say("!counter").splitlines() == ["7: 7", "coffee: -8"]


def test_counters_are_the_owners_to_reset(chat: Any) -> None:
    chat.say("!counter coffee +5")
    for said in ("reset", "delete"):
        assert chat.say(f"!counter coffee {said}") == "Only Mara can do this."
        assert chat.say(f"!counter tea {said}", "owner") == "There is no counter tea."
    assert chat.say("!counter coffee reset", "owner") == "coffee: 0"
    assert chat.say("!counter coffee delete", "owner") == "The counter coffee is gone."
    assert chat.say("!counter").startswith("Nothing is counted yet.")


@pytest.mark.parametrize(
    "said",
    [
        "two words here",
        "coffee 1",
        "coffee +",
        "coffee +1.5",
        "coffee +1234567",
        "c/o",
        "ü +1",
        "x" * 31,
        "<b> +1",
    ],
)
def test_no_count(chat: Any, said: str) -> None:
    assert chat.say(f"!counter {said}").startswith("Say !counter coffee +1 to count")
    assert chat.say("!counter").startswith("Nothing is counted yet.")


def test_counters_have_bounds(open_chat: Callable[..., Any]) -> None:
    site = open_chat()
    assert site.say("!counter a +1001") == "One step is at most 1000."
    counters = {f"n{number}": 999_999_999 for number in range(100)}
    site.engine.site.state_dir.mkdir(parents=True, exist_ok=True)
    (site.engine.site.state_dir / "counter.json").write_text(json.dumps({"counters": counters}))
    assert site.say("!counter n1 +1") == "n1: 1000000000"
    assert site.say("!counter n1 +1") == "n1 cannot go any further."
    assert site.say("!counter one-more +1") == "There are 100 counters already."


def test_no_counting_without_kv(open_chat: Callable[..., Any]) -> None:
    site = open_chat(kv_enabled=False)
    assert site.say("!counter coffee +1") == site.say("!counter") == "I cannot count just now: kv is disabled"
