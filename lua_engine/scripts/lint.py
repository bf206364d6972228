"""Does a script compile: Lua's own compiler, in a VM that never runs a script."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import lupa.lua52

from lua_engine.base.errors import KnownError
from lua_engine.sandbox.limits import MAX_SOURCE_BYTES
from lua_engine.scripts.compile_help import explained
from lua_engine.scripts.portability.probes import with_probes
from lua_engine.scripts.portability.varargs import with_arg
from lua_engine.scripts.tail_calls import with_frames

_REMEMBERED_SCRIPTS = 64
_REMEMBERED_BYTES = 16 * 1024  # of a source; what is made of it is eight times as long: 9 MB in all at most
_POSITION = re.compile(r"[^\n]*?:(\d+): (.*)\Z", re.DOTALL)
_COMPILE = b"""
local load, dump = load, string.dump
return function(source, name)
  local chunk, message = load(source, name, "t")
  if chunk then return dump(chunk) end
  return nil, message
end
"""


class CompileError(KnownError):
    """The script does not compile; ``line`` counts from 1 (0: unknown)."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script as Lua 5.2 bytecode with its line information. Only ever load bytecode that came from here.

    ``probed`` is the same with probes: its main chunk wants them as arguments (``portability/probes.py``).
    None where there is nothing to watch.
    """

    bytecode: bytes
    probed: bytes | None = None


_compile_lock = threading.Lock()


@cache
def _compiler() -> Callable[[bytes, bytes], Any]:
    runtime = lupa.lua52.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    compiler: Callable[[bytes, bytes], Any] = runtime.execute(_COMPILE)
    return compiler


def compile_probed(chunk_name: str, source: bytes) -> Compiled:
    """:func:`compile_source` for a script that will run: its calls of our functions have their lines
    (``tail_calls.py``), and there are probes where there is something to watch.

    The last ones are remembered: a site that is opened again, its copies for dry runs and the stage of a
    template have the same scripts.
    """
    return (_compile_again if len(source) > _REMEMBERED_BYTES else _compile_once)(chunk_name, source)


def _compile_again(chunk_name: str, source: bytes) -> Compiled:
    if len(source) <= MAX_SOURCE_BYTES // 2:  # there must be room for what is put in
        source = with_arg(_text_of(source))
    plain = with_frames(compile_source(chunk_name, source).bytecode)
    probed = with_probes(source)
    if probed is None:
        return Compiled(plain)
    with _compile_lock:
        answer = _compiler()(probed, b"=" + chunk_name.encode())
    # With some locals more it may have too many of them.
    return Compiled(plain, with_frames(answer) if isinstance(answer, bytes) else None)


_compile_once = lru_cache(_REMEMBERED_SCRIPTS)(_compile_again)


def _text_of(source: bytes) -> bytes:
    """``source`` without what Lua passes over at the beginning of a file; lines keep their numbers."""
    source = source.removeprefix(b"\xef\xbb\xbf")
    if source.startswith(b"#"):
        return source[source.find(b"\n") :] if b"\n" in source else b""
    return source


def compile_source(chunk_name: str, source: bytes) -> Compiled:
    """Compile ``source``; errors in it will name ``chunk_name`` (``todo.lua``). Raises :class:`CompileError`.

    A byte order mark and a first line that begins with ``#`` are passed over, as Lua does with files; lines
    keep their numbers.
    """
    if len(source) > MAX_SOURCE_BYTES:
        raise CompileError(
            f"the script has {len(source)} bytes; {MAX_SOURCE_BYTES // 1024} KB is the most "
            "(Lua's parser is slow on long ones)",
            0,
        )
    source = _text_of(source)
    if source.startswith(b"\x1b"):
        raise CompileError("this is compiled Lua bytecode; only source text is run", 1)
    with _compile_lock:
        answer = _compiler()(source, b"=" + chunk_name.encode())
    if isinstance(answer, bytes):
        return Compiled(answer)
    text = answer[1].decode("utf-8", "replace")
    position = _POSITION.match(text)
    if position is None:
        raise CompileError(text, 0)
    raise CompileError(
        *explained(position.group(2), int(position.group(1)), source.decode("utf-8", "replace"))
    )
