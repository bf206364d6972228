"""Archives from strangers: good ones give the same as a folder, hostile ones are refused by name, and nothing
else ever happens.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import TemplateError, read_template, write_template
from lua_engine.templates import archive
from lua_engine.templates.archive import read_files
from tests.helpers.small_template import template_files, write_files

Pack = Callable[[Path, dict[str, bytes]], Path]


def pack_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path.with_suffix(".zip")


def pack_tar(path: Path, files: dict[str, bytes]) -> Path:
    target = path.with_name(path.name + ".tar.gz")
    with tarfile.open(target, "w:gz") as made:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return target


PACKS = pytest.mark.parametrize("pack", [pack_zip, pack_tar])


@PACKS
@pytest.mark.parametrize("wrapper", ["", "notes/", "some-folder/"])
def test_an_archive_is_the_folder(tmp_path: Path, pack: Pack, wrapper: str) -> None:
    files = template_files()
    folder = read_template(write_files(tmp_path / "plain" / "notes", files))
    packed = read_template(
        pack(tmp_path / "notes", {f"{wrapper}{name}": data for name, data in files.items()})
    )
    assert dict(packed.files) == dict(folder.files)
    assert packed.manifest == folder.manifest
    assert packed.key == folder.key == "notes"


HOSTILE_NAMES = [
    "../evil.lua", "a/../../evil", "/etc/passwd", "C:/windows/x", "C:x", "a\\b.txt", "..\\evil", "a//b",
    "./../x", "a/./b",
    "con", "aux.txt", "lpt1.lua",
    "dot.", "space ", "a/b. /c", "line\nbreak", "bell\x07",
    "star*", "quest?", 'quo"te', "pipe|", "<a>", "col:on", "x" * 201, "/".join("d" * 17), "\u202eexe.txt",
]  # fmt: skip


@PACKS
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_refused(tmp_path: Path, pack: Pack, name: str) -> None:
    with pytest.raises(TemplateError):
        read_template(pack(tmp_path / "t", {**template_files(), name: b"x"}))


@PACKS
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("index.html", "INDEX.html"),
        ("css/a.css", "CSS/A.css"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("caf\u00e9", "cafe\u0301"),
        ("\ufb01le", "file"),
        ("x", "x"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_names_for_one_file_are_refused(tmp_path: Path, pack: Pack, first: str, second: str) -> None:
    files = {name: data for name, data in template_files().items() if name != "index.html"}
    made = [*files.items(), (first, b"1"), (second, b"2")]
    path = tmp_path / ("t.zip" if pack is pack_zip else "t.tar.gz")
    if pack is pack_zip:
        with zipfile.ZipFile(path, "w") as packed:
            for name, data in made:
                packed.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz") as tar:
            for name, data in made:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    with pytest.raises(TemplateError, match=r"twice|one (file|folder)|a folder"):
        read_template(path)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "t.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        info = tarfile.TarInfo("css/link")
        info.type, info.linkname = kind, "/etc/passwd"
        made.addfile(info)
    with pytest.raises(TemplateError, match="link or a device"):
        read_template(path)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as made:
        info = zipfile.ZipInfo("css/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    with pytest.raises(TemplateError, match="link or a device"):
        read_template(tmp_path / "t.zip")


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "t", {"manifest.json": b"{}"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(TemplateError, match="encrypted"):
        read_template(path)


@PACKS
def test_ten_thousand_files_are_refused(tmp_path: Path, pack: Pack) -> None:
    with pytest.raises(TemplateError, match="more than 2000 files"):
        read_template(
            pack(
                tmp_path / "t",
                {**template_files(), **{f"images/{number}.svg": b"" for number in range(10_000)}},
            )
        )


@PACKS
def test_bombs_are_refused_before_they_fill_the_memory(
    tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bytes(17 * 1024 * 1024)
    with pytest.raises(TemplateError, match="larger than 16 MB"):
        read_template(pack(tmp_path / "one", {**template_files(), "images/one.png": one}))
    monkeypatch.setattr(archive, "MAX_TOTAL", 1024 * 1024)
    with pytest.raises(TemplateError, match="unpacked"):
        read_template(
            pack(tmp_path / "many", {f"images/{number}.png": bytes(300_000) for number in range(8)})
        )


def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    path = pack_zip(tmp_path / "t", {**template_files(), "images/big.png": bytes(20 * 1024 * 1024)})
    data = path.read_bytes()
    size = (20 * 1024 * 1024).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(TemplateError):
        read_template(path)


def test_a_gzip_bomb_of_padding_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(archive, "MAX_TOTAL", 1024 * 1024)
    path = tmp_path / "t.tar.gz"
    path.write_bytes(gzip.compress(bytes(64 * 1024 * 1024)))
    with pytest.raises(TemplateError):
        read_template(path)


def test_an_archive_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(TemplateError, match="larger than 64 MB"):
        read_template(path)


def test_what_systems_leave_behind_is_left_out(tmp_path: Path) -> None:
    files = {
        **template_files(),
        ".git/config": b"x",
        "css/.DS_Store": b"x",
        "__MACOSX/a": b"x",
        "images/Thumbs.db": b"x",
    }
    template = read_template(write_files(tmp_path / "notes", files))
    assert set(template.left_out) >= {"css/.DS_Store", "__MACOSX/", "images/Thumbs.db"}
    assert not any(".git" in name for name in template.files)


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "notes", template_files())
    (folder / "css/link.css").symlink_to("/etc/passwd")
    with pytest.raises(TemplateError, match="link"):
        read_template(folder)


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "notes", template_files())
    with open(os.fsencode(folder) + b"/\xff.css", "wb"):
        pass
    with pytest.raises(TemplateError):
        read_template(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\x03\x04", b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"not an archive at all", bytes(1024)],
)
def test_something_else_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.zip").write_bytes(content)
    with pytest.raises(TemplateError):
        read_template(tmp_path / "t.zip")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no such file or folder"):
        read_template(tmp_path / "missing")


NAMES = st.text("abcdefghij", min_size=1, max_size=8)
FILES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.binary(max_size=300), max_size=8
)
RELAXED = settings(max_examples=60, deadline=None)


@RELAXED
@given(files=FILES)
def test_every_way_of_packing_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    here = tmp_path_factory.mktemp("pack")
    files = {
        name: data for name, data in files.items() if not any(other.startswith(f"{name}/") for other in files)
    }
    files["manifest.json"] = b"{}"
    expected = files
    assert read_files(write_files(here / "folder", files))[0] == expected
    assert read_files(pack_zip(here / "t", files))[0] == expected
    assert read_files(pack_tar(here / "t", files))[0] == expected
    write_template(files, here / "written")
    assert read_files(here / "written")[0] == expected


@RELAXED
@given(
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 400),
    as_zip=st.booleans(),
)
def test_a_damaged_archive_is_a_template_error_or_still_good(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]], cut: int, as_zip: bool
) -> None:
    here = tmp_path_factory.mktemp("flip")
    path = (pack_zip if as_zip else pack_tar)(here / "t", template_files())
    data = bytearray(path.read_bytes())
    for place, value in flips:
        data[place % len(data)] = value
    path.write_bytes(bytes(data[: len(data) - cut]))
    with contextlib.suppress(TemplateError):
        read_template(path)


@RELAXED
@given(data=st.binary(max_size=4000))
def test_any_bytes_are_a_template_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "t.tar.gz"
    path.write_bytes(data)
    with pytest.raises(TemplateError):
        read_template(path)


def test_nothing_half_written_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="No space left on device"):
        write_template(template_files(), tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/mine.txt").write_text("mine")
    with pytest.raises(TemplateError, match="not empty"):
        write_template(template_files(), tmp_path / "made")
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["mine.txt"]
