"""What may stand at a position: ``goop.*``, methods of a handle, tables, columns, locals, globals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lua_engine.api.binding import HostFunction
from lua_engine.api.reference import signature
from lua_engine.language.lua_functions import lua_functions
from lua_engine.language.members import Member, is_function, members_below
from lua_engine.language.names import Binding, GlobalUse
from lua_engine.language.rows import is_params, row_table
from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import goop_functions, goop_names, handle_methods, lua_globals
from lua_engine.language.tables import arguments
from lua_engine.language.unclosed import closed
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
_PARTS = re.compile(r"(\w+): (\w+)", re.ASCII)  # of what a field is: `{id: string, label: string}`
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
    if inside is not None and not script.syntax.text(inside).startswith(("'", '"')):
        return ()
    return _offers(AtCursor(script, head), before, byte)


class AtCursor(ScriptText):
    """What stands before the cursor, closed; what is written below it is known of the ``whole`` text."""

    def __init__(self, whole: ScriptText, head: str) -> None:
        super().__init__(closed(head), whole.kind, whole.facts)
        self.whole = whole

    def table_of(self, binding: Binding) -> str | None:
        """The table that a local is a handle of, also when a function below opens it."""
        found = self.tables.table_of_binding(binding)
        if found is not None:
            return found
        same = self.whole.names.at(binding.place.line, binding.place.column)
        return self.whole.tables.table_of_binding(same) if isinstance(same, Binding) else None


def _offers(script: AtCursor, before: str, byte: int) -> tuple[Completion, ...]:
    inside = _string_or_comment(script, byte)
    if inside is not None:
        return _in_string(script, inside, before)
    if found := _METHOD.search(before):
        return _typed(_methods(script, found[1], byte), found[2] or "")
    if found := _OF_VALUE.search(before):
        return _typed(_handle() if _HANDLE.search(before) else _of_texts(), found[1] or "")
    if found := _LABEL.search(before):
        return _typed(_labels(script.whole), found[1] or "")
    if found := _CHAIN.search(before):
        return _typed(_fields(script, found[1], byte), found[2] or "")
    word = _WORD.search(before)
    typed = word[0] if word is not None else ""
    return _typed((*_keys(script, byte), *_names(script, byte), *_globals(script.whole), *_words()), typed)


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


def _in_string(script: AtCursor, node: Node, before: str) -> tuple[Completion, ...]:
    """Columns, in a ``where`` text or where a column's name is asked for."""
    table = _table_around(script, node) if node.type == "string" else ""
    if not table:
        return ()
    word = _WORD.search(before)
    return _typed(_columns(script, table), word[0] if word is not None else "")


def _table_around(script: AtCursor, node: Node | None) -> str:
    """The table of the handle whose method the node is an argument of, at any depth of tables."""
    while node is not None:
        name = node.child_by_field_name("name") if node.type == "function_call" else None
        if name is not None and name.type == "method_index_expression":
            return _table_of(script, name.child_by_field_name("table"))
        if node.type in ("function_definition", "function_declaration"):
            return ""
        node = node.parent
    return ""


def _table_of(script: AtCursor, node: Node | None) -> str:
    """The table of the handle that an expression stands for."""
    found = script.tables.table_of(node)
    if found or node is None or node.type != "identifier":
        return found
    place = script.syntax.place(node)
    meaning = script.names.at(place.line, place.column)
    return (script.table_of(meaning) or "") if isinstance(meaning, Binding) else ""


def _tables(script: ScriptText) -> Iterator[Completion]:
    for name, columns in (script.facts.tables or {}).items():
        yield Completion(name, "table", ", ".join(one.name for one in columns))


def _columns(script: ScriptText, table: str) -> Iterator[Completion]:
    for one in script.facts.columns(table):
        yield Completion(one.name, "column", one.type, one.note)


def _keys(script: AtCursor, byte: int) -> Iterator[Completion]:
    """Column names as keys of a row: ``posts:insert({ ti|``."""
    node = script.syntax.root.descendant_for_byte_range(max(0, byte - 1), byte)
    while node is not None and node.type != "table_constructor":
        if node.type in ("block", "chunk"):
            return
        node = node.parent
    call = node.parent.parent if node is not None and node.parent is not None else None
    if node is not None and call is not None and call.type == "function_call" and node in arguments(call):
        yield from _columns(script, _table_around(script, node))


def _methods(script: AtCursor, name: str, byte: int) -> Iterator[Completion]:
    table = _table_named(script, name, byte)
    own = [one for one in _members(script, f"{name}.", byte) if one.kind == "function"]
    yield from own
    if table is not None or not (own or _is_text(script, name, byte)):
        yield from _handle()
    elif not own:
        yield from _of_texts()


def _handle() -> Iterator[Completion]:
    for method, function in handle_methods().items():
        yield _function(method, "method", function)


