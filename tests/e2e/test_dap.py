"""``goop-console dap SITE`` as a process, spoken to over the wire by a client of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.dap_wire_client import Client, launch


def test_stop_look_set_go_back_and_end(client: Client, script: Path) -> None:
    (answer,) = launch(client, script, {"line": 3})
    assert answer == {"verified": True, "line": 3}
    assert client.where() == ("add", 3)
    assert client.ask("threads")["threads"][0]["name"].startswith("sums (")
    found = client.locals()
    assert (found["sum"]["value"], found["sum"]["type"]) == ("2", "number")
    assert client.ask("evaluate", expression="sum * 2", frameId=1, context="repl")["result"] == "4"
    assert client.ask("evaluate", expression="sum", frameId=1, context="hover")["result"] == "2"
    changed = client.ask("setVariable", variablesReference=found["sum"]["scope"], name="sum", value="40")
    assert changed["value"] == "40"
    client.ask("stepOut", threadId=1)
    assert client.where() == ("call", 8)
    client.ask("next", threadId=1)
    assert client.where() == ("call", 7)
    table = client.locals()["t"]
    inside = client.ask("variables", variablesReference=table["variablesReference"])["variables"]
    assert [(one["name"], one["value"]) for one in inside] == [("x", "40")]
    client.ask("stepBack", threadId=1)
    assert client.event("stopped")["description"].startswith("The past: step")
    assert client.ask("stackTrace", threadId=1)["stackFrames"][0]["line"] == 8
    client.ask("reverseContinue", threadId=1)  # no breakpoint was passed before
    assert client.where() == ("main chunk", 4)
    client.ask("continue", threadId=1)
    assert client.where() == ("add", 3)
    client.ask("continue", threadId=1)  # to the present
    assert client.where() == ("call", 7)
    client.ask("setBreakpoints", source={"path": str(script)}, breakpoints=[])
    client.ask("continue", threadId=1)
    outputs = [client.event("output")["output"], client.event("output")["output"]]
    assert outputs == ["info: done\n", "result: 45\n"]
    assert client.event("exited") == {"exitCode": 0}
    client.event("terminated")
    client.ask("disconnect")
    assert client.process.wait(30) == 0


WORDS = """local all = { "one", "three" }
local function each()
  return coroutine.wrap(function()
    for _, word in ipairs(all) do
      coroutine.yield(word)
    end
  end)
end
function call(request)
  local wanted, seen = { quiet = true }, 0
  local watched = setmetatable({}, { __index = function() seen = seen + 1 end })
  for word in each() do
    local function told()
      return #word
    end
    told()
    watched = watched
  end
  return seen
