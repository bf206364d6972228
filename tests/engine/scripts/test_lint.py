from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import lupa.lua52
import pytest

from lua_engine.sandbox.limits import MAX_SOURCE_BYTES
from lua_engine.scripts.lint import CompileError, compile_source


def run(bytecode: bytes) -> object:
    runtime = lupa.lua52.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    load = runtime.execute(b'return function(code) return load(code, "x", "b")() end')
    return load(bytecode)


def test_it_compiles_to_bytecode_that_names_the_file_and_line() -> None:
    assert run(compile_source("todo.lua", b"return 1 + 1").bytecode) == 2
    with pytest.raises(lupa.lua52.LuaError, match=r"todo\.lua:2: oops"):
        run(compile_source("todo.lua", b'\nerror("oops")').bytecode)


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        (b"x = = 1", 1, "unexpected symbol near '='"),
        (b"\n\nfunction call(", 3, "<name> or '...' expected near <eof>"),
        (b"goto nowhere", 1, "no visible label 'nowhere' for <goto> at line 1"),
        (b'x = "a\nb"', 1, "unfinished string near '\"a'"),
        (b"#!shebang\nx = = 1", 2, "unexpected symbol near '='"),
        (b"\x1bLua", 1, "this is compiled Lua bytecode; only source text is run"),
        (b"x = 1 \xff", 1, "unexpected symbol: byte 255 is not UTF-8 text: save the script as UTF-8"),
    ],
)
def test_errors_have_message_and_line(source: bytes, line: int, message: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source("todo.lua", source)
    assert (caught.value.line, caught.value.message) == (line, message)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"#",
        b"#!only",
        b"#!x\nreturn 1",
        b"\xef\xbb\xbfreturn 1",
        b"\xef\xbb\xbf#!x\nreturn 1",
        b"return '\\0\\27' .. '\0'",
    ],
)
def test_what_lua_passes_over_is_passed_over(source: bytes) -> None:
    run(compile_source("x.lua", source).bytecode)


def test_real_bytecode_is_refused() -> None:
    with pytest.raises(CompileError, match="bytecode"):
        compile_source("x.lua", compile_source("x.lua", b"return 1").bytecode)


def test_a_source_that_is_too_long_is_refused_before_the_parser_sees_it() -> None:
    compile_source("x.lua", b"-" * MAX_SOURCE_BYTES)
    with pytest.raises(CompileError, match="the script has 131073 bytes; 128 KB is the most"):
        compile_source("x.lua", b"-" * (MAX_SOURCE_BYTES + 1))


def test_a_long_name_still_gives_the_line() -> None:
    with pytest.raises(CompileError) as caught:
        compile_source("n" * 200 + ".lua", b"\n=")
    assert caught.value.line == 2


def test_nothing_of_the_script_runs() -> None:
    compile_source("x.lua", b"while true do end")


def test_many_threads_may_compile() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda number: run(compile_source("x.lua", b"return %d" % number).bytecode), range(64))
        )
    assert found == list(range(64))
