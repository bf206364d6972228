"""Who may do what to a table, in plain words; the decisions are the engine's."""

from __future__ import annotations

from collections.abc import Mapping

from lua_engine import Decision, SiteData, TableInfo, Viewer

OPERATIONS = ("read", "insert", "update", "delete")
_VERBS = {"read": "Read", "insert": "Add", "update": "Change", "delete": "Delete"}
_LEVELS = {
    "open": "everybody",
    "group": "members of the group, by their role",
    "owner": "only the site's owner",
    "local": "only on the owner's own computer",
}


def matrix(table: TableInfo) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A header, and a row for the owner, for each role and for a stranger: may they?"""
    callers = [("The owner", Viewer("owner", "owner", True))]
    callers += [(f"role {role}", Viewer("member", role, False)) for role in sorted(table.roles)]
    callers.append(("a stranger", Viewer("stranger", "", False)))
    rows = [(name, *(_cell(one) for one in _decisions(table, viewer).values())) for name, viewer in callers]
    return ("Who", *(_VERBS[one] for one in OPERATIONS)), rows


def _decisions(table: TableInfo, viewer: Viewer) -> Mapping[str, Decision]:
    found = SiteData.access(table, viewer)
    return {one: found[one] for one in OPERATIONS}  # type: ignore[index]  # they are the operations


def _cell(decision: Decision) -> str:
    if not decision.allowed:
        return "✗ no"
    return "✓ own rows" if decision.own_rows else "✓ yes"


def _who(operation: str, level: str) -> str:
    """As Goop2 does it; see ``store/tables/access.py`` of the engine."""
    if (operation, level) == ("read", "owner"):
        return "the owner everything, everybody else only their own rows"
    words = _LEVELS.get(level, level)
    if level == "group" and operation in ("update", "delete"):
        return f"{words}, only their own rows"
    return words


def sentences(table: TableInfo) -> list[str]:
    """``Add: members of the group, by their role.``"""
    if not table.access:
        return ["Pages cannot reach this table directly; scripts can."]
    words = [f"{_VERBS[one]}: {_who(one, table.access[one])}." for one in OPERATIONS]
    return [*words, "Inside a data function the script decides: access is not checked there."]


def access_words(access: Mapping[str, str]) -> str:
    """Who may do what, level by level: ``read open, insert group, update and delete owner``; empty for a
    table without rules.
    """
    levels: dict[str, list[str]] = {}
    for action, level in access.items():
        levels.setdefault(level, []).append(action)
    return ", ".join(
        f"{' and '.join([', '.join(actions[:-1])] * bool(actions[:-1]) + actions[-1:])} {level}"
        for level, actions in levels.items()
    )
