"""What the documents and the project's files claim, as far as it can be checked cheaply."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from goop_console.cli import build_parser
from lua_engine import ErrorKind

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_documents_link_to_exist(document: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", prose):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_has_a_title_and_says_something(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# "), f"{document.name} begins with its title"
    assert len(text.split()) > 40, f"{document.name} has {len(text.split())} words"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_tests_that_documents_name_exist(document: Path) -> None:
    for name in re.findall(
        r"`((?:tests|packaging|lua_engine|goop_console|docs|resources)/[\w./-]+\.\w+)",
        document.read_text(encoding="utf-8"),
    ):
        assert (ROOT / name).exists(), f"{document.name} names {name}"


def test_make_targets_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", read("Makefile"), re.MULTILINE))
    for document in DOCUMENTS:
        for target in re.findall(r"`?make ([a-z-]+)`", document.read_text(encoding="utf-8")):
            assert target in targets, f"{document.name}: make {target}"


def test_ci_calls_the_test_command_of_the_readme() -> None:
    assert "make test" in read(".ci/run")
    assert "    make test " in read("README.md")


def test_the_readme_shows_commands_that_the_parser_knows() -> None:
    text = build_parser().format_help()
    for command in re.findall(r"^    goop-console (\w+)", read("README.md"), re.MULTILINE):
        assert re.search(rf"^ +{command}\b", text, re.MULTILINE), command


def test_the_batch_page_lists_every_kind_of_error() -> None:
    page = read("docs/batch-protocol.md")
    listed = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert {kind.value for kind in ErrorKind} - {"cancelled"} <= listed, "only a window can cancel"


def test_constraints_pin_plain_versions_and_name_no_host() -> None:
    lines = [line for line in read("constraints.txt").splitlines() if line.strip()]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+", line) for line in lines)


def test_constraints_pin_everything_that_the_project_asks_for() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {normal(re.split(r"[<>=~!;\[ ]", requirement, maxsplit=1)[0]) for requirement in asked}
    assert names <= {normal(line.split("==")[0]) for line in read("constraints.txt").splitlines()}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_versions_agree() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"## {version}" in read("CHANGELOG.md")


def test_the_site_of_the_documents_leads_to_every_one_of_them() -> None:
    nav = set(re.findall(r": ([\w/-]+\.md)$", read("mkdocs.yml"), re.MULTILINE))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} <= nav
    site = runpy.run_path(str(ROOT / "packaging/docs_site.py"))
    assert {f"tabs/{tab[0]}.md" for tab in site["TABS"]} == {one for one in nav if one.startswith("tabs/")}
    page = site["tab_page"]("Data", "Rows.", ("data",), ("data",), ["03-data-light.png", "04-logs-light.png"])
    assert "](../data.md)\n\n![data](../pictures/03-data-light.png)\n" in page
    assert "logs" not in page
