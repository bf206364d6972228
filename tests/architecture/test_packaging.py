"""The scripts that make what people download: what of them can be tried without building."""

from __future__ import annotations

import hashlib
import runpy
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHANGES = "# Changelog\n\n## 0.2.0 (unreleased)\n\n* New.\n* Better.\n\n## 0.1.0 (2026-01-02)\n\n* All.\n"


@pytest.fixture(autouse=True)
def _scripts_find_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one of them is run: Python looks in its folder first."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))


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
    notes = release["release_notes"]("0.2.0", "* New.", "00ff  goop.deb\n", "Python 3.11.7")
    assert "* New.\n\n## Files (SHA-256)\n\n    00ff  goop.deb\n\nBuilt from the tag v0.2.0 in " in notes
    assert "with Python 3.11.7 and the packages of constraints.txt" in notes


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


RUNTIME = b"\x7fELF\2\1\1\0AI\x02" + bytes(53) + b"a stand-in: it has a runtime's mark, and starts nothing"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A stand-in for what ``make bundle`` leaves in dist and build."""
    folder = tmp_path / "dist/goop-console"
    (folder / "_internal").mkdir(parents=True)
    (folder / "goop-console").write_text("#!/bin/sh\n")
    (tmp_path / "build/icons").mkdir(parents=True)
    for size in (48, 256):
        (tmp_path / f"build/icons/goop-console-{size}.png").write_bytes(b"a picture")
    return folder


def test_an_appimage_is_the_runtime_and_behind_it_the_bundle(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    seen: list[str] = []

    def pack(folder: Path, image: Path) -> None:
        seen.extend(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
        assert (folder / "AppRun").resolve() == folder / "goop-console"
        assert (folder / ".DirIcon").read_bytes() == b"a picture"
        assert "Icon=goop-console\n" in (folder / "org.goop2.Console.desktop").read_text()
        image.write_bytes(b"hsqs")

    made = script("appimage")["make"](bundle, bundle.parents[1] / "build", RUNTIME, "1.2.0", pack)
    assert made.name.startswith("goop-console-1.2.0-")
    assert made.name.endswith(".AppImage")
    assert made.read_bytes() == RUNTIME + b"hsqs"
    assert made.stat().st_mode & 0o111 == 0o111
    assert {"AppRun", "_internal", "goop-console", "goop-console.png", "org.goop2.Console.desktop"} <= set(
        seen
    )
    assert "usr/share/metainfo/org.goop2.Console.metainfo.xml" in seen


def test_an_appimage_takes_only_the_runtime_that_was_named(tmp_path: Path) -> None:
    read_runtime = script("appimage")["read_runtime"]
    path = tmp_path / "runtime"
    path.write_bytes(RUNTIME)
    assert read_runtime(path, hashlib.sha256(RUNTIME).hexdigest().upper()) == RUNTIME
    with pytest.raises(ValueError, match=r"has the SHA-256 [0-9a-f]{64}, not 00ff"):
        read_runtime(path, "00ff")
    other = RUNTIME.replace(b"AI\x02", b"AI\x01")
    path.write_bytes(other)
    with pytest.raises(ValueError, match="no AppImage runtime of type 2"):
        read_runtime(path, hashlib.sha256(other).hexdigest())


@pytest.mark.skipif(shutil.which("mksquashfs") is None, reason="no mksquashfs")
def test_two_images_of_one_folder_are_the_same(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    squash, images = script("appimage")["squash"], []
    for name in ("one", "two"):
        squash(bundle, bundle.parent / name)
        images.append((bundle.parent / name).read_bytes())
        (bundle / "goop-console").touch()
    assert images[0] == images[1]
    assert images[0].startswith(b"hsqs")


def test_checksums_are_right_also_when_they_are_written_again(tmp_path: Path) -> None:
    """As ``make appimage`` does after ``make release``."""
    write_sums = script("packages")["write_sums"]
    (tmp_path / "one.deb").write_bytes(b"1")
    write_sums(tmp_path)
    (tmp_path / "two.AppImage").write_bytes(b"2")
    (tmp_path / "RELEASE-0.1.0.md").write_text((tmp_path / "SHA256SUMS").read_text())
    write_sums(tmp_path)
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["one.deb", "two.AppImage"]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)
