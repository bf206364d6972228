"""The two sets of colours. Every text colour has a contrast of at least 4.5 on every ground it is used on (a
test measures it).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours as ``#rrggbb``, by what they are for."""

    window: str  # behind everything
    surface: str  # lists, editors, fields
    surface_alt: str  # every other row; a button
    text: str
    muted: str
    line: str
    accent: str
    accent_text: str  # on accent
    selection: str  # behind text
    error: str
    warning: str
    ok: str
    info: str
    code_bg: str
    code_gutter: str
    code_line: str
    syn_keyword: str
    syn_string: str
    syn_number: str
    syn_comment: str
    syn_doc: str
    syn_builtin: str
    syn_goop: str
    syn_function: str


LIGHT = Colors(
    window="#f3f4f6",
    surface="#ffffff",
    surface_alt="#f8f9fb",
    text="#1b212c",
    muted="#5a6373",
    line="#d9dde4",
    accent="#0f766e",
    accent_text="#ffffff",
    selection="#d3ece8",
    error="#b3261e",
    warning="#855300",
    ok="#18713a",
    info="#0a5fb0",
    code_bg="#fdfdfe",
    code_gutter="#f3f5f8",
    code_line="#eef5f4",
    syn_keyword="#8430a8",
    syn_string="#17702f",
    syn_number="#a84600",
    syn_comment="#626b79",
    syn_doc="#3a6784",
    syn_builtin="#0a5fb0",
    syn_goop="#0d6a63",
    syn_function="#3d4fb5",
)

DARK = Colors(
    window="#15181d",
    surface="#1c2026",
    surface_alt="#22272f",
    text="#e4e8ee",
    muted="#9aa4b4",
    line="#343b46",
    accent="#3fb9a6",
    accent_text="#05211d",
    selection="#1e4843",
    error="#ff8b81",
    warning="#efb949",
    ok="#6fd08c",
    info="#7cbaff",
    code_bg="#181b21",
    code_gutter="#1c2027",
    code_line="#222933",
    syn_keyword="#d6a0ef",
    syn_string="#95d3a0",
    syn_number="#f2ad76",
    syn_comment="#8c97a7",
    syn_doc="#90bad6",
    syn_builtin="#7cbaff",
    syn_goop="#52d1bd",
    syn_function="#b5bdf7",
)


def mixed(color: str, ground: str, share: float) -> str:
    """``color`` laid over ``ground``; ``share`` 0 to 1 of it shows."""
    pairs = [(int(color[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def tints(colors: Colors) -> dict[str, str]:
    """Colours between two of the theme's, by what they are for."""
    return {
        "hover": mixed(colors.text, colors.surface_alt, 0.06),
        "pressed": mixed(colors.text, colors.surface_alt, 0.12),
        "accent_hover": mixed(colors.text, colors.accent, 0.14),
        "accent_soft": mixed(colors.accent, colors.window, 0.14),
        "error_soft": mixed(colors.error, colors.surface, 0.10),
        "warning_soft": mixed(colors.warning, colors.surface, 0.12),
        "info_soft": mixed(colors.info, colors.surface, 0.10),
        "disabled": mixed(colors.muted, colors.window, 0.65),
        "strong_line": mixed(colors.muted, colors.line, 0.35),
        "scroll": mixed(colors.muted, colors.window, 0.45),
    }
