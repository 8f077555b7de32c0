"""Which marks lie on a slice, known without looking at all the marks of a document."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, KeysView, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from labeler.model.document import Document, Mark
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.lying import frames_along, shape_on
from labeler.model.measures import MASKS
from labeler.model.shapes import Cuboid, FlatShape, Landmark, MaskShape, OnPlane
from labeler.viewing.label_inks import ink_of, slot_of
from labeler.viewing.mark_paths import MarkPaths, mark_paths

KEPT = 24
"""Slices whose marks are kept: those on the screen, and some that were."""


@dataclass(frozen=True)
class Lying:
    """A mark and its shape in the voxels of the frame on show."""

    mark: Mark
    shape: FlatShape | MaskShape


@dataclass(frozen=True, eq=False)
class LyingMarks:
    """The marks that lie on one slice and are not hidden, in the order drawn.

    `of` are all that may lie there, `found` how each of them does. `inks` are the positions of
    their labels, one for each mark.
    """

    of: tuple[Mark, ...] = ()
    found: tuple[Lying | None, ...] = ()
    all: tuple[Lying, ...] = ()
    outlines: MarkPaths = field(default_factory=lambda: mark_paths(()))
    inks: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    masks: tuple[Lying, ...] = ()
    """Those of them that are painted."""

    @cached_property
    def by_id(self) -> dict[str, Lying]:
        return {lying.mark.id: lying for lying in self.all}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where in the order drawn the mark of an id stands."""
        return {name: n for n, name in enumerate(self.by_id)}


NO_MARKS = LyingMarks()
"""Of every slice without any."""


class MarkIndex:
    """The marks of a document by their frames, followed from one document to the next: what an
    edit left alone is not looked at again."""

    def __init__(self) -> None:
        self._frames = _Frames()
        self._kept: OrderedDict[tuple[int, int], _Kept] = OrderedDict()

    def begin(self) -> None:
        """Other images are open: those that were are let go of."""
        self._kept.clear()

    def on(
        self,
        document: Document,
        image: Image,
        index: int,
        base: Image | None,
        labels: tuple[str, ...],
    ) -> LyingMarks:
        """The marks of one slice; `base` is what the image is cut out of."""
        key = id(image), index
        self._frames.follow(document.marks)
        kept = self._kept.get(key)
        if kept is None or kept.image is not image or kept.labels != labels:
            along = (image.refs[index],) if base is None else frames_along(image, index, base)
            kept = _Kept(image, index, base, labels, along)
        elif kept.at is self._frames.at:
            return kept.lying
        kept = self._kept[key] = kept.followed(self._frames)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept.lying

    def ahead(self) -> Callable[[Document], Callable[[], None]]:
        """For a document that is worked out on another thread: there one asks what is given back,
        and what that gives is done here when the document is there."""
        # A copy: this thread goes on following while the other one looks, perhaps twice.
        frames, kept = self._frames.copied(), tuple(self._kept.items())

        def look(document: Document) -> Callable[[], None]:
            after = frames.copied()
            after.follow(document.marks)
            found = [(key, one, one.followed(after)) for key, one in kept]
            for _, _, now in found:
                now.lying.places  # noqa: B018  known from now on

            def land() -> None:
                self._frames = after
                for key, one, now in found:
                    if self._kept.get(key) is one:
                        self._kept[key] = now

            return land

        return look

    def mark(self, document: Document, name: str) -> Mark | None:
        """The mark of that id."""
        self._frames.follow(document.marks)
        return self._frames.by_id.get(name)

    def those(self, document: Document, names: Iterable[str]) -> list[Mark]:
        """The marks of these ids, as far as they are there."""
        self._frames.follow(document.marks)
        found = map(self._frames.by_id.get, names)
        return [mark for mark in found if mark is not None]

    def names(self, document: Document) -> KeysView[str]:
        """The ids of all marks."""
        self._frames.follow(document.marks)
        return self._frames.by_id.keys()

    def counts(self, document: Document) -> Mapping[str, int]:
        """How many marks there are of each label."""
        self._frames.follow(document.marks)
        return self._frames.counts

    def frames(self, document: Document) -> KeysView[FrameRef | None]:
        """The frames that marks were drawn on; None among them for what goes through space."""
        self._frames.follow(document.marks)
        return self._frames.groups.keys()


@dataclass(frozen=True, eq=False)
class _Kept:
    """`image` is held, so that nothing else comes to have its id; `at` tells of which marks it
    speaks, and holds none that lie elsewhere."""

    image: Image
    index: int
    base: Image | None
    labels: tuple[str, ...]
    along: tuple[FrameRef, ...]
    at: object = None
    lying: LyingMarks = NO_MARKS

    def followed(self, frames: _Frames) -> _Kept:
        """The same slice with other marks, as `frames` has them."""
        there, lying = frames.on(self.along), self.lying
        if lying.of != there:
            lying = _followed(lying, there, self.image, self.index, self.base, self.labels)
        return replace(self, at=frames.at, lying=lying)