end
"""


def test_suspended_coroutines_are_threads_and_a_pointer_runs_nothing(client: Client, script: Path) -> None:
    script.write_text(WORDS)
    launch(client, script, {"line": 14})
    assert client.where() == ("told", 14)
    threads = client.ask("threads")["threads"]
    assert [one["id"] for one in threads] == [1, 2]
    assert threads[1]["name"] == "coroutine 1 (suspended)"
    (frame,) = client.ask("stackTrace", threadId=2)["stackFrames"]
    assert frame["line"] == 5
    assert (
        client.ask("evaluate", expression="word", frameId=frame["id"], context="watch")["result"] == '"one"'
    )
    scopes = client.ask("scopes", frameId=frame["id"])["scopes"]
    inside = client.ask("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
    assert ("word", '"one"') in [(one["name"], one["value"]) for one in inside]
    answer = client.answer(client.send("stackTrace", threadId=9))
    assert "not suspended" in answer["message"]

    kept = client.ask("evaluate", expression="wanted", frameId=1, context="hover")["result"]
    assert kept.startswith("`wanted` is a local of the function around this one")
    answer = client.answer(client.send("evaluate", expression="wanted.quiet", frameId=1, context="watch"))
    assert "Lua does not keep it here" in answer["message"]
    client.ask("evaluate", expression="watched.x", frameId=2, context="hover")
    assert client.ask("evaluate", expression="seen", frameId=2, context="hover")["result"] == "0"


def test_conditions_hits_and_log_points(client: Client, script: Path) -> None:
    launch(client, script, {"line": 3, "condition": "b == 3"}, {"line": 2, "logMessage": "a is {a}"})
    assert client.where() == ("add", 3)
    assert client.locals()["b"]["value"] == "3"
    assert [client.event("output")["output"] for _ in range(3)] == [
        "info: a is 1\n", "info: a is 2\n", "info: a is 4\n",
    ]  # fmt: skip


def test_breakpoints_say_where_they_went(client: Client, script: Path) -> None:
    answers = launch(client, script, {"line": 9}, {"line": 99}, {"line": 2, "hitCondition": "x"})
    assert [one["verified"] for one in answers] == [True, False, False]
    assert answers[0]["line"] == 10
    assert "line 9 is an end" in answers[0]["message"]
    assert "no line after it can stop" in answers[1]["message"]
    assert "hit count" in answers[2]["message"]
    assert client.where() == ("call", 10)
    client.ask("terminate")
    client.event("terminated")


def test_errors_and_restart(client: Client, script: Path) -> None:
    launch(client, script, function="fails")
    assert client.event("stopped")["reason"] == "exception"
    assert "attempt to index local 't'" in client.ask("exceptionInfo", threadId=1)["description"]
    client.ask("restart")
    assert client.event("stopped")["reason"] == "exception"
    client.ask("terminate")
    client.event("terminated")
    client.ask("disconnect")
    assert client.process.wait(30) == 0


def test_a_frame_begins_again_on_the_same_data(client: Client, script: Path) -> None:
    assert client.ask("initialize", adapterID="goop", linesStartAt1=True)["supportsRestartFrame"]
    launch(client, script, {"line": 3, "condition": "b == 3"})
    assert client.where() == ("add", 3)
    found = client.locals()
    client.ask("setVariable", variablesReference=found["a"]["scope"], name="a", value="70")
    frames = client.ask("stackTrace", threadId=1)["stackFrames"]
    assert [(one["name"], one["canRestart"]) for one in frames] == [("add", True), ("call", True)]

    client.ask("restartFrame", frameId=frames[0]["id"])

    assert client.event("stopped")["reason"] == "restart"
    assert [one["line"] for one in client.ask("stackTrace", threadId=1)["stackFrames"]] == [2, 8]
    again = client.locals()
    assert (again["a"]["value"], again["b"]["value"]) == ("4", "3"), (
        "as the call had them, not as they were set"
    )
    client.ask("next", threadId=1)
    assert client.where() == ("add", 3)

    client.ask("restartFrame", frameId=2)
    assert client.event("stopped")["reason"] == "restart"
    assert client.ask("stackTrace", threadId=1)["stackFrames"][0]["line"] == 6

    answer = client.answer(client.send("restartFrame", frameId=7))
    assert (answer["success"], answer["message"]) == (False, "there is no frame 7")
    client.ask("setBreakpoints", source={"path": str(script)}, breakpoints=[])
    client.ask("continue", threadId=1)
    assert client.event("exited") == {"exitCode": 0}
    client.event("terminated")
    assert not [one for one in client.events if one.get("event") == "terminated"], "it ended once"


def test_a_restart_after_it_begins_as_it_was_launched(client: Client, script: Path) -> None:
    launch(client, script, {"line": 3}, stopOnEntry=True)
    assert client.event("stopped")["reason"] == "entry"
    client.ask("continue", threadId=1)
    assert client.where() == ("add", 3)
    client.ask("restartFrame", frameId=1)
    assert client.event("stopped")["reason"] == "restart"

    client.ask("restart")

    assert client.event("stopped")["reason"] == "entry"


@pytest.mark.parametrize(
    ("how", "words"),
    [({"live": True}, "a real call cannot begin a frame again"), ({"record": False}, "not recorded")],
)
def test_a_frame_that_cannot_begin_again_says_why(
    client: Client, script: Path, how: dict[str, bool], words: str
) -> None:
    launch(client, script, {"line": 3}, **how)
    assert client.where() == ("add", 3)
    frames = client.ask("stackTrace", threadId=1)["stackFrames"]
    assert [one["canRestart"] for one in frames] == [False, False]

    answer = client.answer(client.send("restartFrame", frameId=1))

    assert not answer["success"]
    assert words in answer["message"]
    assert client.ask("evaluate", expression="sum", frameId=1, context="repl")["result"] == "2"


def test_a_restart_begins_with_the_same_data(client: Client, script: Path) -> None:
    script.write_text('function call()\n  local n = goop.kv.get("n")\n  goop.log.info(n)\n  return n\nend\n')
    kept = script.parents[1] / ".state/sums.json"
    kept.parent.mkdir()
    kept.write_text('{"n": 1}')
    launch(client, script, {"line": 4})
    assert client.event("output")["output"] == "info: 1\n"
    assert client.where() == ("call", 4)
    kept.write_text('{"n": 2}')  # another program

    client.ask("restart")

    assert client.event("output")["output"] == "info: 1\n"
    assert client.where() == ("call", 4)


def test_what_does_not_fit_fails_by_name(client: Client, script: Path) -> None:
    client.ask("initialize")
    for command, arguments, words in (
        ("next", {}, "no call is being debugged"),
        ("nonsense", {}, "not supported"),
        ("launch", {}, "a configuration needs function, chat or event"),
        ("launch", {"function": 5}, "function must be text"),
        ("setBreakpoints", {}, "arguments"),
    ):
        answer = client.answer(client.send(command, **arguments))
        assert not answer["success"]
        assert words in answer["message"]
    (one,) = client.ask("setBreakpoints", source={"path": "/elsewhere.lua"}, breakpoints=[{"line": 1}])[
        "breakpoints"
    ]
    assert one == {"verified": False, "message": "this file is not a script of the site"}
    assert any(one["name"] == "sums.lua" for one in client.ask("loadedSources")["sources"])
    assert client.ask("breakpointLocations", source={"path": str(script)}, line=1, endLine=4)["breakpoints"]


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000,
    ],
    ids=["a line", "no length", "no object", "very deep"],
)
def test_what_is_not_the_protocol_ends_it(client: Client, data: bytes) -> None:
    client.raw(data)
    assert client.process.wait(60) == 2
    assert b"goop-console dap:" in client.process.stderr.read()  # type: ignore[union-attr]


def test_the_end_of_the_stream_ends_it(client: Client, script: Path) -> None:
    launch(client, script, {"line": 3})
    client.event("stopped")
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(60) == 0
