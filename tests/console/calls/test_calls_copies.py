"""What the copy menu gives, and that it does the same again."""

from __future__ import annotations

import json
import os
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.model.copies import (
    COPIES,
    CannotCopy,
    CopySource,
    command_line,
    javascript,
    page_api,
    scenario_test,
)
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.tab import CallsTab
from goop_console.widgets.caller_picker import DRY_ONLY, CallerChoice
from lua_engine import Request
from tests.console.calls.acting import OpenTab, ask, choose, choose_function, copy_as, run
from tests.helpers.command_line import Done, run_here
from tests.helpers.nightly import nightly

ANNA = CallerChoice("12D3KooWAnna", "Anna", "viewer", "anna@example.org", "known visitor")
OWNER = CallerChoice("12D3KooWOwner", "Maya", "owner", "", "owner")
STRANGER = CallerChoice("12D3KooWNew", "Stranger 1", "stranger", source="new")


def source(request: PreparedCall) -> CopySource:
    return CopySource(request, Path("/site"), Path("/site/site/lua"))


def call(caller: CallerChoice = ANNA, **more: Any) -> PreparedCall:
    return PreparedCall(Request.call("todo", {"action": "add", "text": "Grüße"}), caller, **more)


def in_a_shell(line: str, tmp_path: Path) -> Done:
    """Paste ``line`` into a shell where goop-console is on the path; but in ``make nightly`` the words that a
    real shell makes of it are then carried out in this process.
    """
    return nightly(in_this_process, in_its_own_process)(line, tmp_path)


def in_this_process(line: str, tmp_path: Path) -> Done:
    printing = "goop-console() { printf '%s\\0' \"$@\"; }\n"
    words = subprocess.run(
        ["bash", "-c", printing + line], capture_output=True, text=True, timeout=300, check=True
    )
    assert words.stdout.endswith("\0"), words
    return run_here(*words.stdout.split("\0")[:-1])


def in_its_own_process(line: str, tmp_path: Path) -> Done:
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    tool = folder / "goop-console"
    tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m goop_console "$@"\n')
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, timeout=300, env=environment, check=False
    )


def test_as_a_page_writes_it() -> None:
    assert javascript(source(call())) == 'await Goop.data.call("todo", {"action": "add", "text": "Grüße"});'
    assert javascript(source(PreparedCall(Request.chat("!hello Alice"), ANNA))) == "!hello Alice"
    long = javascript(source(PreparedCall(Request.call("todo", {"text": "x" * 200}), ANNA)))
    assert long.startswith('await Goop.data.call("todo", {\n  "text"')


def test_through_the_api() -> None:
    assert (
        page_api(source(call())) == 'const api = Goop.data.api("todo");\nawait api("add", {"text": "Grüße"});'
    )
    bare = PreparedCall(Request.call("todo", {"action": "list"}), ANNA)
    assert page_api(source(bare)).endswith('await api("list");')
    with pytest.raises(CannotCopy, match="action"):
        page_api(source(PreparedCall(Request.call("todo", {}), ANNA)))


def test_as_a_command_line() -> None:
    plain = command_line(source(call(OWNER)))
    assert plain == """goop-console call /site todo --action add --params '{"text": "Grüße"}' --as owner"""
    assert command_line(source(call(is_dry=True))).endswith("--as 12D3KooWAnna --dry-run")
    assert """--as '{"id": "12D3KooWNew", "label": "Stranger 1"}'""" in command_line(source(call(STRANGER)))
    invented = CallerChoice("invented-member:x", "Somebody (x)", "x", source=DRY_ONLY)
    assert '"id": "invented-member:x"' in command_line(source(call(invented, is_dry=True)))


@pytest.mark.parametrize("make", [command_line, scenario_test])
def test_what_names_a_caller_needs_one(make: Any) -> None:
    with pytest.raises(CannotCopy, match="caller"):
        make(source(call(CallerChoice("", "", "stranger"))))


def test_what_cannot_be_said_says_why() -> None:
    event = PreparedCall(Request.event("on_group_close", "g1"), OWNER)
    for make in (command_line, scenario_test, page_api):
        with pytest.raises(CannotCopy):
            make(source(event))
    with pytest.raises(CannotCopy, match="object"):
        command_line(source(PreparedCall(Request.call("todo", [1]), ANNA)))
    with pytest.raises(CannotCopy, match="does not name a script"):
        scenario_test(source(call()))