def _of_texts() -> Iterator[Completion]:
    """``("a"):``: what ``string`` can do with its first argument."""
    for name in ALLOWED:
        if name.startswith("string.") and name != "string.char":
            known = lua_functions()[name]
            yield Completion(name.removeprefix("string."), "method", known.signature, known.doc)


def _labels(script: ScriptText) -> Iterator[Completion]:
    for name in dict.fromkeys(_PLACED.findall(script.source)):
        yield Completion(name, "field", "label")


def _table_named(script: AtCursor, name: str, byte: int) -> str | None:
    bindings = [one for one in script.names.visible(script.syntax, byte) if one.name == name]
    return script.table_of(bindings[0]) if bindings else None


def _is_text(script: ScriptText, name: str, byte: int) -> bool:
    """Whether the name was declared with a string: its methods are those of ``string``."""
    for one in script.names.visible(script.syntax, byte):
        if one.name == name:
            return one.value is not None and one.value.type == "string"
    return False


def _fields(script: AtCursor, prefix: str, byte: int) -> Iterator[Completion]:
    """``goop.kv.``, ``string.``, the columns of a row, and ``params.``: the fields that this action reads or
    that calls brought.
    """
    if prefix.startswith("goop."):
        yield from _goop(prefix)
        return
    for name in ALLOWED:
        if name.startswith(prefix) and "." not in name[len(prefix) :]:
            known = lua_functions()[name]
            yield Completion(name[len(prefix) :], "function", known.signature, known.doc)
    root = prefix.split(".")[0]
    meant = next((one for one in script.names.visible(script.syntax, byte) if one.name == root), None)
    if meant is not None and prefix.count(".") == 1:
        yield from _columns(script, row_table(script, meant, script.table_of))
    is_param = meant is not None and meant.kind == "param"
    if root == "request" and is_param and prefix.count(".") == 1:
        yield Completion("params", "field", "what the caller sent")
    if (is_param and prefix.count(".") == 1) or prefix.endswith(".params.") or is_params(script, meant):
        yield from _sent(script.whole)
    yield from _members(script, prefix, byte)


def _members(script: AtCursor, prefix: str, byte: int) -> Iterator[Completion]:
    """``M.``: what the script writes into its table anywhere."""
    root, *inner = prefix.rstrip(".").split(".")
    meant = next((one for one in script.names.visible(script.syntax, byte) if one.name == root), None)
    first: Binding | GlobalUse | str | None = root
    whole = script.whole
    if meant is not None:
        first = whole.names.at(meant.place.line, meant.place.column)
    if isinstance(first, (Binding, str)):
        for name, one in members_below(whole.syntax, whole.names, (first, *inner)).items():
            yield Completion(name, "function" if is_function(one.value) else "field", written(whole, one))


def written(script: ScriptText, member: Member) -> str:
    """A member in a few words: a function with its parameters, else that it is a field."""
    name = str(member.path[-1])
    parameters = member.value.child_by_field_name("parameters") if member.value is not None else None
    if not is_function(member.value) or parameters is None:
        return "field of a table of this script"
    return f"{name}{script.syntax.text(parameters)}"


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
    field = functions.get(prefix[:-1])
    if field is not None and field.is_field:
        for name, kind in _PARTS.findall(field.returns):
            yield Completion(name, "field", f"{prefix}{name}: {kind}", field.doc)
    for name in sorted(goop_names()):
        rest = name.removeprefix(prefix)
        if name.startswith(prefix) and rest and "." not in rest:
            function = functions.get(name)
            yield _function(rest, "function", function) if function else Completion(rest, "field", name)


def _names(script: ScriptText, byte: int) -> Iterator[Completion]:
    for one in script.names.visible(script.syntax, byte):
        yield Completion(one.name, "local", described(script, one))


def described(script: ScriptText, binding: Binding) -> str:
    """A local in a few words: a function with its parameters, else what kind it is."""
    value = binding.value
    if value is not None and value.type in ("function_declaration", "function_definition"):
        parameters = value.child_by_field_name("parameters")
        return f"{binding.name}{script.syntax.text(parameters)}" if parameters is not None else binding.name
    return {"param": "parameter", "loop": "loop variable"}.get(binding.kind, "local")


def _globals(script: ScriptText) -> Iterator[Completion]:
    for name in dict.fromkeys(use.name for use in script.names.globals if use.is_write):
        yield Completion(name, "global", "global of this script")
    for name in sorted(lua_globals()):
        yield _global(name)


def _global(name: str) -> Completion:
    known, host = lua_functions().get(name), goop_functions().get(name)
    if known is not None:
        return Completion(name, "function", known.signature, known.doc)
    if host is not None:
        return _function(name, "function", host)
    return Completion(name, "global", "table" if any(k.startswith(f"{name}.") for k in ALLOWED) else name)


def _words() -> Iterator[Completion]:
    for word in sorted(KEYWORDS):
        yield Completion(word, "keyword")
