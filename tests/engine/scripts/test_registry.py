from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lua_engine.base.errors import SiteError
from lua_engine.scripts.registry import ScriptRegistry

GOOD = "--- Todo list\n--- @rate_limit 7\nfunction call(request) return 1 end"


def test_it_finds_commands_and_functions(site: Any) -> None:
    site.write("Hello.lua", "--- Greets\nfunction handle(args) return args end")
    site.write("functions/todo.lua", GOOD + "\nfunction on_group_close(id) end")
    infos = site.registry.load_all()
    assert [(info.kind, info.name, info.state) for info in infos] == [
        ("command", "Hello", "ok"),
        ("function", "todo", "ok"),
    ]
    assert infos == site.registry.infos()
    todo = site.info("todo")
    assert (todo.description, todo.rate_limit, todo.entry_points) == (
        "Todo list",
        7,
        ("call", "on_group_close"),
    )
    assert (todo.problem, todo.warnings, todo.path) == (None, (), site.folder.functions_dir / "todo.lua")
    script = site.registry.function("todo")
    assert script is not None
    assert (script.name, script.kind, script.chunk_name, script.rate_limit) == (
        "todo",
        "function",
        "todo.lua",
        7,
    )
    assert script.version == todo.version != ""
    assert site.registry.command("hELLO").name == "Hello"
    assert site.registry.command("todo") is None
    assert site.registry.function("Hello") is None
    assert site.registry.functions() == site.registry.functions_with("on_group_close") == (script,)
    assert [one.description for one in site.registry.commands()] == ["Greets"]
    assert site.changes() == [("command/hello", "function/todo")]
    assert site.logs() == []


def test_a_broken_script_keeps_its_last_good_version(site: Any) -> None:
    path = site.write("functions/todo.lua", GOOD)
    site.registry.load_all()
    good = site.registry.function("todo")
    site.events.clear()
    path.write_text("--- New\nfunction call(")
    site.registry.reload()
    info = site.info("todo")
    assert site.registry.function("todo") is good
    assert (info.state, info.description, info.rate_limit, info.version) == (
        "stale",
        "Todo list",
        7,
        good.version,
    )
    assert str(info.problem) == "site/lua/functions/todo.lua:2: <name> or '...' expected near <eof>"
    assert site.logs() == [
        (
            "error",
            "functions/todo.lua:2: <name> or '...' expected near <eof>; the previous version stays active",
        )
    ]
    site.registry.reload()
    assert len(site.changes()) == 1
    path.write_text("--- New\nfunction call() end")
    site.registry.reload()
    assert (site.info("todo").state, site.info("todo").description, site.info("todo").problem) == (
        "ok",
        "New",
        None,
    )
    assert site.logs()[-1] == ("info", "functions/todo.lua: reloaded")


def test_going_back_to_the_good_text_is_ok_again(site: Any) -> None:
    path = site.write("functions/todo.lua", GOOD)
    site.registry.load_all()
    before = site.info("todo")
    path.write_text("=")
    site.registry.reload()
    path.write_text(GOOD)
    site.registry.reload()
    assert site.info("todo") == before


def test_a_script_that_never_compiled_does_not_answer(site: Any) -> None:
    site.write("functions/bad.lua", "\nx = = 1")
    site.registry.load_all()
    info = site.info("bad")
    assert (info.state, info.version, info.problem.line, info.problem.file) == (
        "broken",
        "",
        2,
        "site/lua/functions/bad.lua",
    )
    assert site.registry.function("bad") is None
    assert site.logs() == [
        (
            "error",
            "functions/bad.lua:2: unexpected symbol near '='; "
            "the script does not run until this is corrected",
        )
    ]


def test_a_deleted_file_takes_the_script_with_it(site: Any) -> None:
    path = site.write("hello.lua", "function handle() end")
    site.registry.load_all()
    path.unlink()
    assert site.registry.reload() == ()
    assert site.registry.command("hello") is None
    assert site.changes()[-1] == ("command/hello",)
    assert site.logs() == [("info", "hello.lua: the file is gone, so the script is too")]


