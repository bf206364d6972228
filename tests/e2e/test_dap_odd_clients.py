"""``goop-console dap`` and clients that ask for what makes no sense, or die."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.dap_wire_client import Client, launch

ODD = [
    ("event", {}, "event is not supported"),
    ("line", {}, "line is not supported"),
    ("stackTrace", [1], "invalid arguments"),
    ("setBreakpoints", {"source": "sums.lua"}, "invalid arguments"),
    ("variables", {"variablesReference": float("inf")}, "invalid arguments"),
    ("evaluate", {"frameId": 10**30, "expression": "sum"}, ""),
    ("restartFrame", {"frameId": -(10**30)}, ""),
    ("launch", {"function": "sums"}, "a call is being debugged already"),
]


def test_odd_requests_fail_and_the_call_goes_on(client: Client, script: Path) -> None:
    launch(client, script, {"line": 3, "hitCondition": "3"})
    assert client.where() == ("add", 3)
    for command, arguments, words in ODD:
        answer = client.answer(client.send(command, arguments=arguments))
        assert not answer["success"], command
        assert words in answer["message"]
    client.ask("continue", threadId=1)
    client.event("terminated")


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_client_that_dies_leaves_nothing(client: Client, script: Path, is_paused: bool) -> None:
    """It reads no more, and then says nothing more."""
    launch(client, script, {"line": 3}, stopOnEntry=True)
    client.event("stopped")
    client.process.stdout.close()  # type: ignore[union-attr]
    if not is_paused:
        client.send("continue", threadId=1)
    client.process.stdin.close()  # type: ignore[union-attr]
    assert client.process.wait(60) == 0
    assert b"Traceback" not in client.process.stderr.read()  # type: ignore[union-attr]
