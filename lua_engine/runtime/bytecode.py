"""Stripping of Lua 5.2 bytecode.

``string.dump`` of 5.2 always keeps the debug information. Without line numbers the prelude loads faster, and
its frames have no line: so no error message and no traceback ever points into it. Of the names of upvalues
those of native functions stay: "bad argument #1 to 'rep'" needs them. Format: ldump.c of Lua 5.2.4.
"""

from __future__ import annotations

import struct

_HEADER_BYTES = 18
_EXPECTED = b"\x1bLua\x52\x00"


class _Stripper:
    def __init__(self, chunk: bytes, keep: frozenset[bytes]) -> None:
        if not chunk.startswith(_EXPECTED):
            raise ValueError("this is not Lua 5.2 bytecode")
        _, int_size, size_size, instruction_size, number_size = struct.unpack_from("5B", chunk, 6)
        if (int_size, instruction_size, number_size) != (4, 4, 8):
            raise ValueError("this Lua has unusual number sizes")
        self._chunk = chunk
        self._names = keep
        self._size_size: int = size_size
        self._at = _HEADER_BYTES
        self._kept = [chunk[:_HEADER_BYTES]]

    def strip(self) -> bytes:
        self._function()
        if self._at != len(self._chunk):
            raise ValueError("the bytecode has an unexpected end")
        return b"".join(self._kept)

    def _keep(self, size: int) -> None:
        self._kept.append(self._chunk[self._at : self._at + size])
        self._at += size

    def _int(self) -> int:
        (value,) = struct.unpack_from("<i", self._chunk, self._at)
        return int(value)

    def _string_bytes(self) -> int:
        stated = int.from_bytes(self._chunk[self._at : self._at + self._size_size], "little")
        return self._size_size + stated

    def _keep_counted(self, each: int) -> None:
        self._keep(4 + self._int() * each)

    def _function(self) -> None:
        self._keep(4 + 4 + 3)  # lines, parameters, vararg, stack
        self._keep_counted(4)  # code
        self._constants()
        count = self._int()
        self._keep(4)
        for _ in range(count):
            self._function()
        self._keep_counted(2)  # upvalues
        self._debug()

    def _constants(self) -> None:
        count = self._int()
        self._keep(4)
        for _ in range(count):
            kind = self._chunk[self._at]
            self._keep(1)
            if kind == 4:
                self._keep(self._string_bytes())
            elif kind == 3:
                self._keep(8)
            elif kind == 1:
                self._keep(1)

    def _debug(self) -> None:
        self._at += self._string_bytes()  # source
        self._at += 4 + 4 * self._int()  # line numbers
        self._kept.append(b"\x00" * (self._size_size + 4))
        locals_count = self._int()
        self._at += 4
        for _ in range(locals_count):
            self._at += self._string_bytes() + 8  # a name and two program counters
        self._kept.append(b"\x00" * 4)
        count = self._int()
        self._keep(4)
        for _ in range(count):
            self._keep_name(self._string_bytes())

    def _keep_name(self, size: int) -> None:
        name = self._chunk[self._at + self._size_size : self._at + size - 1]
        if name in self._names:
            self._keep(size)
        else:
            self._at += size
            self._kept.append(b"\x00" * self._size_size)


def strip_lines(chunk: bytes, keep: frozenset[bytes]) -> bytes:
    """``chunk`` without source name, line numbers, names of locals, and names of upvalues but those in
    ``keep``. Raises ValueError for anything but 64-bit-number Lua 5.2 bytecode.
    """
    return _Stripper(chunk, keep).strip()
