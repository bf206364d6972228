"""Calls, chats and events through the facade."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from lua_engine import Caller, CallFinished, CallResult, Engine, ErrorKind, LogRecorded

SUE = Caller("peer-sue", "Sue", "sue@example.org")


def kind_of(result: CallResult) -> ErrorKind | None:
    return result.error.kind if result.error else None


def test_a_call_gets_its_params_and_answers_plain_data(run_lua: Callable[..., Any]) -> None:
    result = run_lua(
        "return { got = request.params.list, five = 10 / 2, none = {} }", {"list": [1, "x", {"deep": True}]}
    )
    assert result.ok
    assert result.value == {"five": 5, "got": [1, "x", {"deep": True}], "none": []}
    assert isinstance(result.value["five"], int)
    assert list(result.value) == ["five", "got", "none"], "keys come in alphabetical order, as from Goop2"


def test_who_calls_is_what_the_script_sees(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"who": "function call() return { p = goop.peer, s = goop.self } end"})
    seen = engine.calls.call("who", caller=SUE).value
    assert seen["p"] == {"id": "peer-sue", "label": "Sue", "email": "sue@example.org"}
    assert seen["s"] == {"id": engine.owner.id, "label": "Mara"}
    assert engine.calls.call("who", caller=Caller(engine.owner.id)).value["p"]["label"] == "Mara", (
        "the owner's label is filled in"
    )
    assert engine.calls.call("who", caller=Caller("nobody")).value["p"] == {
        "id": "nobody",
        "label": "nobody",
        "email": "",
    }


def test_owner_decides_by_the_real_caller(make_engine: Callable[..., Engine]) -> None:
    source = """
    goop.peer.id, goop.self = goop.self.id, goop.peer
    goop.peer = goop.self
    local guarded = goop.owner(function() return "in" end)
    function call() return guarded() end
    """
    engine = make_engine({"f": source})
    refused = engine.calls.call("f", caller=SUE)
    assert refused.error is not None
    assert refused.error.message == "only the site owner can do this"
    assert engine.calls.call("f", caller=engine.owner).value == "in"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "action parameter required"),
        ({"action": ""}, "action parameter required"),
        ({"action": "nope"}, "unknown action: nope"),
        ({"action": "broken"}, "action broken is not a function"),
    ],
)
def test_route_errors(make_engine: Callable[..., Engine], params: Any, message: str) -> None:
    engine = make_engine({"f": "local d = goop.route({ broken = 5 })\nfunction call(r) return d(r) end"})
    result = engine.calls.call("f", params, caller=engine.owner)
    assert result.error is not None
    assert result.error.message == message


def test_route_without_params(run_lua: Callable[..., Any]) -> None:
    assert run_lua("return goop.route({})({})").error.message == "request.params missing"


def test_kinds_of_failure(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        {
            "noentry": "local x = 1",
            "boom": "function call()\n  local t = nil\n  return t.x\nend",
            "slow": "function call()\n  while true do end\nend",
            "fat": "function call() local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end end",
            "odd": "function call() return { a = { b = print } } end",
        }
    )
    results = {
        name: engine.calls.call(name, caller=SUE)
        for name in ("noentry", "boom", "slow", "fat", "odd", "missing")
    }
    assert {name: kind_of(result) for name, result in results.items()} == {
        "noentry": ErrorKind.NO_ENTRY_POINT,
        "boom": ErrorKind.SCRIPT,
        "slow": ErrorKind.TIMEOUT,
        "fat": ErrorKind.MEMORY,
        "odd": ErrorKind.CONVERSION,
        "missing": ErrorKind.NOT_FOUND,
    }
    errors = {name: result.error for name, result in results.items() if result.error}
    assert errors["noentry"].message == "function noentry does not support call()"
    assert errors["missing"].message == "function not found: missing"
    assert (errors["boom"].message, errors["boom"].line) == (
        "boom.lua:3: attempt to index local 't' (a nil value)",
        3,
    )
    assert "boom.lua:3: in function 'call'" in errors["boom"].traceback
    assert (errors["slow"].message, errors["slow"].line) == ("script timed out", 2)
    assert "lua.timeout_seconds" in errors["slow"].detail
    assert errors["fat"].message == "script killed: memory limit exceeded"
    assert errors["odd"].message == "cannot convert result.a.b: a function has no JSON form"


def test_disabled_lua_runs_nothing(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        {"f": "function call() return 1 end"}, {"c": "function handle() return 'x' end"}, {"enabled": False}
    )
    assert kind_of(engine.calls.call("f", caller=SUE)) is ErrorKind.DISABLED
    assert kind_of(engine.calls.chat("!c", caller=SUE)) is ErrorKind.DISABLED
    assert engine.calls.emit("on_group_close", "g") == ()
    engine.settings.enable_lua()
    assert engine.calls.call("f", caller=SUE).value == 1


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("!hello Alice", "Hello, Alice!"),
        ("  !HELLO   Alice B  ", "Hello, Alice B!"),
        ("!hello", "Hello, world!"),
        ("!number", "5"),
        ("!empty", None),
        ("!nothing", None),
        ("!", None),
        ("! hello", None),
        ("hello", None),
        ("", None),
        ("!nope x", "Unknown command: nope"),
        ("!fails", "Script error: fails.lua:1: boom"),
        ("!both", "from the function"),
    ],
)
def test_chat_replies(make_engine: Callable[..., Engine], text: str, reply: str | None) -> None:
    commands = {
        "hello": 'function handle(args) return "Hello, " .. (args ~= "" and args or "world") .. "!" end',
        "number": "function handle() return 10 / 2 end",
        "empty": "function handle() return '' end",
        "nothing": "function handle() end",
        "fails": "function handle() error('boom') end",
    }
    engine = make_engine({"both": "function handle() return 'from the function' end"}, commands)
    assert engine.calls.chat(text, caller=SUE).value == reply


def test_a_long_reply_is_cut_between_characters(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(commands={"long": "function handle() return 'x' .. ('\\195\\164'):rep(3000) end"})
    reply = engine.calls.chat("!long", caller=SUE).value
    assert reply == "x" + "ä" * 2047 + "... (truncated)"


def test_rate_limits(make_engine: Callable[..., Engine]) -> None:
    commands = {
        "two": "--- @rate_limit 2\nfunction handle() return 'ok' end",
        "free": "--- @rate_limit 0\nfunction handle() return 'ok' end",
    }
    functions = {"f": "function call() return 1 end"}
    engine = make_engine(functions, commands, {"rate_limit_per_peer": 3})
    assert [engine.calls.chat("!two", caller=SUE).value for _ in range(3)] == [
        "ok",
        "ok",
        "Rate limit exceeded. Try again later.",
    ]
    assert [engine.calls.call("f", caller=SUE).ok for _ in range(4)] == [True, True, True, False]
    refused = engine.calls.call("f", caller=SUE)
    assert refused.error is not None
    assert (refused.error.kind, refused.error.message) == (ErrorKind.RATE_LIMIT, "rate limit exceeded")
    assert engine.calls.call("f", caller=SUE, counts=False).ok
    assert engine.calls.call("f", caller=Caller("another")).ok
    assert all(engine.calls.chat("!free", caller=SUE).value == "ok" for _ in range(50))


def test_nothing_is_shared_between_calls(make_engine: Callable[..., Engine]) -> None:
    source = (
        "n = (n or 0) + 1\nstring.seen = (string.seen or 0) + 1\n"
        "function call() return { n, string.seen } end"
    )
    engine = make_engine({"f": source})
    assert [engine.calls.call("f", caller=SUE).value for _ in range(5)] == [[1, 1]] * 5


def test_two_calls_at_once(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        {"f": "function call(r) local n = 0 for i = 1, 1e6 do n = n + r.params.k end return n end"},
        lua={"timeout_seconds": 60},
    )
    answers: dict[int, Any] = {}

    def one(k: int) -> None:
        answers[k] = engine.calls.call("f", {"k": k}, caller=SUE).value

    threads = [threading.Thread(target=one, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {k: k * 1_000_000 for k in range(8)}


def test_cancel_ends_a_running_call(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        {"f": "function call()\n goop.log.info('started')\n while true do end\nend"},
        lua={"timeout_seconds": 30},
    )
    started = threading.Event()
    engine.bus.subscribe(lambda event: started.set() if isinstance(event, LogRecorded) else None)
    results: list[CallResult] = []
    thread = threading.Thread(target=lambda: results.append(engine.calls.call("f", caller=SUE)))
    thread.start()
    assert started.wait(10)
    assert [engine.calls.cancel(call_id) for call_id in engine.calls.running()] == [True]
    thread.join(20)
    assert [kind_of(result) for result in results] == [ErrorKind.CANCELLED]
    assert not engine.calls.cancel("nothing")


def test_events_run_in_every_function_that_defines_them(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        {
            "a": "function on_group_close(id) goop.log.info('a', id, goop.peer.id == goop.self.id) end",
            "b": "function on_group_close(id) error('b fails') end",
            "c": "function on_group_close(id) goop.log.info('c', id) end",
            "d": "function call() end",
        }
    )
    results = engine.calls.emit("on_group_close", "g1")
    assert [(result.script, result.ok) for result in results] == [("a", True), ("b", False), ("c", True)]
    assert [line.message for result in results for line in result.logs] == ["a g1 true", "c g1"]


def test_closing_a_group_in_a_call_runs_the_handlers_before_the_call_returns(
    make_engine: Callable[..., Engine],
) -> None:
    source = """
    function call() local id = goop.group.create("Room", "template", "ctx", 0) goop.group.close(id)
      return id end
    function on_group_close(id) goop.kv.set("closed", id) end
    """
    engine = make_engine({"f": source, "g": "function call() return 1 end"})
    group_id = engine.calls.call("f", caller=SUE).value
    assert f'"{group_id}"' in (engine.site.state_dir / "f.json").read_text()


def test_results_and_logs_are_announced_with_the_call_id(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call() print('a', 1, nil) goop.log.warn('w', 2) end"})
    events: list[Any] = []
    engine.bus.subscribe(events.append)
    result = engine.calls.call("f", caller=SUE)
    assert [(line.level, line.message) for line in result.logs] == [("info", "a\t1\tnil"), ("warn", "w 2")]
    assert [type(event) for event in events] == [LogRecorded, LogRecorded, CallFinished]
    assert {line.call_id for line in result.logs} == {result.call_id}
    assert events[-1].result == result


def test_a_refused_call_is_logged_for_the_script_that_was_asked_for(
    make_engine: Callable[..., Engine],
) -> None:
    engine = make_engine()
    lines: list[Any] = []
    engine.bus.subscribe(lambda event: lines.append(event.line) if isinstance(event, LogRecorded) else None)
    engine.calls.call("missing", caller=SUE)
    assert [(line.level, line.script, line.message) for line in lines] == [
        ("warn", "missing", "function not found: missing")
    ]


def test_log_volume_is_capped_and_says_so(run_lua: Callable[..., Any]) -> None:
    result = run_lua("for i = 1, 5000 do goop.log.info(i) end return true")
    assert len(result.logs) == 1001
    assert result.logs[-1].message.startswith("log cut: a call may write 1000 lines")


def test_commands_behave_as_records_and_as_names(make_engine: Callable[..., Engine]) -> None:
    source = (
        'function call() local c = goop.commands() return { list = c, s = "!" .. '
        'c[1], t = tostring(c[2]), e = c[1] .. "?" } end'
    )
    engine = make_engine(
        {"f": source}, {"b": "--- Second\nfunction handle() end", "a": "--- First\nfunction handle() end"}
    )
    assert engine.calls.call("f", caller=SUE).value == {
        "e": "a?",
        "list": [{"description": "First", "name": "a"}, {"description": "Second", "name": "b"}],
        "s": "!a",
        "t": "b",
    }


def test_a_broken_save_keeps_the_last_good_version(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call() return 1 end"})
    (info,) = engine.scripts.functions()
    stale = engine.scripts.save(info, "function call( return 2 end")
    assert (stale.state, stale.problem is not None and stale.problem.line) == ("stale", 1)
    assert engine.calls.call("f", caller=SUE).value == 1
    assert engine.scripts.source(stale) == "function call( return 2 end"
    assert engine.scripts.save(stale, "function call() return 3 end").state == "ok"
    assert engine.calls.call("f", caller=SUE).value == 3