def test_unchanged_content_is_no_change(site: Any) -> None:
    path = site.write("hello.lua", "function handle() end")
    site.registry.load_all()
    os.utime(path, (1, 1))
    site.registry.reload()
    assert len(site.changes()) == 1


def test_a_change_of_the_same_size_and_time_is_seen(site: Any) -> None:
    path = site.write("hello.lua", "function handle() return 1 end")
    os.utime(path, ns=(5, 5))
    site.registry.load_all()
    path.write_text("function handle() return 2 end")
    os.utime(path, ns=(5, 5))
    site.registry.reload()
    assert len(site.changes()) == 2


def test_only_the_paths_given_are_read(site: Any) -> None:
    one = site.write("one.lua", "function handle() end")
    two = site.write("two.lua", "function handle() end")
    site.registry.load_all()
    one.write_text("--- 1\nfunction handle() end")
    two.write_text("--- 2\nfunction handle() end")
    site.registry.reload([one])
    assert [info.description for info in site.registry.infos()] == ["1", ""]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.lua",
        "hello.lua~",
        "#hello.lua#",
        ".#hello.lua",
        "hello.lua.swp",
        "hello.lua.tmp",
        "~hello.lua",
        "hello.txt",
        "x.LUA.bak",
    ],
)
def test_files_of_editors_are_no_scripts(site: Any, name: str) -> None:
    site.write(name, "function handle() end")
    site.write(f".git/{name}", "function handle() end")
    assert site.registry.load_all() == ()
    assert site.registry.problems() == ()


@pytest.mark.parametrize("name", ["my script.lua", "a.b.lua", "é.lua", "a\nb.lua"])
def test_names_that_nobody_can_call_are_a_problem(site: Any, name: str) -> None:
    site.write(name, "function handle() end")
    (info,) = site.registry.load_all()
    assert info.state == "broken"
    assert (
        info.problem.message == "a script's name may have only letters, digits, '_' and '-'; rename the file"
    )
    assert site.registry.commands() == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x = 1\n-- \xff", "not UTF-8 text (line 2); save the file in UTF-8"),
        (
            b"x" * 131_073,
            "the script has 131073 bytes; 128 KB is the most (Lua's parser is slow on long ones)",
        ),
        (b"\x1bLua", "this is compiled Lua bytecode; only source text is run"),
    ],
)
def test_content_that_is_no_script_is_a_problem(site: Any, content: bytes, message: str) -> None:
    site.write("functions/x.lua", content)
    site.registry.load_all()
    assert site.info("x").problem.message == message


def test_a_dangling_link_a_pipe_and_a_folder_are_problems(site: Any) -> None:
    (site.folder.lua_dir / "gone.lua").symlink_to("nowhere")
    (site.folder.lua_dir / "home.lua").mkdir()
    os.mkfifo(site.folder.lua_dir / "pipe.lua")
    site.registry.load_all()
    assert [info.problem.message for info in site.registry.infos()] == [
        "is a symbolic link that leads nowhere",
        "is a folder, not a file",
        "is a pipe, not a file",
    ]


def test_a_clash_of_names_is_a_warning_on_both(site: Any) -> None:
    command = site.write("todo.lua", "function handle() end")
    site.write("functions/todo.lua", GOOD)
    site.registry.load_all()
    for kind in ("command", "function"):
        (warning,) = site.info("todo", kind).warnings
        assert warning.message.startswith("a chat command and a data function are both named 'todo'")
    command.unlink()
    site.registry.reload()
    assert site.info("todo").warnings == ()
    assert site.changes()[-1] == ("command/todo", "function/todo")


def test_two_files_of_one_command(site: Any) -> None:
    site.write("hello.lua", "function handle() end")
    site.write("Hello.lua", "function handle() end")
    (info,) = site.registry.load_all()
    assert info.name == "Hello"
    assert [str(problem) for problem in site.registry.problems()] == [
        "site/lua/hello.lua: not loaded: Hello.lua is the same command, because letter case does not matter"
    ]


