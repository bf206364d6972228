"""Dry run or for real: a switch beside the run button, remembered for each kind of caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from goop_console.tabs.calls.model.stranger import STRANGER
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.check_box import CheckBox

CallerKind = Literal["owner", "member", "stranger"]
DEFAULTS: Mapping[CallerKind, bool] = {"owner": False, "member": True, "stranger": True}
_TIP = "The call runs on a copy of the site: nothing is changed, nothing leaves this machine (Alt+D)"


def caller_kind(caller: CallerChoice) -> CallerKind:
    """What ``caller`` is to the site."""
    if caller.role == "owner":
        return "owner"
    return "stranger" if caller.role == STRANGER else "member"


class DrySwitch(CheckBox):
    """On for everybody but the owner until somebody switches it.
    ``switched`` after each change, by whomever.
    """

    switched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&Dry run", parent)
        self.setAccessibleName("Dry run: change nothing")
        self._memory: dict[CallerKind, bool] = dict(DEFAULTS)
        self._caller: CallerChoice | None = None
        self._is_read_only = False
        self.clicked.connect(self._on_clicked)
        self._show()

    def set_read_only(self, is_read_only: bool) -> None:
        """A site that is open for reading only takes dry runs only."""
        self._is_read_only = is_read_only
        self._show()

    def set_caller(self, caller: CallerChoice | None) -> None:
        """Show what was chosen for callers like this one."""
        if caller != self._caller:
            self._caller = caller
            self._show()

    def be_dry(self) -> None:
        """On until another kind of caller comes, whatever is remembered. There is no opposite: only a person
        makes calls real.
        """
        with QSignalBlocker(self):
            self.setChecked(True)
        self.switched.emit()

    @property
    def is_dry(self) -> bool:
        """Whether the next call changes nothing."""
        return self.isChecked()

    def _forced(self) -> str:
        """Why there is no choice; empty when there is one."""
        if self._is_read_only:
            return "The site is open for reading only: every call is a dry run"
        return (
            "Nobody has this role: the caller exists in dry runs only"
            if self._caller is not None and self._caller.is_dry_only
            else ""
        )

    def _show(self) -> None:
        forced = self._forced()
        wanted = self._memory[caller_kind(self._caller)] if self._caller is not None else True
        with QSignalBlocker(self):
            self.setChecked(bool(forced) or wanted)
        self.setEnabled(not forced)
        self.setToolTip(forced or _TIP)
        self.switched.emit()

    def _on_clicked(self, is_on: bool) -> None:
        if self._caller is not None:
            self._memory[caller_kind(self._caller)] = is_on
        self.switched.emit()

    def save_state(self) -> dict[str, bool]:
        """The choices, by kind of caller."""
        return {str(kind): is_dry for kind, is_dry in self._memory.items()}

    def restore_state(self, state: Any) -> None:
        """Take back what ``save_state`` gave; anything else is left aside."""
        for kind in DEFAULTS:
            if isinstance(state, dict) and isinstance(state.get(kind), bool):
                self._memory[kind] = state[kind]
        self._show()
