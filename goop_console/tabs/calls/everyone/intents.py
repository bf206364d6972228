"""What a person can do to stored checks, each with its words and the way back.

``undo`` answers the check that is there again, None when there is none of that name any more.
"""

from __future__ import annotations

from goop_console.services.intents import Intent
from lua_engine import AccessCheck, SavedCalls


def save_check(files: SavedCalls, check: AccessCheck, before: AccessCheck | None) -> Intent:
    """Keep it, in place of ``before`` if there was one of that name."""
    return _write(files, check, before, f"“{check.name}” is a check now")


def accept_policy(files: SavedCalls, check: AccessCheck, before: AccessCheck) -> Intent:
    """Expect from now on what came."""
    return _write(files, check, before, f"“{check.name}” expects the new policy now")


def delete_check(files: SavedCalls, check: AccessCheck) -> Intent:
    return Intent(
        f"Delete the check “{check.name}”",
        lambda: files.delete_check(check.name),
        f"Check “{check.name}” is deleted",
        undo=lambda: files.save_check(check),
        detail=str(check.path),
    )


def _write(files: SavedCalls, check: AccessCheck, before: AccessCheck | None, done_words: str) -> Intent:
    def undo() -> AccessCheck | None:
        if before is not None:
            return files.save_check(before)
        files.delete_check(check.name)
        return None

    return Intent(f"Save the check “{check.name}”", lambda: files.save_check(check), done_words, undo=undo)
