"""Images that share places, told apart: time points, echoes, weightings, phases (4D series)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from labeler.imaging.dicom import tags
from labeler.imaging.frames import StoredFrame
from labeler.model.stack import By, Division

_PLACE_POINTERS = frozenset(
    (tags.IN_STACK_POSITION_NUMBER, tags.IMAGE_POSITION_PATIENT, tags.STACK_ID)
)
_COMPONENTS = {
    "M": "magnitude",
    "P": "phase",
    "R": "real",
    "I": "imaginary",
    "MAGNITUDE": "magnitude",
    "PHASE": "phase",
    "REAL": "real",
    "IMAGINARY": "imaginary",
}
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Part:
    """Frames with one at each place, in no order yet, and what they have in common.

    `doubled`: other parts lie at the same places, and nothing says why.
    """

    frames: tuple[StoredFrame, ...]
    division: tuple[Division, ...] = ()
    doubled: bool = False


@dataclass(frozen=True)
class _Fact:
    """`value` of a frame, None where it does not say; `sure`: it never means anything else.

    `named` values stand for themselves; others are counted from 1.
    """

    by: By
    value: Callable[[StoredFrame], Hashable]
    sure: bool = True
    named: bool = False


def _dimensions(frame: StoredFrame) -> Hashable:
    pointers, values = frame.file.dimension_pointers, frame.traits.dimensions
    if len(pointers) != len(values):
        return None
    pairs = zip(pointers, values, strict=True)
    return tuple(value for pointer, value in pairs if pointer not in _PLACE_POINTERS)


def _component(frame: StoredFrame) -> Hashable:
    return frame.traits.image_type[2:]


_FACTS = (
    _Fact(By.IMAGE_TYPE, _component, named=True),
    _Fact(By.B_VALUE, lambda frame: frame.traits.b_value, named=True),
    _Fact(By.DIRECTION, lambda frame: frame.traits.diffusion_direction or None),
    _Fact(By.ECHO, lambda frame: frame.traits.echo_time_ms),
    _Fact(By.ECHO, lambda frame: frame.traits.echo_number),
    _Fact(By.INVERSION, lambda frame: frame.traits.inversion_time_ms, named=True),
    _Fact(By.PHASE, lambda frame: frame.traits.cardiac_phase),
    _Fact(By.PHASE, lambda frame: frame.traits.trigger_time_ms),
    _Fact(By.TIME, lambda frame: frame.traits.temporal_position),
    _Fact(By.DIMENSION, _dimensions),
    _Fact(By.TIME, lambda frame: frame.traits.acquired_s, sure=False),
    _Fact(By.ACQUISITION, lambda frame: frame.traits.acquisition_number, sure=False, named=True),
    _Fact(By.CONTENT_TIME, lambda frame: frame.traits.content_s, sure=False),
)
"""In the order in which they are asked."""


def divide(frames: Sequence[StoredFrame], places: Sequence[int]) -> list[Part]:
    """Parts in the order of what divides them; `places` numbers where each frame lies.

    A fact divides where it differs at one place and comes back at others (PS3.3 C.7.6.17). Times
    that are new at each slice only order the images of a place. What is left is doubled.
    """
    return _divide(list(zip(frames, places, strict=True)), ())


_Placed = list[tuple[StoredFrame, int]]


def _divide(placed: _Placed, known: tuple[Division, ...]) -> list[Part]:
    stacks: dict[int, list[StoredFrame]] = defaultdict(list)
    for frame, place in placed:
        stacks[place].append(frame)
    most = max(len(stack) for stack in stacks.values())
    if most == 1:
        return [Part(tuple(frame for frame, _ in placed), known)]
    for fact in _FACTS:
        groups = _groups(fact, placed, stacks, most)
        if groups:
            return [
                part
                for division, members in groups
                for part in _divide(members, (*known, division))
            ]
    return _ranked(stacks, most, known)


def _groups(
    fact: _Fact, placed: _Placed, stacks: dict[int, list[StoredFrame]], most: int
) -> list[tuple[Division, _Placed]]:
    """The frames by a fact's values; nothing where it does not divide."""
    by_value: dict[Hashable, _Placed] = defaultdict(list)
    for frame, place in placed:
        by_value[fact.value(frame)].append((frame, place))
    count = len(by_value)
    fair = len(placed) >= _HALF * count * len(stacks)
    if count < 2 or not (count <= most or fair):
        return []
    if all(len({fact.value(frame) for frame in stack}) == 1 for stack in stacks.values()):
        return []
    if not fact.sure:
        wide = (len({place for _, place in members}) for members in by_value.values())
        if min(wide) < _HALF * len(stacks):
            return []
    values = sorted(by_value, key=_order)
    words = [frozenset(value) for value in values if isinstance(value, tuple)]
    common = words[0].intersection(*words[1:]) if words else frozenset()
    return [
        (Division(fact.by, _spelled(fact, value, rank, common)), by_value[value])
        for rank, value in enumerate(values, 1)
    ]


