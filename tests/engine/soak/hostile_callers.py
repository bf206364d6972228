"""Eight callers of hostile scripts for some seconds; prints the most memory that the process had, in bytes.

python tests/engine/soak/hostile_callers.py SECONDS
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random

from lua_engine import Engine

CALLERS = 8
SCRIPTS = {
    "arguments": """local a = {} for i = 1, 240 do a[i] = ('x'):rep(4090) .. i end
while true do goop.db.query('SELECT 1', unpack(a)) end""",
    "messages": """local id = goop.group.create('G' .. math.random(1e9), 'chat')
local text = ('y'):rep(500000)
for i = 1, 1000 do goop.group.send(id, {text = text}) end""",
    "strings": "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end",
    "numbers": "local t = {} for i = 1, 300000 do t[i] = i + 0.5 end return t",
    "objects": "local t = {} for i = 1, 50000 do t[i] = {a = i, b = 'x' .. i} end return t",
    "deep": "local t = {} for i = 1, 5000 do t = {t} end return t",
    "text": "return ('x'):rep(4000000)",
    "logs": "while true do goop.log.info(('z'):rep(8000)) end",
    "json": "local s = goop.json.encode(('q'):rep(3000000)) while true do goop.json.decode(s) end",
    "kept": "for i = 1, 2000 do goop.kv.set('k' .. i, ('v'):rep(60)) end",
    "errors": "error(('e'):rep(3000000))",
    "rows": """return goop.db.query('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)'
  .. ' SELECT i FROM n')""",
    "blobs": "return goop.db.query('SELECT hex(zeroblob(400000)) AS a')",
    "spin": "while true do end",
    "throw": "while true do pcall(error, {}) end",
    "coroutines": "while true do coroutine.wrap(function() return 1 end)() end",
    "params": "local n = 0 for k in pairs(request.params) do n = n + #k end return n",
}


def resident() -> int:
    """Bytes of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def make_site(folder: Path) -> Path:
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text(
        '{"lua": {"enabled": true, "timeout_seconds": 1, "rate_limit_per_peer": 1000000,'
        ' "rate_limit_global": 1000000}}'
    )
    for name, body in SCRIPTS.items():
        (folder / f"site/lua/functions/{name}.lua").write_text(f"function call(request)\n{body}\nend")
    return folder


def main(seconds: float) -> int:
    """The peak, in bytes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine.open(make_site(Path(folder) / "s"), watch=False) as engine,
    ):
        end, peak, lock = time.monotonic() + seconds, 0, threading.Lock()

        def call(number: int) -> None:
            nonlocal peak
            random = Random(number)
            while time.monotonic() < end:
                name = random.choice(list(SCRIPTS))
                params = {f"{'k' * 40}{i}": i for i in range(20_000)} if name == "params" else {}
                result = engine.calls.call(name, params, caller=engine.owner)
                engine.history.add(result)
                del result
                with lock:
                    peak = max(peak, resident())

        threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.05)
            with lock:
                peak = max(peak, resident())
        return peak


if __name__ == "__main__":
    print(main(float(sys.argv[1])))
