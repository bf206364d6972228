"""Test results as JUnit XML, which every CI reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

# XML 1.0 has no place for these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(suite: str, results: Sequence[tuple[str, str, Sequence[str], float]]) -> bytes:
    """One ``testsuite``; each result is (kind, name, failures, seconds)."""
    failed = sum(bool(failures) for _kind, _name, failures, _seconds in results)
    total = sum(seconds for *_rest, seconds in results)
    root = ElementTree.Element(
        "testsuite",
        name=_clean(suite),
        tests=str(len(results)),
        failures=str(failed),
        errors="0",
        skipped="0",
        time=f"{total:.3f}",
    )
    for kind, name, failures, seconds in results:
        case = ElementTree.SubElement(
            root, "testcase", classname=kind, name=_clean(name), time=f"{seconds:.3f}"
        )
        if failures:
            failure = ElementTree.SubElement(case, "failure", message=_clean(failures[0]))
            failure.text = _clean("\n".join(failures))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", text)
