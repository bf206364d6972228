"""Nothing that a script or a file says acts on the owner's terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from hypothesis import given
from hypothesis import strategies as st

from goop_console.commands.streams import plain_text

Console = Callable[..., "CompletedProcess[str]"]
ODD = "\x1b[2J\x07\u202e\x9b31m"
SCRIPT = """--- A \x1b[31mred\x1b[0m one
function call(request)
  local odd = "\\27[2J\\7\\226\\128\\174\\194\\15531m"
  goop.log.warn(odd)
  if request.params.fail then error(odd) end
  return {odd = odd}
end
function handle(args) return "\\27]0;title\\7 hi" end"""


def clean(done: CompletedProcess[str]) -> bool:
    text = (done.stdout + done.stderr).replace("\n", "").replace("\t", "")
    return text.isprintable() and "\u202e" not in text


def test_everything_printed_is_plain(site: Path, console: Console) -> None:
    (site / "site/lua/functions/odd.lua").write_text(SCRIPT)
    (site / "site/lua/functions/br\x1bk.lua").write_text("x = ")
    done = console("call", site, "odd")
    assert json.loads(done.stdout) == {"odd": ODD}
    assert "\\u001b[2J\\u0007\\u202e" in done.stderr
    for arguments in (
        ("call", site, "odd"),
        ("call", site, "odd", "--json"),
        ("call", site, "odd", "--params", '{"fail": true}'),
        ("chat", site, "!odd"),
        ("check", site),
        ("call", site, "no\x1bsuch"),
        ("call", str(site) + "\x1b]0;x\x07", "odd"),
        ("install", site, "x\x1by"),
    ):
        assert clean(console(*arguments)), arguments


def test_a_log_text_of_two_lines_does_not_look_like_two(site: Path, console: Console) -> None:
    source = 'function call() goop.log.info("one\\nerror: forged") end'
    (site / "site/lua/functions/two.lua").write_text(source)
    assert "info: one\n      error: forged\n" in console("call", site, "two").stderr


@given(st.text())
def test_a_plain_text_is_plain_and_only_once(text: str) -> None:
    shown = plain_text(text)
    assert not any(ord(one) < 32 and one not in "\n\t" for one in shown)
    assert plain_text(shown) == shown
    assert (
        shown == text
        or not set(text).isdisjoint(map(chr, [*range(32), *range(127, 160)]))
        or any(ord(one) > 127 for one in text)
    )
