"""Which keys an action has: the table's, mirrored for the left hand, then the person's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.ui.action_table import PLANS
from labeler.ui.key_bindings import (
    VIEWER_KEYS,
    bound_keys,
    conflicts,
    holders,
    mirrored,
    preset_keys,
    taken_keys,
    with_key,
    without_needless,
)
from labeler.ui.mouse_table import VIEWERS

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


@pytest.mark.parametrize("viewer", [viewer.name for viewer in VIEWERS])
@pytest.mark.parametrize("left", [False, True])
def test_hands_of_each_viewer_have_a_key_for_all_and_none_twice(viewer: str, left: bool) -> None:
    keys = preset_keys(left_handed=left, viewer=viewer)
    assert conflicts(keys) == {}
    assert all(keys.values())
    assert {key for held in keys.values() for key in held} == {
        key for held in preset_keys(left_handed=left).values() for key in held
    }


def test_what_a_viewer_has_elsewhere_lies_there() -> None:
    assert set(VIEWER_KEYS) == {viewer.name for viewer in VIEWERS[1:]}
    osirix = preset_keys(left_handed=False, viewer="osirix")
    names = "tool.select", "tool.ellipse", "tool.polygon"
    assert [osirix[name] for name in names] == [("S",), ("E",), ("C",)]
    assert osirix["tool.eraser"] == ("O",)
    assert preset_keys(left_handed=False, viewer="weasis")["tool.length"] == ("M",)
    assert preset_keys(left_handed=False, viewer="slicer")["view.hide-marks"] == ("G",)
    assert preset_keys(left_handed=True, viewer="osirix")["tool.select"] == (mirrored("S"),)


@given(
    steps=st.lists(st.tuples(NAMES, KEYS), max_size=6),
    before=st.tuples(st.booleans(), st.sampled_from([viewer.name for viewer in VIEWERS])),
    after=st.tuples(st.booleans(), st.sampled_from([viewer.name for viewer in VIEWERS])),
)
def test_own_keys_stay_when_the_hand_or_the_viewer_changes(
    steps: list[tuple[str, str]], before: tuple[bool, str], after: tuple[bool, str]
) -> None:
    changes: dict[str, tuple[str, ...]] = {}
    for name, key in steps:
        changes = with_key(changes, name, key, left_handed=before[0], viewer=before[1])
    now = bound_keys(changes, left_handed=after[0], viewer=after[1])
    assert conflicts(now) == {}
    assert all(now[name] == keys for name, keys in changes.items())


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


def test_what_a_key_of_ones_own_takes_from_the_preset_is_told() -> None:
    """B is Length; then the hand is switched, and B would be No finding."""
    changes = with_key({}, "tool.length", "B", left_handed=False)
    assert taken_keys(changes, left_handed=False) == ()
    assert taken_keys(changes, left_handed=True) == (("case.no-finding", "B", "tool.length"),)
    assert taken_keys({}, left_handed=True) == ()
