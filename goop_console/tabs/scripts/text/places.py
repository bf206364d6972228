"""Where the cursor was in each script, kept from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Place = tuple[int, int]  # line and column, from 1
_MOST: Final = 200


class Places:
    """Places of scripts whose text is not here yet, and which script was in view."""

    def __init__(self) -> None:
        self.selected = ""
        self._places: dict[str, Place] = {}

    def put(self, key: str, place: Place) -> None:
        """Go to ``place`` once the text is here."""
        self._places[key] = place

    def take(self, key: str) -> Place | None:
        """The place of ``key``, once."""
        return self._places.pop(key, None)

    def as_state(self, selected: str | None, places: Mapping[str, Place]) -> dict[str, Any]:
        """Everything as plain JSON data; ``places`` are those of opened scripts."""
        known = {**self._places, **places}
        return {
            "selected": selected or self.selected,
            "places": {key: list(place) for key, place in list(known.items())[-_MOST:]},
        }

    def take_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``as_state`` gave; whatever does not fit is left out."""
        selected, places = state.get("selected"), state.get("places")
        self.selected = selected if isinstance(selected, str) else ""
        for key, place in places.items() if isinstance(places, dict) else ():
            if (
                isinstance(key, str)
                and isinstance(place, list)
                and len(place) == 2
                and all(type(one) is int and 0 < one < 2**31 for one in place)
            ):
                self._places[key] = (place[0], place[1])
