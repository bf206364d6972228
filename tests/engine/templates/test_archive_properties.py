"""Whatever is in a template: every way of packing it reads the same; whatever is not a plain name is refused;
damage is never taken for content.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lua_engine import TemplateError, read_template, write_template
from lua_engine.site.inner_path import path_flaw
from lua_engine.templates.archive import read_files
from lua_engine.templates.entries import NameGuard, left_out_as
from tests.helpers.small_template import template_files

RELAXED = settings(max_examples=80, deadline=None)
UNPRINTABLE = ["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"]
PARTS = st.text(
    st.characters(exclude_categories=UNPRINTABLE, exclude_characters='/\\<>:"|?*') | st.just(" "),
    min_size=1,
    max_size=12,
)
PATHS = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
TREES = st.dictionaries(PATHS, st.binary(max_size=2_000), max_size=12)


def as_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return made.getvalue()


def as_tar(files: dict[str, bytes], kind: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=kind) as packed:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return made.getvalue()


def every_way(files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        "deflated.zip": as_zip(files),
        "stored.zip": as_zip(files, zipfile.ZIP_STORED),
        "pax.tar.gz": gzip.compress(as_tar(files), 1),
        "gnu.tgz": gzip.compress(as_tar(files, tarfile.GNU_FORMAT), 1),
        "plain.tar": as_tar(files),
    }


def acceptable(files: dict[str, bytes]) -> dict[str, bytes]:
    """The part of ``files`` that no rule forbids, in their order."""
    guard, taken = NameGuard(Path("x")), {}
    for name, data in files.items():
        try:
            if not left_out_as(name, is_folder=False):
                guard.add(name)
                taken[name] = data
        except TemplateError:
            guard = NameGuard(Path("x"))
            for known in taken:
                guard.add(known)
    return taken


@RELAXED
@given(tree=TREES, wrapper=st.sampled_from(["", "notes/", "Ein Ordner/"]))
def test_every_way_of_packing_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, bytes], wrapper: str
) -> None:
    here = tmp_path_factory.mktemp("ways")
    files = acceptable({"manifest.json": b"{}", **tree})
    write_template(files, here / "folder")
    assert read_files(here / "folder") == (files, ())
    wrapped = {f"{wrapper}{name}": data for name, data in files.items()}
    assume(not any(path_flaw(name) for name in wrapped))
    for name, data in every_way(wrapped).items():
        (here / name).write_bytes(data)
        assert read_files(here / name) == (files, ()), name


HOSTILE = st.one_of(
    PATHS.map(lambda path: f"../{path}"),
    PATHS.map(lambda path: f"/{path}"),
    st.tuples(PATHS, PATHS).map(lambda pair: f"{pair[0]}/../{pair[1]}"),
    st.tuples(PATHS, PATHS).map(lambda pair: f"{pair[0]}\\{pair[1]}"),
    st.tuples(st.sampled_from("abcXYZ"), PATHS).map(lambda pair: f"{pair[0]}:{pair[1]}"),
    PATHS.map(lambda path: f"\\\\server\\{path}"),
    st.tuples(st.sampled_from(["con", "AUX", "nul.txt", "Com1.lua", "lpt9", "COM¹", "conin$"]), PATHS).map(
        "/".join
    ),
    st.tuples(PATHS, st.sampled_from([".", " ", "..", ". "])).map("".join),
    st.tuples(PATHS, st.sampled_from("\n\r\t\x01\x7f\x85\u200f\u202e\u2028\ufeff"), PATHS).map("".join),
    PATHS.map(lambda path: f"{path}/" * 17 + "x"),
    PATHS.map(lambda path: f"{path}{'é' * 150}"),
)


@RELAXED
@given(name=HOSTILE)
@example(name="a:")
@example(name="C:\\x")
@example(name="..")
@example(name="a//b")
def test_a_hostile_name_is_refused_and_named(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    here = tmp_path_factory.mktemp("hostile")
    assert path_flaw(name)
    for file, data in every_way({"manifest.json": b'{"name": "N"}', name: b"x"}).items():
        (here / file).write_bytes(data)
        with pytest.raises(TemplateError) as error:
            read_template(here / file)
        assert str(error.value).isprintable()
        assert "refused" in str(error.value)
    with pytest.raises(TemplateError):
        write_template({name: b"x"}, here / "written")
    assert not (here / "written").exists()


@RELAXED
@given(name=PATHS)
def test_a_name_that_is_accepted_stays_where_it_is_put(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    assume(not path_flaw(name))
    here = tmp_path_factory.mktemp("put")
    write_template({name: b"x"}, here / "made")
    assert (here / "made" / name).resolve() == (here / "made").resolve() / name
    assert [path.name for path in here.iterdir()] == ["made"]


@given(name=PATHS)
def test_spellings_of_one_name_clash(name: str) -> None:
    assume(not path_flaw(name))
    for change in (
        str.upper,
        str.lower,
        str.swapcase,
        str.casefold,
        lambda text: unicodedata.normalize("NFD", text),
    ):
        other = change(name)
        guard = NameGuard(Path("t.zip"))
        guard.add(name)
        with pytest.raises(TemplateError):
            guard.add(other)
    guard = NameGuard(Path("t.zip"))
    guard.add(name)
    with pytest.raises(TemplateError, match=r"is a file|is a folder|longer than"):
        guard.add(f"{name}/x")


@settings(max_examples=400, deadline=None)
@given(
    way=st.sampled_from(["deflated.zip", "stored.zip", "pax.tar.gz", "plain.tar"]),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_damage_is_refused_or_does_no_harm(
    tmp_path_factory: pytest.TempPathFactory, way: str, flips: list[tuple[float, int]]
) -> None:
    """A tar without gzip has no sums over its contents; everywhere else what is read is what was packed."""
    files = template_files()
    data = bytearray(every_way(files)[way])
    for place, value in flips:
        data[int(place * len(data))] = value
    path = tmp_path_factory.mktemp("flip") / way
    path.write_bytes(bytes(data))
    refused = refusal(path)
    if refused:
        assert refused.isprintable()
        return
    found, _ = read_files(path)
    assert not any(path_flaw(name) for name in found)
    if way != "plain.tar":
        assert set(found.values()) <= set(files.values())


def refusal(path: Path) -> str:
    """Why ``path`` is refused; empty when it is not. Anything but a TemplateError fails the test."""
    try:
        read_template(path)
    except TemplateError as error:
        return str(error)
    return ""


STARTS = [
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b\x08\x00",
    b"\x1f\x8b\x08\x08",
    as_tar({"a": b"x"})[:512],
    as_zip({"a": b"x"}),
]
ENDS = [b"", as_zip({"a": b"x"})[-22:], b"PK\x05\x06" + b"\xff" * 18, bytes(1024)]


@settings(max_examples=300, deadline=None)
@given(start=st.sampled_from(STARTS), data=st.binary(max_size=3_000), end=st.sampled_from(ENDS))
def test_any_bytes_are_a_template_error(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, data: bytes, end: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "t.zip"
    path.write_bytes(start + data + end)
    with pytest.raises(TemplateError):
        read_template(path)
    path.write_bytes(gzip.compress(start + data + end, 1))
    with pytest.raises(TemplateError):
        read_template(path)
