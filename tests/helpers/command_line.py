"""The command line, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

from goop_console.cli import main
from tests.helpers.nightly import nightly

Done = subprocess.CompletedProcess[str]


def run_process(*arguments: object, stdin: str | bytes = "", environment: Mapping[str, str] = {}) -> Done:
    """``python -m goop_console ARGUMENTS`` with more ``environment``."""
    done = subprocess.run(
        [sys.executable, "-m", "goop_console", *map(str, arguments)],
        input=_bytes(stdin),
        capture_output=True,
        timeout=300,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def run_here(*arguments: object, stdin: str | bytes = "", environment: Mapping[str, str] = {}) -> Done:
    """The same without a new process, which takes half a second to start. An exception that is not expected
    is
    one of the test.
    """
    words = list(map(str, arguments))
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(_bytes(stdin)), encoding="utf-8"))
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            code = main(words)
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
    return subprocess.CompletedProcess(words, code, *map(_text, streams.values()))


run: Callable[..., Done] = nightly(run_here, run_process)


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
