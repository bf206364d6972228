"""Scenes of the tour that change the site as a whole: groups with a room and a listening session, peers, a
template planned, installed and undone.

They are played on the tour's own copy of the site.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from goop_console.main_window import MainWindow
    from lua_engine import Engine

_TEMPLATE = "kanban"
_TALK = (
    "The pumpkins are out of the ground. Who has room in a cellar?",
    "I can take six of the small ones.",
    "Bring them on Saturday, and stay for soup.",
)


class Tour(Protocol):
    """What a scene needs of the tour."""

    @property
    def window(self) -> MainWindow: ...

    async def picture(self, name: str) -> None: ...
    async def settle(self) -> None: ...
    async def press(self, key: str) -> None: ...
    async def in_thread(self, work: Callable[[], Any]) -> Any: ...


Scene = Callable[[Tour, "Engine"], Awaitable[None]]


async def community(tour: Tour, engine: Engine) -> None:
    """A room with a conversation, a listening session, the peers."""
    room_id, session_id = await tour.in_thread(lambda: _talk(engine))
    await tour.settle()
    tour.window.navigate("groups", group_id=room_id)
    await tour.picture("room")
    tour.window.navigate("groups", group_id=session_id)
    await tour.picture("listening")
    tour.window.navigate("groups", page="peers")
    await tour.picture("peers")


async def template(tour: Tour, engine: Engine) -> None:
    """A bundled template: its details, the plan, the result, and the way back."""
    tour.window.navigate("templates", template=_TEMPLATE)
    await tour.picture("template-details")
    await tour.press("Ctrl+Return")
    await tour.picture("template-plan")
    await tour.press("Ctrl+Return")
    await tour.picture("template-result")
    backups = await tour.in_thread(engine.templates.backups)
    if backups:
        await tour.press("Escape")
        tour.window.navigate("templates", template=backups[0].title)
        await tour.picture("template-backup")


def _talk(engine: Engine) -> tuple[str, str]:
    """Make a room and a session; answers their ids."""
    from lua_engine import Actor

    by = Actor("window")
    people = [peer.id for peer in engine.peers.all()][:3] or [engine.owner.id]
    room = engine.rooms.create("Harvest soup", "Who brings what on Saturday", 12, by=by)
    for place, text in enumerate(_TALK):
        speaker = people[place % len(people)]
        if speaker != engine.owner.id:
            engine.groups.add(room.id, speaker, by)
        engine.rooms.send(room.id, text, speaker, by)
    session = engine.listen.state() or engine.listen.create("Songs for weeding", by)
    return room.id, session.id
