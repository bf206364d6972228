"""What a dry run meets at the border: the outside world is not there, and kept keys are copies."""

from __future__ import annotations

import os
from pathlib import Path

from lua_engine.base.deadline import Deadline
from lua_engine.net.client import HttpClient, Response
from lua_engine.net.errors import NOT_SENT, HttpError
from lua_engine.net.policy import AddressPolicy
from lua_engine.site.foreign import ForeignFileError, read_foreign
from lua_engine.site.kv import RULE, KvError, KvStore


class FencedHttp(HttpClient):
    """Sends nothing. What the address policy refuses is refused as ever."""

    def __init__(self) -> None:
        super().__init__()
        self._fence = AddressPolicy()

    def get(self, url: str, *, deadline: Deadline) -> Response:  # noqa: ARG002  # there is nothing to wait for
        self._fence.check_url(url)
        raise HttpError(NOT_SENT)

    def post(self, url: str, content: bytes, content_type: str, *, deadline: Deadline) -> Response:  # noqa: ARG002
        self._fence.check_url(url)
        raise HttpError(NOT_SENT)


def copied_kv(live: Path, copy: Path) -> KvStore:
    """A store that begins with the files of ``live``; what is refused there is refused here."""
    refused: dict[str, str] = {}
    try:
        if live.is_symlink():
            copy.symlink_to(os.readlink(live))
        elif live.is_dir():
            copy.mkdir()
            for file in live.glob("*.json"):
                _copy(file, live, copy / file.name, refused)
    except OSError as error:
        raise KvError(f"{live}: the kept keys cannot be copied: {error.strerror or error}") from error
    return KvStore(copy, refused=refused)


def _copy(file: Path, live: Path, target: Path, refused: dict[str, str]) -> None:
    try:
        data = read_foreign(file, live, RULE)
    except ForeignFileError as error:
        if file.is_symlink():
            target.symlink_to(file)
        else:
            refused[file.name] = error.reason
        return
    if data is not None:
        target.write_bytes(data)
