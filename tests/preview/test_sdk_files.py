"""The SDK's files: each documented, and its reference up to date."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from goop_console.preview.reference import ORDER, definitions, markdown, members

ROOT = Path(__file__).parents[2]
SDK = ROOT / "resources/sdk"


def test_every_file_is_in_the_reference() -> None:
    assert {path.name for path in SDK.glob("*.js")} == {*ORDER, "goop-live.js"}


def test_reference_and_types_are_made_from_the_files() -> None:
    assert (ROOT / "docs/javascript-api.md").read_text(encoding="utf-8") == markdown(SDK), (
        "run: make api-docs"
    )
    assert (SDK / "goop.d.ts").read_text(encoding="utf-8") == definitions(SDK), "run: make api-docs"


@pytest.mark.parametrize("name", ORDER)
def test_every_member_is_documented_with_an_example(name: str) -> None:
    text = (SDK / name).read_text(encoding="utf-8")
    found = members(SDK / name)
    for one in found:
        assert one.doc.endswith((".", "?")), one.name
        assert one.name in one.example or one.name.rpartition(".")[2] in one.example, one.name
    owners = {one.name.rpartition(".")[0].rpartition(".")[2] for one in found} - {"Goop"}
    documented = {one.name.rpartition(".")[2] for one in found}
    for owner in owners:
        public = set(re.findall(rf"^  {owner}\.([a-zA-Z]\w*) = ", text, re.MULTILINE))
        assert public <= documented, "a function of the SDK without a comment"
    assert documented or name == "goop-live.js"


@pytest.mark.parametrize("path", sorted(SDK.glob("*.js")), ids=lambda path: path.name)
def test_files_pass_goop2s_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.split("\n")[1] == '"use strict";' or text.split("\n")[2] == '"use strict";'
    assert not re.search(r"\beval\(|new Function|javascript:|\.innerHTML = [^h]|document\.write", text)
    assert 'createElement("style")' not in text, "an inline style sheet is blocked"
    assert not re.search(r"https?://(?!\[)", re.sub(r"//.*|/\(https.*", "", text)), "pages stay at home"


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here: the browser's tests load every file")
@pytest.mark.parametrize("path", sorted(SDK.glob("*.js")), ids=lambda path: path.name)
def test_files_parse(path: Path) -> None:
    done = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
