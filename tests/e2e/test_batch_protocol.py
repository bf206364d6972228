"""docs/batch-protocol.md, line by line, against the real process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goop_console.commands.answers import answer_line
from goop_console.commands.batch import Batch
from lua_engine import Engine, JsonProblem, parse_json
from tests.helpers.small_site import make_site

Run = Callable[..., Any]
BO = {"id": "peer-b", "label": "Bo", "email": "bo@example.org"}


def ask(console: Run, site: Path, *lines: Any, config: str = "{}") -> list[dict[str, Any]]:
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)
    done = console("batch", site, "--config", config, stdin=text)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_operation_answers_in_order(console: Run, site: Path) -> None:
    answers = ask(
        console,
        site,
        {"id": 1, "op": "call", "function": "echo", "params": {"a": [1, {"b": "ä"}]}, "caller": "owner"},
        {"id": "two", "op": "chat", "text": "!hello Alice", "caller": BO},
        {"id": 3, "op": "chat", "text": "just talk", "caller": BO},
        {"id": 4, "op": "emit", "event": "on_group_close", "argument": "g9"},
        {"id": 5, "op": "functions"},
        {"id": 6, "op": "commands"},
        {"id": 7, "op": "reload"},
    )
    assert [answer["id"] for answer in answers] == [1, "two", 3, 4, 5, 6, 7]
    assert all(
        set(answer) == {"id", "ok", "value", "error", "logs", "call_id", "duration_ms"} for answer in answers
    )
    called, hello, talk, emitted, functions, commands, reloaded = answers
    assert called["value"] == {"a": [1, {"b": "ä"}]}
    assert called["logs"] == [{"level": "info", "message": "from Mara"}]
    assert called["call_id"]
    assert called["duration_ms"] > 0
    assert (hello["ok"], hello["value"]) == (True, "Hello, Alice!")
    assert (talk["ok"], talk["value"]) == (True, None)
    assert emitted["value"][0]["function"] == "slow"
    assert emitted["value"][0]["error"]["message"] == "slow.lua:4: cannot g9"
    assert functions["value"] == [
        {"name": "echo", "description": "Echoes", "rate_limit": None},
        {"name": "slow", "description": "", "rate_limit": None},
    ]
    assert commands["value"] == [{"name": "hello", "description": "Says hello", "rate_limit": 3}]
    assert reloaded["value"] == {"scripts": 3, "broken": []}


def test_failures_have_kinds(console: Run, site: Path) -> None:
    call = {"op": "call", "caller": BO}
    answers = ask(
        console,
        site,
        {**call, "id": 1, "function": "nope"},
        {**call, "id": 2, "function": "echo", "params": {"fail": True}},
        {**call, "id": 3, "function": "slow"},
        *({"id": 4, "op": "chat", "text": "!hello x", "caller": BO} for _ in range(4)),
        {"id": 5, "op": "chat", "text": "!what", "caller": BO},
        config='{"timeout_seconds": 1}',
    )
    errors = [answer["error"] for answer in answers]
    assert [error and error["kind"] for error in errors] == [
        "not_found",
        "script",
        "timeout",
        None,
        None,
        None,
        "rate_limit",
        "not_found",
    ]
    assert errors[1]["message"] == "echo.lua:4: asked to fail"
    assert (errors[1]["script"], errors[1]["line"]) == ("echo", 4)
    assert (errors[2]["message"], errors[2]["script"], errors[2]["line"]) == ("script timed out", "slow", 2)
    assert answers[6]["value"] == "Rate limit exceeded. Try again later."
    assert answers[7]["value"] == "Unknown command: what"


def test_config_overrides_the_lua_section_for_this_run(console: Run, site: Path) -> None:
    before = (site / "goop.json").read_bytes()
    (answer,) = ask(
        console,
        site,
        {"id": 1, "op": "call", "function": "echo", "caller": "owner"},
        config='{"enabled": false}',
    )
    assert answer["error"]["kind"] == "disabled"
    assert (site / "goop.json").read_bytes() == before


CALL = '{"id": 1, "op": "call", "function": "echo", "caller": '
MALFORMED = [  # the line, the id of its answer, what the message says
    ("nonsense", None, "the line is not JSON"),
    ("[1, 2]", None, "must be a JSON object"),
    ('{"id": 1}', 1, "op is missing"),
    ('{"id": 1, "op": 5}', 1, "op must be a string"),
    ('{"id": 1, "op": "dance"}', 1, "op must be one of call, chat"),
    ('{"id": {"x": 1}, "op": "call", "caller": "owner"}', {"x": 1}, "function is missing"),
    ('{"id": 1, "op": "call", "function": "echo"}', 1, "caller must be"),
    (CALL + '"nobody"}', 1, "caller: "),
    (CALL + '{"label": "x"}}', 1, "caller.id"),
    (CALL + '{"id": ""}}', 1, "caller.id"),
    (CALL + '{"id": 0}}', 1, "caller.id must be a string"),
    (CALL + '{"id": "x", "label": false}}', 1, "caller.label must be a string"),
    (CALL + '"owner", "params": [1]}', 1, "params must be an object"),
    (CALL + '"owner", "params": {"x": NaN}}', 1, "NaN is not JSON"),
    (CALL + '"owner", "params": {"x": 1e999}}', 1, "1e999 is too large for a number"),
    ('{"id": NaN, "op": "functions"}', None, "NaN is not JSON"),
    ('{"id": -1e999, "op": "functions"}', None, "-1e999 is too large"),
    ('{"id": 1, "op": "chat", "caller": "owner"}', 1, "text is missing"),
    ('{"id": 1, "op": "emit", "event": "on_group_close"}', 1, "argument is missing"),
    ('{"id": 1, "op": "install"}', 1, "template is missing"),
    (
        '{"id": 1, "op": "install", "template": "x"}',
        1,
        "no such folder or archive, and no bundled template of that name",
    ),
    ("[" * 100_000, None, "the line is not JSON"),
]


def test_a_malformed_line_is_answered_and_the_batch_goes_on(console: Run, site: Path) -> None:
    good = {"id": "good", "op": "functions"}
    answers = ask(console, site, *(line for bad, _, _ in MALFORMED for line in (bad, good)))
    assert len(answers) == 2 * len(MALFORMED)
    for (line, request_id, message), bad, after in zip(MALFORMED, answers[::2], answers[1::2], strict=True):
        assert (bad["id"], bad["ok"], bad["error"]["kind"]) == (request_id, False, "bad_request"), line[:100]
        assert message in bad["error"]["message"], line[:100]
        assert (after["id"], after["ok"]) == ("good", True), line[:100]


def test_a_site_that_breaks_on_the_way_is_told_and_the_batch_goes_on(site: Path) -> None:
    with Engine.open(site, watch=False) as engine:
        batch = Batch(engine)
        (site / "goop.json").write_text('{"lua": ')
        reloaded = batch.answer(b'{"id": 1, "op": "reload"}')
        called = batch.answer(b'{"id": 2, "op": "call", "function": "echo", "caller": "owner"}')
    assert (reloaded["id"], reloaded["error"]["kind"]) == (1, "busy")
    assert "goop.json: not valid JSON: line 1" in reloaded["error"]["message"]
    assert called["ok"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": JSON,
    "op": st.sampled_from(["call", "chat", "emit", "functions", "commands", "reload", "install"]) | JSON,
    "function": st.sampled_from(["echo", "slow.x"]) | JSON,
    "params": JSON,
    "caller": st.just("owner")
    | st.fixed_dictionaries({}, optional={"id": JSON | st.text(min_size=1), "label": JSON, "email": JSON})
    | JSON,
    "text": st.sampled_from(["!hello x", "!echo", "!"]) | JSON,
    "event": st.sampled_from(["on_group_close", "call"]) | JSON,
    "argument": JSON,
    "template": JSON,
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    folder = make_site(tmp_path_factory.mktemp("fuzz") / "site")
    (folder / "site/lua/functions/slow.lua").unlink()
    many = {"rate_limit_per_peer": 1_000_000, "rate_limit_global": 1_000_000}
    with Engine.open(folder, overrides=many, watch=False) as engine:
        yield Batch(engine)


@settings(deadline=None, max_examples=300)
@given(st.fixed_dictionaries({}, optional=FIELDS))
def test_whatever_a_request_holds_there_is_one_answer(batch: Batch, request_: dict[str, Any]) -> None:
    line = json.dumps(request_).encode()
    text = answer_line(batch.answer(line))
    assert text.count("\n") == 1
    answer = json.loads(text, parse_constant=pytest.fail)
    assert set(answer) == {"id", "ok", "value", "error", "logs", "call_id", "duration_ms"}
    assert (answer["error"] is None) == answer["ok"]
    assert answer["id"] == (request_.get("id") if _is_json(line) else None)


def _is_json(line: bytes) -> bool:
    """Half a surrogate pair, NaN and Infinity are none: nothing of such a line is believed."""
    try:
        parse_json(line)
    except JsonProblem:
        return False
    return True


@given(st.binary(max_size=60))
def test_whatever_a_line_holds_there_is_one_answer(batch: Batch, line: bytes) -> None:
    assert json.loads(answer_line(batch.answer(line)))["error"]["kind"] == "bad_request"


def test_bytes_that_are_no_text_and_lines_that_are_too_long(console: Run, site: Path) -> None:
    huge = b'{"id": 1, "op": "' + b"x" * (17 * 1024 * 1024) + b'"}\n'
    done = console("batch", site, stdin=b"\xff\xfe\n" + huge + b'\n   \n{"id": 3, "op": "functions"}')
    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["error"]["kind"] == second["error"]["kind"] == "bad_request"
    assert "more than 16 MB" in second["error"]["message"]
    assert third["ok"], "the last line needs no end, empty lines are passed over"


def test_answers_come_one_by_one(site: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "goop_console", "batch", str(site)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "op": "functions"}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_reader_that_leaves_is_no_traceback(site: Path) -> None:
    lines = '{"id": 1, "op": "functions"}\n' * 20_000
    with subprocess.Popen(
        [sys.executable, "-m", "goop_console", "batch", str(site)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(lines[:29])
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(lines)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert "Traceback" not in process.stderr.read()
        process.wait(30)
