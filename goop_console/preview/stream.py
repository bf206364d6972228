"""News to a page as an event stream (Server-Sent Events)."""

from __future__ import annotations

import json
from collections.abc import Callable

from goop_console.preview.answers import Answer
from lua_engine import Caller, News, Pages

HEARTBEAT = 15.0
"""Seconds after which a comment is sent: a connection that is gone shows only when it is written to."""

Wanted = Callable[[News], str | None]
"""The event's name for a piece of news; None when this stream does not carry it."""


def mq_event(news: News) -> str | None:
    """``/api/mq/events``."""
    return "message" if news.kind == "mq" else None


def group_event(news: News) -> str | None:
    """``/api/groups/events``: the event is called as the news is (``msg``, ``members`` ...)."""
    return str(news.data["type"]) if news.kind == "group" else None


def any_event(news: News) -> str | None:
    """The preview's own stream: everything, one stream an origin."""
    return news.kind


def stream_answer(pages: Pages, caller: Caller, wanted: Wanted, is_over: Callable[[], bool]) -> Answer:
    """An endless answer, until the page is gone or ``is_over``."""

    def follow(write: Callable[[bytes], bool]) -> None:
        mailbox = pages.listen(caller)
        try:
            alive = write(b'event: connected\ndata: {"status":"ok"}\n\n')
            while alive and mailbox.is_open and not is_over():
                news = mailbox.take(HEARTBEAT)
                if news is None:
                    alive = write(b": still here\n\n")
                elif (name := wanted(news)) is not None:
                    data = json.dumps(news.data, ensure_ascii=False)
                    alive = write(f"event: {name}\ndata: {data}\n\n".encode("utf-8", "replace"))
        finally:
            pages.stop_listening(mailbox)

    headers = [("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no")]
    return Answer(content_type="text/event-stream", headers=headers, follow=follow)
