"""What the other pages of the tab (Run as everyone, Saved calls, History) may ask of the call page."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.widgets.caller_picker import CallerChoice


class Tester(QObject):
    """The call page as its neighbours see it. Methods are for the Qt thread and answer at once."""

    # CallOutcome: a call was made here and, where the site may be written to, stands in engine.history
    outcome_recorded = Signal(object)
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
