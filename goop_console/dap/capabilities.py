"""What the adapter can do, in the words of the protocol (its specification: Types, Capabilities)."""

from __future__ import annotations

from typing import Any

CAPABILITIES: dict[str, Any] = {
    "supportsConfigurationDoneRequest": True,
    "supportsConditionalBreakpoints": True,
    "supportsHitConditionalBreakpoints": True,
    "supportsLogPoints": True,
    "supportsEvaluateForHovers": True,
    "supportsSetVariable": True,
    "supportsStepBack": True,
    "supportsRestartRequest": True,
    "supportsRestartFrame": True,
    "supportsLoadedSourcesRequest": True,
    "supportsTerminateRequest": True,
    "supportsExceptionInfoRequest": True,
    "supportsBreakpointLocationsRequest": True,
    "exceptionBreakpointFilters": [
        {
            "filter": "uncaught",
            "label": "Uncaught errors",
            "description": "Stop where an error happens that ends the call",
            "default": True,
        },
        {
            "filter": "caught",
            "label": "Errors inside pcall",
            "description": "Stop also where an error happens that the script catches",
            "default": False,
        },
    ],
}
