"""`!weather` against a service on loopback: answers, what is kept, what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

LISBON = "Lisbon, Portugal: 17 °C, partly cloudy, wind 13 km/h, today 13 to 21 °C"
SORRY = "The weather service does not answer just now. Try again in a few minutes."


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_the_weather_of_a_place(open_weather: Callable[..., Any], service: Any, who: str) -> None:
    assert open_weather().say("!weather Lisbon", who) == LISBON
    (path, place), (_, asked) = service.asked
    assert (path, place) == ("/places", {"count": "1", "language": "en", "format": "json", "name": "Lisbon"})
    assert (asked["latitude"], asked["longitude"], asked["forecast_days"]) == ("38.71667", "-9.13333", "1")


@pytest.mark.parametrize("name", ["São Paulo", "Trois-Rivières", "a&name=b#c", "50% + ?", "日本"])
def test_any_name_travels_whole(open_weather: Callable[..., Any], service: Any, name: str) -> None:
    open_weather().say(f"!weather  {name}  ")
    assert service.asked[0][1]["name"] == name


def test_an_answer_is_kept_for_ten_minutes(open_weather: Callable[..., Any], service: Any) -> None:
    site = open_weather()
    assert [site.say(said) for said in ("!weather Lisbon", "!weather LISBON", "!weather  lisbon ")] == [
        LISBON
    ] * 3
    assert len(service.asked) == 2
    assert site.say("!weather Porto") == LISBON  # the service knows one place only
    assert len(service.asked) == 4
    state = site.engine.site.state_dir / "weather.json"
    stored = json.loads(state.read_text())
    for entry in stored["kept"].values():
        entry["at"] -= 601
    state.write_text(json.dumps(stored))
    assert site.say("!weather Lisbon") == LISBON
    assert len(service.asked) == 6
    assert list(json.loads(state.read_text())["kept"]) == ["lisbon"]  # what is stale is dropped


def test_only_so_much_is_kept(open_weather: Callable[..., Any]) -> None:
    site = open_weather()
    for number in range(45):
        assert site.say(f"!weather place {number}") == LISBON
    kept = json.loads((site.engine.site.state_dir / "weather.json").read_text())["kept"]
    assert len(kept) == 40
    assert "place 44" in kept


def test_nothing_is_kept_without_kv(open_weather: Callable[..., Any], service: Any) -> None:
    site = open_weather(kv_enabled=False)
    assert site.say("!weather Lisbon") == site.say("!weather Lisbon") == LISBON
    assert len(service.asked) == 4


@pytest.mark.parametrize(
    ("current", "daily", "reply"),
    [
        ({"temperature_2m": -0.4}, None, "Lisbon, Portugal: 0 °C"),
        ({"temperature_2m": -7.6, "weather_code": 75}, {}, "Lisbon, Portugal: -8 °C, heavy snow"),
        (
            {"temperature_2m": 1, "weather_code": 1234, "wind_speed_10m": "strong"},
            {"temperature_2m_max": []},
            "Lisbon, Portugal: 1 °C",
        ),
    ],
)
def test_answers_with_holes(
    open_weather: Callable[..., Any], service: Any, current: Any, daily: Any, reply: str
) -> None:
    service.forecast = (200, json.dumps({"current": current, "daily": daily}))
    assert open_weather().say("!weather Lisbon") == reply


# What goes wrong


@pytest.mark.parametrize("body", ['{"generationtime_ms": 0.5}', '{"results": []}'])
def test_no_such_place(open_weather: Callable[..., Any], service: Any, body: str) -> None:
    service.places = (200, body)
    assert open_weather().say("!weather Atlantis") == "I know no place called Atlantis."
    assert len(service.asked) == 1


BROKEN = [(500, "oops"), (404, "{}"), (429, "{}"), (200, "<html>"), (200, ""), (200, "5")]


@pytest.mark.parametrize(
    "answer", [*BROKEN, (200, '{"results": [5]}'), (200, '{"results": [{"name": "x", "latitude": "north"}]}')]
)
def test_places_that_are_broken(
    open_weather: Callable[..., Any], service: Any, answer: tuple[int, str]
) -> None:
    service.places = answer
    site = open_weather()
    assert site.say("!weather Lisbon") == SORRY
    service.places = (200, '{"results": [{"name": "Lisbon", "latitude": 1, "longitude": 2}]}')
    assert site.say("!weather Lisbon") == LISBON.replace(", Portugal", "")  # a failure is not kept


@pytest.mark.parametrize(
    "answer", [*BROKEN, (200, "{}"), (200, '{"current": {"temperature_2m": null}}'), (200, '{"current": []}')]
)
def test_forecasts_that_are_broken(
    open_weather: Callable[..., Any], service: Any, answer: tuple[int, str]
) -> None:
    service.forecast = answer
    assert open_weather().say("!weather Lisbon") == SORRY


def test_the_reason_is_in_the_log(open_weather: Callable[..., Any], service: Any) -> None:
    service.forecast = (503, "")
    site = open_weather()
    result = site.engine.calls.chat("!weather Lisbon", caller=site.engine.owner)
    assert [(line.level, line.message) for line in result.logs] == [("warn", "weather: HTTP 503")]


def test_http_is_off(open_weather: Callable[..., Any], service: Any) -> None:
    assert (
        open_weather(http_enabled=False).say("!weather Lisbon")
        == "I cannot look outside: this site does not ask other servers."
    )
    assert service.asked == []


def test_no_name_and_too_much_of_one(open_weather: Callable[..., Any], service: Any) -> None:
    site = open_weather()
    assert site.say("!weather") == "Say which place: !weather Lisbon"
    assert site.say("!weather " + "x" * 81) == "No place has a name that long: at most 80 bytes, please."
    assert service.asked == []