def test_scripts_in_other_folders_are_said_not_to_load(site: Any) -> None:
    site.write("helpers/a.lua", "")
    site.write("functions/more/b.lua", "")
    site.write("functions/functions/c.lua", "")
    site.write("data/readme.txt", "")
    assert site.registry.load_all() == ()
    site.registry.reload()
    assert [level for level, _ in site.logs()] == ["warn"] * 3
    assert [problem.file for problem in site.registry.problems()] == [
        "site/lua/helpers",
        "site/lua/functions/functions",
        "site/lua/functions/more",
    ]
    assert "the scripts in this folder (1) are not loaded" in site.logs()[0][1]


def test_what_nobody_can_call_has_a_warning(site: Any) -> None:
    site.write("hello.lua", "function call() end")
    site.write("functions/x.lua", "-- @rate_limit 5\nlocal function call() end")
    site.registry.load_all()
    assert (
        site.info("hello", "command").warnings[0].message
        == "no global function handle(args) found, so this script cannot be called"
    )
    first, second = site.info("x").warnings
    assert "has two dashes" in first.message
    assert (first.line, first.file) == (1, "site/lua/functions/x.lua")
    assert "no global function call(request) found" in second.message


def test_a_missing_script_folder_has_no_scripts(site: Any) -> None:
    site.folder.functions_dir.rmdir()
    site.folder.lua_dir.rmdir()
    assert site.registry.load_all() == ()


def test_source_check_and_actions(site: Any) -> None:
    path = site.write("functions/todo.lua", "call = goop.route({ list = f, add = g })")
    site.registry.load_all()
    info = site.info("todo")
    assert site.registry.source(info) == path.read_text()
    assert site.registry.actions("todo") == ("list", "add")
    assert site.registry.actions("none") == ()
    assert site.registry.check("todo", "x = 1") == ()
    (problem,) = site.registry.check("todo", "\n=")
    assert (problem.line, problem.file, problem.message) == (2, "todo.lua", "unexpected symbol near '='")
    path.unlink()
    assert site.registry.actions("todo") == ()
    with pytest.raises(SiteError, match=r"todo\.lua: cannot be read: No such file"):
        site.registry.source(info)


def test_a_subscriber_may_ask_and_reload(site: Any) -> None:
    seen: list[int] = []

    def again(_: object) -> None:
        seen.append(len(site.registry.infos()))
        site.registry.reload()

    site.bus.subscribe(again)
    site.write("hello.lua", "function handle() end")
    site.registry.load_all()
    assert seen == [1]


def test_readers_see_whole_states_while_others_reload(site: Any) -> None:
    path = site.write("functions/todo.lua", GOOD)
    registry: ScriptRegistry = site.registry
    registry.load_all()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            assert registry.function("todo") is not None
            assert len(registry.infos()) == 1

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(100):
            temporary = path.with_name(".x.tmp")
            temporary.write_text(f"{GOOD} -- {number}" if number % 2 else "=")
            temporary.replace(path)
            registry.reload()
        stop.set()
        for reader in readers:
            reader.result()


def test_another_text_that_is_broken_in_the_same_way_is_a_change(site: Any) -> None:
    site.write("functions/todo.lua", "function call(\n-- one")
    site.registry.load_all()
    before = len(site.changes())
    site.write("functions/todo.lua", "function call(\n-- two")
    site.registry.reload()
    assert site.changes()[before:] == [("function/todo",)]
    site.registry.reload()
    assert len(site.changes()) == before + 1


def test_a_script_keeps_the_text_that_was_compiled(site: Any) -> None:
    path = site.write("functions/todo.lua", GOOD)
    site.registry.load_all()
    path.write_text("--- New\nfunction call(")
    site.registry.reload()
    assert site.registry.function("todo").text == GOOD