@given(text=st.text(), action=st.text(max_size=8), function=st.text(min_size=1, max_size=8))
def test_the_shell_gives_back_every_word(text: str, action: str, function: str) -> None:
    request = PreparedCall(Request.call(function, {"action": action, "text": text}), ANNA)
    words = shlex.split(command_line(source(request)))
    assert function in words
    assert json.loads(words[words.index("--params") + 1])["text"] == text
    chat = shlex.split(command_line(source(PreparedCall(Request.chat(text), ANNA))))
    assert text in chat


@pytest.fixture
def tab(open_tab: OpenTab, qtbot: QtBot) -> CallsTab:
    made = open_tab()
    choose_function(made, qtbot, "whoami", "who")
    return made


@pytest.mark.parametrize("name", ["Maya", "Anna", "Bob", "a new stranger"])
@pytest.mark.parametrize("is_dry", [True, False])
def test_the_command_line_does_it_again_as_the_same_caller(
    tab: CallsTab, qtbot: QtBot, tmp_path: Path, name: str, is_dry: bool
) -> None:
    if name == "a new stranger":
        tab.view.caller.popup.stranger.click()
    else:
        choose(tab, name)
    if tab.view.dry.isChecked() is not is_dry:
        tab.view.dry.click()
    shown = ask(tab, qtbot, "who", '{"text": "it\'s $HOME `x` !!\\n\\\\ ü"}').result.value
    line = copy_as(tab, "As a command line")
    assert ("--dry-run" in shlex.split(line)) is is_dry
    done = in_a_shell(line, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == shown
    assert ("dry run: nothing was changed" in done.stderr) is is_dry


def test_a_dry_command_line_changes_nothing_and_says_what_it_would(
    site: Any, tab: CallsTab, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(tab, "Anna")
    choose_function(tab, qtbot, "writes", "add")
    tab.view.request.params.set_text('{"text": "milk", "count": 1}')
    line = copy_as(tab, "As a command line")
    done = in_a_shell(line, tmp_path)
    assert "would change notes: 1 added, 1 changed" in done.stderr
    answer = json.loads(in_a_shell(line + " --json", tmp_path).stdout)
    assert (answer["dry_run"], answer["changes"]["notes"]["added"]) == (True, 1)
    assert site.notes() == [(1, "x", "first")]
    real = in_a_shell(line.replace(" --dry-run", " --live"), tmp_path)
    assert real.returncode == 0
    assert len(site.notes()) == 2


@pytest.mark.parametrize("text", ['!hello Alice\'s "friend" $5', "-x"])
def test_a_message_is_sent_again(tab: CallsTab, qtbot: QtBot, tmp_path: Path, text: str) -> None:
    tab.view.request.set_kind("chat")
    tab.view.request.chat.setText(text)
    reply = run(tab, qtbot).result.value
    done = in_a_shell(copy_as(tab, "As a command line"), tmp_path)
    assert done.stdout.rstrip("\n") == (reply or "")


@pytest.mark.parametrize(
    ("name", "action"), [("Maya", "mine"), ("Anna", "who"), ("Anna", "mine"), ("Bob", "fail")]
)
def test_a_scenario_test_passes(tab: CallsTab, qtbot: QtBot, tmp_path: Path, name: str, action: str) -> None:
    choose(tab, name)
    outcome = ask(tab, qtbot, action, '{"n": 1, "done": true, "none": null}')
    text = copy_as(tab, "As a scenario test")
    assert ("error=" in text) is (outcome.result.error is not None)
    made = tmp_path / "test_copied.py"
    made.write_text(
        text.replace(f"value={outcome.result.value!r}", "value=ANY").replace(
            "import Scenario,", "import ANY, Scenario,"
        )
    )
    copied = runpy.run_path(str(made))
    (test,) = (value for name, value in copied.items() if name.startswith("test_"))
    test()


def test_every_copy_is_on_the_menu_and_what_fails_says_so(tab: CallsTab) -> None:
    assert [action.text() for action in tab.view.copy.menu().actions()] == [text for text, _ in COPIES]
    tab.view.request.set_kind("event")
    assert copy_as(tab, "As a command line") == ""
    assert tab.view.hint.text().startswith("Not copied: events")
