"""Archives made byte by byte to cheat: each is refused with its name, in bounded time and memory, and never
half taken.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import subprocess
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lua_engine import TemplateError, read_template
from lua_engine.templates import archive, entries
from lua_engine.templates.archive import read_files
from tests.helpers.small_template import template_files, write_files

FILES = template_files()


def header(
    name: bytes,
    size: int = 0,
    kind: bytes = b"0",
    *,
    prefix: bytes = b"",
    magic: bytes = b"ustar\x0000",
    size_field: bytes = b"",
) -> bytes:
    """One tar header, its check sum right."""
    field = size_field or b"%011o\0" % size
    start = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + field + b"00000000000\0"
    rest = kind + bytes(100) + magic + bytes(80) + prefix.ljust(155, b"\0") + bytes(12)
    return start + b"%06o\0 " % (sum(start) + sum(rest) + 8 * 32) + rest


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def tar_file(name: bytes, data: bytes, **special: bytes) -> bytes:
    return header(name, len(data), **special) + padded(data)


def pax(kind: bytes = b"x", **records: str | bytes) -> bytes:
    data = b""
    for key, value in records.items():
        body = b" %s=%s\n" % (
            key.replace("__", ".").encode(),
            value if isinstance(value, bytes) else value.encode(),
        )
        length = len(body)
        while len(b"%d" % length) + len(body) != length:
            length += 1
        data += b"%d" % length + body
    return tar_file(b"PaxHeaders/x", data, kind=kind)


END = bytes(1024)
GOOD = b"".join(tar_file(name.encode(), data) for name, data in FILES.items())


def put(path: Path, data: bytes, *, pack: bool = True) -> Path:
    target = path / ("t.tar.gz" if pack else "t.tar")
    target.write_bytes(gzip.compress(data, 1) if pack else data)
    return target


def put_zip(
    path: Path, *more: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path / "t.zip", "w", method) as made:
        for name, data in FILES.items():
            made.writestr(name, data)
        for info, data in more:
            made.writestr(info, data)
    return path / "t.zip"


# Tar: what is fine


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("dotted", ["", "./", "notes/"])
def test_every_spelling_of_a_tar_is_read(tmp_path: Path, kind: int, dotted: str) -> None:
    files = {**FILES, f"images/{'long-' * 17}é.png": b"x" * 700, f"{'d' * 60}/{'e' * 60}.txt": b"deep"}
    path = tmp_path / "t.tar"
    with tarfile.open(path, "w", format=kind) as made:
        for name in ("./", dotted, f"{dotted}css/") if dotted else ("css/",):
            folder = tarfile.TarInfo(name)
            folder.type = tarfile.DIRTYPE
            made.addfile(folder)
        for name, data in files.items():
            info = tarfile.TarInfo(dotted + name)
            info.size, info.mtime, info.uname = (
                len(data),
                1.5 if kind == tarfile.PAX_FORMAT else 1,
                "mära" if kind == tarfile.PAX_FORMAT else "m",
            )
            made.addfile(info, io.BytesIO(data))
    assert read_files(path) == (files, ())


@pytest.mark.skipif(not shutil.which("tar"), reason="no tar here")
@pytest.mark.parametrize("kind", ["v7", "oldgnu", "gnu", "ustar", "posix"])
@pytest.mark.parametrize("what", [".", "notes"])
def test_what_the_systems_tar_packs_is_read(tmp_path: Path, kind: str, what: str) -> None:
    write_files(tmp_path / "notes", FILES)
    folder = tmp_path / "notes" if what == "." else tmp_path
    subprocess.run(
        ["tar", f"--format={kind}", "-czf", str(tmp_path / "notes.tgz"), "-C", str(folder), what], check=True
    )
    template = read_template(tmp_path / "notes.tgz")
    assert template == read_template(tmp_path / "notes")


def test_several_gzip_members_and_padding_are_one_archive(tmp_path: Path) -> None:
    whole = GOOD + END
    packed = b"".join(gzip.compress(whole[at : at + 5_000]) for at in range(0, len(whole), 5_000))
    (tmp_path / "t.tgz").write_bytes(packed + bytes(100_000))
    assert read_files(tmp_path / "t.tgz") == (FILES, ())


def test_a_pax_path_wins_and_is_checked(tmp_path: Path) -> None:
    renamed = pax(path="images/real.png") + tar_file(b"whatever", b"x")
    assert read_files(put(tmp_path, GOOD + renamed + END))[0]["images/real.png"] == b"x"
    with pytest.raises(TemplateError, match=r"'\.\./\.\./evil'"):
        read_files(put(tmp_path, GOOD + pax(path="../../evil") + tar_file(b"harmless.txt", b"x") + END))
    with pytest.raises(TemplateError, match="absolute"):
        read_files(
            put(
                tmp_path,
                GOOD
                + tar_file(b"././@LongLink", b"/etc/passwd\0", kind=b"L")
                + tar_file(b"harmless.txt", b"x")
                + END,
            )
        )


# Tar: what is refused


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (header(b"css/x", kind=b"2"), "'css/x' is a symbolic link"),
        (header(b"css/x", kind=b"1"), "'css/x' is a hard link"),
        (header(b"css/x", kind=b"3"), "'css/x' is a device"),
        (header(b"css/x", kind=b"4"), "'css/x' is a device"),
        (header(b"css/x", kind=b"6"), "'css/x' is a pipe"),
        (header(b"css/x", kind=b"S"), "'css/x' is a sparse file"),
        (header(b"css/x", kind=b"V"), "of the kind 'V'"),
        (pax(GNU__sparse__major="1", GNU__sparse__name="x") + tar_file(b"x", b"1"), "sparse"),
        (pax(b"g", path="x.txt") + tar_file(b"y.txt", b"1"), "one name or size"),
        (pax(size="99999999999999999999999") + tar_file(b"y.txt", b"1"), "damaged"),
        (pax(size="-1") + tar_file(b"y.txt", b"1"), "damaged"),
        (tar_file(b"\xff\xfe.txt", b"1"), "not UTF-8"),
        (pax(path=b"\xff\xfe") + tar_file(b"y.txt", b"1"), "not UTF-8"),
        (tar_file(b"x.txt", b"1", prefix=b"../.."), "leads elsewhere"),
        (header(b"././@LongLink", 1 << 32, b"L"), "description of"),
        (header(b"PaxHeader", 1 << 30, b"x"), "description of"),
        (tar_file(b"PaxHeader", b"5 a=b\n", kind=b"x"), "pax record"),
        (tar_file(b"PaxHeader", b"99999999999999 a=b\n", kind=b"x"), "pax record"),
        (tar_file(b"PaxHeader", b"9" * 60_000, kind=b"x"), "pax record"),
        (header(b"x.txt", size_field=b"\x80" + b"\xff" * 11), "cut off|larger"),
        (header(b"x.txt", size_field=b"\xff" * 12), "damaged"),
        (header(b"x.txt", size_field=b"1234x678901\0"), "damaged"),
        (header(b"x.txt", 5_000), "cut off"),
        (b"\1" * 512, "damaged"),
        (header(b"x.txt")[:-1] + b"\1", "check sum"),
        (END + tar_file(b"after.txt", b"1"), "more after its end"),
    ],
)
@pytest.mark.parametrize("pack", [True, False])
def test_tricks_in_a_tar_are_refused(tmp_path: Path, entry: bytes, said: str, pack: bool) -> None:
    with pytest.raises(TemplateError, match=said) as error:
        read_files(put(tmp_path, GOOD + entry + (b"" if "cut" in said else END), pack=pack))
    assert len(str(error.value)) < 500
    assert str(error.value).isprintable()


def test_a_tar_that_stops_is_damaged_wherever_it_stops(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD + END)
    for cut in (*range(1, len(packed), 97), len(packed) - 1, len(packed) - 8):
        (tmp_path / "t.tgz").write_bytes(packed[:cut])
        with pytest.raises(TemplateError, match=r"damaged|no archive"):
            read_files(tmp_path / "t.tgz")
    with pytest.raises(TemplateError, match="cut off"):
        read_files(put(tmp_path, GOOD, pack=False))


def test_a_wrong_check_sum_at_the_very_end_is_seen(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(GOOD + END))
    packed[-6] ^= 1
    (tmp_path / "t.tgz").write_bytes(bytes(packed))
    with pytest.raises(TemplateError, match="damaged"):
        read_files(tmp_path / "t.tgz")


def test_endless_empty_gzip_members_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.tgz").write_bytes(gzip.compress(b"") * 100_000)
    with pytest.raises(TemplateError, match="1000 gzip files"):
        read_files(tmp_path / "t.tgz")


def test_endless_extensions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="more than 2000"):
        read_files(put(tmp_path, pax(comment="x") * 13_000 + END))


def test_a_bomb_in_what_is_left_out_is_refused(tmp_path: Path) -> None:
    size = 200 * 1024 * 1024
    pieces = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = pieces.compress(GOOD + header(b".hidden", size))
    for _ in range(size // 2**20):
        packed += pieces.compress(bytes(2**20))
    (tmp_path / "t.tgz").write_bytes(packed + pieces.flush())
    tracemalloc.start()
    try:
        with pytest.raises(TemplateError, match="MB unpacked"):
            read_files(tmp_path / "t.tgz")
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


# Zip


def test_a_zip_that_the_macos_packs_is_read(tmp_path: Path) -> None:
    """UTF-8 names without the flag for them, folders of their own, and ``__MACOSX``."""
    name = "images/é日.png"
    path = put_zip(tmp_path, ("images/", b""), ("__MACOSX/._index.html", b"x"), ("images/AAAAA.png", b"x"))
    path.write_bytes(path.read_bytes().replace(b"images/AAAAA.png", name.encode()))
    assert read_files(path) == ({**FILES, name: b"x"}, ("__MACOSX/",))


def test_a_name_in_another_code_page_is_refused(tmp_path: Path) -> None:
    path = put_zip(tmp_path, ("images/AAAAA.png", b"x"))
    path.write_bytes(path.read_bytes().replace(b"images/AAAAA.png", b"images/\xe9\x82AAA.png"))
    with pytest.raises(TemplateError, match="not UTF-8"):
        read_files(path)


def test_a_name_that_says_utf8_and_is_not_is_refused(tmp_path: Path) -> None:
    path = put_zip(tmp_path, ("images/é.png", b"x"))
    path.write_bytes(path.read_bytes().replace("images/é.png".encode(), b"images/\xff\xff.png"))
    with pytest.raises(TemplateError, match=r"name 'images.*not UTF-8"):
        read_files(path)


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    path = put_zip(tmp_path, ("images/a.pngA.lua", b"x"))
    path.write_bytes(path.read_bytes().replace(b"images/a.pngA.lua", b"images/a.png\0.lua"))
    with pytest.raises(TemplateError, match=r"a\.png\\x00\.lua"):
        read_files(path)


def test_two_names_for_one_entry_are_refused(tmp_path: Path) -> None:
    path = put_zip(tmp_path, ("images/inside.png", b"x"))
    path.write_bytes(path.read_bytes().replace(b"images/inside.png", b"images/others.png", 1))
    with pytest.raises(TemplateError, match="damaged"):
        read_files(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packers_with_unbounded_memory_are_refused(tmp_path: Path, method: int) -> None:
    with pytest.raises(TemplateError, match=r"'manifest\.json' uses an unsupported compression"):
        read_files(put_zip(tmp_path, method=method))


def test_entries_over_each_other_are_refused(tmp_path: Path) -> None:
    """A thousand directory records for one megabyte of data."""
    data = os.urandom(1_000_000)
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as made:
        made.writestr("a000.png", data)
    packed = (tmp_path / "one.zip").read_bytes()
    at = packed.index(b"PK\x01\x02", 1_000_000)
    record, end = packed[at : at + 46 + 8], packed[packed.index(b"PK\x05\x06", at) :]
    records = b"".join(record[:46] + b"a%03d.png" % number for number in range(1_000))
    end = end[:8] + (1_000).to_bytes(2, "little") * 2 + len(records).to_bytes(4, "little") + end[16:]
    (tmp_path / "t.zip").write_bytes(packed[:at] + records + end)
    with pytest.raises(TemplateError, match="over each other"):
        read_files(tmp_path / "t.zip")


def test_a_directory_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    record = b"PK\x01\x02" + bytes(42)
    records = record * 300_000
    end = (
        b"PK\x05\x06"
        + bytes(4)
        + b"\xff\xff\xff\xff"
        + len(records).to_bytes(4, "little")
        + bytes(4)
        + bytes(2)
    )
    (tmp_path / "t.zip").write_bytes(b"PK\x03\x04" + records + end)
    tracemalloc.start()
    try:
        with pytest.raises(TemplateError, match="more than 2000 files"):
            read_files(tmp_path / "t.zip")
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("claimed", [0, 10, 2_000_000])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_claimed_size_is_not_believed(tmp_path: Path, claimed: int, method: int) -> None:
    data = b"x" * 123_457
    path = put_zip(tmp_path, ("images/a.png", data), method=method)
    packed = path.read_bytes()
    # The uncompressed size in the directory record, which zipfile reads by.
    at = packed.rindex(b"images/a.png") - 46 + 24
    path.write_bytes(packed[:at] + claimed.to_bytes(4, "little") + packed[at + 4 :])
    with pytest.raises(TemplateError, match="damaged"):
        read_files(path)


def test_a_zip_in_a_zip_is_just_a_file(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("x", bytes(50_000_000))
    path = put_zip(tmp_path, ("download/inner.zip", bomb.getvalue()))
    assert read_files(path)[0]["download/inner.zip"] == bomb.getvalue()


@pytest.mark.parametrize("folder", ["../", "css/../../x/", "/abs/", "a\\b/", "CSS/", "index.html/"])
def test_folders_are_checked_like_files(tmp_path: Path, folder: str) -> None:
    with pytest.raises(TemplateError):
        read_files(put_zip(tmp_path, (folder, b"")))
    entry = header(folder.encode(), kind=b"5")
    with pytest.raises(TemplateError):
        read_files(put(tmp_path, GOOD + entry + END))


# Something else


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bz2.compress(GOOD), "bzip2"),
        (lzma.compress(GOOD), "xz"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "7-Zip"),
        (b"Rar!\x1a\x07" + bytes(600), "RAR"),
        (b"\x7fELF" + bytes(600), "no archive"),
        (gzip.compress(b"<html>" * 1000), "damaged"),
        (b"MZ" + bytes(600) + b"PK\x05\x06" + bytes(18), "no archive"),
    ],
    ids=["bzip2", "xz", "7-zip", "rar", "elf", "gzip of a page", "program with a zip's end"],
)
def test_other_archives_are_named(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "t.zip").write_bytes(data)
    with pytest.raises(TemplateError, match=said):
        read_files(tmp_path / "t.zip")


def test_the_ending_does_not_matter(tmp_path: Path) -> None:
    put_zip(tmp_path).rename(tmp_path / "notes.tar.gz")
    assert read_template(tmp_path / "notes.tar.gz").key == "notes"


# Folders


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def link_inside(path: Path) -> None:
    path.symlink_to("index.html")


def link_folder(path: Path) -> None:
    path.symlink_to("css", target_is_directory=True)


@pytest.mark.parametrize("make", [make_pipe, link_inside, link_folder])
def test_a_folder_holds_plain_files_only(tmp_path: Path, make: Callable[[Path], None]) -> None:
    folder = write_files(tmp_path / "notes", FILES)
    make(folder / "odd")
    with pytest.raises(TemplateError, match="'odd' is a link or a device"):
        read_template(folder)


def test_a_hidden_folder_is_not_looked_into(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "notes", {**FILES, **{f".git/objects/{number}": b"x" for number in range(2_100)}}
    )
    (folder / ".git/link").symlink_to("/")
    template = read_template(folder)
    assert template.left_out == (".git/",)


def test_too_many_in_a_folder_are_counted_and_no_more(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "notes", FILES)
    for number in range(entries.MAX_FILES):
        (folder / "images" / f"{number}.svg").touch()
    with pytest.raises(TemplateError, match="more than 2000 files"):
        read_template(folder)


def test_a_folder_is_no_deeper_than_an_archive(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "notes", FILES)
    (folder / "/".join("d" * 20)).mkdir(parents=True)
    with pytest.raises(TemplateError, match="deeper than 16"):
        read_template(folder)


def test_a_file_of_a_folder_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_files(tmp_path / "notes", {**FILES, "images/big.png": bytes(3 * 2**20)})
    monkeypatch.setattr(archive, "MAX_FILE", 2 * 2**20)
    with pytest.raises(TemplateError, match=r"'images/big\.png' is larger than 2 MB"):
        read_template(folder)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "notes", FILES)
    (folder / "index.html").chmod(0)
    with pytest.raises(TemplateError, match=r"index\.html: cannot be read: Permission denied"):
        read_template(folder)