class _Frames:
    """Marks by the frame they belong to, or None where they belong to the patient's space; `at` is
    another object whenever they are others."""

    def __init__(self) -> None:
        self.at = object()
        self.marks: tuple[Mark, ...] = ()
        self.by_id: dict[str, Mark] = {}
        self.groups: dict[FrameRef | None, tuple[Mark, ...]] = {}
        self.counts: Counter[str] = Counter()

    def copied(self) -> _Frames:
        """The same, to be followed further on its own."""
        other = _Frames()
        other.at, other.marks, other.by_id = self.at, self.marks, dict(self.by_id)
        other.groups, other.counts = dict(self.groups), Counter(self.counts)
        return other

    def on(self, frames: tuple[FrameRef, ...]) -> tuple[Mark, ...]:
        """What may lie on a slice along these frames: what goes through space comes last."""
        groups = [self.groups[frame] for frame in (*frames, None) if frame in self.groups]
        return groups[0] if len(groups) == 1 else sum(groups, ())

    def follow(self, marks: tuple[Mark, ...]) -> None:
        before = self.marks
        if marks is before:
            return
        same, after = common_ends(before, marks)
        gone, come = before[same : len(before) - after], marks[same : len(marks) - after]
        for mark in gone:
            del self.by_id[mark.id]
        self.by_id.update((mark.id, mark) for mark in come)
        self.counts.subtract(mark.label for mark in gone)
        self.counts.update(mark.label for mark in come)
        changed: dict[FrameRef | None, tuple[list[Mark], list[Mark]]] = {}
        for side, some in enumerate((gone, come)):
            for mark in some:
                changed.setdefault(_home(mark), ([], []))[side].append(mark)
        for home, (out, into) in changed.items():
            group = self.groups.get(home, ())
            at = self._place(group, out, same, home)
            group = (*group[:at], *into, *group[at + len(out) :])
            if group:
                self.groups[home] = group
            else:
                del self.groups[home]
        self.at, self.marks = object(), marks

    def _place(
        self, group: tuple[Mark, ...], out: list[Mark], same: int, home: FrameRef | None
    ) -> int:
        """How many of a group stand before what changed. Marks that were read from the journal
        again are others, and equal: they are known by their names."""
        if out:
            return next(n for n, mark in enumerate(group) if mark.id == out[0].id)
        if same == len(self.marks):
            return len(group)
        for mark in reversed(self.marks[:same]):
            if _home(mark) == home:
                return 1 + next(n for n, one in enumerate(group) if one.id == mark.id)
        return 0


def _home(mark: Mark) -> FrameRef | None:
    shape = mark.shape
    through = isinstance(shape, MASKS) and shape.through is not msgspec.UNSET
    return None if through or isinstance(shape, OnPlane | Landmark | Cuboid) else mark.frame


def _followed(
    before: LyingMarks,
    there: tuple[Mark, ...],
    image: Image,
    index: int,
    base: Image | None,
    labels: tuple[str, ...],
) -> LyingMarks:
    """How other marks lie on the same slice: only what is not as before is worked out."""
    same, after = common_ends(before.of, there)

    def lies(mark: Mark) -> Lying | None:
        shape = None if mark.hidden else shape_on(image, index, mark, base)
        return None if shape is None else Lying(mark, shape)

    fresh = tuple(lies(mark) for mark in there[same : len(there) - after])
    found = (*before.found[:same], *fresh, *before.found[len(before.of) - after :])
    lying = tuple(one for one in found if one is not None)
    keep, rest = common_ends(before.all, lying)
    gone, come = len(before.all) - keep - rest, lying[keep : len(lying) - rest]
    masks = before.masks
    if any(isinstance(one.shape, MASKS) for one in (*before.all[keep : keep + gone], *come)):
        masks = tuple(one for one in lying if isinstance(one.shape, MASKS))
    inks = np.array([slot_of(ink_of(labels, one.mark.label)) for one in come], np.uint8)
    return LyingMarks(
        there,
        found,
        lying,
        before.outlines.spliced(keep, gone, mark_paths([one.shape for one in come])),
        np.concatenate((before.inks[:keep], inks, before.inks[keep + gone :])),
        masks,
    )


def common_ends(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[int, int]:
    """How many are the same at the beginning, and of the rest how many at the end."""
    most = min(len(before), len(after))
    same = _same(before, after, most)
    return same, _same(before[same:][::-1], after[same:][::-1], most - same)


def _same(before: tuple[Any, ...], after: tuple[Any, ...], most: int) -> int:
    """How many are the same at the beginning, of `most`: whole runs are compared at once."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
