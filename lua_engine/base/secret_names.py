"""Which names say that a password, a token or the like stands there, and texts without what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

HIDDEN = "(hidden)"
_NAME = re.compile(
    r"pass(?:words?|wd|phrases?|codes?|wort|e)?|pwd|pw|kennwort|wachtwoord|motdepasse"
    r"|secrets?|token|credentials?|authori[sz]ation|(?:api|private|access)_?-?keys?|pin|otp"
    r"|cookie|bearer|jwt|session_?id|cvc|cvv"
)
_HINT = re.compile(  # all have one of these
    "pass|pw|wort|woord|secret|token|credential|authori|key|pin|otp|cookie|bearer|jwt|session|cv[cv]",
    re.IGNORECASE,
)
_OTHER = re.compile("[^A-Za-z0-9]+")
_LONG_NAME = 200  # letters; what is longer is not remembered
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_MOST = 64  # secrets of one call that are looked for in its log lines: a caller may send any number
SHORTEST = 4  # letters of a text that is looked for elsewhere: shorter ones stand everywhere by chance


def is_secret_name(name: str) -> bool:
    """Whether a key or a column of that name holds a secret: ``password``, ``userPassword``, ``API_KEY``."""
    return _is_secret(name) if len(name) <= _LONG_NAME else _judge(name)


def _judge(name: str) -> bool:
    if not _HINT.search(_OTHER.sub("", name)):
        return False
    words = [word.lower() for word in _PARTS.findall(name)]
    whole = "_".join(words)
    pairs = ["_".join(words[place : place + 2]) for place in range(len(words) - 1)]
    return any(_NAME.fullmatch(one) for one in (*words, *pairs, whole, whole.replace("_", "")))


_is_secret = lru_cache(maxsize=4096)(_judge)  # a result of 20 MB has the same few names 300,000 times


def named_secrets(value: Any) -> Iterator[Any]:
    """What stands under the secret names in ``value``. Each container is looked at once: params that a
    program made may hold themselves.
    """
    todo, seen = [value], set[int]()
    while todo:
        one = todo.pop()
        if not isinstance(one, (dict, list, tuple)) or id(one) in seen:
            continue
        seen.add(id(one))
        if not isinstance(one, dict):
            todo.extend(one)
            continue
        for key, inner in one.items():
            if is_secret_name(str(key)):
                yield inner
            else:
                todo.append(inner)


def texts_in(values: Sequence[Any]) -> Iterator[str]:
    """The texts in ``values``, which stand under secret names."""
    todo, seen = list(values), set[int]()
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            if len(one) >= SHORTEST:
                yield one
        elif isinstance(one, (dict, list, tuple)) and id(one) not in seen:
            seen.add(id(one))
            todo.extend(one.values() if isinstance(one, dict) else one)


def hides_secrets_of(argument: Any) -> Callable[[str], str]:
    """A function that hides in texts what stands under secret names in ``argument``, at which it looks when
    it is first called: most calls log nothing. Of very many secrets it hides the longest.
    """
    known: list[str] | None = None

    def hide(text: str) -> str:
        nonlocal known
        if not text:
            return text
        if known is None:
            known = sorted({*texts_in([*named_secrets(argument)])}, key=len, reverse=True)[:_MOST]
        for one in known:
            text = text.replace(one, HIDDEN)
        return text

    return hide
