"""Of what people typed only known words stay."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.interchange.descriptors import VOCABULARY, cleaned
from labeler.interchange.identity import Identity
from labeler.interchange.pseudonyms import moved_date, moved_moment

NOBODY = Identity()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("AX T2 FLAIR 5mm", "AX T2 FLAIR 5mm"),
        ("t1_mprage_sag_p2_iso", "t1 mprage sag iso"),
        ("Thorax 1.25 B30f", "Thorax 1.25 B30f"),
        ("ep2d_diff_b1000", "diff b1000"),
        ("CT Chest Dr. Smith 12/03/1999", "CT Chest"),
        ("MRT Kopf nativ 24.12.2001 08:15", "Kopf nativ"),
        ("Tel 0171 5551234 left knee", "left knee"),
        ("Herr Brown, Room 4711", ""),
        ("", ""),
    ],
)
def test_words(text: str, kept: str) -> None:
    assert cleaned(text, NOBODY) == kept


def test_a_name_goes_even_where_it_is_a_known_word() -> None:
    person = Identity(frozenset(("head", "ada")), frozenset())
    assert cleaned("CT head of Ada", person) == "CT"


@given(st.text(max_size=80))
def test_nothing_else_ever_stays(text: str) -> None:
    for word in cleaned(text, NOBODY).split():
        plain = word.casefold()
        assert plain in VOCABULARY or re.search(r"\d", plain) or plain in "+*"
        assert not re.search(r"\d{5,}", plain)


@pytest.mark.parametrize(
    ("text", "days", "moved"),
    [
        ("20200301", -1, "20200229"),
        ("2020.03.01", -1, "2020.02.29"),
        ("20200301", -400, "20190126"),
        ("00010101", -1, ""),
        ("20201301", -1, ""),
        ("yesterday", -1, ""),
        ("", -1, ""),
    ],
)
def test_dates(text: str, days: int, moved: str) -> None:
    assert moved_date(text, days) == moved


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("20200301123456.789+0100", "20200229123456.789+0100"),
        ("202003", "202002"),
        ("2020", "2019"),
        ("20200301", "20200229"),
        ("x", ""),
    ],
)
def test_moments(text: str, moved: str) -> None:
    assert moved_moment(text, -1) == moved
