"""Quarter turns and flips of a view, on top of how the reader's habit lays a frame."""

from __future__ import annotations

from dataclasses import dataclass

Letters = tuple[str, str, str, str]
"""At the left, right, top and bottom edge."""


@dataclass(frozen=True)
class Turn:
    """One of the eight ways to lay a picture: first transposed, then mirrored."""

    transposed: bool = False
    mirrored_x: bool = False
    mirrored_y: bool = False

    @property
    def flips(self) -> bool:
        """Whether it shows a mirror image, which no turn of the picture undoes."""
        return self.transposed ^ self.mirrored_x ^ self.mirrored_y

    def then(self, after: Turn) -> Turn:
        """This turn, and another one of what it shows."""
        x, y = self.mirrored_x, self.mirrored_y
        if after.transposed:
            x, y = y, x
        return Turn(self.transposed ^ after.transposed, x ^ after.mirrored_x, y ^ after.mirrored_y)

    def letters(self, before: Letters) -> Letters:
        """The letters at the edges of what it shows."""
        left, right, top, bottom = before
        if self.transposed:
            left, right, top, bottom = top, bottom, left, right
        if self.mirrored_x:
            left, right = right, left
        if self.mirrored_y:
            top, bottom = bottom, top
        return left, right, top, bottom


UPRIGHT = Turn()
"""As the habit has it."""

CLOCKWISE = Turn(transposed=True, mirrored_x=True)
COUNTER_CLOCKWISE = Turn(transposed=True, mirrored_y=True)
HALF_TURN = Turn(mirrored_x=True, mirrored_y=True)
FLIP_ACROSS = Turn(mirrored_x=True)
"""Left and right change places."""

FLIP_DOWN = Turn(mirrored_y=True)
"""Top and bottom change places."""
