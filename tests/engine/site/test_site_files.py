from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.api import site as api
from lua_engine.api.binding import Host
from lua_engine.site import foreign
from lua_engine.site.files import MAX_BYTES, SiteFileError, SiteFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "config.json").write_text('{"a": "é"}', encoding="utf-8")
    (root / "sub" / "deep" / "x.txt").write_text("deep")
    (tmp_path / "secret.txt").write_text("SECRET")
    (tmp_path / "site2").mkdir()
    (tmp_path / "site2" / "x.txt").write_text("SECRET")
    return root


def test_it_reads_text_inside(root: Path) -> None:
    site = SiteFiles(root)
    assert site.read("config.json") == '{"a": "é"}'
    assert site.read("./sub//deep/./x.txt") == "deep"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../secret.txt", "'..' is not allowed"),
        ("sub/../../secret.txt", "'..' is not allowed"),
        ("sub/../config.json", "'..' is not allowed"),
        ("/etc/passwd", "must be relative to the site root"),
        ("~/x", "must be relative"),
        ("..\\secret.txt", "folders are separated by '/'"),
        ("C:/x", "':' is not allowed"),
        ("config.json::$DATA", "':' is not allowed"),
        ("config.json\0.txt", "control character"),
        ("a\nb", "control character"),
        ("", "a path has 1 to 1024 characters"),
        ("x" * 1025, "a path has 1 to 1024 characters"),
        (".", "is not a file"),
        ("sub", "is a folder, not a file"),
        ("config.json/", "is not a file"),
        ("config.json/x", "does not exist"),
        ("nothing.txt", '"nothing.txt" does not exist'),
        ("y" * 300, "cannot be read: file name too long"),
        ("CON", "not a portable file name"),
        ("sub/nul.txt", "not a portable file name"),
        ("Com1 .json", "not a portable file name"),
        ("config.json.", "not a portable file name"),
        ("config.json ", "not a portable file name"),
        ("lua/.state/x.json", "private to their scripts"),
        ("lua/.STATE/x.json", "private to their scripts"),
    ],
)
def test_what_it_refuses(root: Path, path: str, expected: str) -> None:
    with pytest.raises(SiteFileError, match=r"site\.read: ") as caught:
        SiteFiles(root).read(path)
    assert expected in str(caught.value)
    assert "\0" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_links_lead_nowhere_outside(root: Path, tmp_path: Path) -> None:
    (root / "inside").symlink_to("sub/deep/x.txt")
    (root / "folder").symlink_to(root / "sub")
    (root / "out").symlink_to(tmp_path / "secret.txt")
    (root / "out-folder").symlink_to(tmp_path / "site2")
    (root / "loop").symlink_to("loop")
    (root / "state").symlink_to("lua/.state")
    (root / "lua" / ".state").mkdir(parents=True)
    (root / "lua" / ".state" / "s.json").write_text("{}")
    site = SiteFiles(root)
    assert site.read("inside") == site.read("folder/deep/x.txt") == "deep"
    for path, expected in (
        ("out", "outside"),
        ("out-folder/x.txt", "outside"),
        ("loop", "cannot be read"),
        ("state/s.json", "private"),
    ):
        with pytest.raises(SiteFileError, match=expected):
            site.read(path)


@pytest.mark.skipif(os.open not in os.supports_dir_fd, reason="needs dir_fd")
@pytest.mark.parametrize("swapped", ["sub/deep/x.txt", "sub/deep", "sub"])
def test_a_link_put_in_place_between_check_and_open_is_not_followed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "x.txt").write_text("SECRET")
    (outside / "deep" / "x.txt").write_text("SECRET")
    target = {"sub/deep/x.txt": outside / "x.txt", "sub/deep": outside, "sub": outside}[swapped]
    opened = foreign._open

    def swap_then_open(base: Path, parts: tuple[str, ...]) -> int:
        (root / swapped).rename(tmp_path / "moved")
        (root / swapped).symlink_to(target)
        return opened(base, parts)

    monkeypatch.setattr(foreign, "_open", swap_then_open)
    with pytest.raises(SiteFileError, match=r"cannot be read|does not exist"):
        SiteFiles(root).read("sub/deep/x.txt")


def test_size_and_encoding(root: Path) -> None:
    site = SiteFiles(root)
    (root / "fits").write_bytes(b"x" * MAX_BYTES)
    assert len(site.read("fits")) == MAX_BYTES
    (root / "large").write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(SiteFileError, match='"large" is larger than 1 MB'):
        site.read("large")
    (root / "binary").write_bytes(b"\xff\xd8")
    with pytest.raises(SiteFileError, match='"binary" is not UTF-8 text'):
        site.read("binary")
    (root / "empty").touch()
    assert site.read("empty") == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_hold_the_call(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(SiteFileError, match="is a pipe, not a file"):
        SiteFiles(root).read("pipe")


def test_a_missing_root(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError, match="does not exist"):
        SiteFiles(tmp_path / "none").read("x")


pieces = st.sampled_from(
    [
        "..",
        ".",
        "",
        "sub",
        "deep",
        "x.txt",
        "config.json",
        "site2",
        "secret.txt",
        "..\\",
        "\0",
        "//",
        "out",
        " ",
        "...",
        "NUL",
    ]
)


@given(st.lists(pieces | st.text(max_size=4), max_size=6))
def test_no_path_gets_out(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    base = tmp_path_factory.mktemp("files")
    root = base / "site"
    (root / "sub" / "deep").mkdir(parents=True)
    for inside in ("x.txt", "sub/deep/x.txt", "config.json"):
        (root / inside).write_text("inside")
    (base / "secret.txt").write_text("SECRET")
    (base / "x.txt").write_text("SECRET")
    (root / "out").symlink_to(base)
    with contextlib.suppress(SiteFileError):
        assert SiteFiles(root).read("/".join(parts)) == "inside"


def test_the_host_function_answers_error_values(root: Path) -> None:
    host = Host(SimpleNamespace(), SimpleNamespace(files=SiteFiles(root)))  # type: ignore[arg-type]  # all that it looks at
    assert api.read(host, "config.json") == '{"a": "é"}'
    assert api.read(host, "../x") == (None, "site.read: \"../x\" is refused: '..' is not allowed")
