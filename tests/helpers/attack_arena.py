"""The arena: each attack runs in a forked child with the real engine, watched from outside.

A hang or a crash of a child is an outcome like any other, so it is a failed test that names its case. One
:class:`Zygote` process has everything imported and the prelude compiled; a case costs a fork (some 50 ms) and
the time that its script is given.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from lua_engine import Caller, CallResult, Engine, import_parts
from tests.helpers.nightly import chance, nightly

ROOT = Path(__file__).parents[2]
LIMIT = 1
"""Seconds that a script has, unless its attack says otherwise."""
HURRIED_LIMIT = 0.25
"""Seconds of an endless script in most of the attacks of ``make test``; goop.json has whole ones only."""
FULL_SHARE = 0.25
"""Of the hurried attacks, how many have the whole second all the same; other ones at each run."""
LATENESS = 0.5
"""Seconds past the limit in which the caller has its answer and the script has stopped: the product's
promise. They are seconds of the processor: a busy machine that lends its processors to others for most of a
second is no finding.
"""
PATIENCE = 10.0
"""Seconds of the clock past the limit: the same promise for what waits and needs no processor, with all that
a
busy machine may take away.
"""

SECRET = (
    "s3cr3t-of-the-owner"  # stands in goop.json and in a file outside the site root, and must never come out
)
_TRIES = 2  # more of a case that was late: processors that are shared are slower too
STRANGER = Caller("12D3KooWStranger", "Sly", "sly@example.org")
BENIGN = """
function call(request)
  local words = {}
  for word in ("to be or not"):gmatch("%a+") do words[#words + 1] = word:upper() end
  return { sum = request.params.a + 1, words = table.concat(words, ","), text = goop.json.encode({ 1, 2 }) }
end
"""
BENIGN_VALUE = {"sum": 42, "words": "TO,BE,OR,NOT", "text": "[1,2]"}


@dataclass(frozen=True)
class Attack:
    """One case. ``script`` is a whole file, or only a body of ``call`` when it defines none."""

    name: str
    script: str
    expect: str | tuple[str, ...] = "timeout"  # error kinds; "ok": it must succeed
    value: Any = ...  # of the result, when it must be this
    says: str = ""  # must be part of the error's message
    params: Any = None
    lua: Mapping[str, Any] = field(default_factory=dict)  # settings
    as_owner: bool = True
    files: Mapping[str, str] = field(default_factory=dict)  # path in the site folder -> text
    followers: int = 0  # handlers that run behind the answer, each with the whole limit for itself
    may_be_abandoned: bool = False  # hash flooding and ephemerons: stopped later, but answered on time
    act: Callable[[Engine], CallResult] | None = None  # instead of one call of "t"
    at_once: int = (
        1  # calls of "t" made at the same moment; past the pool's size some are told "busy"; each is timed
    )
    prepare: Callable[[Engine], object] | None = None
    check: Callable[[Engine, CallResult], object] | None = None  # raises AssertionError
    can_hurry: bool = False  # no single step of it takes long: see is_hurried
    seconds: float = 120.0  # until the watchdog kills the child

    @property
    def is_hurried(self) -> bool:
        """Whether a quarter of a second is enough to see it stopped: an endless script of quick steps, which
        is at its limit what it was at a shorter one.
        """
        is_endless = self.can_hurry and self.expect == "timeout" and "timeout_seconds" not in self.lua
        return is_endless and not nightly(chance(self.name).random() < FULL_SHARE, True)

    @property
    def limit(self) -> float:
        """Seconds of the processor that its calls may take."""
        return HURRIED_LIMIT if self.is_hurried else float(self.lua.get("timeout_seconds", LIMIT))

    @property
    def settings(self) -> dict[str, Any]:
        """Of the lua section. One that must end otherwise has time enough on a busy machine too."""
        is_timed = "timeout" in self.expect
        return {"timeout_seconds": LIMIT if is_timed else 10 * LIMIT, **self.lua}

    @property
    def source(self) -> str:
        """The script's text."""
        if "function call" in self.script or "function handle" in self.script or "call =" in self.script:
            return self.script
        return f"function call(request)\n{self.script}\nend\n"


@dataclass(frozen=True)
class Outcome:
    """What the child reported, or what became of it."""

    name: str
    problems: tuple[str, ...]  # empty: the case holds
    late: tuple[str, ...] = ()  # too slow: judged again on a quiet machine
    seconds: float = 0.0
    kind: str = ""
    message: str = ""

    @property
    def may_be_the_machine(self) -> bool:
        """Whether too much at once may be why it failed: it was slow, or a limit of time was met that should
        not have been.
        """
        return bool(self.late) or (bool(self.problems) and self.kind == "timeout")


def hurried(attacks: Sequence[Attack]) -> list[Attack]:
    """Of ``attacks`` those that are one call can hurry."""
    return [
        replace(one, can_hurry=one.act is None and one.at_once == 1 and not one.followers) for one in attacks
    ]


# In the child
# ---------------------------------------------------------------------------------------------------------


class _HostFailures(logging.Handler):
    """Exceptions that a host function did not expect:
    bugs, even when the script only saw "internal error".
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        where = (
            traceback.extract_tb(error.__traceback__)[-1] if error is not None and error.__traceback__ else ""
        )
        self.seen.append(f"{record.getMessage()}: {type(error).__name__}: {str(error)[:200]} {where}")


def make_site(
    path: Path, scripts: Mapping[str, str], lua: Mapping[str, Any] = {}, files: Mapping[str, str] = {}
) -> Path:
    """A site folder with data functions ``scripts``, a secret to steal, and more ``files``."""
    (path / "site/lua/functions").mkdir(parents=True)
    settings = {
        "enabled": True,
        "timeout_seconds": 1,
        "rate_limit_per_peer": 100_000,
        "rate_limit_global": 100_000,
        **lua,
    }
    config = {
        "profile": {"label": "Mara", "email": "mara@example.org"},
        "mail": {"password": SECRET},
        "lua": settings,
    }
    (path / "goop.json").write_text(json.dumps(config))
    (path / "outside.txt").write_text(SECRET)
    (path / "site/hello.txt").write_text("hello")
    for name, source in scripts.items():
        (path / f"site/lua/functions/{name}.lua").write_text(source)
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def hurry(engine: Engine) -> None:
    """Give its scripts :data:`HURRIED_LIMIT`, until goop.json is read again."""
    folder = engine.settings._folder
    folder._settings = replace(folder.settings, timeout_seconds=HURRIED_LIMIT)


class _Trial:
    """One attack on one fresh site, and everything that must be true afterwards."""

    def __init__(self, attack: Attack, folder: Path) -> None:
        self.attack = attack
        self.folder = folder
        self.problems: list[str] = []
        self.late: list[str] = []
        self.failures = _HostFailures()
        logging.getLogger("goop").addHandler(self.failures)

    def run(self) -> dict[str, Any]:
        attack = self.attack
        site = make_site(
            self.folder / "site-of-mara",
            {"t": attack.source, "benign": BENIGN},
            attack.settings,
            attack.files,
        )
        engine = Engine.open(site, watch=False)
        if attack.is_hurried:
            hurry(engine)
        if attack.prepare is not None:
            attack.prepare(engine)
        began = time.process_time()
        result, seconds = self._act(engine)
        self._judge_time(engine, began, seconds)
        self._judge_result(engine, result)
        self._judge_aftermath(engine)
        engine.close()
        self._judge_threads()
        self.problems += [f"a host function failed: {text}" for text in self.failures.seen]
        error = result.error
        return {
            "problems": self.problems,
            "late": self.late,
            "seconds": round(seconds, 3),
            "kind": error.kind.value if error else "ok",
            "message": error.message[:300] if error else repr(result.value)[:300],
        }

    def _act(self, engine: Engine) -> tuple[CallResult, float]:
        if self.attack.act is not None:
            began = time.perf_counter()
            return self.attack.act(engine), time.perf_counter() - began
        if self.attack.at_once > 1:
            return self._act_at_once(engine)
        return self._call(engine)

    def _call(self, engine: Engine) -> tuple[CallResult, float]:
        caller = engine.owner if self.attack.as_owner else STRANGER
        began = time.perf_counter()
        return engine.calls.call("t", self.attack.params, caller=caller), time.perf_counter() - began

    def _act_at_once(self, engine: Engine) -> tuple[CallResult, float]:
        """The result of one that was let in, and the time of the slowest: starting so many threads is no
        call's time.
        """
        with ThreadPoolExecutor(self.attack.at_once) as threads:
            answers = list(threads.map(lambda _: self._call(engine), range(self.attack.at_once)))
        let_in = {(result.error.kind.value if result.error else "ok"): result for result, _ in answers}
        let_in.pop("busy", None)
        if len(let_in) != 1:
            self.problems.append(f"calls at once ended as {sorted(let_in)}")
        return next(iter(let_in.values())), max(seconds for _, seconds in answers)

    def _judge_time(self, engine: Engine, began: float, seconds: float) -> None:
        attack = self.attack
        answered = time.process_time() - began
        if seconds > engine.settings.lua.timeout_seconds + PATIENCE:
            self.late.append(f"answered after {seconds:.2f} s")
        # The caller gave up after its grace: the script must have been stopped by the hook soon after, not by
        # its own end. How soon is judged by the processor's seconds below: a fifth of one may take ten of the
        # clock.
        if not _ends_within(engine, 60.0):
            self.late.append("the script still runs: its thread was abandoned")
        spent = answered if attack.may_be_abandoned else time.process_time() - began
        most = (attack.limit + LATENESS) * (min(attack.at_once, os.cpu_count() or 1) + attack.followers)
        if spent > most:
            self.late.append(f"ended after {spent:.2f} s of the processor, must be {most:.1f} s at most")

    def _judge_result(self, engine: Engine, result: CallResult) -> None:
        attack = self.attack
        kind = result.error.kind.value if result.error else "ok"
        expected = (attack.expect,) if isinstance(attack.expect, str) else attack.expect
        if kind not in expected:
            self.problems.append(
                f"{kind}, expected {' or '.join(expected)}: {result.error or repr(result.value)[:300]}"
            )
        elif attack.value is not ... and result.value != attack.value:
            self.problems.append(f"value {result.value!r}, expected {attack.value!r}")
        if result.error and attack.says not in result.error.message:
            self.problems.append(f"the message {result.error.message[:300]!r} does not say {attack.says!r}")
        self._judge_secrets(result)
        if attack.check is not None:
            try:
                attack.check(engine, result)
            except AssertionError as error:
                self.problems.append(f"the check failed: {error or traceback.format_exc(limit=-1)}")

    def _judge_secrets(self, result: CallResult) -> None:
        error = result.error
        told = [str(result.value), *(line.message for line in result.logs)]
        if error is not None:
            told += [error.message, error.detail, error.traceback]
            if len(error.message) > 20_000:
                self.problems.append(f"an error message of {len(error.message)} characters")
        text = "\n".join(told)
        for word in (
            SECRET,
            str(self.folder),
            "Traceback (most recent",
            ".py",
            " object at 0x",
            "internal error",
            "<class '",
        ):
            if word in text:
                at = text.index(word)
                self.problems.append(f"the host leaks: ...{text[max(0, at - 100) : at + 100]!r}...")

    def _judge_aftermath(self, engine: Engine) -> None:
        result = engine.calls.call("benign", {"a": 41}, caller=engine.owner)
        if result.value != BENIGN_VALUE:
            self.problems.append(f"a benign call afterwards answers {result.value!r}, {result.error}")

    def _judge_threads(self) -> None:
        left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        if left:
            self.problems.append(f"threads left after close: {left}")


def _ends_within(engine: Engine, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while engine.calls.abandoned_threads:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


# In the zygote
# --------------------------------------------------------------------------------------------------------


def _load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _child(attack: Attack, folder: Path, answer: int) -> None:
    with (folder / "stacks.txt").open("w") as stacks:
        faulthandler.enable(stacks)
        _try(attack, folder, answer)


def _try(attack: Attack, folder: Path, answer: int) -> None:
    try:
        told = _Trial(attack, folder).run()
    except BaseException:  # noqa: BLE001  # whatever it is, the parent must hear of it
        told = {"problems": ["the trial itself failed:\n" + traceback.format_exc(limit=-6)], "late": []}
    with os.fdopen(answer, "w") as pipe:
        pipe.write(json.dumps(told))


def _trial_in_child(attack: Attack) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="goop-attack-"))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(attack, folder, writer)
        os._exit(0)
    os.close(writer)
    text = _read_until(reader, time.monotonic() + attack.seconds)
    if text is None:
        os.kill(child, signal.SIGABRT)  # faulthandler tells where it hung
        time.sleep(0.2)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    stacks = (folder / "stacks.txt").read_text(errors="replace") if (folder / "stacks.txt").exists() else ""
    shutil.rmtree(folder, ignore_errors=True)
    if text is None:
        return {
            "problems": [f"HANG: the process had to be killed after {attack.seconds} s\n{stacks}"],
            "late": [],
        }
    if not text:
        return {
            "problems": [
                f"CRASH: the process ended with status {os.waitstatus_to_exitcode(status)}\n{stacks}"
            ],
            "late": [],
        }
    told: dict[str, Any] = json.loads(text)
    return told


def _read_until(pipe: int, end: float) -> str | None:
    pieces: list[bytes] = []
    with os.fdopen(pipe, "rb", buffering=0) as stream:
        while True:
            ready, _, _ = select.select([stream], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            piece = stream.read(65536)
            if not piece:
                return b"".join(pieces).decode()
            pieces.append(piece)


def _warm_up() -> None:
    """Compile the prelude and import what a first call imports, so that no child pays for it; leaves no
    thread behind.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine.open(make_site(Path(folder), {"benign": BENIGN}), watch=False) as engine,
    ):
        result = engine.calls.call("benign", {"a": 41}, caller=engine.owner)
        assert result.value == BENIGN_VALUE, result.error
    assert threading.active_count() == 1, threading.enumerate()


