"""Makes ICU's data small: 31 MB of names, calendars and dictionaries of every language become 3.

Qt links ICU for collation, time zones and old encodings; the console works in the neutral locale (app.py).
What belongs to no language stays: the root rules, the zones, the properties. ICU reads its data from one
symbol of ``libicudata.so``, which is a sorted table (all numbers little-endian, offsets from the table's
begin)::

    head    u16 its length, then who and what ("CmnD")
    table   u32 count, then count x (u32 offset of the name, u32 offset of the item)
    names   "icudt73l/de.res\\0" ...
    items   each at a multiple of 16
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from pathlib import Path

_BY_LANGUAGE = {"brkitr", "curr", "lang", "rbnf", "region", "translit", "unit", "zone"}
_OF_A_LANGUAGE = re.compile(r"[a-z]{2,3}(_\w+)?\.res|\w+\.lstm|.+\.(cnv|dict)")
_OF_ALL = ("root.res", "res_index.res")
_SCRIPT = "SECTIONS {{ . = 4096; .rodata : {{ {symbol} = .; *(.rodata) }} }}\n"


def is_neutral(name: str) -> bool:
    """Whether an item belongs to no language: ``root.res``, ``coll/ucadata.icu``, ``zoneinfo64.res``, not
    ``de.res``, ``lang/de.res``, ``ibm-37.cnv``.
    """
    folder, _, file = name.rpartition("/")
    if folder in _BY_LANGUAGE:
        return folder != "translit" and file in _OF_ALL
    return _OF_A_LANGUAGE.fullmatch(file) is None


def shorten(library: Path) -> None:
    """Write ``library`` anew with the neutral items only."""
    symbol, data = _read(library)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data").write_bytes(neutral_part(data))
        Path(folder, "script").write_text(_SCRIPT.format(symbol=symbol))
        ld = ["ld", "-z", "noexecstack", "--build-id=none"]
        subprocess.run([*ld, "-r", "--format", "binary", "-o", "object", "data"], cwd=folder, check=True)
        readonly = ".data=.rodata,alloc,load,readonly,data,contents"
        subprocess.run(["objcopy", "--rename-section", readonly, "object"], cwd=folder, check=True)
        shared = ["-shared", "-soname", library.name, "-T", "script", "-o", "made", "object"]
        subprocess.run([*ld, *shared], cwd=folder, check=True)
        subprocess.run(["strip", "made"], cwd=folder, check=True)
        library.write_bytes(Path(folder, "made").read_bytes())


def neutral_part(data: bytes) -> bytes:
    """The same table with fewer items."""
    (head,) = struct.unpack_from("<H", data)
    if data[12:16] != b"CmnD":
        raise ValueError(f"this is no ICU data: {data[12:16]!r}")
    items = [(name, item) for name, item in _items(data, head) if is_neutral(name.partition("/")[2])]
    names = b"".join(name.encode() + b"\0" for name, _ in items)
    place = 4 + 8 * len(items)
    table, body = struct.pack("<I", len(items)), b""
    begin = -(-(place + len(names)) // 16) * 16
    for name, item in items:
        table += struct.pack("<II", place, begin + len(body))
        place += len(name) + 1
        body += item + bytes(-len(item) % 16)
    return data[:head] + (table + names).ljust(begin, b"\0") + body


def _items(data: bytes, begin: int) -> list[tuple[str, bytes]]:
    (count,) = struct.unpack_from("<I", data, begin)
    entries = [struct.unpack_from("<II", data, begin + 4 + 8 * place) for place in range(count)]
    ends = [item for _, item in entries[1:]] + [len(data) - begin]
    names = [data[begin + name : data.index(b"\0", begin + name)].decode() for name, _ in entries]
    return [
        (name, data[begin + item : begin + end])
        for name, (_, item), end in zip(names, entries, ends, strict=True)
    ]


def _read(library: Path) -> tuple[str, bytes]:
    """The symbol's name and its bytes."""
    symbols = _objdump("-T", library)
    found = re.search(
        r"^([0-9a-f]+) .*\s\.rodata\s+([0-9a-f]+)\s+(?:\S+\s+)?(icudt\d+_dat)$", symbols, re.MULTILINE
    )
    section = re.search(r"\.rodata +[0-9a-f]+ +([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+)", _objdump("-h", library))
    if found is None or section is None:
        raise ValueError(
            f"{library}: ICU's data is not where it was: packaging/icu.py has to learn where it is"
        )
    address, place = (int(one, 16) for one in section.groups())
    begin = int(found[1], 16) - address + place
    data = library.read_bytes()[begin:]
    size = int(found[2], 16)
    return found[3], data[:size] if size else data


def _objdump(what: str, library: Path) -> str:
    return subprocess.run(["objdump", what, str(library)], capture_output=True, text=True, check=True).stdout
