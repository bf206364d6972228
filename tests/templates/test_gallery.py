"""What every bundled template keeps, so that the gallery can be shown and installed without a second look."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

from lua_engine import Caller, Engine
from lua_engine.schema.model import TableSchema, parse_schema
from lua_engine.scripts.annotations import parse_annotations
from tests.helpers.html_page import Page
from tests.templates.conftest import GALLERY, OpenTemplate, TemplateSite, read_json, roles_of

KEYS = sorted(path.name for path in GALLERY.iterdir() if path.is_dir())
CATEGORIES = {"productivity", "publishing", "community", "games"}
OPERATIONS = {"read", "insert", "update", "delete"}
MANIFEST = {
    "name",
    "description",
    "category",
    "icon",
    "schemas",
    "require_email",
    "default_role",
}  # the last one where there are roles
PARTS = re.compile(
    r"index\.html|(css|js|images|partials)/[a-z0-9._-]+|schemas/[a-z_]+\.json|manifest\.json|lua/[a-z0-9_-]+\.lua|lua/functions/[a-z0-9_-]+\.lua"
)
# An address in a page that leaves the site; an SVG's xmlns is a name, not an address.
FOREIGN = re.compile(r"(?:https?:)?//[a-z0-9]", re.IGNORECASE)
RAW_MARKUP = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval|new Function)\b"
)

SDK = "/sdk/"

every_template = pytest.mark.parametrize("key", KEYS)


def files_of(key: str, *folders: str) -> list[Path]:
    found = sorted(path for path in (GALLERY / key).rglob("*") if path.is_file())
    return [path for path in found if not folders or path.relative_to(GALLERY / key).parts[0] in folders]


def schemas_of(key: str) -> list[TableSchema]:
    names = read_json(GALLERY / key / "manifest.json")["schemas"]
    return [parse_schema((GALLERY / key / f"schemas/{name}.json").read_bytes(), name) for name in names]


def page_of(key: str) -> Page:
    return Page((GALLERY / key / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sites(lasting_site: OpenTemplate) -> dict[str, TemplateSite]:
    return {key: lasting_site(key) for key in KEYS}


def test_names_are_unique() -> None:
    manifests = [read_json(GALLERY / key / "manifest.json") for key in KEYS]
    assert (
        len({manifest["name"] for manifest in manifests})
        == len({manifest["icon"] for manifest in manifests})
        == len(KEYS)
    )


# The folder


@every_template
def test_folder_holds_parts_of_a_template_only(key: str) -> None:
    assert re.fullmatch(r"[a-z][a-z-]*", key)
    for path in files_of(key):
        relative = path.relative_to(GALLERY / key).as_posix()
        assert PARTS.fullmatch(relative), relative
        assert path.stat().st_size < 64 * 1024, relative
        path.read_text(encoding="utf-8")


@every_template
def test_manifest_is_complete(key: str) -> None:
    manifest = read_json(GALLERY / key / "manifest.json")
    roles = roles_of(key)
    assert set(manifest) == MANIFEST - (set() if roles else {"default_role"})
    assert manifest["category"] in CATEGORIES
    assert 0 < len(manifest["name"]) <= 40
    assert 20 <= len(manifest["description"]) <= 120
    assert not manifest["description"].endswith(".")
    assert manifest["icon"].strip()
    assert sorted(manifest["schemas"]) == sorted(path.stem for path in (GALLERY / key / "schemas").iterdir())
    assert not roles or manifest["default_role"] in roles
    assert isinstance(manifest["require_email"], bool)


@every_template
def test_schemas_say_who_may_what(key: str) -> None:
    for schema in schemas_of(key):
        assert set(schema.given["access"]) == OPERATIONS, schema.name
        if schema.uses_group:
            assert sorted(schema.roles) == roles_of(key), f"{schema.name}: not every role is spelled out"
        for role, access in schema.given.get("roles", {}).items():
            assert set(access) == OPERATIONS, f"{schema.name}: {role}"


# The scripts


@every_template
def test_scripts_compile_without_a_complaint(key: str, sites: dict[str, TemplateSite]) -> None:
    engine = sites[key].engine
    assert engine.scripts.problems() == ()
    assert {script.kind for script in engine.scripts.all()} >= {"function"}
    for script in engine.scripts.all():
        assert engine.scripts.check(script.name, engine.scripts.source(script)) == (), script.name


@every_template
def test_scripts_describe_themselves(key: str) -> None:
    for path in files_of(key, "lua"):
        annotations = parse_annotations(path.read_text(encoding="utf-8"))
        assert 10 <= len(annotations.description) <= 120, path.name
        assert annotations.warnings == (), path.name


@every_template
def test_functions_and_commands_have_names_of_their_own(key: str) -> None:
    names = [path.stem for path in files_of(key, "lua")]
    assert len(names) == len(set(names))


@every_template
def test_scripts_use_what_the_guide_documents(key: str) -> None:
    documented = (Path(__file__).parents[2] / "docs/lua-api.md").read_text(encoding="utf-8")
    known = set(re.findall(r"`(goop\.[a-z_.]+)", documented)) | {"goop.self.id", "goop.self.label"}
    known |= {f"goop.peer.{field}" for field in ("id", "label", "email")} | {
        f"goop.template.{field}" for field in MANIFEST
    }
    for path in files_of(key, "lua"):
        text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"\bgoop\.[a-z_]+(?:\.[a-z_]+)*", text)) <= known, path.name
        assert "goop.transform" not in text


@every_template
def test_seed_runs_once(key: str, sites: dict[str, TemplateSite]) -> None:
    site = sites[key]
    before = site.digest()
    assert any(before.values()), "the seed left every table empty"
    site.ask("owner", "seed")
    assert site.digest() == before


@every_template
def test_strangers_calls_without_sense_are_refused(key: str, sites: dict[str, TemplateSite]) -> None:
    site = sites[key]
    before = site.digest()
    for info in site.engine.scripts.functions():
        if not site.engine.scripts.actions(info.name):
            continue
        for params in (
            {},
            {"action": 5},
            {"action": ["x"]},
            {"action": "no such thing"},
            [],
            "text",
            5,
            None,
        ):
            result = site.engine.calls.call(info.name, params, caller=site.who("stranger"), counts=False)
            assert not result.ok, (info.name, params)
            assert result.error is not None
            assert re.match(
                "request.params missing|action parameter required|unknown action: ", result.error.message
            ), result.error
    assert site.digest() == before


@every_template
def test_group_close_tolerates_missing_tables(key: str, tmp_path: Path) -> None:
    """The event reaches the scripts also after the template's tables were dropped."""
    folder = tmp_path / "site-of-mara"
    for path in files_of(key, "lua"):
        target = folder / "site" / path.relative_to(GALLERY / key)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    with Engine.open(folder, watch=False) as engine:
        for result in engine.calls.emit("on_group_close", "some-group"):
            assert result.error is None, result.error


