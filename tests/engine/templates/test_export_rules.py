"""What goes from a site into a template, what is left out and told, and what is refused; whatever is exported
installs again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import TemplateError, read_template, write_template
from lua_engine.site.folder import SiteFolder
from lua_engine.templates import export as export_module
from lua_engine.templates.export import ExportedFiles, export_site
from tests.helpers.small_template import SCHEMA, write_files

KEY = b"\x08\x01\x12\x40" + bytes(range(64))
WORKS = b"--- W\nfunction handle() return 'x' end\n"


def make_site(folder: Path, files: Mapping[str, bytes] = {}, **sections: Any) -> SiteFolder:
    config = {"profile": {"label": "SECRET-LABEL"}, "p2p": {"nacl_private_key": "SECRET-P2P"}, **sections}
    basic = {
        "goop.json": json.dumps(config).encode(),
        "data/identity.key": KEY,
        "site/index.html": b"<h1>",
        "site/lua/hi.lua": WORKS,
    }
    return SiteFolder.open(write_files(folder, {**basic, **files}))


def export(
    site: SiteFolder, schemas: Mapping[str, str] = {}, installed: str | None = None, name: str = "Mine"
) -> ExportedFiles:
    return export_site(site, installed, schemas, name=name, description="d", category="c", icon="i")


def test_pages_and_scripts_and_nothing_else(tmp_path: Path) -> None:
    private = {
        "data.db": b"x",
        "shared/a.mp3": b"x",
        "avatar.png": b"x",
        ".goop-console/lock": b"x",
        "transformations/t.json": b"{}",
    }
    scripts = {
        "site/lua/functions/f.lua": WORKS,
        "site/lua/.state/f.json": b"{}",
        "site/lua/goop.d.lua": b"",
        "site/lua/hi.lua~": b"old",
    }
    files = export(
        make_site(
            tmp_path / "s", {**private, **scripts, "site/css/a.css": b"a", "site/data/list.json": b"[]"}
        )
    )
    assert list(files) == [
        "manifest.json",
        "css/a.css",
        "data/list.json",
        "index.html",
        "lua/functions/f.lua",
        "lua/hi.lua",
    ]
    assert files.left_out == ()


def test_the_manifest_keeps_what_is_not_asked_for(tmp_path: Path) -> None:
    site = make_site(tmp_path / "s")
    kept = export(site, installed='{"name": "Old", "require_email": true, "default_role": "guest", "x": 1}')
    assert json.loads(kept["manifest.json"]) == {
        "name": "Mine", "description": "d", "category": "c", "icon": "i", "schemas": [],
        "require_email": True, "default_role": "guest",
    }  # fmt: skip
    foreign = export(site, installed='{"require_email": 1, "default_role": "owner"}')
    assert set(json.loads(foreign["manifest.json"])) == {"name", "description", "category", "icon", "schemas"}
    with pytest.raises(TemplateError, match="template_manifest: not valid JSON"):
        export(site, installed="{")


def test_the_schema_keeps_its_unknown_keys_and_numbers(tmp_path: Path) -> None:
    text = json.dumps({**SCHEMA, "future": {"é": 1}})[:-1] + ', "rate": 1.50, "big": 12345678901234567890.50}'
    files = export(make_site(tmp_path / "s"), {"notes": text})
    stored = files["schemas/notes.json"].decode()
    assert '"é": 1' in stored
    assert '"rate": 1.50' in stored
    assert '"big": 12345678901234567890.50' in stored
    with pytest.raises(TemplateError, match="_orm_schemas: notes: not valid JSON"):
        export(make_site(tmp_path / "s"), {"notes": "{"})
    with pytest.raises(TemplateError, match="name is 'notes', must be 'other'"):
        export(make_site(tmp_path / "s"), {"other": text})


def test_what_cannot_go_along_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "MAX_FILE", 1_000)
    odd = {
        "film.mp4": bytes(1_001), ".well-known/x": b"x", ".htaccess": b"x", "manifest.json": b"{}",
        "schemas/x.json": b"{}", "Lua": b"x",
        "a:b.txt": b"x", "end.": b"x", "keys/backup.key": KEY, "goop.json": b"SECRET", "old/data.db": b"x",
    }  # fmt: skip
    site = make_site(tmp_path / "s", {f"site/{name}": data for name, data in odd.items()})
    (site.site_root / "out.txt").symlink_to("/etc/passwd")
    (site.site_root / "in.txt").symlink_to("index.html")
    (site.site_root / "folder").symlink_to(tmp_path / "s", target_is_directory=True)
    files = export(site)
    assert list(files) == ["manifest.json", "index.html", "lua/hi.lua"]
    told = dict(line.split(": ", 1) for line in files.left_out)
    assert set(told) == (set(odd) - {".well-known/x", "schemas/x.json"}) | {
        ".well-known/",
        "schemas/",
        "out.txt",
        "in.txt",
        "folder/",
    }
    assert told["film.mp4"].startswith("larger than")
    assert told["keys/backup.key"] == told["goop.json"] == told["old/data.db"] == "private"


def test_the_key_never_goes_along_wherever_it_is(tmp_path: Path) -> None:
    site = make_site(tmp_path / "s", {"site/my.txt": b"key"}, identity={"key_file": "site/my.txt"})
    assert "my.txt: private" in export(site).left_out
    site = make_site(tmp_path / "t", paths={"site_root": "data"})
    assert list(export(site)) == ["manifest.json", "lua/hi.lua"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"site/lua/bad.lua": b"function ("}, r"bad\.lua:1"),
        ({"site/lua/bad.lua": b"x = 1\nx = '\xff'"}, r"bad\.lua: not UTF-8 text \(line 2\)"),
        ({"site/lua/bad name.lua": WORKS}, r"bad name\.lua: a script's name"),
        ({"site/lua/functions/bad.lua": b"x = = 1"}, r"functions/bad\.lua:1"),
        ({"site/lua/big.lua": b"-" * 200_000}, r"big\.lua: the script has.*128 KB"),
        ({"site/a.txt": b"", "site/A.txt": b""}, r"'A\.txt' and 'a\.txt' are one file"),
        ({f"site/lua/bad{number}.lua": b"(" for number in range(9)}, "and 4 more"),
        ({f"site/{number}.txt": b"" for number in range(2_001)}, "more than 2000 files"),
    ],
)
def test_what_would_not_install_again_is_refused(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        export(make_site(tmp_path / "s", files))


def test_a_script_that_leads_out_of_the_site_is_refused(tmp_path: Path) -> None:
    site = make_site(tmp_path / "s")
    (tmp_path / "outside.lua").write_bytes(WORKS)
    (site.lua_dir / "out.lua").symlink_to(tmp_path / "outside.lua")
    with pytest.raises(TemplateError, match=r"out\.lua: is a symbolic link that leads out of the site"):
        export(site)
    (site.lua_dir / "out.lua").unlink()
    (site.lua_dir / "in.lua").symlink_to("hi.lua")
    assert export(site)["lua/in.lua"] == WORKS


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "MAX_TOTAL", 2**20)
    with pytest.raises(TemplateError, match="more than 1 MB"):
        export(make_site(tmp_path / "s", {f"site/{number}.bin": bytes(300_000) for number in range(4)}))


def test_a_site_that_keeps_its_scripts_elsewhere(tmp_path: Path) -> None:
    moved = {"scripts/hello.lua": WORKS, "site/lua/page.txt": b"x"}
    files = export(make_site(tmp_path / "s", moved, lua={"script_dir": "scripts"}))
    assert list(files) == ["manifest.json", "index.html", "lua/hello.lua"]
    assert files.left_out == ("lua/: a template has something else in a folder of that name",)


def test_a_site_without_pages(tmp_path: Path) -> None:
    (tmp_path / "goop.json").write_text("{}")
    assert list(export(SiteFolder.open(tmp_path))) == ["manifest.json"]


NAME = st.text("abcXYZ019_-. é日*~", min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))
PAGES = st.dictionaries(
    st.lists(NAME, min_size=1, max_size=3).map("/".join), st.binary(max_size=200), max_size=6
)
SOURCES = st.sampled_from([WORKS, b"", b"#!lua\nx = 1", b"\xef\xbb\xbfx = 1"])
SCRIPTS = st.dictionaries(st.from_regex(r"(functions/)?[a-z_-]{1,8}", fullmatch=True), SOURCES, max_size=6)
TYPES = st.sampled_from(["text", "integer", "real", "guid", "date"])
COLUMNS = st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), TYPES, min_size=1, max_size=4)
TABLES = st.dictionaries(st.from_regex(r"t[a-z]{1,6}", fullmatch=True), COLUMNS, max_size=3)


@settings(max_examples=60, deadline=None)
@given(pages=PAGES, scripts=SCRIPTS, tables=TABLES)
def test_what_is_exported_installs_again(
    tmp_path_factory: pytest.TempPathFactory,
    pages: dict[str, bytes],
    scripts: dict[str, bytes],
    tables: dict[str, dict[str, str]],
) -> None:
    here = tmp_path_factory.mktemp("export")
    site = make_site(here / "s", {f"site/lua/{name}.lua": source for name, source in scripts.items()})
    for name, data in pages.items():
        target = site.site_root / name
        if not target.exists() and all(not parent.is_file() for parent in target.parents):
            write_files(site.site_root, {name: data})
    schemas = {
        table: json.dumps(
            {
                "name": table,
                "system_key": True,
                "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
            }
        )
        for table, columns in tables.items()
    }
    try:
        files = export(site, schemas)
    except TemplateError as error:
        assert "are one" in str(error) or "on Windows" in str(error)  # noqa: PT017  # nothing else is wrong with these sites
        return
    write_template(files, here / "made")
    template = read_template(here / "made")
    assert {"manifest.json": files["manifest.json"], **template.files} == files
    assert [json.loads(schema.to_json()) for schema in template.schemas] == [
        json.loads(text) for text in schemas.values()
    ]
    told = {line.split(": ", 1)[0] for line in files.left_out}
    present = {
        path.relative_to(site.site_root).as_posix() for path in site.site_root.rglob("*") if path.is_file()
    }
    missing = {
        name
        for name in present - set(files)
        if not any(name == one or (one.endswith("/") and name.startswith(one)) for one in told)
    }
    assert missing == set()
