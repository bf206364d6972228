"""Runs one attack of ``attacks.lua`` until a hook stops it, on the guarded functions and on the forced
matcher.

A child process: a hang must not be ours. It reads the pattern functions from stdin (importing the engine
would take longer than the attack). Usage: python attack_runner.py INDEX < SOURCE
"""

from __future__ import annotations

import sys
from pathlib import Path

import lupa.lua52 as lua

_HOST = b"""
local source, attacks, index, kind = ...
local native = {
  text_of = function(value)
    if type(value) == "number" or type(value) == "string" then return tostring(value) end
  end,
  type = type, tostring = tostring, tonumber = tonumber, error = error, select = select,
    unpack = table.unpack, next = next,
  find = string.find, match = string.match, gmatch = string.gmatch, gsub = string.gsub,
  byte = string.byte, sub = string.sub, char = string.char, rep = string.rep, concat = table.concat,
}
local clock, sethook, pcall = os.clock, debug.sethook, pcall
local stop, late = {}, nil
local deadline
local function look()
  if deadline and clock() > deadline then
    late = late or clock() - deadline
    error(stop, 0)
  end
end
local credit = 20000
local function charge(n)
  credit = credit - n
  if credit < 0 then credit = 20000 look() end
end
local S = assert(load(source, "=prelude", "t", {}))(native, charge)
if kind == "forced" then S = S.forced end
local env = { S = S, setmetatable = setmetatable }
local attack = assert(load(attacks, "=attacks", "t", {}))()[index]
local run = assert(load(attack, "=attack", "t", env))
deadline = clock() + 0.02
sethook(look, "", 2000)
-- The outer pcall is for a hook that fires after a charge has stopped the attack
-- and before the deadline is lifted.
pcall(function()
  repeat
    local ok, why = pcall(run)
  until why == stop
  deadline = nil
end)
sethook()
return ("stopped %.3f"):format(late)
"""


def main() -> None:
    """Print a verdict for each kind: ``guarded stopped SECONDS``, where the seconds are how long after its
    deadline.
    """
    runtime = lua.LuaRuntime(encoding=None, register_eval=False)
    run = runtime.execute(b"return function(host, ...) return assert(load(host, '=host', 't'))(...) end")
    attacks = Path(__file__).with_name("attacks.lua").read_bytes()
    source = sys.stdin.buffer.read()
    for kind in (b"guarded", b"forced"):
        print(kind.decode(), run(_HOST, source, attacks, int(sys.argv[1]), kind).decode(), flush=True)


if __name__ == "__main__":
    main()
