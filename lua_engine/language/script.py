"""A text with all that rules ask about it, read once."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from lua_engine.language.names import Names, names_of
from lua_engine.language.site_facts import SiteFacts
from lua_engine.language.tables import TableUses
from lua_engine.scripts.handlers import ActionInfo, action_infos
from lua_engine.scripts.syntax import syntax_of

Kind = Literal["function", "command"]


class ScriptText:
    """``kind`` says what the script is for: a data function or a chat command."""

    def __init__(self, source: str, kind: Kind, facts: SiteFacts) -> None:
        self.source = source
        self.kind = kind
        self.facts = facts
        self.syntax = syntax_of(source)

    @cached_property
    def names(self) -> Names:
        return names_of(self.syntax)

    @cached_property
    def tables(self) -> TableUses:
        return TableUses(self.syntax, self.names)

    @cached_property
    def actions(self) -> tuple[ActionInfo, ...]:
        return action_infos(self.source)


def opened_tables(source: str) -> tuple[str, ...]:
    """The tables that a text opens with ``goop.orm`` or ``goop.config``, in its order, each once."""
    if "goop" not in source:
        return ()
    syntax = syntax_of(source)
    return tuple(dict.fromkeys(one.table for one in TableUses(syntax, names_of(syntax)).tables))
