"""A small site: one command, two functions."""

from __future__ import annotations

import json
from pathlib import Path

ECHO = """--- Echoes
function call(r)
  goop.log.info("from", goop.peer.label)
  if r.params.fail then error("asked to fail") end
  return r.params
end
"""


def make_site(folder: Path) -> Path:
    """Write the site to ``folder``, which must not exist yet."""
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text(json.dumps({"profile": {"label": "Mara"}, "lua": {"enabled": True}}))
    (folder / "site/lua/hello.lua").write_text(
        '--- Says hello\n--- @rate_limit 3\nfunction handle(args) return "Hello, " .. args .. "!" end'
    )
    (folder / "site/lua/functions/echo.lua").write_text(ECHO)
    (folder / "site/lua/functions/slow.lua").write_text(
        "function call()\n  while true do end\nend\nfunction on_group_close(id) error('cannot ' .. id) end"
    )
    return folder
