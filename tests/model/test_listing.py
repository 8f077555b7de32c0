"""Searching a header: by tag however it is typed, by name, by value; with what lies around."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.listing import HeaderEntry, HeaderListing, matching


def entry(depth: int, tag: str, name: str, value: str = "") -> HeaderEntry:
    return HeaderEntry(depth, tag, name.replace(" ", ""), name, "LO", len(value), value)


LISTING = HeaderListing(
    "one.dcm",
    (
        entry(0, "(0008,0060)", "Modality", "CT"),
        entry(0, "(0008,2218)", "Anatomic Region Sequence"),
        entry(1, "", "Item 1"),
        entry(2, "(0008,0104)", "Code Meaning", "Chest"),
        entry(1, "", "Item 2"),
        entry(2, "(0008,0104)", "Code Meaning", "Abdomen"),
        entry(0, "(0028,0010)", "Rows", "512"),
    ),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", (0, 1, 2, 3, 4, 5, 6)),
        ("0028,0010", (6,)),
        ("00280010", (6,)),
        ("(0028,0010)", (6,)),
        ("rows", (6,)),
        ("ROWS 512", (6,)),
        ("rows 256", ()),
        ("abdomen", (1, 4, 5)),
        ("CodeMeaning", (1, 2, 3, 4, 5)),
        ("nothing of the kind", ()),
    ],
)
def test_a_search_finds_by_tag_name_and_value(typed: str, found: tuple[int, ...]) -> None:
    assert matching(LISTING, typed) == found


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from("abc")), max_size=30), st.text("abc "))
def test_what_is_found_stands_in_order_under_what_it_lies_in(
    raw: list[tuple[int, str]], typed: str
) -> None:
    depths = [0]
    for depth, _ in raw:
        depths.append(min(depth, depths[-1] + 1))
    names = [*(name for _, name in raw), "a"]
    listing = HeaderListing("x", tuple(entry(d, "", n) for d, n in zip(depths, names, strict=True)))
    found = matching(listing, typed)
    assert list(found) == sorted(set(found))
    for at in found:
        for depth in range(depths[at]):
            around = max(i for i in range(at) if depths[i] == depth)
            assert around in found
