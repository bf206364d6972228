"""Saved calls and checks as files, and what is expected of them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine import AccessCheck, CallerRef, CheckError, Engine, Expectation, Request, SavedCall, SiteError
from lua_engine.checks.format import call_text, check_text, parse_call, parse_check
from tests.engine.checks.conftest import saved

ALL_KINDS = (
    Expectation("ok"),
    Expectation("value_equals", "/notes/0/text", "one"),
    Expectation("value_contains", "", {"notes": [{"text": "two"}]}),
    Expectation("error_says", "", "members"),
    Expectation("refused"),
    Expectation("rows_added", "notes", 2),
    Expectation("rows_changed", "notes"),
    Expectation("rows_removed", "notes", 0),
    Expectation("no_rows_changed"),
)


def test_a_saved_call_is_a_small_readable_file(site: Engine) -> None:
    expect = (Expectation("rows_added", "notes", 1),)
    call = saved(
        "add", params={"text": "Grüße"}, caller="role:coauthor", expect=expect, description="Members add."
    )
    kept = site.checks.files.save(call)
    assert kept.path == site.site.console_dir / "calls" / "add.call.json"
    assert kept.path.read_text(encoding="utf-8") == (
        '{\n  "version": 1,\n  "description": "Members add.",\n  "kind": "call",\n  "function": "notes",\n'
        '  "params": {\n'
        '    "action": "add",\n'
        '    "text": "Grüße"\n  },\n'
        '  "caller": "role:coauthor",\n  "expect": [\n    {\n      "kind": "rows_added",\n'
        '      "table": "notes",\n      "count": 1\n    }\n  ]\n}\n'
    )
    assert site.checks.files.all() == (kept,)
    assert site.checks.files.save(kept) == kept
    site.checks.files.delete("add")
    assert site.checks.files.all() == ()
    with pytest.raises(CheckError, match=r"add\.call\.json: there is no such file"):
        site.checks.files.delete("add")


def test_every_kind_of_call_and_expectation_comes_back(site: Engine) -> None:
    calls = [
        saved("list", expect=ALL_KINDS),
        SavedCall("greet", Request.chat("!hello there"), CallerRef("Anna")),
        SavedCall("closing", Request.event("on_group_close", "g1"), CallerRef("stranger")),
    ]
    for call in calls:
        site.checks.files.save(call)
    assert [replace(one, path=None) for one in site.checks.files.all()] == [calls[2], calls[1], calls[0]]
    check = AccessCheck(
        "policy",
        (saved("list"), calls[1]),
        {("list", "owner"): "ok", ("list", "stranger"): "refused"},
        description="who reads",
    )
    site.checks.files.save_check(check)
    (read,) = site.checks.files.checks()
    assert [one.name for one in read.calls] == ["list", "greet"]
    assert (read.expected, read.description, read.callers) == (
        check.expected,
        "who reads",
        ("owner", "stranger"),
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
expectations = st.one_of(
    st.just(Expectation("ok")),
    st.builds(
        Expectation,
        st.sampled_from(["value_equals", "value_contains"]),
        st.sampled_from(["", "/a", "/a/0/b~1"]),
        json_values,
    ),
    st.builds(
        Expectation,
        st.sampled_from(["error_says", "refused"]),
        st.just(""),
        texts.map(lambda text: text or None),
    ),
    st.builds(
        Expectation,
        st.sampled_from(["rows_added", "rows_changed", "rows_removed"]),
        texts.filter(bool),
        st.none() | st.integers(0, 9),
    ),
    st.builds(Expectation, st.just("no_rows_changed"), texts),
)


@given(json_values, texts.filter(bool), st.lists(expectations, max_size=3), texts, texts.filter(bool))
def test_what_is_written_is_read_back(
    params: Any, caller: str, expect: list[Expectation], description: str, function: str
) -> None:
    call = SavedCall(
        "n",
        Request.call(function, {} if params is None else params),
        CallerRef(caller),
        tuple(expect),
        description,
    )
    text = call_text(call)
    again = parse_call(text.decode(), "n")
    assert again == call
    assert call_text(again) == text


@given(
    st.lists(texts, min_size=1, max_size=3, unique=True), st.lists(texts, max_size=3, unique=True), st.data()
)
def test_a_check_is_read_back(names: list[str], callers: list[str], data: st.DataObject) -> None:
    calls = tuple(SavedCall(name, Request.call("f", {})) for name in names)
    outcomes = st.sampled_from(["ok", "refused", "error"])
    check = AccessCheck(
        "c", calls, {(name, caller): data.draw(outcomes) for name in names for caller in callers}
    )
    assert parse_check(check_text(check).decode(), "c") == check


DAMAGED = {
    "{": "not JSON: line 1, column 2: a key must be in double quotes",
    '{"function": "f", "function": "g"}': 'line 1, column 19: the key "function" appears twice',
    "[]": "the file must be an object",
    '{"kind": "dance"}': "kind must be one of call, chat, event",
    '{"function": ""}': "function is empty",
    "{}": "function is missing",
    '{"function": "f", "expct": []}': "expct is not a known key; known are caller, description, expect, "
    "function, kind, params, version",
    '{"function": "f", "expect": [{"kind": "nice"}]}': r"expect\[0\].kind must be one of ok, value_equals",
    '{"function": "f", "expect": [{"kind": "value_equals", "path": "a", "value": 1}]}': r"expect\[0\].path "
    r"must begin with a slash",
    '{"function": "f", "expect": [{"kind": "value_equals"}]}': r"expect\[0\].value is missing",
    '{"function": "f", "expect": [{"kind": "rows_added", "table": "t", "count": -1}]}': r"expect\[0\].count "
    r"must be a whole number",
    '{"function": "f", "params": NaN}': "NaN is not JSON",
    '{"function": "f", "params": ' + "9" * 5_000 + "}": "too large for a number",
    '{"kind": "chat", "text": 5}': "text must be a text",
    '{"version": 2, "function": "f"}': "was written by a newer Goop Console",
    '{"version": true, "function": "f"}': "version must be a whole number",
    "[" * 100_000: "nested more than 200 levels",
}


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: DAMAGED[text][:30])
def test_a_damaged_file_is_named_and_never_written_over(site: Engine, text: str) -> None:
    folder = site.site.console_dir / "calls"
    folder.mkdir(parents=True)
    (folder / "add.call.json").write_text(text)
    site.checks.files.save(saved("list"))
    assert [one.name for one in site.checks.files.all()] == ["list"]
    (problem,) = site.checks.files.problems()
    with pytest.raises(CheckError, match=DAMAGED[text]):
        raise CheckError(problem)
    assert problem.startswith(str(folder / "add.call.json"))
    with pytest.raises(CheckError, match="not overwritten"):
        site.checks.files.save(saved("add"))
    assert (folder / "add.call.json").read_text() == text


def test_a_pipe_is_named_and_not_waited_for(site: Engine) -> None:
    folder = site.site.console_dir / "calls"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "pipe.call.json")
    assert site.checks.files.all() == ()
    assert site.checks.files.problems() == (f"{folder / 'pipe.call.json'}: is a pipe, not a file",)


def test_a_damaged_check_is_named(site: Engine) -> None:
    folder = site.site.console_dir / "calls"
    folder.mkdir(parents=True)
    (folder / "a.check.json").write_text('{"calls": {}, "expected": {"gone": {}}}')
    (folder / "b.check.json").write_text(
        '{"calls": {"x": {"function": "f"}}, "expected": {"x": {"owner": "maybe"}}}'
    )
    (folder / "c.check.json").write_bytes(b"\xff")
    assert [problem.split(": ", 1)[1] for problem in site.checks.files.problems()] == [
        "expected.gone: there is no such call under calls",
        "expected.x.owner must be one of ok, refused, invalid, error",
        "not JSON: line 1, column 1: this is not UTF-8 text; save it in UTF-8",
    ]


LONG = ("x" * 81, "\u4e2d" * 70)


@pytest.mark.parametrize(
    "name",
    ["", ".", "../up", "a/b", "a\\b", "con", "COM1", "nul.x", "end ", *LONG, "new\nline", "a:b", ".hidden"],
)
def test_a_name_that_is_no_file_is_refused(site: Engine, name: str) -> None:
    with pytest.raises(CheckError, match="cannot be a file's"):
        site.checks.files.save(saved("list", name=name))
    with pytest.raises(CheckError, match="cannot be a file's"):
        site.checks.files.delete(name)


def test_names_that_differ_in_case_only_are_refused(site: Engine) -> None:
    site.checks.files.save(saved("list", name="Überblick (1)"))
    with pytest.raises(CheckError, match="the case of its letters"):
        site.checks.files.save(saved("list", name="überblick (1)"))


def test_what_cannot_be_json_is_refused(site: Engine) -> None:
    with pytest.raises(CheckError, match="cannot be written as JSON"):
        site.checks.files.save(saved("add", params={"text": b"bytes"}))
    assert site.checks.files.all() == ()


def test_a_site_open_for_reading_only_keeps_its_calls(site: Engine) -> None:
    site.checks.files.save(saved("list"))
    with Engine.open(site.site.path, watch=False, read_only=True) as reader:
        assert len(reader.checks.files.all()) == 1
        assert reader.checks.run(reader.checks.files.all()[0]).passed
        for change in (
            lambda: reader.checks.files.save(saved("add")),
            lambda: reader.checks.files.delete("list"),
        ):
            with pytest.raises(CheckError, match="reading only"):
                change()


HOLDS = [
    ("list", {}, "owner", ()),
    ("list", {}, "stranger", (Expectation("ok"), Expectation("no_rows_changed"))),
    (
        "list",
        {},
        "owner",
        (
            Expectation("value_equals", "/notes/1/text", "two"),
            Expectation("value_contains", "/notes", {"text": "one"}),
        ),
    ),
    ("list", {}, "owner", (Expectation("value_contains", "/notes/0/text", "n"),)),
    (
        "add",
        {"text": "x"},
        "role:viewer",
        (Expectation("rows_added", "notes", 1), Expectation("value_equals", "", {"id": 3.0})),
    ),
    (
        "add",
        {"text": "x"},
        "stranger",
        (Expectation("refused", "", "members"), Expectation("error_says", "", "only")),
    ),
    ("tidy", {}, "stranger", (Expectation("refused"),)),
    ("tidy", {}, "Anna", (Expectation("rows_removed", "notes", 2), Expectation("rows_removed", "notes"))),
    (
        "broken",
        {},
        "owner",
        (Expectation("error_says", "", "attempt to index"), Expectation("no_rows_changed", "notes")),
    ),
]
FAILS = [
    ("broken", {}, "owner", (), "expected ok, got error: notes.lua:15: attempt to index"),
    ("tidy", {}, "stranger", (Expectation("ok"),), "expected ok, got refused: co-authors only"),
    ("list", {}, "owner", (Expectation("value_equals", "/notes/9", 1),), "value/notes/9: missing in"),
    (
        "list",
        {},
        "owner",
        (Expectation("value_equals", "/notes/0/_id", True),),
        "value/notes/0/_id: expected true, got 1",
    ),
    (
        "list",
        {},
        "owner",
        (Expectation("value_contains", "/notes", {"text": "x"}),),
        'value/notes: expected to contain {"text": "x"}, got',
    ),
    (
        "broken",
        {},
        "owner",
        (Expectation("value_equals", "", 1),),
        "value: there is no value, the call failed",
    ),
    ("list", {}, "owner", (Expectation("error_says", "", "x"),), 'expected an error that says "x", got ok'),
    (
        "tidy",
        {},
        "stranger",
        (Expectation("error_says", "", "x"),),
        'expected an error that says "x", got: co-authors only',
    ),
    ("broken", {}, "owner", (Expectation("refused"),), "expected refused, got error: notes.lua"),
    ("list", {}, "owner", (Expectation("refused"),), "expected refused, got ok"),
    (
        "add",
        {"text": "x"},
        "owner",
        (Expectation("rows_added", "notes", 2),),
        "notes: expected 2 rows to be added, 1 were",
    ),
    (
        "list",
        {},
        "owner",
        (Expectation("rows_changed", "notes"),),
        "notes: expected rows to be changed, none were",
    ),
    ("tidy", {}, "owner", (Expectation("no_rows_changed"),), "notes: expected no changes, 2 rows changed"),
    ("list", {}, "Zoe", (), "it could not be run: no peer is called 'Zoe'"),
]


@pytest.mark.parametrize(("action", "params", "caller", "expect"), HOLDS)
def test_expectations_that_hold(
    site: Engine, action: str, params: dict[str, Any], caller: str, expect: tuple[Expectation, ...]
) -> None:
    result = site.checks.run(saved(action, params=params, caller=caller, expect=expect))
    assert (result.passed, result.failures) == (True, ())


@pytest.mark.parametrize(("action", "params", "caller", "expect", "message"), FAILS)
def test_expectations_that_fail_say_why(
    site: Engine,
    action: str,
    params: dict[str, Any],
    caller: str,
    expect: tuple[Expectation, ...],
    message: str,
) -> None:
    result = site.checks.run(saved(action, params=params, caller=caller, expect=expect))
    assert not result.passed
    assert result.failures[0].startswith(message), result.failures


def test_a_chat_line_and_an_event_are_checked_too(site: Engine) -> None:
    assert site.checks.run(
        SavedCall(
            "greet",
            Request.chat("!hello"),
            CallerRef("Anna"),
            (Expectation("value_equals", "", "Hello, Anna"),),
        )
    ).passed
    event = site.checks.run(SavedCall("closing", Request.event("on_group_close", "g")))
    assert event.failures == (
        "expected ok, got error: no data function has a global function on_group_close",
    )


def test_a_closed_site_runs_no_checks(site: Engine) -> None:
    site.close()
    with pytest.raises(SiteError):
        site.calls.run(Request.call("notes", {}), site.owner, is_dry=True)
    assert site.checks.run(saved("list", caller="stranger")).failures == (
        "it could not be run: the site is closed",
    )


def test_files_of_others_are_left_alone(site: Engine) -> None:
    folder = site.site.console_dir / "calls"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("ours")
    (folder / ".x.call.json.tmp").write_text("{")
    assert (site.checks.files.all(), site.checks.files.checks(), site.checks.files.problems()) == ((), (), ())
    assert json.loads(call_text(saved("list")))["caller"] == "owner"
