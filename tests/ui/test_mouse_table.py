"""What the buttons of a mouse do: for whose hands, mirrored, and changed one by one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from labeler.model.preferences import DEFAULTS
from labeler.ui.mouse_table import (
    GESTURES,
    VIEWERS,
    Button,
    Drag,
    Use,
    preset_uses,
    uses_of,
    with_use,
)
from labeler.viewing.tool_set import make_tools

USES: st.SearchStrategy[Use] = st.sampled_from([*Drag, "edit.undo", "edit.redo", "view.fit"])


def test_labeler_pans_with_the_middle_and_windows_with_the_right() -> None:
    assert uses_of(DEFAULTS) == {
        Button.LEFT: Drag.TOOL,
        Button.MIDDLE: Drag.PAN,
        Button.RIGHT: Drag.WINDOW,
        Button.BACK: "edit.undo",
        Button.FORWARD: "edit.redo",
    }


def test_the_left_hand_has_the_tool_at_the_right_button() -> None:
    uses = uses_of(replace(DEFAULTS, left_handed=True))
    assert uses[Button.RIGHT] is Drag.TOOL
    assert uses[Button.LEFT] is Drag.WINDOW


def test_hands_of_slicer_zoom_with_the_right() -> None:
    assert uses_of(replace(DEFAULTS, viewer="slicer"))[Button.RIGHT] is Drag.ZOOM
    assert uses_of(replace(DEFAULTS, viewer="of another time")) == uses_of(DEFAULTS)


def test_every_viewer_begins_with_a_tool_that_there_is() -> None:
    tools = make_tools(lambda: False)
    assert {viewer.first_tool for viewer in VIEWERS} <= set(tools)


def test_nothing_is_done_with_alt() -> None:
    assert not [how for how, _ in GESTURES if "Alt" in how]


@given(
    st.lists(st.tuples(st.sampled_from(list(Button)), USES), max_size=8),
    st.booleans(),
    st.sampled_from([viewer.name for viewer in VIEWERS]),
)
def test_however_buttons_are_changed_one_has_the_tool(
    steps: list[tuple[Button, Use]], left: bool, viewer: str
) -> None:
    now = replace(DEFAULTS, left_handed=left, viewer=viewer)
    for button, use in steps:
        now = replace(now, buttons=with_use(now, button, use))
        uses = uses_of(now)
        assert uses[button] == use
        assert list(uses.values()).count(Drag.TOOL) == 1


def test_nonsense_from_another_hand_counts_for_nothing() -> None:
    kept = replace(DEFAULTS, buttons={"left": "pan", "thumb": "tool", "right": "no.such"})
    assert uses_of(kept) == preset_uses(kept)
