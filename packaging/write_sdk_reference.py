"""Writes docs/javascript-api.md and resources/sdk/goop.d.ts from the SDK's files (make api-docs)."""

from __future__ import annotations

from pathlib import Path

from goop_console.preview.reference import definitions, markdown

ROOT = Path(__file__).resolve().parent.parent
SDK = ROOT / "resources/sdk"

(ROOT / "docs/javascript-api.md").write_text(markdown(SDK), encoding="utf-8")
(SDK / "goop.d.ts").write_text(definitions(SDK), encoding="utf-8")