@every_template
def test_roles_are_those_of_the_group(key: str, sites: dict[str, TemplateSite]) -> None:
    site = sites[key]
    for role in roles_of(key):
        assert site.engine.peers.role_of(site.who(role).id) == role
    assert site.engine.peers.role_of(Caller("nobody").id) == ""


# The pages


@every_template
def test_page_says_what_it_is(key: str) -> None:
    page = page_of(key)
    assert page.all("html")[0].get("lang")
    assert {"charset": "utf-8"} in page.all("meta")
    assert any(
        meta.get("name") == "viewport" and "width=device-width" in (meta["content"] or "")
        for meta in page.all("meta")
    )
    assert page.title.strip()
    assert len(page.all("main")) == 1


@every_template
def test_pages_stay_at_home(key: str) -> None:
    for path in files_of(key, "index.html", "css", "js", "partials", "images"):
        text = (
            path.read_text(encoding="utf-8")
            .replace("http://www.w3.org/2000/svg", "")
            .replace("http://www.w3.org/1999/xlink", "")
        )
        text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("//"))
        assert FOREIGN.findall(re.sub(r"\s//\s.*", "", text)) == [], path.name


@every_template
def test_pages_find_their_files(key: str) -> None:
    folder = GALLERY / key
    named = {attributes.get("src") or attributes.get("href") or "" for _tag, attributes in page_of(key).tags}
    named = {name for name in named if name and not name.startswith("#")}
    for name in (one for one in named if not one.startswith(SDK)):
        assert not PurePosixPath(name).is_absolute(), f"{name}: a site may be served below a path"
        assert (folder / name).is_file(), name
    unused = {path.relative_to(folder).as_posix() for path in files_of(key, "css", "js")} - named
    assert unused == set()


@every_template
def test_pages_write_text_never_markup(key: str) -> None:
    for path in files_of(key, "js", "index.html", "partials"):
        assert RAW_MARKUP.findall(path.read_text(encoding="utf-8")) == [], path.name
    for tag, attributes in page_of(key).tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        if tag == "script":
            assert attributes.get("src")


@every_template
def test_pages_are_for_everybody(key: str) -> None:
    page = page_of(key)
    css = "".join(path.read_text(encoding="utf-8") for path in files_of(key, "css"))
    js = "".join(path.read_text(encoding="utf-8") for path in files_of(key, "js"))
    assert "prefers-color-scheme: dark" in css
    assert "focus-visible" in css
    assert any(
        attributes.get("role") in ("alert", "status") or attributes.get("aria-live")
        for _tag, attributes in page.tags
    )
    for image in page.all("img"):
        assert "alt" in image
    assert "Goop.data" in js
    assert "aria" in js
