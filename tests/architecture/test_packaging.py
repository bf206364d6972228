"""The scripts that make what people download: what of them can be tried without building."""

from __future__ import annotations

import runpy
import struct
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHANGES = "# Changelog\n\n## 0.2.0 (unreleased)\n\n* New.\n* Better.\n\n## 0.1.0 (2026-01-02)\n\n* All.\n"


def script(name: str) -> dict[str, Any]:
    return runpy.run_path(str(ROOT / f"packaging/{name}.py"))


@pytest.mark.parametrize("version", ["0.1.9", "0.2", "1.0.0-rc1", "", "v0.3.0"])
def test_a_release_refuses_a_version_that_is_none_or_lower(version: str) -> None:
    with pytest.raises(ValueError, match="VERSION="):
        script("release")["check_version"](version, "0.2.0")


def test_a_release_dates_its_section_and_takes_its_words() -> None:
    release = script("release")
    text = release["dated"](CHANGES, "0.2.0", "2026-11-29")
    assert "## 0.2.0 (2026-11-29)\n" in text
    assert "## 0.1.0 (2026-01-02)\n" in text, "the others stay"
    assert release["section"](text, "0.2.0") == "* New.\n* Better."
    with pytest.raises(ValueError, match=r"no section ## 0\.3\.0"):
        release["dated"](CHANGES, "0.3.0", "2026-11-29")
    notes = release["release_notes"]("0.2.0", "* New.", "00ff  goop.deb\n")
    assert notes.endswith("* New.\n\n## Files (SHA-256)\n\n    00ff  goop.deb\n")


def icu_table(items: dict[str, bytes]) -> bytes:
    """ICU's data, as ``packaging/icu.py`` describes it."""
    names = b"".join(f"icudt73l/{name}".encode() + b"\0" for name in items)
    begin = -(-(4 + 8 * len(items) + len(names)) // 16) * 16
    table, body, place = struct.pack("<I", len(items)), b"", 4 + 8 * len(items)
    for name, item in items.items():
        table += struct.pack("<II", place, begin + len(body))
        place += len(f"icudt73l/{name}") + 1
        body += item + bytes(-len(item) % 16)
    return (
        struct.pack("<HH", 32, 0x27DA)
        + b"\0" * 8
        + b"CmnD".ljust(20, b"\0")
        + (table + names).ljust(begin, b"\0")
        + body
    )


def test_icu_keeps_what_belongs_to_no_language() -> None:
    neutral = {
        "coll/root.res": b"rules",
        "coll/ucadata.icu": b"u" * 40,
        "lang/root.res": b"r",
        "root.res": b"root",
    }
    neutral |= {"zoneinfo64.res": b"zones" * 9}
    others = {
        "de.res": b"deutsch",
        "lang/de.res": b"x",
        "ibm-37.cnv": b"c",
        "translit/root.res": b"t",
        "zh_Hant.res": b"z",
    }
    icu = script("icu")
    short = icu["neutral_part"](icu_table(dict(sorted({**neutral, **others}.items()))))
    found = {name.partition("/")[2]: item for name, item in icu["_items"](short, 32)}
    assert {name: item.rstrip(b"\0") for name, item in found.items()} == neutral
    with pytest.raises(ValueError, match="no ICU data"):
        icu["neutral_part"](b"\x20\0" + bytes(40))
