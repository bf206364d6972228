"""What may stand at a position: ``goop.*``, methods of a handle, tables, columns, locals, globals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lua_engine.api.binding import HostFunction
from lua_engine.api.reference import signature
from lua_engine.language.names import Binding
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import goop_functions, goop_names, handle_methods, lua_globals
from lua_engine.language.tables import arguments, chain
from lua_engine.language.words import KEYWORDS
from lua_engine.sandbox.policy import ALLOWED
from lua_engine.scripts.syntax import Node

Kind = Literal["function", "field", "method", "table", "column", "local", "global", "keyword", "param"]

_MOST_BEFORE = 500  # characters before the cursor: the patterns take the square of it
_WORD = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_CHAIN = re.compile(r"((?:[A-Za-z_]\w*[.])+)([A-Za-z_]\w*)?\Z", re.ASCII)
_METHOD = re.compile(r"([A-Za-z_]\w*):([A-Za-z_]\w*)?\Z", re.ASCII)
_OF_VALUE = re.compile(r"(?<!:):([A-Za-z_]\w*)?\Z", re.ASCII)  # the method of something that has no name
_HANDLE = re.compile(r"goop[.]orm\s*\(?\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)?\s*:\w*\Z", re.ASCII)
_PLACED = re.compile(r"::\s*([A-Za-z_]\w*)\s*::", re.ASCII)
_LABEL = re.compile(r"\bgoto\s+([A-Za-z_]\w*)?\Z", re.ASCII)
_INDEXES = frozenset(("dot_index_expression", "method_index_expression"))
_OPENED = re.compile(r"goop[.](?:orm|config)\(?\s*([\"'])([^\"'\n]*)\Z")


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` takes the place of the ``typed`` characters before the cursor. ``detail`` is a signature or a
    type, ``doc`` a sentence.
    """

    text: str
    kind: Kind
    detail: str = ""
    doc: str = ""
    typed: int = 0


def complete(script: ScriptText, line: int, column: int) -> tuple[Completion, ...]:
    """What may be written at a position, best first; empty inside a comment or a plain string."""
    byte = script.syntax.byte_at(line, column)
    head = script.syntax.data[:byte].decode("utf-8", "replace")
    before = head[head.rfind("\n") + 1 :][-_MOST_BEFORE:]
    if opened := _OPENED.search(before):
        return _typed(_tables(script), opened[2])
    inside = _string_or_comment(script, byte)
    if inside is not None:
        return _in_string(script, inside, before)
    if found := _METHOD.search(before):
        return _typed(_methods(script, found[1], byte), found[2] or "")
    if found := _OF_VALUE.search(before):
        return _typed(_handle() if _HANDLE.search(before) else _of_texts(), found[1] or "")
    if found := _LABEL.search(before):
        return _typed(_labels(script), found[1] or "")
    if found := _CHAIN.search(before):
        return _typed(_fields(script, found[1], byte), found[2] or "")
    word = _WORD.search(before)
    typed = word[0] if word is not None else ""
    return _typed((*_keys(script, byte), *_names(script, byte), *_globals(script), *_words()), typed)


def _typed(offers: Iterable[Completion], typed: str) -> tuple[Completion, ...]:
    """Those that begin with what is typed, then those that hold it; each text once."""
    folded, seen = typed.lower(), dict[str, Completion]()
    for one in offers:
        if folded in one.text.lower() and one.text != typed:
            seen.setdefault(one.text, Completion(one.text, one.kind, one.detail, one.doc, typed=len(typed)))
    return tuple(sorted(seen.values(), key=lambda one: not one.text.lower().startswith(folded)))


def _function(name: str, kind: Kind, function: HostFunction) -> Completion:
    return Completion(name, "field" if function.is_field else kind, signature(function), function.doc)


def _string_or_comment(script: ScriptText, byte: int) -> Node | None:
    node: Node | None = script.syntax.root.descendant_for_byte_range(max(0, byte - 1), byte)
    while node is not None and node.type not in ("string", "comment"):
        node = node.parent
    if node is None or not node.start_byte < byte:
        return None
    return node if byte < node.end_byte or (node.type == "comment" and byte == node.end_byte) else None


def _in_string(script: ScriptText, node: Node, before: str) -> tuple[Completion, ...]:
    """Columns, in a ``where`` text or where a column's name is asked for."""
    table = _table_around(script, node) if node.type == "string" else ""
    if not table:
        return ()
    word = _WORD.search(before)
    return _typed(_columns(script, table), word[0] if word is not None else "")


def _table_around(script: ScriptText, node: Node | None) -> str:
    """The table of the handle whose method the node is an argument of, at any depth of tables."""
    while node is not None:
        name = node.child_by_field_name("name") if node.type == "function_call" else None
        if name is not None and name.type == "method_index_expression":
            return script.tables.table_of(name.child_by_field_name("table"))
        if node.type in ("function_definition", "function_declaration"):
            return ""
        node = node.parent
    return ""


def _tables(script: ScriptText) -> Iterator[Completion]:
    for name, columns in (script.facts.tables or {}).items():
        yield Completion(name, "table", ", ".join(one.name for one in columns))


def _columns(script: ScriptText, table: str) -> Iterator[Completion]:
    for one in script.facts.columns(table):
        yield Completion(one.name, "column", one.type, one.note)


def _keys(script: ScriptText, byte: int) -> Iterator[Completion]:
    """Column names as keys of a row: ``posts:insert({ ti|``."""
    node = script.syntax.root.descendant_for_byte_range(max(0, byte - 1), byte)
    while node is not None and node.type != "table_constructor":
        if node.type in ("block", "chunk"):
            return
        node = node.parent
    call = node.parent.parent if node is not None and node.parent is not None else None
    if node is not None and call is not None and call.type == "function_call" and node in arguments(call):
        yield from _columns(script, _table_around(script, node))


