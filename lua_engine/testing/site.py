"""A site folder made from a few lines, opened for as long as a test runs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.errors import BugError
from lua_engine.engine import Engine
from lua_engine.site.peers import Peer

_FILL = (
    "function call(request)\n  for name, rows in pairs(request.params) do\n"
    "    local t = assert(goop.orm(name))\n    t:seed(rows)\n  end\nend\n"
)


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """A site. Texts are Lua sources; ``schemas`` are as in ``schemas/*.json``, by name; ``rows`` are inserted
    by the owner.

    ``members`` gives roles in the template's group, by label of a peer; ``files`` are written below
    ``site/``.
    """

    functions: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    peers: Sequence[Caller] = ()
    members: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    lua: Mapping[str, Any] = field(default_factory=dict)
    label: str = "Owner"
    email: str = "owner@example.org"


@contextmanager
def open_site(spec: SiteSpec, folder: Path | None = None) -> Iterator[Engine]:
    """The engine on a site made from ``spec``, in ``folder`` or in a temporary one."""
    with tempfile.TemporaryDirectory(prefix="goop-scenario-") as temporary:
        path = folder or Path(temporary)
        _write(spec, path)
        with Engine.open(path, watch=False) as engine:
            _fill(spec, engine, path)
            yield engine


def _write(spec: SiteSpec, path: Path) -> None:
    texts = {f"site/{name}": text for name, text in spec.files.items()}
    texts |= {f"site/lua/functions/{name}.lua": text for name, text in spec.functions.items()}
    texts |= {f"site/lua/{name}.lua": text for name, text in spec.commands.items()}
    texts |= {
        f"schemas/{name}.json": json.dumps({"name": name, **schema}) for name, schema in spec.schemas.items()
    }
    # Time enough on a busy machine: a scenario about time sets its own limit.
    rates = {"rate_limit_per_peer": 100_000, "rate_limit_global": 100_000}
    settings = {"enabled": True, "timeout_seconds": 60, **rates, **spec.lua}
    texts["goop.json"] = json.dumps({"profile": {"label": spec.label, "email": spec.email}, "lua": settings})
    if spec.rows:
        texts["site/lua/functions/scenario_fill.lua"] = _FILL
    for name, text in texts.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (path / "site/lua/functions").mkdir(parents=True, exist_ok=True)


def _fill(spec: SiteSpec, engine: Engine, path: Path) -> None:
    if spec.schemas or spec.manifest:
        manifest = path / "scenario-manifest.json"
        manifest.write_text(
            json.dumps({"name": "Scenario", "schemas": sorted(spec.schemas), **spec.manifest}),
            encoding="utf-8",
        )
        engine.templates.set_up(manifest)
        manifest.unlink()
    for peer in spec.peers:
        engine.peers.add_test_peer(Peer(peer.id, peer.label, peer.email, "test"))
    for label, role in spec.members.items():
        engine.groups.add_to_template(engine.peers.find(label).id, role)
    if spec.rows:
        filled = engine.calls.call(
            "scenario_fill", {name: list(rows) for name, rows in spec.rows.items()}, caller=engine.owner
        )
        if filled.error is not None:
            raise BugError(f"the scenario's rows cannot be inserted: {filled.error.message}")
        (path / "site/lua/functions/scenario_fill.lua").unlink()
        engine.scripts.reload()
