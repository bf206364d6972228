"""The command line. Everything the window does can be done here, without a window and without importing Qt.

Exit codes: 0 done, 1 the script or the check failed, 2 wrong input (one line on standard error says what and
what to do).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from goop_console.cli.parser import build_parser
from goop_console.commands.failure import explanation
from goop_console.commands.streams import finish_output, prepare_streams

__all__ = ["build_parser", "main"]


def _with_command(arguments: Sequence[str]) -> list[str]:
    """``open`` is the default: a folder may stand in the command's place, as a file manager calls us."""
    if arguments and os.sep in arguments[0] and not arguments[0].startswith("-"):
        return ["open", *arguments]
    return list(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    prepare_streams()
    options = build_parser().parse_args(_with_command(sys.argv[1:] if arguments is None else arguments))
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        finish_output()  # whoever read our answers has gone
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        text = explanation(error)
        if text is None:
            raise
        finish_output()
        print(f"goop-console: {text}", file=sys.stderr)
        return 2
    return code