def _order(value: Any) -> tuple[bool, Any]:
    """What is not said comes first; all other values of one fact can be compared."""
    return value is not None, 0 if value is None else value


def _spelled(fact: _Fact, value: Hashable, rank: int, common: frozenset[Hashable]) -> str:
    """`common` are the words that all values have."""
    if not fact.named:
        return str(rank)
    if isinstance(value, tuple):
        own = [word for word in value if word not in common]
        return " ".join(_COMPONENTS.get(word, word.lower()) for word in own) or str(rank)
    return f"{value:g}" if isinstance(value, int | float) else "?"


_ORDERS: tuple[tuple[By, Callable[[StoredFrame], float | None]], ...] = (
    (By.PHASE, lambda frame: frame.traits.trigger_time_ms),
    (By.TIME, lambda frame: frame.traits.acquired_s),
    (By.CONTENT_TIME, lambda frame: frame.traits.content_s),
)
"""Times that may be new at each slice, so that only their order at one place counts."""


def _ranked(
    stacks: dict[int, list[StoredFrame]], most: int, known: tuple[Division, ...]
) -> list[Part]:
    """Parts by the order at each place: of times, where all places have alike many; else doubled.

    A scan that was stopped lacks the last images of some places.
    """
    if all(len(stack) >= most - 1 for stack in stacks.values()):
        for by, value in _ORDERS:
            if all(_distinct([value(frame) for frame in stack]) for stack in stacks.values()):
                return _layers(stacks, most, known, by, _by(value))
        said = {frame.traits.temporal_positions for stack in stacks.values() for frame in stack}
        if said == {most}:
            return _layers(stacks, most, known, By.TIME, turn)
    return _layers(stacks, most, known, None, turn)


def _by(value: Callable[[StoredFrame], float | None]) -> Callable[[StoredFrame], tuple[float]]:
    return lambda frame: (value(frame) or 0.0,)


def _distinct(values: list[float | None]) -> bool:
    return None not in values and len(set(values)) == len(values)


def _layers(
    stacks: dict[int, list[StoredFrame]],
    most: int,
    known: tuple[Division, ...],
    by: By | None,
    order: Callable[[StoredFrame], tuple[float, ...]],
) -> list[Part]:
    sorted_stacks = [sorted(stack, key=order) for stack in stacks.values()]
    parts = []
    for rank in range(most):
        frames = tuple(stack[rank] for stack in sorted_stacks if rank < len(stack))
        division = (*known, Division(by, str(rank + 1))) if by else known
        parts.append(Part(frames, division, doubled=by is None))
    return parts


def turn(frame: StoredFrame) -> tuple[float, ...]:
    """The order of images where no place orders them: as they were acquired."""
    return (*frame.time, frame.file.instance_number or 0, frame.number)
