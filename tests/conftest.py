"""What every test stands on: nothing of the user who runs them is read or written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _state_of_the_tests() -> Iterator[None]:
    """The console's own key (``XDG_STATE_HOME``) is one of this run, for child processes too."""
    with tempfile.TemporaryDirectory(prefix="goop-state-") as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
            patch.setitem(os.environ, name, folder)
        yield
