from __future__ import annotations

from labeler.viewing.label_inks import (
    COLORS,
    FOREIGN,
    INKS,
    Dash,
    dash_of,
    digit_of,
    ink_of,
    slot_of,
)


def test_dashes_tell_labels_apart_in_fours() -> None:
    assert [dash_of(i) for i in (0, 3, 4, 7, 8, 11)] == [
        Dash.SOLID, Dash.SOLID, Dash.DASHED, Dash.DASHED, Dash.DOTTED, Dash.DOTTED
    ]  # fmt: skip


def test_thirty_six_labels_differ_by_colour_and_dashes_and_all_by_number() -> None:
    assert len({(n % COLORS, dash_of(n)) for n in range(INKS)}) == INKS
    assert len({digit_of(n) for n in (FOREIGN, *range(100))}) == 101


def test_a_label_that_the_form_does_not_have_looks_like_none_of_it() -> None:
    ink = ink_of(("nodule", "cyst"), "finding-2")
    assert ink == FOREIGN
    assert digit_of(ink) == "?"
    assert dash_of(ink) not in {dash_of(n) for n in range(INKS)}
    assert slot_of(ink) not in {slot_of(n) for n in range(100)}
    assert ink_of(("nodule", "cyst"), "cyst") == 1
