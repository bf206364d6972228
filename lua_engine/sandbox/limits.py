"""The numbers of the sandbox. What the owner sets (time, memory, rates) is in ``goop.json``;
these are ours.
"""

from __future__ import annotations

from typing import Final

MAX_SOURCE_BYTES: Final = 128 * 1024
"""A script. Lua's parser is quadratic on long ``and`` and ``elseif`` chains: about 0.7 s at this size."""

MAX_LOAD_BYTES: Final = 64 * 1024
"""A text given to ``load``: about 0.25 s at worst, in one step that no hook sees."""

MAX_DEPTH: Final = 100
"""Tables inside tables, of a result, of params and of JSON."""

MAX_NODES: Final = 400_000
"""Values in one result, one params object, one JSON text."""

MAX_JSON_BYTES: Final = 4 * 1024 * 1024
"""JSON text of one params object, one argument of a host function; of one result at least."""

MAX_RESULT_BYTES: Final = 32 * 1024 * 1024
"""JSON text of one result at most. In between, a result may be as large as the memory that the owner gives to
a script.
"""

GRACE_SECONDS: Final = 0.25
"""How long a caller waits past the deadline before the thread is given up."""

CANCEL_SECONDS: Final = 0.03
"""The same for a call that was cancelled: whoever cancels waits for nobody."""

LEAVING_SECONDS: Final = 1.0
"""How long the thread of a cancelled call may take to see it, before it counts as given up."""

MAX_ABANDONED: Final = 8
"""Threads given up at once; then calls answer ``busy``."""

MAX_THREADS: Final = 64
"""Calls under way at once; then calls answer ``busy``."""

MAX_IDLE_THREADS: Final = 8
"""Kept for the calls that come; of more that were needed at once the others end."""

STACK_BYTES: Final = 16 * 1024 * 1024
"""C stack of a thread that runs Lua: 190 nested ``gsub`` callbacks need more than 1 MB on glibc."""

CHUNK_TOKENS: Final = 512
CHUNK_BYTES: Final = 256 * 1024
"""How much crosses into Lua at once; a single value may be larger."""
