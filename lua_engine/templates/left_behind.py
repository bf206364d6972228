"""Whether a change of the site needs a look: every start asks, so it imports little."""

from __future__ import annotations

from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import own_folder
from lua_engine.store.community.template_meta import has_mistaken_group_name, marker
from lua_engine.store.database import Database


def needs_a_look(site: SiteFolder, database: Database) -> bool:
    """Was a change cut off, did one come with the folder, or is something to be mended? Raises
    :class:`SiteError` when the folder of changes is none.
    """
    if marker(database) or has_mistaken_group_name(database):
        return True
    if not own_folder(site.path, ".goop-console", "backups").is_dir():
        return False
    from lua_engine.templates.journal import Journal

    journal = Journal(site)
    return bool(journal.unfinished() or journal.undecided())
