"""What a person does at the window, by chance: draws, paints, looks, takes back, jumps."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.sitting import CTRL, NONE, Sitting

SHIFT = Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key
MOST_MARKS = 60
"""With more a person clears a slice now and then: the document is soon as large as it gets, so that
what grows after that is something else."""

Keys = tuple[Qt.Key, Qt.KeyboardModifier]
DRAGGED: dict[str, Keys] = {
    "length": (KEY.Key_L, NONE),
    "box": (KEY.Key_R, NONE),
    "ellipse": (KEY.Key_O, NONE),
    "arrow": (KEY.Key_W, SHIFT),
    "free outline": (KEY.Key_P, SHIFT),
    "box in the patient": (KEY.Key_Q, SHIFT),
}
CLICKED: dict[str, tuple[Keys, int]] = {
    "point": ((KEY.Key_D, SHIFT), 1),
    "landmark": ((KEY.Key_M, SHIFT), 1),
    "angle": ((KEY.Key_A, NONE), 3),
    "axes": ((KEY.Key_D, NONE), 4),
    "cobb": ((KEY.Key_Z, SHIFT), 4),
    "turned box": ((KEY.Key_T, SHIFT), 3),
    "polygon": ((KEY.Key_P, NONE), 7),
    "open line": ((KEY.Key_J, SHIFT), 6),
    "curve": ((KEY.Key_N, SHIFT), 6),
}
PAINTED: dict[str, tuple[Keys, int]] = {
    "brush": ((KEY.Key_B, NONE), 14),
    "eraser": ((KEY.Key_E, NONE), 4),
    "threshold": ((KEY.Key_T, NONE), 2),
    "fill": ((KEY.Key_F, NONE), 1),
    "lasso": ((KEY.Key_E, SHIFT), 1),
    "box scissors": ((KEY.Key_B, SHIFT), 1),
}
VERBS: tuple[Keys, ...] = (
    (KEY.Key_F, CTRL),
    (KEY.Key_Up, CTRL),
    (KEY.Key_Down, CTRL),
    (KEY.Key_M, CTRL | SHIFT),
    (KEY.Key_Down, CTRL | SHIFT),
)
"""Fill holes, grow, shrink, smooth, copy to the next slice."""
LOOKS: tuple[Keys, ...] = (
    *((key, SHIFT) for key in (KEY.Key_1, KEY.Key_2, KEY.Key_3)),
    (KEY.Key_I, NONE),
    (KEY.Key_0, CTRL),
    (KEY.Key_H, NONE),
)


@dataclass(frozen=True)
class Act:
    """`seconds` it takes a person, at least and at most."""

    weight: int
    seconds: tuple[int, int]
    do: Callable[[], None]


class Person:
    """At one sitting; `done` counts what was done by its name."""

    def __init__(self, sitting: Sitting, chance: random.Random) -> None:
        self._at, self._chance = sitting, chance
        self.acts = (
            Act(30, (2, 9), self.paint),
            Act(14, (2, 8), self.drag_shape),
            Act(12, (4, 15), self.click_shape),
            Act(30, (1, 6), self.scroll),
            Act(12, (1, 3), self.undo),
            Act(8, (1, 3), self.redo),
            Act(8, (1, 2), self.choose_label),
            Act(8, (1, 4), self.look),
            Act(6, (2, 6), self.change_mark),
            Act(4, (2, 5), self.remove),
            Act(3, (2, 6), self.mask_verb),
            Act(3, (8, 40), self.planes),
            Act(3, (3, 12), self.jump),
            Act(3, (1, 5), self.panel),
            Act(1, (70, 200), self.pause),
        )

    def next(self) -> Act:
        """By chance, as often as a person does it."""
        (act,) = self._chance.choices(self.acts, [act.weight for act in self.acts])
        return act

    # --- marks --------------------------------------------------------------------------------

    def paint(self) -> None:
        tools = list(PAINTED.values())
        ((keys, _),) = self._chance.choices(tools, [weight for _, weight in tools])
        self._to_image()
        self._at.key(*keys)
        if self._chance.random() < 0.2:
            self._at.wheel(self._chance.choice((-1, 1)), CTRL | SHIFT)
        self._at.drag(*self._trail(self._chance.randint(6, 40), 0.02))

    def drag_shape(self) -> None:
        self._to_image()
        self._at.key(*self._chance.choice(list(DRAGGED.values())))
        self._at.drag(*self._trail(self._chance.randint(4, 25), 0.04))

    def click_shape(self) -> None:
        keys, count = self._chance.choice(list(CLICKED.values()))
        self._to_image()
        self._at.key(*keys)
        self._at.click_at(*self._trail(count, 0.12))
        self._at.key(KEY.Key_Return)
        self._at.key(KEY.Key_Escape)

    def change_mark(self) -> None:
        """The next mark: nudged, or under another label."""
        self._to_image()
        self._at.key(KEY.Key_V)
        self._at.key(KEY.Key_Period)
        if self._chance.random() < 0.5:
            for _ in range(self._chance.randint(1, 4)):
                self._at.key(self._chance.choice((KEY.Key_Left, KEY.Key_Right)), SHIFT)
        else:
            self._at.key(Qt.Key(KEY.Key_1 + self._chance.randrange(3)))

    def remove(self) -> None:
        """The next mark; of very many all that lie here."""
        self._to_image()
        self._at.key(KEY.Key_Period)
        if len(self._at.marks) > MOST_MARKS:
            self._at.key(KEY.Key_A, CTRL)
        self._at.key(KEY.Key_Delete)

    def mask_verb(self) -> None:
        self._to_image()
        self._at.key(KEY.Key_Period)
        self._at.key(*self._chance.choice(VERBS))

    def choose_label(self) -> None:
        self._to_image()
        self._at.key(KEY.Key_Escape)
        self._at.key(Qt.Key(KEY.Key_1 + self._chance.randrange(6)))

    # --- looking ------------------------------------------------------------------------------

    def scroll(self) -> None:
        down = self._chance.choice((-1, 1))
        for _ in range(self._chance.randint(1, 12)):
            self._at.wheel(down)

    def look(self) -> None:
        """Another window, grey inverted, marks out of sight and back; larger or smaller."""
        self._to_image()
        keys = self._chance.choice(LOOKS)
        self._at.key(*keys)
        if keys[0] in (KEY.Key_I, KEY.Key_H):
            self._at.key(*keys)
        self._at.wheel(self._chance.choice((-1, 1)), CTRL)

    def planes(self) -> None:
        """Three planes beside the series, scrolled, drawn on; then one view again."""
        self._to_image()
        self._at.key(KEY.Key_Y)
        self._at.until(self._at.is_seen)
        for view in self._at.place.wall.findChildren(type(self._at.place.view))[:3]:
            view.setFocus()
            self.scroll()
        self.drag_shape()
        self._at.key(KEY.Key_F2)
        self._at.key(KEY.Key_O, SHIFT)
        self._at.until(self._at.is_seen)

    def pause(self) -> None:
        """The phone rings."""

    # --- history ------------------------------------------------------------------------------

    def undo(self) -> None:
        self._to_image()
        for _ in range(self._chance.randint(1, 4)):
            self._at.key(KEY.Key_Z, CTRL)
            self._at.until(self._at.is_seen)

    def redo(self) -> None:
        self._to_image()
        for _ in range(self._chance.randint(1, 4)):
            self._at.key(KEY.Key_Z, CTRL | SHIFT)
            self._at.until(self._at.is_seen)

    def jump(self) -> None:
        """To any row of the history; from far behind mostly back again."""
        if not self._at.place.panel.shows_history:
            self.panel()
        listed = self._at.place.panel.history.list
        rows, present = len(listed.rows()), listed.rows().present
        row = self._chance.randrange(rows)
        self._at.click(listed, row)
        self._at.until(lambda: self._at.session.reading.going() is None)
        self._at.until(self._at.is_seen)
        if row < present - 40:
            self._at.click(listed, len(listed.rows()) - 1)
            self._at.until(lambda: self._at.session.reading.going() is None)
            self._at.until(self._at.is_seen)

    def panel(self) -> None:
        self._to_image()
        self._at.key(KEY.Key_H, CTRL)
        QTest.qWait(1)

    # --- inside -------------------------------------------------------------------------------

    def _to_image(self) -> None:
        self._at.place.view.setFocus()

    def _trail(self, count: int, step: float) -> list[tuple[float, float]]:
        """Places on the view, each near the one before, by parts of its sides."""
        x, y = (self._chance.uniform(0.25, 0.75) for _ in range(2))
        trail = [(x, y)]
        while len(trail) < count:
            x = min(0.95, max(0.05, x + self._chance.uniform(-step, step)))
            y = min(0.95, max(0.05, y + self._chance.uniform(-step, step)))
            trail.append((x, y))
        return trail
