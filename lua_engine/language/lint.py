"""All rules over one text, without what its comments silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lua_engine.language.finding import Finding, Silenced
from lua_engine.language.rules import data, naming, rights
from lua_engine.language.rules.portability import portability
from lua_engine.language.script import Kind, ScriptText
from lua_engine.language.site_facts import SiteFacts

Rule = Callable[[ScriptText], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    naming.global_writes,
    naming.unknown_globals,
    naming.unknown_members,
    naming.unknown_goop,
    naming.unused_locals,
    data.unknown_tables,
    data.unknown_columns,
    rights.missing_entry_point,
    rights.unguarded_deletes,
    rights.sql_from_params,
    portability,
)


def findings(source: str, kind: Kind, facts: SiteFacts) -> tuple[Finding, ...]:
    """What the rules say of a text that compiles, in the order of its lines."""
    script = ScriptText(source, kind, facts)
    silenced = Silenced(source)
    found = (one for rule in RULES for one in rule(script))
    return tuple(sorted((one for one in found if not silenced.hides(one)), key=_order))


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.place.line, finding.place.column, finding.code
