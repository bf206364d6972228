"""The Python examples of a document."""

from __future__ import annotations

import re
from pathlib import Path


def examples(document: Path) -> list[str]:
    """The blocks that are marked as Python, in their order."""
    return re.findall(
        r"^```python\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
