"""Who calls."""

from __future__ import annotations

from dataclasses import dataclass

OWNER = "owner"
"""How the site's owner is named where somebody says who is meant, and the role that the owner always has."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A visitor, or the owner when ``id`` is the site's own peer id.

    ``label`` and ``email`` may be empty: the engine then fills them from the known peers (contract section
    5).
    """

    id: str
    label: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        """What a person calls this caller."""
        return self.label or self.id
