"""What is known of a series' slices, in words: which part it is, what is missing or doubled."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np

from labeler.model.form_rules import number_ranges
from labeler.model.image import Caveat, Disagreement, Image
from labeler.model.stack import By, Division, Double, Gap
from labeler.viewing.phrase import Phrase, number, phrase

LISTED = 5
"""How many places are named one by one."""

_TYPES = {
    "magnitude": phrase("magnitude"),
    "phase": phrase("phase image"),
    "real": phrase("real part"),
    "imaginary": phrase("imaginary part"),
}


_PARTS = {
    By.IMAGE_TYPE: phrase("{value}"),
    By.B_VALUE: phrase("b {value}"),
    By.DIRECTION: phrase("direction {value}"),
    By.ECHO: phrase("echo {value}"),
    By.INVERSION: phrase("TI {value} ms"),
    By.PHASE: phrase("phase {value}"),
    By.TIME: phrase("time {value}"),
    By.ACQUISITION: phrase("acquisition {value}"),
    By.CONTENT_TIME: phrase("content time {value}"),
    By.COMPONENT: phrase("component {value}"),
    By.DIMENSION: phrase("dimension {value}"),
}


def shown_number(image: Image, index: int) -> int:
    """The number reports cite: the Instance Number, else the place in the stack from 1."""
    known = image.instance_numbers[index]
    return index + 1 if known is None else known


def division_text(division: tuple[Division, ...]) -> Phrase | None:
    """Which part of its series an image is, as "b 1000 · echo 2"; None where it is not divided."""
    told: Phrase | None = None
    for one in division:
        part = _part_text(one)
        told = part if told is None else phrase("{first} · {second}", first=told, second=part)
    return told


def _part_text(division: Division) -> Phrase:
    if division.by is By.IMAGE_TYPE and division.value in _TYPES:
        return _TYPES[division.value]
    return replace(_PARTS[division.by], facts=(("value", division.value),))


def details(image: Image, caveat: Caveat) -> tuple[Phrase, ...]:
    """What the image knows beyond a caveat's own words, a sentence each; () where nothing."""
    match caveat:
        case Caveat.MISSING_SLICES:
            return _listed([_gap_text(image, gap) for gap in image.stack.gaps])
        case Caveat.CUT_SHORT:
            return _listed([missing_rows_text(image, index) for index in sorted(image.cut_short)])
        case Caveat.DOUBLED_SLICES:
            return _listed([_double_text(image, double) for double in image.stack.doubles])
        case Caveat.SPACING_UNEVEN:
            return _distances(image)
        case Caveat.SPACING_PROJECTED:
            return _magnified(image.magnification)
        case Caveat.HEADER_DISAGREES:
            return _listed([_disagreement_text(one) for one in image.disagreements])
        case _:
            return ()


def _listed(lines: list[Phrase]) -> tuple[Phrase, ...]:
    left = len(lines) - LISTED
    more = (phrase("And at {count} more places.", count=left),) if left > 0 else ()
    return (*lines[:LISTED], *more)


def _disagreement_text(one: Disagreement) -> Phrase:
    told = phrase(
        "{tag} says {said}, the pixels themselves {found}.",
        tag=one.tag,
        said=one.said,
        found=one.found,
    )
    return phrase("{told} The pixels were believed.", told=told) if one.believed else told


def _gap_text(image: Image, gap: Gap) -> Phrase:
    first, second = shown_number(image, gap.after), shown_number(image, gap.after + 1)
    distance = number(gap.distance_mm, 1)
    where = phrase("between Im {first} and Im {second}", first=first, second=second)
    if gap.missing == 1:
        return phrase("1 is missing {where}, {distance} mm apart.", where=where, distance=distance)
    return phrase(
        "{count} are missing {where}, {distance} mm apart.",
        count=gap.missing,
        where=where,
        distance=distance,
    )


def empty_texts(image: Image, failed: AbstractSet[int]) -> tuple[Phrase, ...]:
    """What a plane cut through a series leaves empty, and why: lines that are short enough for a
    corner of a small view; () where all of it is here."""
    partial = set(image.cut_short) - failed
    reasons = ((failed, phrase("cannot be decoded")), (partial, phrase("cut short in the file")))
    return tuple(
        line
        for indices, reason in reasons
        if indices
        for line in (phrase("Empty: Im {numbers}", numbers=_numbers(image, indices)), reason)
    )


def _numbers(image: Image, indices: AbstractSet[int]) -> str:
    return number_ranges([shown_number(image, index) for index in indices])


def missing_rows_text(image: Image, index: int) -> Phrase:
    """Which rows of a slice are not in its file, counted from 1."""
    first, last = image.rows_there(index) + 1, image.source.shape[1]
    shown = shown_number(image, index)
    if first == last:
        return phrase("Image {number}: row {row} is missing in its file.", number=shown, row=last)
    return phrase(
        "Image {number}: rows {first} to {last} are missing in its file.",
        number=shown,
        first=first,
        last=last,
    )


def _double_text(image: Image, double: Double) -> Phrase:
    others = ", ".join("?" if one is None else str(one) for one in double.others)
    here = shown_number(image, double.at)
    return phrase("Im {first} lies where Im {others} lies.", first=here, others=others)


def _magnified(factor: float | None) -> tuple[Phrase, ...]:
    if factor is None:
        return ()
    told = phrase(
        "The machine estimates {factor} times smaller; no number is divided by that.",
        factor=number(factor, 2),
    )
    return (told,)


def _distances(image: Image) -> tuple[Phrase, ...]:
    places = np.array(image.stack.origins)
    if len(places) < 2:
        return ()
    normal = np.cross(image.affine.matrix[:3, 0], image.affine.matrix[:3, 1])
    apart = np.abs(np.diff(places @ normal)) / np.linalg.norm(normal)
    low, high = number(float(apart.min()), 1), number(float(apart.max()), 1)
    return (phrase("They are {low} to {high} mm apart.", low=low, high=high),)
