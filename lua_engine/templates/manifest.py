"""manifest.json: what a template says of itself (contract section 7)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from lua_engine.errors import KnownError
from lua_engine.schema.model import is_identifier
from lua_engine.site import jsontext

MAX_NAME = 180  # characters; with " Co-authors" it names a group, which may have 200
_KEYS: dict[str, tuple[type, str]] = {
    "name": (str, "a string"),
    "description": (str, "a string"),
    "category": (str, "a string"),
    "icon": (str, "a string"),
    "require_email": (bool, "true or false"),
    "default_role": (str, "a string"),
}


class TemplateError(KnownError):
    """A template that cannot be read or installed; the message names the file and the key, and says what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``text`` is the JSON as it was written, unknown keys included."""

    name: str
    description: str = ""
    category: str = ""
    icon: str = ""
    schemas: tuple[str, ...] = ()
    require_email: bool = False
    default_role: str = ""
    text: str = field(default="", repr=False)


def parse_manifest(text: bytes | str, source: str) -> Manifest:
    """The manifest in ``text``; :class:`TemplateError` names ``source``, the key and what is wrong."""
    decoded = _decoded(text, source)
    tree = _tree(decoded, source)
    for key, (kind, expected) in _KEYS.items():
        if key in tree and not isinstance(tree[key], kind):
            raise TemplateError(f"{source}: {key} is {_shown(tree[key])}, must be {expected}")
    _check_name(tree, source)
    if tree.get("default_role") == "owner":
        raise TemplateError(f"{source}: default_role is \"owner\", which the site's owner alone has; give another role")
    texts = {key: tree.get(key, "") for key in ("name", "description", "category", "icon", "default_role")}
    return Manifest(**texts, schemas=_schemas(tree, source), require_email=tree.get("require_email", False), text=decoded)


def _decoded(text: bytes | str, source: str) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{source}: line {text.count(10, 0, error.start) + 1}: not UTF-8 text; save the file in UTF-8") from None


def _tree(text: str, source: str) -> dict[str, Any]:
    try:
        tree = jsontext.plain(jsontext.parse(text))
    except json.JSONDecodeError as error:
        raise TemplateError(f"{source}: line {error.lineno}, column {error.colno}: not valid JSON ({error.msg}); correct the file there") from None
    except ValueError as error:
        raise TemplateError(f"{source}: not valid JSON: {error}; correct the file") from None
    if not isinstance(tree, dict):
        raise TemplateError(f"{source}: must hold one JSON object ({{...}})")
    return tree


def _check_name(tree: dict[str, Any], source: str) -> None:
    name = tree.get("name", "")
    if not name.strip():
        raise TemplateError(f"{source}: name is required: what people call the template")
    if len(name) > MAX_NAME or not name.isprintable():
        raise TemplateError(f"{source}: name must be printable and at most {MAX_NAME} characters")


def _schemas(tree: dict[str, Any], source: str) -> tuple[str, ...]:
    names = tree.get("schemas") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TemplateError(f"{source}: schemas is {_shown(names)}, must be a list of names: [\"tasks\"] stands for schemas/tasks.json")
    for place, name in enumerate(names):
        if not is_identifier(name):
            raise TemplateError(f"{source}: schemas[{place}] is {_shown(name)}, must be a name of letters, digits and _ (without .json)")
        if name.lower() in {other.lower() for other in names[:place]}:
            raise TemplateError(f"{source}: schemas[{place}] is {_shown(name)}, which is there twice")
    return tuple(names)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:80] + "..."
