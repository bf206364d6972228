"""What a tab and a page of a tab are to whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Page(QWidget):
    """A view and what the window, or the tab around it, asks of it. Everything here may be left out."""

    title: str

    def set_view(self, view: QWidget) -> None:
        """Show ``view`` over the whole page."""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(view)

    def open_target(self, **target: Any) -> None:
        """Show what a link leads to; keys that the page does not know are left aside."""

    def save_state(self) -> dict[str, Any]:
        """What to find again at the next start, as plain JSON data."""
        return {}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave, in whatever shape a person or an older version left it."""

    def unsaved(self) -> tuple[str, ...]:
        """Names of what would be lost by closing."""
        return ()

    def save_all(self) -> None:
        """Begin to save everything that ``unsaved`` names; done when the page is settled again."""

    def focus_main(self) -> None:
        """Put the keyboard where the work is."""
        self.setFocus()

    def find(self) -> None:  # type: ignore[override]  # nothing calls QWidget.find (a window by its handle)
        """Ctrl+F."""

    def refresh(self) -> None:
        """Ctrl+R or F5: read everything again."""

    def is_settled(self) -> bool:
        """Nothing is being read or written."""
        return True