def serve() -> None:
    """Answer requests (``{"file", "name"}``, one a line) until the input ends."""
    import_parts()  # what a first call imports is no work of its script
    _warm_up()
    attacks: dict[str, dict[str, Attack]] = {}
    answers = os.dup(1)
    os.dup2(2, 1)  # nothing that a child prints may disturb the protocol
    for line in sys.stdin:
        request = json.loads(line)
        file = request["file"]
        if file not in attacks:
            attacks[file] = {attack.name: attack for attack in _load(file).ATTACKS}
        told = _trial_in_child(attacks[file][request["name"]])
        os.write(answers, (json.dumps(told) + "\n").encode())


# In the test process
# --------------------------------------------------------------------------------------------------


class Zygote:
    """A process that forks one child after another."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error",
                "-X",
                "faulthandler",
                "-c",
                f"from {__name__} import serve; serve()",
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, file: str, attack: Attack) -> Outcome:
        """The attack's outcome; waits for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": file, "name": attack.name}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            return Outcome(attack.name, ("the zygote ended",))
        told = json.loads(line)
        return Outcome(
            attack.name,
            tuple(told["problems"]),
            tuple(told["late"]),
            told.get("seconds", 0.0),
            told.get("kind", ""),
            told.get("message", ""),
        )

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Arena:
    """A few zygotes; cases run at once, and those that were late are judged again, alone."""

    def __init__(self, width: int) -> None:
        self._zygotes = [Zygote() for _ in range(width)]

    def run_all(self, file: str, attacks: Sequence[Attack]) -> dict[str, Outcome]:
        """Outcomes by name."""
        waiting = list(reversed(attacks))
        outcomes: dict[str, Outcome] = {}

        def work(zygote: Zygote) -> None:
            while True:
                try:
                    attack = waiting.pop()
                except IndexError:
                    return
                outcomes[attack.name] = zygote.run(file, attack)

        threads = [threading.Thread(target=work, args=(zygote,)) for zygote in self._zygotes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for attack in attacks:
            for _ in range(_TRIES):
                if outcomes[attack.name].may_be_the_machine:
                    outcomes[attack.name] = self._zygotes[0].run(file, attack)
        return outcomes

    def close(self) -> None:
        for zygote in self._zygotes:
            zygote.close()
