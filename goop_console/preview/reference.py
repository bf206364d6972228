"""The SDK's reference and its types, made from the comments in its files.

A comment above a function says what it does, its ``@name``, its ``@type`` and an ``@example``::

    /**
     * One column of the rows that match.
     * @name Goop.data.pluck
     * @type (table: string, column: string) => Promise<any[]>
     * @example const texts = await Goop.data.pluck("opens", "text");
     */
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ORDER = (
    "goop-data.js", "goop-identity.js", "goop-peers.js", "goop-group.js", "goop-chatroom.js", "goop-mq.js",
    "goop-site.js", "goop-template.js", "goop-router.js", "goop-api.js", "goop-component-base.js",
    "goop-component-template.js", "goop-component-toast.js", "goop-component-dialog.js",
    "goop-component-toolbar.js", "goop-component-drag.js", "goop-form.js",
)  # fmt: skip
"""The files that pages load, in an order in which they can be loaded."""

_COMMENT = re.compile(r"/\*\*\n(.*?)\*/", re.DOTALL)
_HEAD = """# The JavaScript SDK

Made from the comments in `resources/sdk` (`make api-docs`); a test runs every example. A page loads the files
that it uses, each before its own script:

```html
<script src="/sdk/goop-data.js"></script>
<script src="js/main.js"></script>
```

The files have the names that Goop2's have, and pages written for one work with the other. What is asked and
not answered rejects: `error.message` says why.
"""


@dataclass(frozen=True, slots=True)
class Member:
    """One documented member of the SDK, such as ``Goop.data.find``."""

    name: str
    type: str
    doc: str
    example: str


def members(path: Path) -> list[Member]:
    """What ``path`` documents, in its order."""
    return [_member(match.group(1)) for match in _COMMENT.finditer(path.read_text(encoding="utf-8"))]


def markdown(folder: Path) -> str:
    """``docs/javascript-api.md``."""
    return "\n".join((_HEAD, *(_section(folder / name) for name in ORDER)))


def definitions(folder: Path) -> str:
    """``goop.d.ts``: the types, for an editor that knows TypeScript's."""
    tree: dict[str, list[Member]] = {}
    for one in (member for name in ORDER for member in members(folder / name)):
        tree.setdefault(one.name.rpartition(".")[0], []).append(one)
    lines = ["// The types of Goop's JavaScript SDK, made from its files (make api-docs).", ""]
    for owner in sorted(tree, key=lambda name: name.count("."), reverse=True):
        lines += [f"interface {_interface(owner)} {{", *_typed(tree[owner])]
        lines += [f"  {name.rpartition('.')[2]}: {_interface(name)};" for name in _below(owner, tree)]
        lines += ["}", ""]
    return "\n".join((*lines, "declare const Goop: Goop;", ""))


def _member(comment: str) -> Member:
    text = re.sub(r"^\s*\* ?", "", comment, flags=re.MULTILINE).strip()
    parts = re.split(r"^@(name|type|example) ", text, flags=re.MULTILINE)
    tags = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    return Member(tags["name"], tags["type"], " ".join(parts[0].split()), tags["example"])


def _section(path: Path) -> str:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("// ")
    lines = [f"## {path.name}", "", *textwrap.wrap(first, 108), ""]
    for one in members(path):
        lines += [f"### {one.name}", "", *textwrap.wrap(one.doc, 108), ""]
        lines += [f"    {one.name}: {one.type}", "", f"    {one.example}", ""]
    return "\n".join(lines)


def _typed(found: list[Member]) -> Iterator[str]:
    for one in found:
        yield f"  /** {one.doc} */"
        yield f"  {one.name.rpartition('.')[2]}: {one.type};"


def _below(owner: str, tree: dict[str, list[Member]]) -> list[str]:
    return [name for name in tree if name.rpartition(".")[0] == owner]


def _interface(name: str) -> str:
    return "".join(part[0].upper() + part[1:] for part in name.split("."))
