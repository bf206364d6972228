"""Params that would hold the sandbox up before the script's first line.

Lua 5.2 keeps every string of at most 40 bytes in one table, by a hash. From 32 bytes on the hash leaves out
every second byte, so texts that differ in those alone all fall together, and each new one is compared with
all before it: 80,000 of them take five seconds of the processor. The seed of the hash is nobody's to guess,
so no other texts can be made to collide::

    a.a.a. … (40 bytes)    hashed are the last byte, the one two before it, ...
    aXaYaZ …               the same hash whatever X, Y and Z are
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lua_engine.runtime.convert import ConversionError

_SHORTEST, _LONGEST = 32, 40  # bytes
MAX_ALIKE = 2_000


def refuse_colliding(tokens: Iterable[object]) -> None:
    """Raise :class:`ConversionError` when more than :data:`MAX_ALIKE` texts of ``tokens`` fall together."""
    groups: defaultdict[tuple[int, bytes], set[bytes]] = defaultdict(set)
    for token in tokens:
        if type(token) is bytes and _SHORTEST <= len(token) <= _LONGEST:
            alike = groups[len(token), token[::-2]]
            alike.add(token)
            if len(alike) > MAX_ALIKE:
                raise ConversionError(
                    f"params: more than {MAX_ALIKE:,} texts of {len(token)} bytes, like {token[:12]!r}…, "
                    "differ in every second letter only; they would hold the sandbox up"
                )
