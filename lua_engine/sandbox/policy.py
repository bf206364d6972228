"""What a script may name, and why; what it may not, and why not.

``tests/engine/sandbox/test_policy.py`` compares both lists with the real ``_G`` of the pinned lupa build and
with what a script finds: a name in neither list, or in the wrong one, fails. ``native`` is the interpreter's
own function, ``guarded`` is ours over it (see ``lua/``), ``ours`` is not
in Lua 5.2 at all.
"""

from __future__ import annotations

from typing import Final

_TIME = "guarded: charged by size, so that the deadline holds"
_PATTERN = "guarded: native only when the cost is provably small, else our interruptible matcher"
_HARMLESS = "native: constant cost, no way out of the VM"

_MATH = [
    *(
        "abs",
        "acos",
        "asin",
        "atan",
        "atan2",
        "ceil",
        "cos",
        "cosh",
        "deg",
        "exp",
        "floor",
        "fmod",
        "frexp",
        "huge",
        "ldexp",
        "log",
    ),
    *("max", "min", "modf", "pi", "pow", "rad", "sin", "sinh", "sqrt", "tan", "tanh"),
]

ALLOWED: Final[dict[str, str]] = {
    "_G": "ours: the script's own environment, not the VM's globals",
    "_VERSION": "ours: says Lua 5.1, the language that Goop2 runs",
    "assert": _HARMLESS,
    "collectgarbage": 'guarded: only "count"',
    "error": _HARMLESS,
    "getmetatable": "native: the string metatable is closed with __metatable",
    "goop": "ours: the host functions",
    "ipairs": _HARMLESS,
    "load": "guarded: text only, at most 64 KB, readers are drained in Lua",
    "loadstring": "ours: load of a text, as in Lua 5.1",
    "next": "native: a step over an emptied table costs what its size is; the hook interval follows the heap",
    "pairs": _HARMLESS,
    "pcall": "guarded: a verdict is raised again, nesting is bounded",
    "print": "ours: goes to the log",
    "rawequal": _HARMLESS,
    "rawget": _HARMLESS,
    "rawlen": _HARMLESS,
    "rawset": _HARMLESS,
    "select": "native: linear in the arguments, which the heap bounds",
    "setmetatable": "guarded: __gc and __mode are taken out (finalizers run without hooks; "
    "weak tables make GC steps quadratic)",
    "tonumber": _TIME,
    "tostring": "native: __tostring is a Lua function under hooks",
    "type": _HARMLESS,
    "unpack": "guarded: charged by range; Lua 5.1's name",
    "xpcall": "guarded: the handler runs after unwinding, with hooks",
    "coroutine.create": "guarded: every coroutine gets the hook",
    "coroutine.resume": "guarded: a verdict is raised again, the time is looked at each time",
    "coroutine.running": _HARMLESS,
    "coroutine.status": _HARMLESS,
    "coroutine.wrap": "guarded: resume in disguise",
    "coroutine.yield": _HARMLESS,
    "math.log10": "ours: Lua 5.1's name for the logarithm to the base 10",
    "math.mod": "ours: fmod, Lua 5.1's older name",
    "math.random": "ours: C's rand() is one state of the whole process",
    "math.randomseed": "ours: seeds this VM's generator only",
    "os.clock": _HARMLESS,
    "os.date": "guarded: the format is checked, C's strftime does not",
    "os.difftime": _HARMLESS,
    "os.time": _HARMLESS,
    "string.byte": _TIME,
    "string.char": "native: bounded by its arguments",
    "string.find": _PATTERN,
    "string.format": _TIME,
    "string.gfind": _PATTERN,
    "string.gmatch": _PATTERN,
    "string.gsub": _PATTERN,
    "string.len": _HARMLESS,
    "string.lower": _TIME,
    "string.match": _PATTERN,
    "string.rep": "guarded: an empty string is not repeated 2^31 times, the rest is charged",
    "string.reverse": _TIME,
    "string.sub": "native: one copy, which the heap bounds",
    "string.upper": _TIME,
    "table.concat": "guarded: charged by range",
    "table.getn": "ours: Lua 5.1's name for #",
    "table.insert": "guarded: a __len that lies is walked in Lua, under hooks",
    "table.maxn": "ours: Lua 5.1",
    "table.pack": "native: bounded by its arguments",
    "table.remove": "guarded: as insert",
    "table.sort": "guarded: shuffled or merged in Lua; the native quicksort is quadratic on chosen input",
    "table.unpack": "guarded: charged by range",
    **dict.fromkeys([f"math.{name}" for name in _MATH], _HARMLESS),
}

DENIED: Final[dict[str, str]] = {
    "bit32": "Goop2's Lua has no bit32: a script written here must run there",
    "debug": "hooks, registry, upvalues of other functions: the end of every guarantee",
    "dofile": "reads files",
    "io": "files and processes",
    "loadfile": "reads files",
    "package": "loads modules, C libraries among them",
    "python": "lupa's door to Python",
    "require": "loads modules",
    "os.execute": "runs programs",
    "os.exit": "ends the console",
    "os.getenv": "reads the owner's environment",
    "os.remove": "deletes files",
    "os.rename": "moves files",
    "os.setlocale": "one state of the whole process",
    "os.tmpname": "makes files",
    "string.dump": "bytecode: a crafted one crashes the interpreter",
}
