"""Whether a script that says no does so because of who asked: a fact of the call's result."""

from __future__ import annotations

import re

from lua_engine.base.errors import ErrorKind
from lua_engine.calls.outcome import says_no
from lua_engine.scripts.entries import Script
from lua_engine.scripts.refusals import is_about_caller


def no_is_about_caller(
    script: Script, status: str, text: bytes, value: object, *, checked_role: bool
) -> bool:
    """By the condition over the words in the script's text; where it does not say these words, by whether
    it looked at the caller's role.
    """
    words = _words(script, status, text, value)
    seen = is_about_caller(script.text, words) if words else None
    return checked_role if seen is None else seen


def _words(script: Script, status: str, text: bytes, value: object) -> str:
    if status == ErrorKind.SCRIPT.value:
        return re.sub(rf"^{re.escape(script.chunk_name)}:\d+: ", "", text.decode("utf-8", "replace"))
    if not isinstance(value, dict) or not says_no(value):
        return ""
    return str(value.get("error") or value.get("message") or "")
