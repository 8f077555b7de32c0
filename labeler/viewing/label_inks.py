"""How labels are told apart on the screen: twelve colours, three ways of dashes, and a number."""

from __future__ import annotations

import enum
from collections.abc import Sequence

COLORS = 12
INKS = 36
"""Colours with dashes; from there on the number alone tells labels apart."""

FOREIGN = -1
"""In place of the position of a label that the form does not have."""


class Dash(enum.Enum):
    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"
    SPARSE = "sparse"
    """Of labels that the form does not have."""


def ink_of(labels: Sequence[str], label: str) -> int:
    """The position of a label, which is its colour; FOREIGN where the form does not have it."""
    return labels.index(label) if label in labels else FOREIGN


def slot_of(ink: int) -> int:
    """Its place among the INKS, and FOREIGN behind them."""
    return INKS if ink == FOREIGN else ink % INKS


def dash_of(position: int) -> Dash:
    """Labels 1 to 4 solid, 5 to 8 dashed, 9 to 12 dotted; of the next twelve, which have their
    colours again, one further each."""
    if position == FOREIGN:
        return Dash.SPARSE
    way = position % COLORS // 4 + position // COLORS
    return (Dash.SOLID, Dash.DASHED, Dash.DOTTED)[way % 3]


def digit_of(ink: int) -> str:
    """What stands beside a mark for its label."""
    return "?" if ink == FOREIGN else str(ink + 1)
