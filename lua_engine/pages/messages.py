"""``Goop.mq``: messages from one visitor to another, and the receipts for them."""

from __future__ import annotations

import uuid
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.pages.body import Body
from lua_engine.pages.errors import PageError, PageErrorKind
from lua_engine.pages.mailboxes import Mailboxes, News

OWN_TOPICS = ("chat.room:", "group:", "mq.")
"""Topics that the site itself speaks under; nobody else may."""


class Messages:
    """Between the visitors that are there."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def send(self, body: Body, caller: Caller) -> dict[str, str]:
        """``{peer_id, topic, payload}``: hand a message to a peer who is there."""
        peer_id = body.required("peer_id", "missing peer_id or topic")
        topic = body.required("topic", "missing peer_id or topic")
        if topic.startswith(OWN_TOPICS):
            raise PageError(PageErrorKind.REFUSED, f"send failed: the topic {topic[:64]} is the site's own")
        message_id = body.text("msg_id") or uuid.uuid4().hex
        news = message(topic, body.any("payload"), caller.id, message_id)
        if not self._mailboxes.send(peer_id, news):
            raise PageError(
                PageErrorKind.UNREACHABLE,
                "send failed: the peer is not there",
                "only visitors with an open page that listens can be reached",
            )
        return {"msg_id": message_id, "status": "delivered"}

    def acknowledge(self, body: Body) -> dict[str, str]:
        """``{msg_id, from_peer_id}``: tell the sender that a message was taken in."""
        message_id = body.required("msg_id", "missing msg_id")
        sender = body.text("from_peer_id")
        if sender:
            self._mailboxes.send(sender, News("mq", {"type": "delivered", "msg_id": message_id}))
        return {"status": "ok"}


def message(topic: str, payload: Any, sender: str, message_id: str = "") -> News:
    """A message as Goop2's event stream carries it."""
    message = {"id": message_id or uuid.uuid4().hex, "topic": topic, "payload": payload}
    return News("mq", {"type": "message", "from": sender, "msg": message})
