"""What the console keeps beside a site is for its owner alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Engine, Peer, Request, SavedCall, SiteError, read_template
from lua_engine.base.secret_names import is_secret_name
from lua_engine.history.call_history import CallHistory
from tests.helpers.small_template import template_files, write_files

SECRET = "hunter22-is-secret"
LOGIN = """function call(request)
  goop.log.info("login with " .. request.params.password)
  goop.db.exec("INSERT INTO logins (_owner, api_token) VALUES (?, ?)", goop.peer.id, request.params.password)
  if request.params.fail then error("wrong: " .. request.params.password) end
  return {user = "ann", session = {accessToken = request.params.password, n = 5}}
end"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    site = tmp_path / "site"
    (site / "site/lua/functions").mkdir(parents=True)
    (site / "goop.json").write_text('{"lua": {"enabled": true}}')
    (site / "site/lua/functions/login.lua").write_text(LOGIN)
    connection = sqlite3.connect(site / "data.db")
    connection.execute("CREATE TABLE logins (_id INTEGER PRIMARY KEY, _owner TEXT, api_token TEXT)")
    connection.close()
    old = os.umask(0o022)
    with Engine.open(site, watch=False, lock=True) as opened:
        yield opened
    os.umask(old)


def test_files_of_ours_are_readable_by_this_user_alone(engine: Engine, tmp_path: Path) -> None:
    engine.peers.add_test_peer(Peer("p", "Ann"))
    engine.history.add(engine.calls.call("login", {"password": SECRET}, caller=engine.owner))
    engine.templates.install(read_template(write_files(tmp_path / "notes", template_files())))
    home = engine.site.console_dir
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for name in (
        "lock",
        "lock.json",
        "peers.json",
        "history.db",
        "history.db-wal",
        ".gitignore",
        "template.json",
    ):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600, name
    for path in (home / "backups").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    (backup,) = engine.templates.backups()
    mode = engine.site.data_db.stat().st_mode
    engine.templates.restore(backup.id)
    assert engine.site.data_db.stat().st_mode == mode
    for folder in (home / "backups").iterdir():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "journal.json").stat().st_mode) == 0o600


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_git_takes_the_saved_calls_and_nothing_else_of_ours(engine: Engine) -> None:
    site = engine.site.path
    engine.peers.add_test_peer(Peer("p", "Ann"))
    engine.checks.files.save(SavedCall("login as ann", Request.call("login")))
    engine.history.add(engine.calls.call("login", {"password": SECRET}, caller=engine.owner))
    subprocess.run(["git", "init", "-q", str(site)], check=True)
    subprocess.run(["git", "-C", str(site), "add", "-A"], check=True)
    listed = subprocess.run(
        ["git", "-C", str(site), "ls-files", ".goop-console"], check=True, capture_output=True, text=True
    ).stdout
    assert listed.splitlines() == [".goop-console/.gitignore", ".goop-console/calls/login as ann.call.json"]


def stored(engine: Engine) -> str:
    """Everything in the history's file, as text."""
    connection = sqlite3.connect(engine.site.console_dir / "history.db")
    rows = [str(row) for row in connection.execute("SELECT * FROM calls")]
    rows += [zlib.decompress(body).decode() for (body,) in connection.execute("SELECT body FROM bodies")]
    connection.close()
    return "\n".join(rows)


@pytest.mark.parametrize("params", [{}, {"fail": True}, {"form": {"deep": [{"userPassword": SECRET}]}}])
def test_the_history_keeps_no_secret(engine: Engine, params: dict[str, object]) -> None:
    result = engine.calls.call("login", {**params, "password": SECRET}, caller=engine.owner)
    assert SECRET in str(result)
    made = engine.history.add(result)
    assert SECRET not in stored(engine)
    kept = engine.history.entry(made).result
    assert kept.request.argument["password"] == "(hidden)"
    assert kept.sql[0].args == (engine.owner.id, "(hidden)")


def test_it_keeps_them_when_its_owner_says_so(engine: Engine) -> None:
    engine.history.set_keeps_secrets(True)
    engine.history.add(engine.calls.call("login", {"password": SECRET}, caller=engine.owner))
    assert SECRET in stored(engine)
    choice = engine.site.console_dir / "history.json"
    assert choice.stat().st_mode & 0o777 == 0o600
    assert CallHistory(choice.with_name("history.db")).keeps_secrets, "also after a restart"
    engine.history.set_keeps_secrets(False)
    assert not CallHistory(choice.with_name("history.db")).keeps_secrets


@pytest.mark.parametrize("text", ["5", "{", '{"keeps_secrets": 1}', '{"format": 2, "keeps_secrets": true}'])
def test_a_choice_that_cannot_be_read_keeps_none(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    choice = tmp_path / "site" / ".goop-console" / "history.json"
    choice.parent.mkdir(parents=True)
    choice.write_text(text)
    history = CallHistory(choice.with_name("history.db"))
    assert not history.keeps_secrets
    if '"format": 2' in text:
        with pytest.raises(SiteError, match="newer Goop Console"):
            history.set_keeps_secrets(True)
        assert choice.read_text() == text


def test_names_of_secrets() -> None:
    for name in (
        "password",
        "PASSWORD",
        "userPassword",
        "api_key",
        "apiKey",
        "access_token",
        "pin",
        "Secret",
        *("Passwort", "kennwort", "wachtwoord", "mot_de_passe", "motDePasse", "pw", "otp", "jwt", "Cookie"),
        *("sessionId", "session_id", "bearer", "cvv"),
    ):
        assert is_secret_name(name), name
        assert is_secret_name(f"{'x' * 300}_{name}"), "however long it is"
    for name in (
        "passage",
        "spinning",
        "tokens_used_no",
        "keyboard",
        "compass",
        "pinned",
        "monkey",
        "key",
        "session",
        "power",
        "auth",
    ):
        assert not is_secret_name(name), name
