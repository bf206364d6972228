"""``engine.pages``: what a page of the site may ask, as which visitor, without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.events import SiteFilesChanged
from lua_engine.calls.result import CallResult
from lua_engine.pages import people, template
from lua_engine.pages.body import Body
from lua_engine.pages.complaints import Complaints
from lua_engine.pages.direct.calls import DirectCalls
from lua_engine.pages.errors import refused
from lua_engine.pages.file_changes import FileChanges
from lua_engine.pages.files import PageFiles
from lua_engine.pages.group_news import GROUP_EVENTS, GroupNews
from lua_engine.pages.groups import PageGroups
from lua_engine.pages.mailboxes import Mailbox, Mailboxes, News
from lua_engine.pages.messages import Messages
from lua_engine.pages.parts import PageParts
from lua_engine.pages.rooms import PageRooms

_OWNERS = "in Goop2 this changes the visitor's own site, not this one"


class Pages:
    """Thread-safe. Answers are JSON data; what is not answered raises :class:`PageError`."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._mailboxes = Mailboxes()
        self._news = GroupNews(parts, self._mailboxes)
        self.files = PageFiles(parts.folder)
        self.direct = DirectCalls(parts)
        """Rows without a script between: ``direct("find", {"table": "cards"}, caller)``."""
        self.groups = PageGroups(parts)
        self.rooms = PageRooms(parts, self._mailboxes)
        self.messages = Messages(self._mailboxes)
        self.complaints = Complaints(parts.bus)
        self._closers: tuple[Callable[[], None], ...] = ()
        self._changes = FileChanges(lambda: parts.folder.site_root, self.files, self._on_files)
        self._unsubscribe = parts.bus.subscribe(self._news.on_event, *GROUP_EVENTS)

    @property
    def owner_id(self) -> str:
        """The site's peer id, which is in every page's address."""
        return self._parts.folder.peer_id

    def is_owner(self, caller: Caller) -> bool:
        return caller.id == self.owner_id

    def functions(self) -> list[dict[str, str]]:
        """The data functions: ``[{name, description}]``."""
        return self._parts.functions()

    def call(self, function: str, params: Any, caller: Caller, *, call_id: str = "") -> CallResult:
        """Call a data function as a page does: the rate limits count it, the history keeps it."""
        return self._parts.run(function, params, caller, call_id)

    def identity(self, caller: Caller) -> dict[str, str]:
        """``{id, label, email}`` of the visitor."""
        return people.self_of(self._parts, caller)

    def peers(self, caller: Caller) -> list[dict[str, Any]]:
        """The other peers, by Goop2's names (``ID``, ``Content``, ``Email``, ``Reachable`` ...)."""
        return people.others(self._parts, self._mailboxes, caller)

    def avatar(self, peer_id: str) -> tuple[str, bytes]:
        """MIME type and bytes of a peer's picture."""
        return people.avatar(self._parts, peer_id)

    def template(self) -> dict[str, Any]:
        """The installed template's manifest with ``require_email``."""
        return template.settings(self._parts)

    def file_list(self, caller: Caller) -> list[dict[str, Any]]:
        """``[{Path, IsDir, Depth}]``: the site's files for its owner, none for a visitor (whose own site
        it would be).
        """
        return self.files.listed() if self.is_owner(caller) else []

    def upload(self, path: str, data: bytes, caller: Caller) -> dict[str, str]:
        """Write a site file; the owner only."""
        self._require_owner(caller, "upload files")
        return {"status": "uploaded", "path": path, "etag": self.files.write(path, data)}

    def remove_file(self, body: Any, caller: Caller) -> dict[str, str]:
        """``{path}``: delete a site file; the owner only."""
        self._require_owner(caller, "delete files")
        self.files.remove(Body(body).required("path", "path required"))
        return {"status": "deleted"}

    def listen(self, caller: Caller) -> Mailbox:
        """News for the visitor's page, until :meth:`stop_listening`; site files are watched from then on."""
        self._changes.start()
        mailbox = self._mailboxes.open(caller.id)
        self._news.remember(caller.id)
        return mailbox

    def listeners(self) -> tuple[str, ...]:
        """Peer ids of those who listen, one for each mailbox."""
        return self._mailboxes.owners()

    def stop_listening(self, mailbox: Mailbox) -> None:
        self._mailboxes.drop(mailbox)

    def before_close(self, closer: Callable[[], None]) -> None:
        """Call ``closer`` when the site is closed, before anything of it ends: for who serves its pages."""
        self._closers = (*self._closers, closer)

    def close(self) -> None:
        """End whoever serves the pages, then every listener."""
        closers, self._closers = self._closers, ()
        for closer in closers:
            closer()
        self._unsubscribe()
        self._mailboxes.close()
        self._changes.stop()

    def _on_files(self, paths: tuple[str, ...]) -> None:
        self._parts.bus.publish(SiteFilesChanged(paths))
        self._mailboxes.send_all(News("files", {"paths": list(paths)}))

    def _require_owner(self, caller: Caller, what: str) -> None:
        if not self.is_owner(caller):
            raise refused(f"only the site's owner can {what}", _OWNERS)
        if self._parts.is_read_only:
            raise refused("the site is open for reading only")
