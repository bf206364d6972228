"""manifest.json: what a template says of itself (contract section 7)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from lua_engine.base import strict_json
from lua_engine.base.errors import KnownError
from lua_engine.schema.model import is_identifier

MAX_NAME = 180  # characters; with " Co-authors" it names a group, which may have 200
MAX_TEXT = 2_000  # characters of a description
MAX_ROLE = 64  # characters, as of a group's role
MAX_SCHEMAS = 200
_MAX_JSON = 256 * 1024  # bytes; parsing takes many times the memory
_KEYS: dict[str, tuple[type, str]] = {
    "name": (str, "a string"),
    "description": (str, "a string"),
    "category": (str, "a string"),
    "icon": (str, "a string"),
    "schemas": (list, 'a list of names: ["tasks"] stands for schemas/tasks.json'),
    "require_email": (bool, "true or false"),
    "default_role": (str, "a string"),
}
_LENGTHS = {"description": MAX_TEXT, "category": MAX_NAME, "icon": MAX_NAME, "default_role": MAX_ROLE}


class TemplateError(KnownError):
    """A template that cannot be read or installed; the message names the file and the key, and says what to
    do.
    """


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
    """The manifest in ``text``; :class:`TemplateError` names ``source``, the key and what is wrong. A key
    that is null counts as absent.
    """
    decoded, tree = parse_object(text, source)
    known = {key: tree[key] for key in _KEYS if tree.get(key) is not None}
    for key, value in known.items():
        kind, expected = _KEYS[key]
        if not isinstance(value, kind):
            raise TemplateError(f"{source}: {key} is {_shown(value)}, must be {expected}")
    _check_name(known.get("name", ""), source)
    _check_texts(known, source)
    known["schemas"] = _schemas(known.get("schemas", []), source)
    return Manifest(**known, text=decoded)


def parse_object(text: bytes | str, source: str) -> tuple[str, dict[str, Any]]:
    """``text`` and the JSON object in it, strictly read: one value per key, no NaN, UTF-8. Raises
    :class:`TemplateError`.
    """
    try:
        decoded = strict_json.decoded(text, _MAX_JSON)
        tree = strict_json.parse_json_object(decoded)
    except strict_json.JsonProblem as error:
        raise TemplateError(f"{source}: not valid JSON: {error}; correct the file there") from None
    return decoded, tree


def _check_name(name: str, source: str) -> None:
    if not name.strip():
        raise TemplateError(f"{source}: name is required: what people call the template")
    if len(name) > MAX_NAME or not name.isprintable():
        raise TemplateError(f"{source}: name must be printable and at most {MAX_NAME} characters")


def _check_texts(known: dict[str, Any], source: str) -> None:
    for key, limit in _LENGTHS.items():
        text = known.get(key, "")
        if len(text) > limit:
            raise TemplateError(
                f"{source}: {key} has {len(text)} characters, at most {limit} are allowed; shorten it"
            )
        if any(_is_control(char) for char in text) or (key == "default_role" and not text.isprintable()):
            raise TemplateError(f"{source}: {key} is {_shown(text)}, must be text without control characters")
    if known.get("default_role") == "owner":
        raise TemplateError(
            f'{source}: default_role is "owner", which the site\'s owner alone has; give another role'
        )


def _is_control(char: str) -> bool:
    """Half of a surrogate pair counts too: it is no text, though JSON can spell it. A joiner (in an emoji, in
    Persian) is none.
    """
    return (
        (ord(char) < 0x20 and char not in "\n\t") or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000
    )


def _schemas(names: list[Any], source: str) -> tuple[str, ...]:
    if not all(isinstance(name, str) for name in names):
        raise TemplateError(f"{source}: schemas is {_shown(names)}, must be {_KEYS['schemas'][1]}")
    if len(names) > MAX_SCHEMAS:
        raise TemplateError(f"{source}: schemas has {len(names)} names, at most {MAX_SCHEMAS} are allowed")
    seen: set[str] = set()
    for place, name in enumerate(names):
        if not is_identifier(name):
            raise TemplateError(
                f"{source}: schemas[{place}] is {_shown(name)}, must be a name of letters, "
                "digits and _ (without .json)"
            )
        if name.lower() in seen:
            raise TemplateError(
                f"{source}: schemas[{place}] is {_shown(name)}, which appears twice; take one out"
            )
        seen.add(name.lower())
    return tuple(names)


def _shown(value: Any) -> str:
    # Without the escapes for what is no ASCII, but never half of a surrogate pair: the message must be
    # printable anywhere.
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 80 else text[:80] + "..."
