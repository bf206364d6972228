"""The keys of goop.json that a change sets, each with what it was before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lua_engine.templates.change import Change
from lua_engine.templates.journal_record import ConfigRecord

if TYPE_CHECKING:
    from lua_engine.site.folder import SiteFolder


def config_of(site: SiteFolder, active: str | None, *, turns_on: bool) -> tuple[ConfigRecord, ...]:
    wanted: dict[str, object] = {}
    if active is not None:
        wanted["viewer.active_template"] = active
    if turns_on:
        wanted["lua.enabled"] = True
    return tuple(_config_record(site, key, has=True, after=value) for key, value in wanted.items())


def _config_record(site: SiteFolder, key: str, *, has: bool, after: object) -> ConfigRecord:
    had_section, had, before = site.config_value(key)
    return ConfigRecord(key, had_section, had, before, has, after)


def config_back(site: SiteFolder, chain: Sequence[Change]) -> tuple[ConfigRecord, ...]:
    """The keys that the changes of ``chain`` set, as they were before the oldest of them."""
    oldest = {one.key: one for change in chain for one in change.record.config}
    return tuple(_config_record(site, key, has=one.had, after=one.before) for key, one in oldest.items())
