"""What the other pages of the tab (Run as everyone, Saved calls, History) may ask of the call page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.widgets.caller_picker import CallerChoice


class Tester(QObject):
    """The call page as its neighbours see it. Methods are for the Qt thread and answer at once."""

    outcome_recorded = Signal(
        object
    )  # CallOutcome: a call was made here and, where the site may be written to, stands in engine.history
    callers_changed = Signal()  # who may call, or with which role

    def current_call(self) -> PreparedCall | None:
        """What stands in the form, as who stands in the chip; None while no caller is resolved or the form
        has an error.
        """
        raise NotImplementedError

    def open_call(self, call: PreparedCall) -> None:
        """Bring the call page into view with ``call`` in its form. Nothing runs; a caller who is not known
        any more is nobody.
        """
        raise NotImplementedError

    def show_outcome(self, outcome: CallOutcome) -> None:
        """Bring the call page into view with ``outcome`` as its result and its call in the form."""
        raise NotImplementedError

    def callers(self) -> tuple[CallerChoice, ...]:
        """Everybody that the chip offers, with the role that each has now;
        this session's new strangers too.
        """
        raise NotImplementedError


class Page(QWidget):
    """What the tab asks of a page, if it answers; a plain QWidget is a page too. It is made when it is first
    shown.
    """

    def save_state(self) -> dict[str, Any]:
        """What to find again at the next start, as plain JSON data."""
        return {}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave, in whatever shape a person or an older version left it."""

    def open_target(self, **target: Any) -> None:
        """Show what a link leads to; keys that the page does not know are left aside."""

    def unsaved(self) -> tuple[str, ...]:
        """Names of what would be lost by closing."""
        return ()

    def save_all(self) -> None:
        """Begin to save everything that ``unsaved`` names."""

    def focus_main(self) -> None:
        """Put the keyboard where the work is."""
        self.setFocus()

    def find(self) -> None:  # type: ignore[override]  # the tab calls it; nothing calls QWidget.find (a window by its handle)
        """Ctrl+F."""

    def refresh(self) -> None:
        """Ctrl+R or F5: read everything again."""

    def is_settled(self) -> bool:
        """Nothing is being read or written."""
        return True
