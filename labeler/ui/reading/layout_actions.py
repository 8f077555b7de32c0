"""The actions about how many viewports there are, and by which protocol they hang."""

from __future__ import annotations

from functools import partial

from labeler.ui.action_table import Need
from labeler.ui.actions import Actions
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.hanger import Hanger
from labeler.viewing.arrangement import ARRANGEMENTS, arrangement_code


def bind_layouts(actions: Actions, desk: Desk, hanger: Hanger) -> None:
    for rows, columns in ARRANGEMENTS:
        name = f"view.layout-{arrangement_code(rows, columns)}"
        actions.bind(name, partial(hanger.arrange, rows, columns))
    actions.bind("view.maximise", desk.arrangement.maximise)
    actions.bind("view.hang-again", hanger.again)


def check_layouts(actions: Actions, desk: Desk) -> None:
    """Menus show which arrangement is on the screen."""
    actions.allow(Need.VIEWS, desk.arrangement.may_maximise)
    actions["view.maximise"].setChecked(desk.arrangement.alone is not None)
    for rows, columns in ARRANGEMENTS:
        action = actions[f"view.layout-{arrangement_code(rows, columns)}"]
        action.setChecked(desk.arrangement.grid == (rows, columns))
