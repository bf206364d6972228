"""What happens in groups and rooms, told to the pages of their members, and to nobody else."""

from __future__ import annotations

import threading
from typing import Any

from lua_engine.base.events import Event, GroupClosed, GroupsChanged, MessageSent
from lua_engine.community.chat import CHAT
from lua_engine.community.groups import GroupError
from lua_engine.pages.groups import PAGE
from lua_engine.pages.mailboxes import Mailboxes, News
from lua_engine.pages.messages import message
from lua_engine.pages.parts import PageParts
from lua_engine.pages.rooms import chat_message, members_json

GROUP_EVENTS = (MessageSent, GroupsChanged, GroupClosed)
"""Events of which it tells."""


class GroupNews:
    """Listens to the engine's events. With nobody listening it does nothing."""

    def __init__(self, parts: PageParts, mailboxes: Mailboxes) -> None:
        self._parts = parts
        self._mailboxes = mailboxes
        self._lock = threading.Lock()
        self._members: dict[
            str, frozenset[str]
        ] = {}  # of groups that changed: a closed one has none any more

    def on_event(self, event: Event) -> None:
        if not self._mailboxes.peers():
            return
        if isinstance(event, MessageSent):
            self._on_message(event)
        elif isinstance(event, GroupsChanged):
            self._on_members(event.group_id)
        elif isinstance(event, GroupClosed):
            self._publish_to_group(event.group_id, "close", None, self._known(event.group_id))

    def remember(self, peer_id: str) -> None:
        """Note the groups of a peer who begins to listen, so that their end can be told."""
        for group in self._parts.groups.list(PAGE):
            if self._parts.groups.role_of(peer_id, group.id, PAGE):
                with self._lock:
                    self._members[group.id] = self._members.get(group.id, frozenset()) | {peer_id}

    def _on_message(self, event: MessageSent) -> None:
        present = self._present(event.group_id)
        said = chat_message(event.payload)
        if said is None:
            self._publish_to_group(event.group_id, "msg", event.payload, present, event.sender)
            return
        host = self._parts.folder.peer_id
        for peer_id in present:
            news = message(f"chat.room:{event.group_id}:msg", {"message": said}, host)
            self._mailboxes.send(peer_id, news)

    def _on_members(self, group_id: str) -> None:
        before, present = self._known(group_id), self._present(group_id)
        try:
            members = members_json(self._parts.groups.members(group_id, PAGE))
            kind = self._parts.groups.get(group_id, PAGE).group_type
        except GroupError:
            return  # closed meanwhile, and told so
        self._publish_to_group(group_id, "members", {"members": members}, present)
        if kind == CHAT:
            for peer_id in present:
                news = message(
                    f"chat.room:{group_id}:members", {"members": members}, self._parts.folder.peer_id
                )
                self._mailboxes.send(peer_id, news)
        self._publish_to_group(group_id, "leave", None, before - present)

    def _present(self, group_id: str) -> frozenset[str]:
        """Members who listen."""
        try:
            members = frozenset(one.peer_id for one in self._parts.groups.members(group_id, PAGE))
        except GroupError:
            members = frozenset()
        with self._lock:
            self._members[group_id] = members
        return members & self._mailboxes.peers()

    def _known(self, group_id: str) -> frozenset[str]:
        with self._lock:
            return self._members.get(group_id, frozenset()) & self._mailboxes.peers()

    def _publish_to_group(
        self, group_id: str, kind: str, payload: Any, peers: frozenset[str], sender: str = ""
    ) -> None:
        data = {"type": kind, "group": group_id, "from": sender, "payload": payload}
        for peer_id in peers:
            self._mailboxes.send(peer_id, News("group", data))
