"""Plans in sentences, descriptions and tiles, and texts side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from goop_console.tabs.templates.comparison import MAX_BYTES, compare_file
from goop_console.tabs.templates.entries import description_of, size_words
from goop_console.tabs.templates.tiles import tile_text
from goop_console.tabs.templates.words import names, plan_sentences, primary_words
from goop_console.widgets.side_by_side import MAX_LINES, compare
from lua_engine import ClosedGroup, DroppedTable, FileChange, InstallPlan

LINES = st.lists(st.sampled_from(["", "a", "b", "  c", "\tdé"]), max_size=12)


@given(LINES, LINES)
def test_both_texts_are_found_again_in_the_rows(old: list[str], new: list[str]) -> None:
    rows = compare("\n".join(old), "\n".join(new))
    left = [row.left for row in rows if row.left is not None]
    right = [row.right for row in rows if row.right is not None]
    assert [number for number, _ in left] == list(range(1, len(left) + 1))
    assert "\n".join(text for _, text in left) == "\n".join(old).removesuffix("\n")
    assert "\n".join(text for _, text in right) == "\n".join(new).removesuffix("\n")
    for row in rows:
        is_same = row.left is not None and row.right is not None and row.left[1] == row.right[1]
        assert is_same == (row.sign == "=") or row.sign == "~"


def test_what_cannot_be_compared_says_why() -> None:
    binary = compare_file(FileChange("a.png", "replace", b"\0\1", b"text"))
    assert (binary.rows, binary.reason) == (
        (),
        "This is not text, so there are no lines to compare. Now: 2 bytes. Afterwards: 4 bytes.",
    )
    assert "too large" in compare_file(FileChange("a", "add", None, b"x" * (MAX_BYTES + 1))).reason
    assert "too many lines" in compare_file(FileChange("a", "add", None, b"\n" * (MAX_LINES + 1))).reason
    assert [row.sign for row in compare_file(FileChange("a", "remove", b"one\n", None)).rows] == ["-"]
    assert compare_file(FileChange("a", "add", None, b"\xff\xfe")).reason


def test_losses_come_first_and_name_their_rows() -> None:
    plan = InstallPlan(
        "install",
        "Install B over A",
        "B",
        "A",
        files=(
            FileChange("site/a", "replace", b"", b"x", "edited since install"),
            FileChange("site/b", "add", None, b"x"),
        ),
        dropped=(DroppedTable("cards", 140), DroppedTable("columns", 2), DroppedTable("empty", 0)),
        closed=(ClosedGroup("g", "A Co-authors", "template", 4),),
        turns_lua_on=True,
        warnings=("x: left out",),
    )
    sentences = plan_sentences(plan)
    assert primary_words(plan) == "Install and drop 3 tables (142 rows)"
    assert sentences[0].tone == "warning"
    assert (
        sentences[0].text
        == "3 tables with 142 rows will be dropped: cards (140 rows), columns (2 rows), empty (0 rows)."
    )
    texts = [one.text for one in sentences]
    assert "The template group “A Co-authors” with 4 members will be closed." in texts
    assert "Files: 1 added, 1 replaced." in texts
    assert "x: left out." in texts
    assert any("1 file has been edited" in text for text in texts)
    assert texts[-1].startswith("A backup is made first")


def test_tables_without_rows_are_no_warning() -> None:
    plan = InstallPlan("restore", "Go back", "A", "B", dropped=(DroppedTable("cards", 0),), keeps_group=True)
    assert primary_words(plan) == "Go back"
    assert all(one.tone != "warning" for one in plan_sentences(plan))


def test_many_names_are_cut() -> None:
    assert names([str(number) for number in range(10)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"


def test_a_script_is_described_by_its_first_line() -> None:
    assert description_of(b"--- @rate_limit 3\n\n--- Says pong\nfunction handle() end") == "Says pong"
    assert description_of(b"-- no annotation\n--- late") == ""
    assert description_of(b"\xff\n") == ""


def test_sizes_are_words() -> None:
    assert [size_words(size) for size in (0, 1, 2048, 5 * 1024 * 1024)] == [
        "0 bytes",
        "1 byte",
        "2 KB",
        "5.0 MB",
    ]


def test_a_tile_has_a_letter_where_no_font_has_the_icon(qapp: QApplication) -> None:
    assert tile_text("N", "Notes") == "N"
    assert tile_text("", "42 things") == "4"
    assert tile_text("\U000f0000", "Board") == "B"
    assert tile_text("far too long", "…") == "?"
