"""Hanging protocols: which studies one is for, how many viewports, and what goes into each.

Pure rules over the headers' facts; the same facts always hang the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from labeler.viewing.layout import Plane
from labeler.viewing.series_facts import Person, SeriesFacts, StudyGroup, group_studies

MOST_ACROSS = 3
Fit = Literal["fit", "same-scale"]
Slab = Literal["", "mip", "minip", "mean"]
Side = Literal["", "R", "L"]


class StudyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which studies: by modality of a series, and by words for the body region, each the beginning
    of a word in body part, study or series description. An empty list asks for nothing."""

    modalities: tuple[str, ...]
    parts: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which series: all but `prefer` must hold. `words` are one of which must begin a word of its
    description or kernel, `without` none; of several series the one with the earliest word of
    `prefer`, then most slices, then the first in the strip is taken."""

    planes: tuple[Plane, ...] = ()
    views: tuple[str, ...] = ()
    side: Side = ""
    prior: bool = False
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    least_slices: Annotated[int, Meta(ge=1)] = 1
    least_b: Annotated[int, Meta(ge=0)] | None = None
    fresh: bool = False
    """No series that an earlier viewport has already."""


class ViewRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes into one viewport; `same_as` shows the series of an earlier one in another way.
    `plane` and `slab` ask for a reformat; `preset` names a window preset."""

    choose: Choice | None = None
    same_as: int | None = None
    needed: bool = False
    preset: str = ""
    plane: Literal["", "axial", "coronal", "sagittal"] = ""
    slab: Slab = ""
    slab_mm: Annotated[float, Meta(gt=0, le=200)] | None = None
    wall: Literal["", "left", "right"] = ""
    """At which edge of the viewport the chest wall stands, for mammograms."""


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to hang a study that keeps one of the rules `studies`.

    Of those that fit the lowest `rank` comes first; only those that `opens` are used unasked.
    `links` are viewports that scroll together.
    """

    code: str
    name: str
    rank: int
    studies: Annotated[tuple[StudyRule, ...], Meta(min_length=1)]
    rows: Annotated[int, Meta(ge=1, le=MOST_ACROSS)]
    columns: Annotated[int, Meta(ge=1, le=MOST_ACROSS)]
    views: Annotated[tuple[ViewRule, ...], Meta(min_length=1, max_length=9)]
    opens: bool = False
    fit: Fit = "fit"
    least_filled: Annotated[int, Meta(ge=1)] = 1
    links: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class HungView:
    """What one viewport shows; an empty `tile` is an empty viewport."""

    tile: str
    rule: ViewRule


@dataclass(frozen=True)
class Hanging:
    """A protocol with the series it found."""

    protocol: Protocol
    views: tuple[HungView, ...]

    @property
    def filled(self) -> int:
        return sum(bool(view.tile) for view in self.views)


def faults(protocol: Protocol) -> tuple[str, ...]:
    """What contradicts itself in a protocol; empty for a sound one."""
    count, found = len(protocol.views), []
    if count > protocol.rows * protocol.columns:
        found.append("more views than viewports")
    for at, rule in enumerate(protocol.views):
        if (rule.choose is None) == (rule.same_as is None):
            found.append(f"view {at}: either choose or same_as")
        if rule.same_as is not None and not 0 <= rule.same_as < at:
            found.append(f"view {at}: same_as names no earlier view")
        if bool(rule.slab) != (rule.slab_mm is not None):
            found.append(f"view {at}: a slab needs both kind and thickness")
    if any(not 0 <= at < count for group in protocol.links for at in group):
        found.append("links name no view")
    return tuple(found)


def hangings(
    protocols: Sequence[Protocol], series: tuple[SeriesFacts, ...], opened: str = ""
) -> tuple[Hanging, ...]:
    """Every protocol that fits, the best first. `opened` is the tile that would be shown without
    any; it tells the current study where dates do not."""
    studies = group_studies(series, opened)
    if not studies:
        return ()
    here = {one.tile: one for one in series}
    ordered = sorted(protocols, key=lambda protocol: (protocol.rank, protocol.code))
    persons = [study for study in studies if study.person is Person.SAME]
    found = (_hung(protocol, persons, here) for protocol in ordered)
    return tuple(hanging for hanging in found if hanging is not None)


def _is_for(rule: StudyRule, study: list[SeriesFacts]) -> bool:
    of_kind = [one for one in study if one.modality in rule.modalities]
    if not rule.parts:
        return bool(of_kind)
    texts = (
        text for one in of_kind for text in (one.body_part, one.study_description, one.description)
    )
    return any(begins(text, rule.parts) for text in texts)


def _hung(
    protocol: Protocol, studies: list[StudyGroup], here: dict[str, SeriesFacts]
) -> Hanging | None:
    modalities = {kind for rule in protocol.studies for kind in rule.modalities}
    groups = [[here[tile] for tile in study.tiles] for study in studies]
    alike = [group for group in groups if any(_is_for(rule, group) for rule in protocol.studies)]
    if not alike or alike[0] is not groups[0]:
        return None
    groups = [[one for one in group if one.modality in modalities] for group in alike]
    taken: list[str] = []
    for rule in protocol.views:
        tile = ""
        if rule.same_as is not None:
            tile = taken[rule.same_as]
        elif rule.choose is not None:
            tile = _chosen(rule.choose, groups, taken)
        if not tile and rule.needed:
            return None
        taken.append(tile)
    hanging = Hanging(
        protocol,
        tuple(HungView(tile, rule) for tile, rule in zip(taken, protocol.views, strict=True)),
    )
    return hanging if hanging.filled >= protocol.least_filled else None


def _chosen(choice: Choice, groups: list[list[SeriesFacts]], taken: list[str]) -> str:
    """The tile of the best series of the current study, or of the nearest earlier one that has
    any; "" where none fits."""
    for group in groups[1:] if choice.prior else groups[:1]:
        fitting = [
            one for one in group if fits(choice, one) and not (choice.fresh and one.tile in taken)
        ]
        if fitting:
            return min(fitting, key=lambda one: _order(choice, one)).tile
    return ""


def fits(choice: Choice, one: SeriesFacts) -> bool:
    """Whether a series may go where `choice` says, whichever study it is of."""
    said = f"{one.description} {one.kernel}"
    return (
        (not choice.planes or one.plane in choice.planes)
        and (not choice.views or one.view in choice.views)
        and (not choice.side or one.laterality == choice.side)
        and one.slices >= choice.least_slices
        and (choice.least_b is None or (one.b_value or 0) >= choice.least_b)
        and (not choice.words or begins(said, choice.words))
        and not begins(said, choice.without)
        and not one.is_localizer
        and not (choice.views and one.is_partial)
    )


def _order(choice: Choice, one: SeriesFacts) -> tuple[int, int]:
    """Ties fall to the first in the strip: `min` takes the first of equals."""
    said = f"{one.description} {one.kernel}"
    place = next(
        (at for at, word in enumerate(choice.prefer) if begins(said, (word,))),
        len(choice.prefer),
    )
    return place, -one.slices


def begins(text: str, words: Sequence[str]) -> bool:
    """Whether one of `words` begins a word of the text, whatever the case; all but letters and
    digits parts words, and a part may be several of them."""
    plain = " ".join(re.split(r"[^0-9a-zA-ZÀ-ɏ]+", text)).casefold()
    return any(f" {plain}".find(f" {word.casefold()}") >= 0 for word in words)
