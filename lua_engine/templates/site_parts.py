"""What of an open site a change works on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lua_engine.base.events import EventBus
from lua_engine.calls.result import CallResult
from lua_engine.store.database import Database
from lua_engine.templates.staging import StagedSite

if TYPE_CHECKING:
    from lua_engine.community.groups import Groups
    from lua_engine.scripts.entries import Script
    from lua_engine.scripts.registry import ScriptRegistry
    from lua_engine.site.folder import SiteFolder


@dataclass(frozen=True, slots=True)
class SiteParts:
    """Made by the engine."""

    folder: SiteFolder
    bus: EventBus
    database: Database
    scripts: ScriptRegistry
    groups: Groups
    stage: Callable[[SiteFolder], AbstractContextManager[StagedSite]]
    alone: Callable[[float], AbstractContextManager[None]]  # no call runs meanwhile
    locked: Callable[[], AbstractContextManager[object]]  # no other console changes the site meanwhile
    farewell: Callable[[Script, str], object]  # runs on_group_close of a script that is gone from the site
    seed: Callable[[], CallResult | None]  # runs the site's seed function as the owner, if it has one