def _methods(script: ScriptText, name: str, byte: int) -> Iterator[Completion]:
    table = _table_named(script, name, byte)
    yield from _handle() if table is not None or not _is_text(script, name, byte) else _of_texts()


def _handle() -> Iterator[Completion]:
    for method, function in handle_methods().items():
        yield _function(method, "method", function)


def _of_texts() -> Iterator[Completion]:
    """``("a"):``: what ``string`` can do with its first argument."""
    for name in ALLOWED:
        if name.startswith("string.") and name != "string.char":
            yield Completion(name.removeprefix("string."), "method", name)


def _labels(script: ScriptText) -> Iterator[Completion]:
    for name in dict.fromkeys(_PLACED.findall(script.source)):
        yield Completion(name, "field", "label")


def _table_named(script: ScriptText, name: str, byte: int) -> str | None:
    bindings = [one for one in script.names.visible(script.syntax, byte) if one.name == name]
    return script.tables.table_of_binding(bindings[0]) if bindings else None


def _is_text(script: ScriptText, name: str, byte: int) -> bool:
    """Whether the name was declared with a string: its methods are those of ``string``."""
    for one in script.names.visible(script.syntax, byte):
        if one.name == name:
            return one.value is not None and one.value.type == "string"
    return False


def _fields(script: ScriptText, prefix: str, byte: int) -> Iterator[Completion]:
    """``goop.kv.``, ``string.``, and ``params.``: the fields that this action reads or that calls brought."""
    if prefix.startswith("goop."):
        yield from _goop(prefix)
        return
    for name, reason in ALLOWED.items():
        if name.startswith(prefix) and "." not in name[len(prefix) :]:
            yield Completion(name[len(prefix) :], "function", name, reason.partition(":")[0])
    root = prefix.split(".")[0]
    params = any(
        one.name == root and one.kind == "param" for one in script.names.visible(script.syntax, byte)
    )
    if root == "request" and params and prefix.count(".") == 1:
        yield Completion("params", "field", "what the caller sent")
    if (params and prefix.count(".") == 1) or prefix.endswith(".params."):
        yield from _sent(script)


def _sent(script: ScriptText) -> Iterator[Completion]:
    """Fields that this script reads, then those that real calls brought to a function with these actions."""
    for field in sorted({field for action in script.actions for field in action.fields}):
        yield Completion(field, "param", "a field of request.params")
    own = {action.name for action in script.actions if action.name}
    for name, fields in script.facts.fields.items():
        actions = set(script.facts.actions.get(name, ()))
        if own & actions or own == actions:
            for field in fields:
                yield Completion(field, "param", f"sent in a real call of {name}")


def _goop(prefix: str) -> Iterator[Completion]:
    functions = goop_functions()
    for name in sorted(goop_names()):
        rest = name.removeprefix(prefix)
        if name.startswith(prefix) and rest and "." not in rest:
            function = functions.get(name)
            yield _function(rest, "function", function) if function else Completion(rest, "field", name)


def _names(script: ScriptText, byte: int) -> Iterator[Completion]:
    for one in script.names.visible(script.syntax, byte):
        yield Completion(one.name, "local", _described(script, one))


def _described(script: ScriptText, binding: Binding) -> str:
    value = binding.value
    if value is not None and value.type in ("function_declaration", "function_definition"):
        parameters = value.child_by_field_name("parameters")
        return f"{binding.name}{script.syntax.text(parameters)}" if parameters is not None else binding.name
    return {"param": "parameter", "loop": "loop variable"}.get(binding.kind, "local")


def _globals(script: ScriptText) -> Iterator[Completion]:
    for name in dict.fromkeys(use.name for use in script.names.globals if use.is_write):
        yield Completion(name, "global", "global of this script")
    for name in sorted(lua_globals()):
        yield Completion(name, "global", "table" if any(k.startswith(f"{name}.") for k in ALLOWED) else name)


def _words() -> Iterator[Completion]:
    for word in sorted(KEYWORDS):
        yield Completion(word, "keyword")


def hover(script: ScriptText, line: int, column: int) -> str:
    """What the name at a position is, in Markdown; an empty text where there is nothing to say."""
    node: Node | None = script.syntax.node_at(script.syntax.byte_at(line, column))
    if node is None or node.type != "identifier":
        return _table_text(script, node)
    parent = node.parent
    if parent is not None and parent.type in _INDEXES and parent.child_by_field_name("table") != node:
        node = parent
    name = chain(script.syntax, node)
    function = goop_functions().get(name)
    if function is None and node.type == "method_index_expression":
        method = node.child_by_field_name("method")
        function = handle_methods().get(script.syntax.text(method)) if method is not None else None
    if function is not None:
        example = f"\n\n```lua\n{function.example}\n```" if function.example else ""
        return f"```lua\n{signature(function)}\n```\n{function.doc}{example}"
    meaning = script.names.at(line, column)
    if isinstance(meaning, Binding):
        table = script.tables.table_of_binding(meaning)
        return f"`{_described(script, meaning)}`" + (f": table {table}" if table else "")
    return ""


def _table_text(script: ScriptText, node: Node | None) -> str:
    """The columns of a table whose name stands in a string."""
    text = script.syntax.text(node) if node is not None and node.type == "string_content" else ""
    columns = script.facts.columns(text)
    lines = [f"* `{one.name}` {one.type}{', ' + one.note if one.note else ''}" for one in columns]
    return f"**table {text}**\n\n" + "\n".join(lines) if columns else ""
