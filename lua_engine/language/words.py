"""The reserved words of Lua 5.2 (reference manual 3.1)."""

from typing import Final

_TEXT: Final = """and break do else elseif end false for function goto if in local nil not or repeat return
then true until while"""

KEYWORDS: Final = frozenset(_TEXT.split())
