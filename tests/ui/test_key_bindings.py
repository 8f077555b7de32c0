"""Which keys an action has: the table's, mirrored for the left hand, then the person's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labeler.ui.action_table import PLANS
from labeler.ui.key_bindings import (
    bound_keys,
    conflicts,
    holders,
    mirrored,
    preset_keys,
    with_key,
    without_needless,
)

NAMES = st.sampled_from([plan.id for plan in PLANS])
KEYS = st.sampled_from(sorted({key for plan in PLANS for key in plan.keys} | {"Ctrl+F12"}))


def test_mirrored_twice_is_the_same_key() -> None:
    for plan in PLANS:
        for key in plan.keys:
            assert mirrored(mirrored(key)) == key
    assert mirrored("W") == "O"
    assert mirrored("Shift+P") == "Shift+Q"
    assert mirrored("Ctrl+Z") == "Ctrl+Z", "as in all programs"
    assert mirrored("3") == "3"
    assert mirrored("F1") == "F1"


def test_no_key_means_two_things_for_the_left_hand() -> None:
    assert conflicts(preset_keys(left_handed=True)) == {}
    assert conflicts(preset_keys(left_handed=False)) == {}


def test_a_taken_key_leaves_the_one_that_had_it() -> None:
    changes = with_key({}, "tool.brush", "P", left_handed=False)
    assert changes == {"tool.brush": ("P",), "tool.polygon": ()}
    now = bound_keys(changes, left_handed=False)
    assert conflicts(now) == {}
    back = with_key(changes, "tool.polygon", "P", left_handed=False)
    assert back == {"tool.brush": ()}
    assert with_key(back, "tool.brush", "B", left_handed=False) == {}


def test_the_same_digit_may_be_a_label_in_the_view_and_an_answer_in_a_question() -> None:
    now = bound_keys({}, left_handed=False)
    assert holders(now, "3", "label.3") == ()
    assert holders(now, "3", "tool.brush") == ("label.3", "answer.3"), "Reading is live with both"


@given(steps=st.lists(st.tuples(NAMES, KEYS), max_size=12), left=st.booleans())
def test_however_keys_are_given_none_means_two_things(
    steps: list[tuple[str, str]], left: bool
) -> None:
    changes: dict[str, tuple[str, ...]] = {}
    for name, key in steps:
        changes = with_key(changes, name, key, left_handed=left)
        assert bound_keys(changes, left_handed=left)[name] == (key,)
    assert conflicts(bound_keys(changes, left_handed=left)) == {}
    assert without_needless(changes, left_handed=left) == changes


def test_what_was_kept_for_another_version_counts_for_nothing() -> None:
    assert bound_keys({"tool.gone": ("B",)}, left_handed=False) == preset_keys(left_handed=False)
